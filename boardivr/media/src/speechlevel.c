/* Active speech level as in ITU-T P.56, method B: the counting over all samples.
 *
 * In C because a library of 10,000 prompts is measured in seconds, and each sample is
 * held against 17 thresholds. The level itself comes from the counts, in Python.
 */
#include "speechlevel.h"

#include <errno.h>  // EINVAL
#include <math.h>   // exp, fabs
#include <string.h> // memset

#define RATE 8000
#define SMOOTHING 0.03          /* seconds: P.56's T */
#define HANGOVER (RATE / 5)     /* samples: P.56's H, 0.2 s */
#define FLAT 3                  /* samples in a row at the limit: chance has fewer */

int bi_speech_measure(struct bi_speech *s, const double *x, int n, double clip)
{
    const double keep = exp(-1.0 / (RATE * SMOOTHING));
    double threshold[BI_SPEECH_THRESHOLDS];
    int32_t since[BI_SPEECH_THRESHOLDS];
    double p = 0.0, q = 0.0;
    int i, j, flat = 0;

    if (!s || n < 0 || (n && !x))
        return -EINVAL;
    memset(s, 0, sizeof *s);
    for (j = 0; j < BI_SPEECH_THRESHOLDS; j++) {
        threshold[j] = ldexp(0.5, j);
        since[j] = HANGOVER;
    }
    for (i = 0; i < n; i++) {
        double size = fabs(x[i]);

        s->energy += x[i] * x[i];
        p = keep * p + (1.0 - keep) * size;
        q = keep * q + (1.0 - keep) * p;
        for (j = 0; j < BI_SPEECH_THRESHOLDS; j++) {
            since[j] = q >= threshold[j] ? -1 : since[j];
            s->active[j] += since[j] < HANGOVER;
            since[j] += since[j] < HANGOVER;
        }
        flat = size >= clip && (!flat || (x[i] > 0) == (x[i - 1] > 0)) ? flat + 1 : size >= clip;
        s->clipped += flat == FLAT ? FLAT : flat > FLAT;
    }
    return 0;
}
