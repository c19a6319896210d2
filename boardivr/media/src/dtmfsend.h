/* Keys as DTMF tones, one after the other. */
#ifndef BI_DTMFSEND_H
#define BI_DTMFSEND_H

#include <stdint.h>

#include "osc.h" // struct bi_osc

#define BI_DTMFSEND_KEYS 256 /* that may wait */

struct bi_dtmfsend {
    char queue[BI_DTMFSEND_KEYS];
    int32_t head, count;         /* of the queue, a ring */
    int32_t on_ms, off_ms;       /* of a tone, of the pause after it */
    float low_dbm0, high_dbm0;
    char key;                    /* whose tone sounds, or 0 */
    int32_t left;                /* samples of the tone or pause that are to come */
    struct bi_osc osc[2];
};

/* Nothing to send; tones of 80 ms, pauses of 80, -8 dBm0 the low tone and -6 the high one
 * (ETSI ES 201 235-2: 65 ms at least, 1 to 4 dB between them). */
void bi_dtmfsend_init(struct bi_dtmfsend *s);

/* Change times and levels, from the next key on. Returns 0, or -EINVAL (tones 1 to 60,000 ms,
 * pauses 0 to 60,000, levels -60 to 0 dBm0). */
int bi_dtmfsend_set(struct bi_dtmfsend *s, int on_ms, int off_ms, float low_dbm0,
                    float high_dbm0);

/* Queue keys: 0-9 * # A-D (or a-d), and "," which is a pause of one second. Returns 0; or
 * -EINVAL or -ENOSPC, and then none of them is queued. */
int bi_dtmfsend_put(struct bi_dtmfsend *s, const char *keys);

/* Forget what is queued, and stop in the middle of a tone. */
void bi_dtmfsend_clear(struct bi_dtmfsend *s);

/* Write the next n samples. Returns how many there were: fewer when all has been sent, the
 * last pause included. */
int bi_dtmfsend_fill(struct bi_dtmfsend *s, int16_t *x, int n);

/* The key whose tone sounds now, or 0. */
char bi_dtmfsend_key(const struct bi_dtmfsend *s);

/* How many keys wait, the one that sounds not among them. */
int bi_dtmfsend_waiting(const struct bi_dtmfsend *s);

#endif
