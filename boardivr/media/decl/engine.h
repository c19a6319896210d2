/* The engine's public face: what Python sees, and C files include.
 * Times are samples at 8 kHz; functions return 0 or more, or a negative errno. */

typedef struct bi_engine bi_engine;
typedef struct bi_clip bi_clip;
typedef struct bi_recording bi_recording;
typedef struct bi_waiter bi_waiter;

enum { BI_ALAW = 0, BI_ULAW = 1, BI_LINEAR = 2, BI_VOX = 3 };

enum bi_event_kind {
    BI_EV_DONE = 1,     /* a: reason mask, b: samples played or recorded, op: which */
    BI_EV_SIGNAL = 2,   /* posted by signalling; a and b are its own */
    BI_EV_KEY_BEGIN = 4,/* a: key, b: duration so far in ms */
    BI_EV_KEY_END = 8,  /* a: key, b: duration in ms */
    BI_EV_CLIP_BEGIN = 16, /* the far end began to play; a: clip's id */
    BI_EV_CLIP_END = 32,   /* a: clip's id, b: samples of it that were played */
    BI_EV_TONE = 64,    /* call progress tone; a: its number in the plan, b: cycles */
    BI_EV_VOICE = 128,  /* a: 1 began, 0 ended; b: ms of the state that ended */
    BI_EV_FAX = 256,    /* a: of enum bi_faxtone_kind */
    BI_EV_CALLER_ID = 512, /* a caller ID message was received: bi_caller_id_take */
    BI_EV_AUDIOSOCKET = 1024, /* a: message kind, b: key or error */
    BI_EV_FAXPAGE = 2048, /* a page of a fax is confirmed; a: pages so far, b: bad rows of it */
    BI_EV_FAXPHASE = 8192, /* a fax went from one phase to another; a: to 'A' ... 'E', b: from */
    BI_EV_SPEECH = 4096, /* a: 1 began, 2 ended, 3 was none; b: ms ago */
};

enum bi_reason {
    BI_END_OF_DATA = 1,
    BI_MAX_DIGITS = 2,
    BI_DIGIT = 4,
    BI_MAX_TIME = 8,
    BI_FIRST_DIGIT = 16,
    BI_INTER_DIGIT = 32,
    BI_MAX_SILENCE = 64,
    BI_MAX_NON_SILENCE = 128,
    BI_STOPPED = 256,
    BI_LOST = 512,
    BI_FAILED = 1024, /* the recording's file can't be written */
    BI_FAX_CALLS = 2048, /* a calling fax's CNG was heard */
    BI_SPEECH = 4096,
    BI_FIRST_SPEECH = 8192,
    BI_SPEECH_END = 16384,
};

/* A termination parameter table; -1 means "not watched". Times in samples. */
typedef struct {
    int32_t max_digits;
    uint32_t digit_mask; /* bit per key in the order 0123456789*#ABCD */
    int64_t max_time, first_digit, inter_digit, max_silence, max_non_silence;
    int32_t speech; /* 1: speech has begun; the ear is armed */
    int64_t first_speech, speech_end;
} bi_until;

typedef struct {
    int32_t kind, a, b, op;
    int64_t at;      /* sample time */
    int64_t post_ns; /* CLOCK_MONOTONIC when it was posted */
} bi_event;

typedef struct {
    int64_t ticks, late, max_late_ns, busy_ns, jumps, events_lost;
    int32_t ports, clips;
    int64_t clip_bytes;
} bi_stats;

/* engine.c */
bi_engine *bi_engine_alloc(int max_ports, int law, int virtual_time);
int bi_engine_start(bi_engine *e);
void bi_engine_close(bi_engine *e);
void bi_engine_free(bi_engine *e);
int64_t bi_now(bi_engine *e);
int64_t bi_monotonic_ns(void);
int bi_engine_speed(bi_engine *e, int times);
void bi_engine_stats(bi_engine *e, bi_stats *out);
int bi_run(bi_engine *e, int64_t ticks);
int bi_port_size(void);

/* clock.c */
bi_waiter *bi_waiter_alloc(bi_engine *e);
void bi_waiter_free(bi_waiter *w);
int bi_waiter_wait(bi_engine *e, bi_waiter *w, int64_t deadline);
void bi_waiter_wake(bi_engine *e, bi_waiter *w);
bi_waiter *bi_thread_expect(bi_engine *e);
int bi_thread_begin(bi_engine *e, bi_waiter *ticket);
void bi_thread_end(bi_engine *e, bi_waiter *ticket);

/* port.c */
int bi_port_open(bi_engine *e);
int bi_port_close(bi_engine *e, int port);
int bi_port_reset(bi_engine *e, int port);
int bi_port_subscribe(bi_engine *e, int port, int mask);
int bi_port_wait(bi_engine *e, int port, int64_t deadline, bi_event *out);
int bi_port_signal(bi_engine *e, int port, int a, int b);
int bi_port_lose(bi_engine *e, int port);
int bi_port_lost(bi_engine *e, int port);
int bi_port_out(bi_engine *e, int port, uint8_t *frame);
int bi_port_in(bi_engine *e, int port, uint8_t *frame);

/* digits.c */
int bi_detect_digits(bi_engine *e, int port, int on);
int bi_digits_put(bi_engine *e, int port, const char *keys);
int bi_digits_take(bi_engine *e, int port, int max, uint32_t mask, char *out, int size);
int bi_digits_keep(bi_engine *e, int port, int most, int cyclic);
int bi_digits_act(bi_engine *e, int port, uint32_t keys);
int bi_digits_count(bi_engine *e, int port);
int bi_digits_clear(bi_engine *e, int port);

/* detect.c */
int bi_cancel_echo(bi_engine *e, int port, int on);
int bi_detect_voice(bi_engine *e, int port, int on);
int bi_detect_tones(bi_engine *e, int port, const struct bi_cpt_tone *tones, int n,
                    uint32_t lose_on);
int bi_detect_fax(bi_engine *e, int port, int on);
int bi_await_fax(bi_engine *e, int port, int on);
int bi_detect_caller_id(bi_engine *e, int port, int standard);
int bi_caller_id_take(bi_engine *e, int port, struct bi_callerid *out);
int bi_caller_id_send(bi_engine *e, int port, int standard, const struct bi_callerid *id);

/* clip.c */
bi_clip *bi_clip_alloc(bi_engine *e, const void *data, int64_t bytes, int encoding);
void bi_clip_release(bi_clip *c);
int bi_clip_id(const bi_clip *c);
int bi_encode(int law, const int16_t *linear, uint8_t *out, int64_t n);
int bi_decode(int law, const uint8_t *coded, int16_t *out, int64_t n);

/* voice.c and op.c */
int bi_play(bi_engine *e, int port, bi_clip **clips, int n, const bi_until *until);
int bi_tone(bi_engine *e, int port, const struct bi_tone_step *steps, int n, int repeat_from);
int bi_tone_op(bi_engine *e, int port, const struct bi_tone_step *steps, int n, int repeat_from,
               const bi_until *until);
int bi_send(bi_engine *e, int port, const char *keys, int on_ms, int off_ms,
            float low_dbm0, float high_dbm0);
int bi_collect(bi_engine *e, int port, const bi_until *until);
int bi_hear(bi_engine *e, int port, const bi_until *until);
int bi_idle(bi_engine *e, int port, const bi_until *until);
int bi_hush(bi_engine *e, int port);
int bi_stop(bi_engine *e, int port);

/* stream.c */
int bi_play_stream(bi_engine *e, int port, int fd, const bi_until *until);
int bi_stream_adjust(bi_engine *e, int port, float gain_db, float speed);
int bi_stream_pause(bi_engine *e, int port, int on);

/* recorder.c */
bi_recording *bi_recording_open(bi_engine *e, int fd, int encoding, const uint8_t *header,
                                int header_size);
int bi_record(bi_engine *e, int port, bi_recording *r, const bi_until *until);
int bi_record_attach(bi_engine *e, int port, bi_recording *r, int side);
int bi_recording_mute(bi_engine *e, bi_recording *r, int on);
int64_t bi_recording_close(bi_engine *e, bi_recording *r);
enum { BI_SIDE_IN = 1, BI_SIDE_OUT = 2, BI_SIDE_BOTH = 3 };

/* ear.c */
int bi_ear_arm(bi_engine *e, int port, int64_t longest);
int64_t bi_ear_take(bi_engine *e, int port, uint8_t *out, int64_t size);
int bi_ear_clear(bi_engine *e, int port);

/* route.c and line.c */
int bi_wire(bi_engine *e, int a, int b);
int bi_unwire(bi_engine *e, int a);
int bi_bridge(bi_engine *e, int a, int b);
int bi_listen(bi_engine *e, int port, int target);
int bi_slot_hear(bi_engine *e, int port, int from, int side);
int bi_slot_say(bi_engine *e, int port, int from, int side);
int bi_unroute(bi_engine *e, int port);
/* While on, what the port hears goes to no other port and into no recording; its own
 * detectors hear it. */
int bi_conceal(bi_engine *e, int port, int on);
int bi_conference_open(bi_engine *e);
int bi_conference_join(bi_engine *e, int conference, int port);
int bi_conference_leave(bi_engine *e, int conference, int port);
int bi_conference_close(bi_engine *e, int conference);
typedef struct {
    float loss_db;       /* towards this port */
    float noise_dbm0;    /* white; below -90 is none */
    float echo_db;       /* what this port sends comes back so much weaker; 0 is none */
    int32_t echo_delay;  /* samples, at most 1600 */
    float drop;          /* share of frames that are lost, 0 to 1 */
    uint32_t seed;
    int32_t delay;       /* samples until what is sent arrives, at most 8000 */
} bi_line;
int bi_line_set(bi_engine *e, int port, const bi_line *line);

/* audiosocket.c */
int bi_audiosocket(bi_engine *e, int port, int fd);
