/* One sine: a 32-bit phase that runs on from call to call. */
#ifndef BI_OSC_H
#define BI_OSC_H

#include <stdint.h>

struct bi_osc {
    uint32_t phase, step; /* 2^32 is a turn */
    float peak;
};

/* A sine of hz (over 0, under 4000) and that level, phase 0. */
void bi_osc_init(struct bi_osc *o, float hz, float dbm0);

/* Add its next n samples to y. */
void bi_osc_add(struct bi_osc *o, float *y, int n);

/* Round n floats into samples; what is too loud is clipped. */
void bi_osc_round(const float *y, int16_t *x, int n);

#endif
