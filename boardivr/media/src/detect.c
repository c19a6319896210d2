/* What a port hears: keys, speech and silence, progress tones, fax tones, caller ID.
 * A detector runs only where somebody listens for it. */

#include <stdlib.h> // calloc

#include "engine.h"

#define VOICE_MS 120 /* what isn't a progress tone for so long, and is loud, is a voice */

static void hear_keys(struct bi_engine *e, struct bi_port *p, const int16_t *x)
{
    struct bi_dtmf_event events[BI_DTMF_EVENTS];
    int n = bi_dtmf_frame(&p->dtmf, x, events);
    for (int i = 0; i < n; i++) {
        bool begins = events[i].kind == BI_DTMF_BEGIN;
        if (begins)
            bi_digit_add(e, p, events[i].key);
        p->key_down = begins;
        p->last_key = e->now;
        bi_post(e, p, begins ? BI_EV_KEY_BEGIN : BI_EV_KEY_END, events[i].key,
                events[i].duration / 8);
    }
}

static void hear_tones(struct bi_engine *e, struct bi_port *p, const int16_t *x)
{
    struct bi_cpt_event events[BI_CPT_EVENTS];
    int n = bi_cpt_frame(p->cpt, x, events);
    for (int i = 0; i < n; i++) {
        bi_post(e, p, BI_EV_TONE, events[i].id, events[i].count);
        if (p->lose_on & 1u << events[i].id)
            p->lost = true;
    }
    if (p->lost && p->op != OP_NONE)
        bi_op_end(e, p, BI_LOST);
}

/* Where progress tones are listened for, they are not a voice. */
static bool is_voice(const struct bi_port *p)
{
    return p->vad.voice && (!p->cpt || p->cpt->other_ms >= VOICE_MS);
}

static void hear_voice(struct bi_engine *e, struct bi_port *p)
{
    if (!p->speaking && is_voice(p)) {
        p->speaking = true;
        bi_post(e, p, BI_EV_VOICE, 1, p->vad.voice_ms);
    } else if (p->speaking && !p->vad.voice) {
        p->speaking = false;
        bi_post(e, p, BI_EV_VOICE, 0, p->vad.silence_ms);
    }
}

static void hear_fax(struct bi_engine *e, struct bi_port *p, const int16_t *x)
{
    int8_t tones[BI_FAXTONE_EVENTS];
    int n = bi_faxtone_frame(&p->faxtone, x, tones);
    for (int i = 0; i < n; i++) {
        p->fax_calls |= p->awaits_fax && tones[i] == BI_FAXTONE_CNG;
        bi_post(e, p, BI_EV_FAX, tones[i], 0);
    }
}

void bi_detect(struct bi_engine *e, struct bi_port *p, bool watches_silence)
{
    int16_t x[BI_FRAME] = {0};
    struct bi_vad_event voice[BI_VAD_EVENTS];
    if (!p->in_idle)
        for (int i = 0; i < BI_FRAME; i++)
            x[i] = e->decode[p->in[i]];
    if (p->echo && !p->fax)
        bi_echo_frame(p->echo, p->out_idle ? NULL : p->out, p->in, x);
    if (p->detect_digits && !p->fax) /* modems sound like keys now and then */
        hear_keys(e, p, x);
    if (p->cpt)
        hear_tones(e, p, x);
    if (p->detect_voice || watches_silence)
        bi_vad_frame(&p->vad, x, voice);
    if (p->detect_voice && !p->fax)
        hear_voice(e, p);
    if (bi_ear_is_armed(p) && !p->fax)
        bi_ear_hear(e, p, x);
    if (p->faxtone.state && !p->fax)
        hear_fax(e, p, x);
    if (p->callerid_rx.state && bi_callerid_rx_frame(&p->callerid_rx, x, &p->callerid))
        bi_post(e, p, BI_EV_CALLER_ID, 0, 0);
}

void bi_detect_reset(struct bi_port *p)
{
    bi_dtmf_init(&p->dtmf);
    bi_vad_init(&p->vad, BI_VAD_THRESHOLD_DBM0);
    p->speaking = false;
}

void bi_detect_release(struct bi_port *p)
{
    free(p->cpt);
    p->cpt = NULL;
    free(p->echo);
    p->echo = NULL;
    bi_faxtone_release(&p->faxtone);
    p->awaits_fax = p->fax_calls = false;
    bi_callerid_rx_release(&p->callerid_rx);
    bi_callerid_tx_release(&p->callerid_tx);
}

/* Detectors hear the line without the echo of what the port says. */
int bi_cancel_echo(bi_engine *e, int port, int on)
{
    struct bi_echo *echo = on ? malloc(sizeof(*echo)) : NULL;
    if (on && !echo)
        return -ENOMEM;
    if (echo)
        bi_echo_init(echo, e->decode, e->idle);
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p) {
        struct bi_echo *old = p->echo;
        p->echo = echo;
        echo = old;
    }
    pthread_mutex_unlock(&e->lock);
    free(echo);
    return p ? 0 : -EBADF;
}

int bi_detect_voice(bi_engine *e, int port, int on)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p) {
        p->detect_voice = on;
        p->speaking = false;
        bi_vad_init(&p->vad, BI_VAD_THRESHOLD_DBM0);
    }
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

/* Listen for progress tones; n of 0 ends it. `lose_on` has a bit for each id that
 * means the far end is gone. */
int bi_detect_tones(bi_engine *e, int port, const struct bi_cpt_tone *tones, int n,
                    uint32_t lose_on)
{
    struct bi_cpt *cpt = n ? calloc(1, sizeof(*cpt)) : NULL;
    int result = n && !cpt ? -ENOMEM : n ? bi_cpt_init(cpt, tones, n) : 0;
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (!p)
        result = -EBADF;
    if (result == 0) {
        struct bi_cpt *old = p->cpt;
        p->cpt = cpt;
        p->lose_on = lose_on;
        cpt = old;
    }
    pthread_mutex_unlock(&e->lock);
    free(cpt);
    return result;
}

int bi_detect_fax(bi_engine *e, int port, int on)
{
    struct bi_faxtone made = {0}, old = {0};
    int result = on ? bi_faxtone_init(&made, BI_FAXTONE_CNG | BI_FAXTONE_CED) : 0;
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p && result == 0) {
        old = p->faxtone;
        p->faxtone = made;
    }
    pthread_mutex_unlock(&e->lock);
    bi_faxtone_release(p && result == 0 ? &old : &made);
    return p ? result : -EBADF;
}

/* Let a calling fax's CNG end what is played, recorded or collected, from now on. */
int bi_await_fax(bi_engine *e, int port, int on)
{
    int result = bi_detect_fax(e, port, on);
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p) {
        p->awaits_fax = on && result == 0;
        p->fax_calls = false;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* Listen for a caller ID message; standard 0 ends it. */
int bi_detect_caller_id(bi_engine *e, int port, int standard)
{
    struct bi_callerid_rx made = {0}, old = {0};
    int result = standard ? bi_callerid_rx_init(&made, standard) : 0;
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p && result == 0) {
        old = p->callerid_rx;
        p->callerid_rx = made;
    }
    pthread_mutex_unlock(&e->lock);
    bi_callerid_rx_release(p && result == 0 ? &old : &made);
    return p ? result : -EBADF;
}

/* The last message that came. */
int bi_caller_id_take(bi_engine *e, int port, struct bi_callerid *out)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        *out = p->callerid;
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

/* Send who calls. */
int bi_caller_id_send(bi_engine *e, int port, int standard, const struct bi_callerid *id)
{
    struct bi_callerid_tx made = {0}, old = {0};
    int result = bi_callerid_tx_init(&made, standard, id);
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p && result == 0) {
        bi_voice_stop(e, p);
        old = p->callerid_tx;
        p->callerid_tx = made;
        p->source = SRC_MODEM;
        e->live++;
    }
    pthread_mutex_unlock(&e->lock);
    bi_callerid_tx_release(p && result == 0 ? &old : &made);
    return p ? result : -EBADF;
}
