/* The ear: listens for speech on a port and keeps the utterance.
 *
 * While it is armed, the endpointer hears every frame that came in, and the last
 * frames are kept in a ring, so that an utterance has the 300 ms before its begin
 * was certain, too. It goes on from a prompt, which its begin ends, to the wait for
 * its end. Memory is allocated when it is armed, by the thread that asks for it;
 * the utterance is copied out once, whole. It is in C as all that touches samples. */

#include <stdlib.h> // calloc, realloc

#include "engine.h"

#define BEFORE 15 /* frames that are kept from before speech began */
#define RING (BEFORE + BI_ENDPOINT_WINDOW)
#define AFTER 8   /* frames that are kept of the hush after it */

enum ear_state { EAR_OFF, EAR_WAITS, EAR_HEARS, EAR_DONE };

struct bi_ear {
    enum ear_state state;
    struct bi_endpoint endpoint;
    uint8_t ring[RING][BI_FRAME];
    int ring_at, ring_count;
    uint8_t *utterance; /* in the engine's law */
    int64_t size, room;
};

bool bi_ear_is_armed(const struct bi_port *p)
{
    return p->ear && p->ear->state != EAR_OFF && p->ear->state != EAR_DONE;
}

bool bi_ear_is_busy(const struct bi_port *p)
{
    return p->ear && (p->ear->state == EAR_HEARS ||
                      (p->ear->state == EAR_WAITS && p->ear->endpoint.loud & 0xff));
}

bool bi_ear_has_begun(const struct bi_port *p)
{
    return p->ear && (p->ear->state == EAR_HEARS || p->ear->state == EAR_DONE);
}

bool bi_ear_is_done(const struct bi_port *p)
{
    return p->ear && p->ear->state == EAR_DONE;
}

void bi_ear_end_after(struct bi_port *p, int64_t samples)
{
    if (p->ear)
        p->ear->endpoint.end_ms = (int32_t)(samples / 8);
}

void bi_ear_disarm(struct bi_port *p)
{
    if (p->ear)
        p->ear->state = EAR_OFF;
}

void bi_ear_free(struct bi_port *p)
{
    if (p->ear)
        free(p->ear->utterance);
    free(p->ear);
    p->ear = NULL;
}

static void wait_anew(struct bi_ear *ear)
{
    ear->state = EAR_WAITS;
    ear->endpoint.speaking = 0;
    ear->endpoint.loud = ear->endpoint.voiced = 0;
    ear->ring_count = 0;
    ear->size = 0;
}

static void keep(struct bi_ear *ear, const uint8_t *frame)
{
    if (ear->size + BI_FRAME <= ear->room) {
        memcpy(ear->utterance + ear->size, frame, BI_FRAME);
        ear->size += BI_FRAME;
    }
}

/* The utterance begins with what the ring has of it, and of the moment before; an idle
 * line, or one that a key's tone was on, is silent there. */
static void begin(const struct bi_engine *e, struct bi_ear *ear, int frames_ago)
{
    uint8_t idle[BI_FRAME];
    memset(idle, e->idle, BI_FRAME);
    ear->state = EAR_HEARS;
    ear->size = 0;
    for (int i = frames_ago + BEFORE; i > 0; i--)
        keep(ear, i <= ear->ring_count ? ear->ring[(ear->ring_at + RING - i) % RING] : idle);
}

static void end(struct bi_ear *ear, int frames_ago)
{
    int64_t hush = (int64_t)(frames_ago - AFTER) * BI_FRAME;
    if (hush > 0 && hush < ear->size && ear->size < ear->room)
        ear->size -= hush;
    ear->state = EAR_DONE;
}

/* A progress tone that is listened for is known as one for as long as nothing else is heard. */
static bool is_known_tone(const struct bi_port *p)
{
    return p->key_down || (p->cpt && p->cpt->other_ms == 0);
}

static void take_frame(struct bi_engine *e, struct bi_ear *ear, const int16_t *x)
{
    uint8_t *frame = ear->ring[ear->ring_at];
    for (int i = 0; i < BI_FRAME; i++)
        frame[i] = bi_law_encode(e, x[i]);
    ear->ring_at = (ear->ring_at + 1) % RING;
    ear->ring_count += ear->ring_count < RING;
    if (ear->state == EAR_HEARS)
        keep(ear, frame);
}

void bi_ear_hear(struct bi_engine *e, struct bi_port *p, const int16_t *x)
{
    struct bi_ear *ear = p->ear;
    int ago = 0;
    take_frame(e, ear, x);
    if (p->key_down) /* its tone would spoil the moment before speech */
        ear->ring_count = 0;
    if (p->key_down && ear->state == EAR_HEARS) { /* what was said before a key is given up */
        wait_anew(ear);
        bi_post(e, p, BI_EV_SPEECH, BI_ENDPOINT_VOID, 0);
    }
    int kind = bi_endpoint_frame(&ear->endpoint, x, is_known_tone(p), &ago);
    if (kind == BI_ENDPOINT_BEGIN)
        begin(e, ear, ago);
    else if (kind == BI_ENDPOINT_END)
        end(ear, ago);
    else if (kind == BI_ENDPOINT_VOID)
        wait_anew(ear);
    else if (p->op == OP_HEAR && ear->state == EAR_HEARS && ear->size + BI_FRAME > ear->room)
        end(ear, 0); /* as long as an utterance may be */
    if (kind != BI_ENDPOINT_NOTHING)
        bi_post(e, p, BI_EV_SPEECH, kind, 20 * ago);
}

/* Listen from now on, for utterances of so many samples at most. One that is being
 * heard goes on; memory comes from here, never from a tick. */
int bi_ear_arm(bi_engine *e, int port, int64_t longest)
{
    struct bi_ear *made = calloc(1, sizeof(*made));
    uint8_t *room = malloc((size_t)(longest > 0 ? longest : 1));
    int result = made && room ? 0 : -ENOMEM;
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (!p)
        result = -EBADF;
    if (result == 0 && !p->ear) {
        p->ear = made;
        made = NULL;
    }
    struct bi_ear *ear = result == 0 ? p->ear : NULL;
    if (ear && ear->room < longest) {
        uint8_t *old = ear->utterance;
        if (ear->size > 0)
            memcpy(room, old, (size_t)ear->size);
        ear->utterance = room;
        ear->room = longest;
        room = old;
    }
    if (ear && ear->state == EAR_OFF) {
        bi_endpoint_init(&ear->endpoint);
        wait_anew(ear);
    }
    pthread_mutex_unlock(&e->lock);
    free(made);
    free(room);
    return result;
}

/* Copy the utterance out, as far as it was heard, and stop listening. Returns its
 * samples; 0 where there was none, or `size` is too small for it. */
int64_t bi_ear_take(bi_engine *e, int port, uint8_t *out, int64_t size)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int64_t result = p ? 0 : -EBADF;
    if (p && bi_ear_is_done(p) && p->ear->size <= size) {
        result = p->ear->size;
        memcpy(out, p->ear->utterance, (size_t)result);
    }
    if (p)
        bi_ear_disarm(p);
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* Stop listening, and forget what was heard. */
int bi_ear_clear(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        bi_ear_disarm(p);
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}
