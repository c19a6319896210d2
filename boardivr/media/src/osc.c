/* A polynomial instead of a table or a recursion: nothing to set up, nothing that drifts, and
 * the compiler makes vectors of it. */
#include "osc.h"

#include <math.h> // fabsf, copysignf

#include "level.h" // bi_amplitude, BI_RATE

#define TURN 4294967296.0

void bi_osc_init(struct bi_osc *o, float hz, float dbm0)
{
    o->phase = 0;
    o->step = (uint32_t)(hz * (TURN / BI_RATE) + 0.5);
    o->peak = bi_amplitude(dbm0);
}

/* sin(pi t) for t from -1 to 1: folded to a quarter, then Taylor's series to the ninth power
 * (off by 4e-6 at most, -108 dB). */
static inline float sine(float t)
{
    const float a = fabsf(t), u = a > 0.5f ? 1.0f - a : a, q = u * u;
    const float s = u * (3.14159265f + q * (-5.16771278f + q * (2.55016404f
                    + q * (-0.59926453f + q * 0.08214589f))));

    return copysignf(s, t);
}

void bi_osc_add(struct bi_osc *o, float *y, int n)
{
    uint32_t phase = o->phase;
    int i;

    for (i = 0; i < n; i++) {
        y[i] += o->peak * sine((float)(int32_t)phase * (float)(2.0 / TURN));
        phase += o->step;
    }
    o->phase = phase;
}

void bi_osc_round(const float *y, int16_t *x, int n)
{
    int i;

    for (i = 0; i < n; i++) {
        const float low = y[i] < -32768.0f ? -32768.0f : y[i];
        const float fit = low > 32767.0f ? 32767.0f : low;

        x[i] = (int16_t)(fit + copysignf(0.5f, fit));
    }
}
