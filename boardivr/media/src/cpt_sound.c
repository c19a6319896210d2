/* A frame of 20 ms is explained by least squares with each sound in turn. One sine is measured
 * first, by the phase between the frame's halves (+-50 Hz), two are taken as they should be:
 * off by 1.5 % they still explain nine tenths. */
#include "cpt_sound.h"

#include <math.h> // atan2f, fabsf, sqrtf

#include "level.h" // bi_level_dbm0, BI_FRAME
#include "sines.h"

#define SILENCE_DBM0 -43.0f
#define FAINT -34.0f       /* silence, if it is also ... */
#define UNDER_TONE 6.0f    /* ... so much under the tone before it: noise in a pause */
#define UNEXPLAINED 0.28f  /* 10 dB of noise (9 %), and off by 1.5 % (11 %) */
#define UNLIKE 3.16f       /* 10 dB between two sines at the most */
#define HALF (BI_FRAME / 2)

/* How far the sine near hz is off. */
static float measure(const float *x, float hz)
{
    float re[BI_FRAME], im[BI_FRAME], are, aim, bre, bim;

    bi_phasors(hz, re, im, BI_FRAME);
    are = bi_dot(x, re, HALF);
    aim = -bi_dot(x, im, HALF);
    bre = bi_dot(x + HALF, re + HALF, HALF);
    bim = -bi_dot(x + HALF, im + HALF, HALF);
    return atan2f(are * bim - aim * bre, are * bre + aim * bim) / (BI_RADIANS(1.0f) * HALF);
}

static float left_by_one(const struct bi_cpt_sound *s, const float *x)
{
    const float off = measure(x, s->hz[0]);
    float c[2];

    if (fabsf(off) > s->most_off[0])
        return 1.0f;
    return bi_fit_sine(x, BI_FRAME, s->hz[0] + off, c);
}

static float left_by_two(const struct bi_cpt_sound *s, const float *x)
{
    float c[4];
    const float left = bi_fit_sines(x, BI_FRAME, s->hz, c);
    const float low = sqrtf(c[0] * c[0] + c[1] * c[1]), high = sqrtf(c[2] * c[2] + c[3] * c[3]);

    return low > UNLIKE * high || high > UNLIKE * low ? 1.0f : left;
}

int bi_cpt_sound(const struct bi_cpt_sound *sounds, int n, const int16_t *x, float tone,
                 float *level)
{
    float s[BI_FRAME], least = UNEXPLAINED;
    int i, best = BI_CPT_OTHER;

    *level = bi_level_dbm0(x, BI_FRAME);
    if (*level < SILENCE_DBM0)
        return BI_CPT_SILENCE;
    for (i = 0; i < BI_FRAME; i++)
        s[i] = x[i];
    for (i = 0; i < n; i++) {
        const float left = sounds[i].parts == 1 ? left_by_one(sounds + i, s)
                                                : left_by_two(sounds + i, s);

        if (left < least) {
            least = left;
            best = i;
        }
    }
    if (best == BI_CPT_OTHER && *level < FAINT && *level < tone - UNDER_TONE)
        return BI_CPT_SILENCE;
    return best;
}
