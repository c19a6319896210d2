/* The sound formats that programs use, to and from 16-bit linear at 8 kHz. */

#ifndef DLG_CODEC_H
#define DLG_CODEC_H

#include <stdint.h>

enum dlg_coding { DLG_OKI, DLG_ALAW, DLG_MULAW, DLG_PCM8, DLG_PCM16 };

#define DLG_TAPS 16   /* of the resampling filter */
#define DLG_RATIO 441 /* most phases: 8000 to 11025 */

struct dlg_resampler {
    int up, down; /* 1, 1: as it is */
    int at;       /* of the next output: phase, in samples of the input times `up` */
    int16_t past[DLG_TAPS];
    float *filter; /* up x DLG_TAPS */
};

struct dlg_codec {
    enum dlg_coding coding;
    int rate;
    int signal, step; /* OKI ADPCM */
    uint8_t half;     /* OKI: a sample that waits for its partner */
    int has_half;
    struct dlg_resampler to_line, from_line;
};

int dlg_codec_init(struct dlg_codec *c, enum dlg_coding coding, int rate); /* 0, or -1: no memory */
void dlg_codec_release(struct dlg_codec *c);
void dlg_codec_restart(struct dlg_codec *c);
int dlg_codec_bits(const struct dlg_codec *c); /* of a sample */
/* Bytes of the program's to samples of the line. `out` has room for 5 samples a byte + 2. */
int dlg_codec_decode(struct dlg_codec *c, const uint8_t *in, int n, int16_t *out);
/* Samples of the line to bytes of the program's. `out` has room for 4 bytes a sample. */
int dlg_codec_encode(struct dlg_codec *c, const int16_t *in, int n, uint8_t *out);

#endif
