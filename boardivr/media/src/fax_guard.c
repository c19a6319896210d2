/* The guard in front of spandsp's HDLC receiver.
 *
 * spandsp 0.0.6 copies `length - 4` octets of an image frame (FCD). One of three octets
 * with a good checksum makes that a very large number: any caller could end the process.
 * And it writes all octets of a DCS as text where there is room for those of 22.
 * The receiver is set up anew with each change of modem, so the guard is put back each time. */

#include "fax.h"

#define IMAGE_FRAME 0x06 /* FCD, in the order of bits that spandsp has */
#define IMAGE_HEADER 4   /* address, control, FCD, number */

static bool is_dangerous(const uint8_t *frame, int length)
{
    int kind = length < 3 ? 0 : frame[2] & 0xFE;
    return (kind == IMAGE_FRAME && length < IMAGE_HEADER) ||
           (kind == T30_DCS && length > T30_MAX_DIS_DTC_DCS_LEN);
}

/* With error correction spandsp's receiver doesn't know the last page's command any more, once it
 * has confirmed it. Who says it again hasn't heard that: have it confirmed again. */
static bool is_said_again(const struct bi_fax *f, const uint8_t *frame, int length)
{
    return f->result.phase == 'E' && f->taken > 0 && length > 3 &&
           (frame[2] & 0xFE) == T30_PPS && (frame[3] & 0xFE) == T30_EOP;
}

static void accept(void *user, const uint8_t *frame, int length, int ok)
{
    static const uint8_t REPEAT[] = {0xFF, 0x13, T30_CRP};
    struct bi_fax *f = user;
    if (ok && is_dangerous(frame, length)) {
        f->result.frames_refused++;
        return;
    }
    if (ok && bi_fax_misses(f, frame, length))
        return;
    if (ok && is_said_again(f, frame, length)) {
        frame = REPEAT;
        length = sizeof(REPEAT);
    }
    t30_hdlc_accept(&f->fax->t30, frame, length, ok);
}

static void put_guard(struct bi_fax *f)
{
    f->fax->modems.hdlc_rx.frame_handler = accept;
    f->fax->modems.hdlc_rx.frame_user_data = f;
}

static void set_rx_type(void *user, int type, int bit_rate, int short_train, int use_hdlc)
{
    struct bi_fax *f = user;
    f->set_rx_type(f->fax, type, bit_rate, short_train, use_hdlc);
    put_guard(f);
}

void bi_fax_guard(struct bi_fax *f)
{
    t30_state_t *t = &f->fax->t30;
    f->set_rx_type = t->set_rx_type_handler;
    t->set_rx_type_handler = set_rx_type;
    t->set_rx_type_user_data = f;
    put_guard(f);
}

/* For tests: give a frame to the receiver as if it had come over the line; returns how
 * many were refused so far. */
int bi_fax_guarded(bi_fax *f, const uint8_t *frame, int length)
{
    hdlc_rx_state_t *hdlc = &f->fax->modems.hdlc_rx;
    pthread_mutex_lock(&f->engine->lock);
    hdlc->frame_handler(hdlc->frame_user_data, frame, length, true);
    pthread_mutex_unlock(&f->engine->lock);
    return f->result.frames_refused;
}
