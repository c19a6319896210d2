/* What the engine is made of; private to the C files.
 *
 *  One tick is 20 ms:   produce          route              consume
 *      every port's     voice ─► out     wire: out ─► in    detectors, recorders,
 *                       bridge, mix ─►   (line: loss,       operation's end? ─► events
 *                                         noise, echo)
 *
 * It is in C because Python threads wake 9 to 20 ms late on a busy machine,
 * and a frame must never be late. One lock guards everything of an engine. */

#ifndef BI_ENGINE_H
#define BI_ENGINE_H

#include <errno.h>   // -EBUSY and friends
#include <pthread.h> // the lock, condition variables, the tick's thread
#include <stdbool.h>
#include <stdint.h>
#include <string.h> // memcpy

#include "cpt.h"
#include "dtmf.h"
#include "dtmfsend.h"
#include "endpoint.h"
#include "level.h" // BI_FRAME
#include "callerid.h"
#include "echo.h"
#include "faxtone.h"
#include "tonegen.h"
#include "vad.h"

#include "../decl/engine.h"

#define BI_NEVER INT64_MAX
#define BI_EVENTS 64
#define BI_DIGITS 128
#define BI_RECORDERS 2
#define BI_SETTLE 50 /* frames of idle line after which detectors have nothing left to say */

struct bi_waiter {
    struct bi_engine *engine; /* held, where Python owns the waiter; NULL in a port */
    pthread_cond_t cond;
    int64_t deadline;
    bool waiting;  /* in the list of deadlines */
    bool released; /* may run */
    bool pending;  /* woken while it wasn't waiting */
    int result;    /* 1 woken, 0 out of time, or a negative errno */
    struct bi_waiter *prev, *next; /* list of deadlines, soonest first */
    struct bi_waiter *next_due;    /* queue of those that may run next (virtual time) */
};

struct bi_clip {
    struct bi_engine *engine; /* held */
    int refs, id;
    int64_t size;
    uint8_t data[]; /* in the engine's law */
};

struct bi_playlist {
    int count, at;
    int64_t offset; /* into the clip at `at` */
    bool told;      /* that this clip began */
    struct bi_clip *clips[];
};

enum bi_source { SRC_NONE, SRC_PLAYER, SRC_TONE, SRC_SEND, SRC_MODEM, SRC_FIFO, SRC_FAX, SRC_STREAM };
enum bi_op {
    OP_NONE, OP_PLAY, OP_TONE, OP_SEND, OP_COLLECT, OP_RECORD, OP_IDLE, OP_FAX, OP_HEAR
};
enum bi_route { ROUTE_NONE, ROUTE_BRIDGE, ROUTE_LISTEN, ROUTE_CONFERENCE, ROUTE_SLOT };

struct bi_line_state;
struct bi_fifo;
struct bi_stream;
struct bi_fax;
struct bi_ear;

struct bi_port {
    bool open, lost;
    int index;

    /* the frames of this tick, in the engine's law; idle ones aren't touched */
    uint8_t out[BI_FRAME], in[BI_FRAME], was_in[BI_FRAME], was_out[BI_FRAME];
    bool out_idle, in_idle, was_in_idle, was_out_idle;
    int quiet; /* frames since the line last carried anything */

    int wire;                 /* port whose out is our in, or -1 */
    struct bi_line_state *line; /* what the wire does to it; NULL: nothing */
    /* a secret is keyed: what comes in goes onto no bus and into no recording; it ends when
     * the last key is up, as half of its tone would tell which it was */
    bool concealed, revealing;
    enum bi_route route;
    int peer; /* of the route: a port or a conference */
    int side; /* of the peer, where the route is a slot: what it hears or what it says */
    int hears, hears_side; /* port whose slot is our in, in place of the wire; or -1 */

    enum bi_source source;
    struct bi_playlist *list;
    struct bi_tonegen tone;
    struct bi_dtmfsend send;
    struct bi_callerid_tx callerid_tx;
    struct bi_fifo *fifo;
    struct bi_stream *stream; /* kept from its first use on */
    struct bi_fax *fax; /* Python's; while OP_FAX runs */
    int64_t played;

    bool detect_digits, detect_voice, speaking;
    struct bi_echo *echo; /* NULL: it is left in what is heard */
    struct bi_ear *ear; /* NULL: speech was never listened for */
    struct bi_dtmf dtmf;
    struct bi_vad vad;
    struct bi_cpt *cpt;
    struct bi_faxtone faxtone;          /* no state: off */
    bool awaits_fax, fax_calls;         /* CNG ends operations; it was heard */
    struct bi_callerid_rx callerid_rx;  /* no state: off */
    struct bi_callerid callerid;        /* the last one heard */
    uint32_t lose_on; /* progress tones (by number) that mean the far end is gone */

    char digits[BI_DIGITS];
    int digit_count, digit_most; /* 0: all that there is room for */
    bool digits_are_cyclic;
    uint32_t acting; /* keys that aren't kept while something is played */
    bool key_down;
    int64_t last_key;

    enum bi_op op;
    int op_id;
    bi_until until;
    int64_t op_start;
    struct bi_recording *op_recording;
    struct bi_recording *recorders[BI_RECORDERS];
    int recorder_sides[BI_RECORDERS];

    bi_event events[BI_EVENTS];
    int event_first, event_count, subscribed;
    struct bi_waiter waiter;
};

struct bi_conference {
    bool open;
    int members;
    int32_t sum[BI_FRAME];
};

struct bi_engine {
    int holders; /* its owner, and every clip and waiter: Python frees in any order */
    pthread_mutex_t lock;
    int law;
    bool is_virtual, closing, started;
    int speed; /* seconds of the engine in a second of real time */
    int64_t now;

    int max_ports, port_count; /* ports are 0 .. port_count-1, some of them closed */
    struct bi_port **ports;
    int max_conferences, open_conferences;
    struct bi_conference *conferences;
    int live; /* ports with something to send or hear in the last tick */
    int next_op, next_clip;

    /* clock.c */
    struct bi_waiter *soonest, *latest; /* list of deadlines */
    struct bi_waiter *due_first, *due_last;
    int running; /* threads that may run (virtual time) */
    bool driving;
    pthread_t tick_thread;

    /* recorder.c */
    struct bi_recording *recordings;
    pthread_t writer_thread;
    pthread_cond_t writer_cond;

    /* fax.c */
    struct bi_fax *faxes_due; /* with a page that is to be kept */
    int64_t tick_began_ns, fax_ns; /* after so much of a tick, faxes wait for the next */

    int16_t decode[256];
    uint8_t encode[16384]; /* index: the upper 14 bits of a sample */
    uint8_t idle;
    bi_stats stats;
};

/* engine.c; the lock is held */
void bi_tick(struct bi_engine *e);
struct bi_port *bi_port_at(struct bi_engine *e, int port);

void bi_engine_hold(struct bi_engine *e);
void bi_engine_drop(struct bi_engine *e); /* without the lock */

/* clock.c; the lock is held */
void bi_waiter_init(struct bi_waiter *w);
int bi_block(struct bi_engine *e, struct bi_waiter *w, int64_t deadline);
void bi_wake(struct bi_engine *e, struct bi_waiter *w, int result);
void bi_expire(struct bi_engine *e);
void bi_clock_close(struct bi_engine *e);

/* port.c */
void bi_post(struct bi_engine *e, struct bi_port *p, int kind, int a, int b);
void bi_post_at(struct bi_engine *e, struct bi_port *p, int kind, int a, int b, int64_t at);
void bi_port_clear(struct bi_engine *e, struct bi_port *p);
void bi_port_release(struct bi_engine *e, struct bi_port *p);

/* digits.c */
void bi_digit_add(struct bi_engine *e, struct bi_port *p, char key);
int bi_key_number(char key);

/* voice.c */
int bi_voice_fill(struct bi_engine *e, struct bi_port *p, uint8_t *out);
void bi_voice_stop(struct bi_engine *e, struct bi_port *p);
void bi_playlist_drop(struct bi_engine *e, struct bi_port *p);

/* op.c */
int bi_op_begin(struct bi_engine *e, struct bi_port *p, enum bi_op op, const bi_until *until);
void bi_op_end(struct bi_engine *e, struct bi_port *p, int reason);
void bi_op_check(struct bi_engine *e, struct bi_port *p);
int64_t bi_op_deadline(const struct bi_port *p);

/* route.c, line.c */
void bi_route_clear(struct bi_engine *e, struct bi_port *p);
void bi_route_produce(struct bi_engine *e, struct bi_port *p, bool has_voice);
void bi_conferences_mix(struct bi_engine *e);
void bi_wire_carry(struct bi_engine *e, struct bi_port *p);
void bi_line_apply(struct bi_engine *e, struct bi_port *p, const struct bi_port *from);
void bi_line_free(struct bi_port *p);

/* detect.c */
void bi_detect(struct bi_engine *e, struct bi_port *p, bool watches_silence);
void bi_detect_reset(struct bi_port *p);
void bi_detect_release(struct bi_port *p);

/* recorder.c */
void bi_recorders_take(struct bi_engine *e, struct bi_port *p);
void bi_recorder_detach(struct bi_engine *e, struct bi_recording *r);
int bi_recording_error(const struct bi_recording *r);
int bi_writer_start(struct bi_engine *e);
void bi_writer_stop(struct bi_engine *e);

/* ear.c */
void bi_ear_hear(struct bi_engine *e, struct bi_port *p, const int16_t *x);
bool bi_ear_is_armed(const struct bi_port *p);
bool bi_ear_is_busy(const struct bi_port *p); /* speech goes on: tick */
bool bi_ear_has_begun(const struct bi_port *p);
bool bi_ear_is_done(const struct bi_port *p);
void bi_ear_end_after(struct bi_port *p, int64_t samples);
void bi_ear_disarm(struct bi_port *p);
void bi_ear_free(struct bi_port *p);

/* audiosocket.c */
int bi_fifo_fill(struct bi_engine *e, struct bi_port *p, uint8_t *out);
void bi_fifo_take(struct bi_engine *e, struct bi_port *p);
void bi_fifo_free(struct bi_engine *e, struct bi_port *p);

/* stream.c */
int bi_stream_fill(struct bi_engine *e, struct bi_port *p, uint8_t *out);
bool bi_stream_is_over(const struct bi_port *p);
void bi_stream_free(struct bi_port *p);

/* fax.c */
void bi_fax_fill(struct bi_port *p, int16_t *x);
void bi_fax_take(struct bi_engine *e, struct bi_port *p);
void bi_fax_leave(struct bi_port *p);
void bi_faxes_keep(struct bi_engine *e, bool unlocked); /* fax_keep.c */

/* g711.c */
void bi_law_tables(int law, int16_t *decode, uint8_t *encode, uint8_t *idle);
static inline uint8_t bi_law_encode(const struct bi_engine *e, int32_t x)
{
    if (x > 32767)
        x = 32767;
    if (x < -32768)
        x = -32768;
    return e->encode[(uint16_t)(x >> 2) & 0x3fff];
}

#endif
