/* DTMF digits, heard from their beginning (ITU-T Q.23, Q.24; ETSI ES 201 235-3). */
#ifndef BI_DTMF_H
#define BI_DTMF_H

#include <stdint.h>

#include "dtmf_bank.h" // struct bi_dtmf_bank

#define BI_DTMF_EVENTS 4 /* most that one frame can make */

enum bi_dtmf_kind { BI_DTMF_BEGIN = 1, BI_DTMF_END = 2 };

struct bi_dtmf_event {
    int8_t kind;
    char key;           /* 0-9 * # A-D */
    int32_t offset;     /* samples from where the tone began or ended to the end of this frame */
    int32_t duration;   /* samples heard so far; the whole tone at END */
    float level[2];     /* dBm0 of the low and the high tone */
    float error[2];     /* Hz by which they are off */
    float residual;     /* share of the energy that is neither tone, 0 to 1 */
};

/* A digit detector, to be embedded by value. All fields are its own but `quiet`. */
struct bi_dtmf {
    struct bi_dtmf_bank bank;
    int16_t last[BI_DTMF_WINDOW];     /* the samples before this frame */
    char key;                         /* the key that is down, or 0 */
    int8_t row, column, absent;       /* its tones; blocks since they were there */
    int8_t rest;                      /* blocks before another key may begin */
    float power[2];                   /* of its tones in a block, where they are heard */
    int64_t blocks, began, heard;     /* block counts: so far, at the key's begin, last present */
    struct bi_dtmf_event begun;       /* what was told of it */
};

/* Start to listen: no key is down, nothing has been heard. */
void bi_dtmf_init(struct bi_dtmf *d);

/* Hear a frame of 160 samples. Returns the number of events, at most BI_DTMF_EVENTS. */
int bi_dtmf_frame(struct bi_dtmf *d, const int16_t *x, struct bi_dtmf_event *out);

/* The key that is down now, or 0. */
char bi_dtmf_key(const struct bi_dtmf *d);

/* Hear `frames` frames in a row, and put the events with the number of their frame into `out`
 * and `at`. Returns their number; what goes beyond `cap` is dropped. */
int bi_dtmf_scan(struct bi_dtmf *d, const int16_t *x, int frames, struct bi_dtmf_event *out,
                 int32_t *at, int cap);

#endif
