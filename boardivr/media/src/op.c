/* Operations: what a port is doing for its channel, and when it ends.
 *
 * One at a time. Its conditions are looked at when it begins (keys typed ahead
 * count) and in every tick after the detectors, so a key ends a prompt in the
 * tick in which its tone was recognised: the next frame is idle. */

#include <stdlib.h> // malloc

#include "engine.h"

static const bi_until NOTHING = {-1, 0, -1, -1, -1, -1, -1, 0, -1, -1};

int bi_op_begin(struct bi_engine *e, struct bi_port *p, enum bi_op op, const bi_until *until)
{
    p->op = op;
    p->op_id = ++e->next_op;
    p->op_start = e->now;
    p->until = until ? *until : NOTHING;
    p->played = 0;
    e->live++;
    if (p->until.max_silence >= 0 || p->until.max_non_silence >= 0)
        bi_vad_init(&p->vad, BI_VAD_THRESHOLD_DBM0);
    if (p->until.speech_end >= 0)
        bi_ear_end_after(p, p->until.speech_end);
    int id = p->op_id;
    if (p->lost)
        bi_op_end(e, p, BI_LOST);
    else
        bi_op_check(e, p);
    return id;
}

void bi_op_end(struct bi_engine *e, struct bi_port *p, int reason)
{
    enum bi_op op = p->op;
    p->op = OP_NONE;
    if (op == OP_PLAY || op == OP_TONE || op == OP_SEND)
        bi_voice_stop(e, p);
    if (op == OP_RECORD && p->op_recording)
        bi_recorder_detach(e, p->op_recording);
    if (op == OP_RECORD)
        bi_ear_disarm(p); /* what was said is in the recording */
    if (op == OP_FAX)
        bi_fax_leave(p);
    p->op_recording = NULL;
    bi_post(e, p, BI_EV_DONE, reason, (int)p->played);
}

/* Neither a key nor speech has come. */
static bool waits_for_speech(const struct bi_port *p)
{
    return p->digit_count == 0 && !bi_ear_has_begun(p);
}

static int met(const struct bi_engine *e, const struct bi_port *p)
{
    const bi_until *u = &p->until;
    int64_t passed = e->now - p->op_start;
    int reason = 0;
    if (u->max_digits >= 0 && p->digit_count >= u->max_digits)
        reason |= BI_MAX_DIGITS;
    for (int i = 0; u->digit_mask && i < p->digit_count; i++)
        if (u->digit_mask & 1u << bi_key_number(p->digits[i]))
            reason |= BI_DIGIT;
    if (p->fax_calls && p->op != OP_FAX && p->op != OP_IDLE)
        reason |= BI_FAX_CALLS;
    if (!reason && u->speech && bi_ear_has_begun(p))
        reason |= BI_SPEECH;
    bool key_first = p->op == OP_HEAR && p->digit_count > 0;
    if (!reason && u->speech_end >= 0 && !key_first && bi_ear_is_done(p))
        reason |= BI_SPEECH_END;
    if (reason)
        return reason; /* a key beats speech, and both a time that ran out in the same tick */
    if (u->max_time >= 0 && passed >= u->max_time)
        reason |= BI_MAX_TIME;
    if (u->first_digit >= 0 && p->digit_count == 0 && passed >= u->first_digit)
        reason |= BI_FIRST_DIGIT;
    if (u->first_speech >= 0 && waits_for_speech(p) && passed >= u->first_speech)
        reason |= BI_FIRST_SPEECH;
    if (u->inter_digit >= 0 && p->digit_count > 0 && !p->key_down) {
        int64_t since = p->last_key > p->op_start ? p->last_key : p->op_start;
        if (e->now - since >= u->inter_digit)
            reason |= BI_INTER_DIGIT;
    }
    if (u->max_silence >= 0 && passed >= u->max_silence && 8 * (int64_t)p->vad.silence_ms >= u->max_silence)
        reason |= BI_MAX_SILENCE;
    if (u->max_non_silence >= 0 && 8 * (int64_t)p->vad.voice_ms >= u->max_non_silence)
        reason |= BI_MAX_NON_SILENCE;
    return reason;
}

void bi_op_check(struct bi_engine *e, struct bi_port *p)
{
    if (p->op == OP_NONE)
        return;
    int reason = met(e, p);
    if (!reason && p->source == SRC_NONE && (p->op == OP_PLAY || p->op == OP_TONE || p->op == OP_SEND))
        reason = BI_END_OF_DATA;
    if (p->op_recording && bi_recording_error(p->op_recording))
        reason |= BI_FAILED;
    if (reason)
        bi_op_end(e, p, reason);
}

/* When a time of the operation runs out if nothing happens: what a jump may not pass. */
int64_t bi_op_deadline(const struct bi_port *p)
{
    if (!p->open || p->op == OP_NONE)
        return BI_NEVER;
    const bi_until *u = &p->until;
    int64_t at = p->op == OP_COLLECT || p->op == OP_IDLE || p->op == OP_RECORD ||
                 p->op == OP_HEAR
                     ? BI_NEVER
                     : p->op_start; /* what is sent ends by itself: tick on */
    int64_t since = p->last_key > p->op_start ? p->last_key : p->op_start;
    if (u->max_time >= 0 && p->op_start + u->max_time < at)
        at = p->op_start + u->max_time;
    if (u->first_digit >= 0 && p->digit_count == 0 && p->op_start + u->first_digit < at)
        at = p->op_start + u->first_digit;
    if (u->first_speech >= 0 && waits_for_speech(p) && p->op_start + u->first_speech < at)
        at = p->op_start + u->first_speech;
    if (u->inter_digit >= 0 && p->digit_count > 0 && since + u->inter_digit < at)
        at = since + u->inter_digit;
    return at;
}

/* What every verb checks first; the lock is held on return, with or without a port. */
static struct bi_port *idle_port(bi_engine *e, int port, int *error)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    *error = !p ? -EBADF : p->op != OP_NONE ? -EBUSY : 0;
    return *error ? NULL : p;
}

int bi_collect(bi_engine *e, int port, const bi_until *until)
{
    int result;
    struct bi_port *p = idle_port(e, port, &result);
    if (p)
        result = bi_op_begin(e, p, OP_COLLECT, until);
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* Wait for an utterance, or keys; the ear is armed. */
int bi_hear(bi_engine *e, int port, const bi_until *until)
{
    int result;
    struct bi_port *p = idle_port(e, port, &result);
    if (p)
        result = bi_op_begin(e, p, OP_HEAR, until);
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_idle(bi_engine *e, int port, const bi_until *until)
{
    int result;
    struct bi_port *p = idle_port(e, port, &result);
    if (p)
        result = bi_op_begin(e, p, OP_IDLE, until);
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_play(bi_engine *e, int port, bi_clip **clips, int n, const bi_until *until)
{
    int result;
    struct bi_playlist *list = malloc(sizeof(*list) + (size_t)n * sizeof(*clips));
    if (!list)
        return -ENOMEM;
    struct bi_port *p = idle_port(e, port, &result);
    if (p) {
        bi_voice_stop(e, p);
        *list = (struct bi_playlist){.count = n};
        for (int i = 0; i < n; i++) {
            clips[i]->refs++;
            list->clips[i] = clips[i];
        }
        bi_playlist_drop(e, p);
        p->list = list;
        p->source = n ? SRC_PLAYER : SRC_NONE;
        result = bi_op_begin(e, p, OP_PLAY, until);
    }
    pthread_mutex_unlock(&e->lock);
    if (!p)
        free(list);
    return result;
}

int bi_tone(bi_engine *e, int port, const struct bi_tone_step *steps, int n, int repeat_from)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = -EBADF;
    if (p) {
        bi_voice_stop(e, p);
        result = bi_tonegen_init(&p->tone, steps, n, repeat_from);
        p->source = result == 0 ? SRC_TONE : SRC_NONE;
        e->live++;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_tone_op(bi_engine *e, int port, const struct bi_tone_step *steps, int n, int repeat_from,
               const bi_until *until)
{
    int result;
    struct bi_port *p = idle_port(e, port, &result);
    if (p) {
        bi_voice_stop(e, p);
        result = bi_tonegen_init(&p->tone, steps, n, repeat_from);
        if (result == 0) {
            p->source = SRC_TONE;
            result = bi_op_begin(e, p, OP_TONE, until);
        }
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_send(bi_engine *e, int port, const char *keys, int on_ms, int off_ms, float low_dbm0,
            float high_dbm0)
{
    int result;
    struct bi_port *p = idle_port(e, port, &result);
    if (p) {
        bi_voice_stop(e, p);
        bi_dtmfsend_init(&p->send);
        result = bi_dtmfsend_set(&p->send, on_ms, off_ms, low_dbm0, high_dbm0);
        if (result == 0)
            result = bi_dtmfsend_put(&p->send, keys);
        if (result >= 0) {
            p->source = SRC_SEND;
            result = bi_op_begin(e, p, OP_SEND, NULL);
        }
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_hush(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        bi_voice_stop(e, p);
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

int bi_stop(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p && p->op != OP_NONE)
        bi_op_end(e, p, BI_STOPPED);
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}
