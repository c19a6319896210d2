/* What ITU-T P.56 (method B) counts over a piece of speech, at 8 kHz. */
#ifndef BI_SPEECHLEVEL_H
#define BI_SPEECHLEVEL_H

#include <stdint.h>

#define BI_SPEECH_THRESHOLDS 17 /* 1/2, 1, 2 ... 32768 on the 16-bit scale */

struct bi_speech {
    double energy;                         /* sum of squares */
    int32_t clipped;                       /* samples in flat tops */
    int32_t active[BI_SPEECH_THRESHOLDS]; /* samples over each threshold, or in its hangover */
};

/* Measure n samples on the 16-bit scale. clip: what a sample of a flat top reaches.
 * Returns 0 or -EINVAL. */
int bi_speech_measure(struct bi_speech *s, const double *x, int n, double clip);

#endif
