/* The cheap half of the digit detector: eight filters over every frame, and a first look. */
#ifndef BI_DTMF_BANK_H
#define BI_DTMF_BANK_H

#include <stdint.h>

#define BI_DTMF_FRAME 160
#define BI_DTMF_BLOCK 32   /* 4 ms: the step in which tones are looked for */
#define BI_DTMF_BLOCKS 5   /* of a frame */
#define BI_DTMF_WINDOW 192 /* six blocks: 24 ms, the shortest tone that is a digit */

/* What is known of the last blocks. Correlations are with e^-jwn, n from the block's start. */
struct bi_dtmf_bank {
    float re[2][8], im[2][8];    /* of the last two blocks of the frame before */
    float tre[3][8], tim[3][8];  /* of the last three runs of three blocks */
    float energy[5];             /* of the last five blocks */
    int32_t empty;               /* frames since anything was loud enough */
};

/* What a frame holds. A look ends with each of its blocks and is a window long. */
struct bi_dtmf_look {
    float power[BI_DTMF_BLOCKS][8];  /* |correlation|^2 of each block */
    int8_t row[BI_DTMF_BLOCKS];      /* the pair of tones worth a closer look, or -1 */
    int8_t column[BI_DTMF_BLOCKS];
};

extern const float bi_dtmf_hz[8]; /* 697 to 941, 1209 to 1633 */

void bi_dtmf_bank_init(struct bi_dtmf_bank *b);

/* Filter a frame. Returns 0 if nothing is worth a look (then `look` is as silence), else 1. */
int bi_dtmf_bank_frame(struct bi_dtmf_bank *b, const int16_t *x, struct bi_dtmf_look *look);

#endif
