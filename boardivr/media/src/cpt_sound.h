/* What sounds in a frame: one of a plan's sounds, silence, or anything else. */
#ifndef BI_CPT_SOUND_H
#define BI_CPT_SOUND_H

#include <stdint.h>

#include "cpt.h"

/* Returns the number of the sound in a frame of 160 samples, BI_CPT_SILENCE or BI_CPT_OTHER.
 * `tone` is the level of the last tone, dBm0 (-99: none yet), `level` gets the frame's. */
int bi_cpt_sound(const struct bi_cpt_sound *sounds, int n, const int16_t *x, float tone,
                 float *level);

#endif
