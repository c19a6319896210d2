/* RIFF WAVE files, as voice boards write and read them. */

#ifndef DLG_WAVE_H
#define DLG_WAVE_H

#include <stdint.h>

#define DLG_WAVE_HEADER 58 /* RIFF, fmt with 18 bytes, fact, data */

struct dlg_wave {
    int format; /* DATA_FORMAT_* */
    int bits, rate;
    int64_t bytes; /* of data; -1: to the end */
};

/* Read up to the data. `read` returns how many bytes came. Returns 0, or -1: not such a file,
 * or a format that boards don't play. */
int dlg_wave_read(int (*read)(void *, void *, int), void *argument, struct dlg_wave *out);
void dlg_wave_header(uint8_t *to, int format, int bits, int rate, int64_t bytes);

#endif
