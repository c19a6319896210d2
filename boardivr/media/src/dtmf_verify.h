/* The exact half of the digit detector: are these two tones, and nothing else? */
#ifndef BI_DTMF_VERIFY_H
#define BI_DTMF_VERIFY_H

#include <stdint.h>

#include "dtmf_bank.h"

/* Two sinusoids fitted to a window, [0] the low and [1] the high one. */
struct bi_dtmf_fit {
    float hz[2];
    float error[2];     /* Hz off the nominal frequency */
    float amplitude[2]; /* peak, linear samples */
    float residual;     /* share of the energy that is in neither */
    int onset, end;     /* samples of the buffer in which the tones are heard */
};

/* Fit the tones `row` (0-3) and `column` (4-7) to the window that begins at `start` of the
 * buffer x of n samples. Returns 1 if they are a digit by every rule, else 0. */
int bi_dtmf_verify(const int16_t *x, int n, int start, int row, int column,
                   struct bi_dtmf_fit *fit);

#endif
