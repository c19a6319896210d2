#include "faxtone.h"

#include <errno.h>
#include <stdlib.h> // calloc, free

#include <spandsp.h>

#include "level.h" // bi_level_dbm0, BI_FRAME

#define FAINT_DBM0 -46.0f
#define QUIET_FRAMES 5 /* of silence, after which there is nothing left to hear in the filters */

struct bi_faxtone_state {
    modem_connect_tones_rx_state_t *cng, *ced;
    int quiet;                      /* frames of silence in a row */
    int count;                      /* of what begun[] holds */
    int8_t begun[BI_FAXTONE_EVENTS]; /* in the frame that is being heard */
};

/* spandsp tells of a tone's begin, and with NONE of its end. */
static void told(void *user, int tone, int level, int delay)
{
    struct bi_faxtone_state *s = user;
    int8_t kind = 0;

    (void)level;
    (void)delay;
    if (tone == MODEM_CONNECT_TONES_FAX_CNG)
        kind = BI_FAXTONE_CNG;
    else if (tone == MODEM_CONNECT_TONES_FAX_PREAMBLE)
        kind = BI_FAXTONE_PREAMBLE;
    else if (tone >= MODEM_CONNECT_TONES_ANS && tone <= MODEM_CONNECT_TONES_ANSAM_PR)
        kind = BI_FAXTONE_CED;
    if (kind && s->count < BI_FAXTONE_EVENTS)
        s->begun[s->count++] = kind;
}

int bi_faxtone_init(struct bi_faxtone *f, int listen)
{
    struct bi_faxtone_state *s;

    f->state = NULL;
    if (listen < 1 || listen > (BI_FAXTONE_CNG | BI_FAXTONE_CED))
        return -EINVAL;
    s = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    f->state = s;
    if (listen & BI_FAXTONE_CNG)
        s->cng = modem_connect_tones_rx_init(NULL, MODEM_CONNECT_TONES_FAX_CNG, told, s);
    if (listen & BI_FAXTONE_CED)
        s->ced = modem_connect_tones_rx_init(NULL, MODEM_CONNECT_TONES_FAX_CED_OR_PREAMBLE, told,
                                             s);
    if ((listen & BI_FAXTONE_CNG && !s->cng) || (listen & BI_FAXTONE_CED && !s->ced)) {
        bi_faxtone_release(f);
        return -ENOMEM;
    }
    return 0;
}

void bi_faxtone_release(struct bi_faxtone *f)
{
    if (!f->state)
        return;
    if (f->state->cng)
        modem_connect_tones_rx_free(f->state->cng);
    if (f->state->ced)
        modem_connect_tones_rx_free(f->state->ced);
    free(f->state);
    f->state = NULL;
}

int bi_faxtone_frame(struct bi_faxtone *f, const int16_t *x, int8_t *out)
{
    struct bi_faxtone_state *s = f->state;
    int i;

    s->quiet = bi_level_dbm0(x, BI_FRAME) < FAINT_DBM0 ? s->quiet + 1 : 0;
    if (s->quiet > QUIET_FRAMES) {
        s->quiet = QUIET_FRAMES + 1;
        return 0;
    }
    s->count = 0;
    if (s->cng)
        modem_connect_tones_rx(s->cng, x, BI_FRAME);
    if (s->ced)
        modem_connect_tones_rx(s->ced, x, BI_FRAME);
    for (i = 0; i < s->count; i++)
        out[i] = s->begun[i];
    return s->count;
}

int bi_faxtone_tx_init(struct bi_faxtone_tx *f, int kind)
{
    f->state = NULL;
    if (kind != BI_FAXTONE_CNG && kind != BI_FAXTONE_CED)
        return -EINVAL;
    f->state = modem_connect_tones_tx_init(
        NULL, kind == BI_FAXTONE_CNG ? MODEM_CONNECT_TONES_FAX_CNG : MODEM_CONNECT_TONES_FAX_CED);
    return f->state ? 0 : -ENOMEM;
}

void bi_faxtone_tx_release(struct bi_faxtone_tx *f)
{
    if (f->state)
        modem_connect_tones_tx_free(f->state);
    f->state = NULL;
}

int bi_faxtone_tx_fill(struct bi_faxtone_tx *f, int16_t *x, int n)
{
    return modem_connect_tones_tx(f->state, x, n);
}
