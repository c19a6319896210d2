/* Levels on the line: dBm0 against linear samples, as G.711 A-law has them. */
#ifndef BI_LEVEL_H
#define BI_LEVEL_H

#include <stdint.h>

#define BI_FRAME 160 /* samples of a frame: 20 ms at 8 kHz */
#define BI_RATE 8000

/* A sine that just fills 16 bits has +3.14 dBm0 in A-law (ITU-T G.711). */
#define BI_FULL_SCALE_DBM0 3.14f

/* The peak of a sine of that level, in linear samples. */
float bi_amplitude(float dbm0);

/* The level of a sine of that peak; -99 for silence. */
float bi_sine_dbm0(float peak);

/* The level of a signal of that mean square; -99 for silence. */
float bi_power_dbm0(float mean_square);

/* The level of n samples, their mean taken out; -99 for silence. */
float bi_level_dbm0(const int16_t *x, int n);

#endif
