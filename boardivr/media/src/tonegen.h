/* Tones with a cadence: dial tone, ringback, busy, beeps. */
#ifndef BI_TONEGEN_H
#define BI_TONEGEN_H

#include <stdint.h>

#include "osc.h" // struct bi_osc

#define BI_TONE_PARTS 4
#define BI_TONE_STEPS 8

/* Sines that sound together, then silence. */
struct bi_tone_step {
    int32_t parts; /* 0 to BI_TONE_PARTS; 0 is silence */
    float hz[BI_TONE_PARTS];
    float dbm0[BI_TONE_PARTS];
    int32_t on_ms;  /* -1: for ever */
    int32_t off_ms; /* 0 or more */
};

struct bi_tonegen {
    struct bi_tone_step steps[BI_TONE_STEPS];
    int32_t count, repeat_from; /* repeat_from -1: once */
    int32_t step, left;         /* the step that sounds; its samples left, -1: no end */
    int8_t silent, ended;       /* the silent part of the step; nothing more to come */
    struct bi_osc osc[BI_TONE_PARTS];
};

/* Take n steps (1 to BI_TONE_STEPS); after the last go on from step `repeat_from`, or end if it
 * is -1. Returns 0, or -EINVAL: a step or number out of range, or a repeat that takes no time. */
int bi_tonegen_init(struct bi_tonegen *g, const struct bi_tone_step *steps, int n,
                    int repeat_from);

/* Write the next n samples. Returns how many there were: fewer than n when it has ended. */
int bi_tonegen_fill(struct bi_tonegen *g, int16_t *x, int n);

#endif
