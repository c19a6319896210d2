/* Where speech begins and ends on a line, frame by frame. */
#ifndef BI_ENDPOINT_H
#define BI_ENDPOINT_H

#include <stdint.h>

#define BI_ENDPOINT_END_MS 400    /* of hush, after which an utterance is over */
#define BI_ENDPOINT_WINDOW 8      /* frames in which speech must show itself */

enum bi_endpoint_kind {
    BI_ENDPOINT_NOTHING,
    BI_ENDPOINT_BEGIN, /* speech has begun, so many frames ago */
    BI_ENDPOINT_END,   /* and ended, so many frames ago */
    BI_ENDPOINT_VOID   /* it was none: too short, too faint, a tone */
};

/* All fields are its own but those said to be read or set. */
struct bi_endpoint {
    int32_t end_ms;         /* set: hush that ends an utterance */
    float level;            /* read: dBm0 of the last frame */
    float floor;            /* read: dBm0 of the noise under it all */
    float top;              /* read: dBm0 of the loudest frame of the utterance */
    int8_t speaking;        /* read: 1 between begin and end */
    int32_t voiced_ms;      /* read: loud frames of the utterance that aren't a tone */
    int32_t tonal_ms;       /* read: loud frames of it that are */
    int32_t faint_ms;       /* since the last loud frame */
    float was_level, lowest[2];
    int32_t span;
    int8_t begun;           /* a frame was heard */
    uint32_t loud, voiced;  /* the last frames, a bit each, the newest lowest */
};

void bi_endpoint_init(struct bi_endpoint *p);

/* Hear a frame of 160 samples. Returns one of enum bi_endpoint_kind; `frames` gets how
 * many frames ago it was.
 *
 * A frame is loud 9 dB over the noise (the least level of the last 1 to 2 s) and over
 * -46 dBm0. It is a tone where two sines explain it but for 1 %, at a level that stands
 * still, or but for 0.5 %, or where `is_tone` says so (a key, a known progress tone).
 * Speech begins with five loud frames of eight, three of them no tones. It was
 * none if it held fewer than seven of these, or stayed under -36 dBm0, or three quarters
 * of it were tones. */
int bi_endpoint_frame(struct bi_endpoint *p, const int16_t *x, int is_tone, int *frames);

/* The share of a frame of 160 samples that two sines can't explain, 0 to 1. */
float bi_endpoint_residue(const int16_t *x);

#endif
