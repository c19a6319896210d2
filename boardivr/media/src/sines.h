/* Sinusoids in a stretch of samples: make them, weigh them, fit them. */
#ifndef BI_SINES_H
#define BI_SINES_H

#define BI_SINES_MOST 256 /* samples that a fit may take */

/* 2 pi f / 8000 */
#define BI_RADIANS(hz) ((hz) * (float)(2.0 * 3.14159265358979323846 / 8000.0))

/* Write cosine and sine of a frequency over n samples, phase 0 at the first. */
void bi_phasors(float hz, float *cosine, float *sine, int n);

/* The inner product of n floats, n a multiple of 8. */
float bi_dot(const float *a, const float *b, int n);

/* Least squares: fit cosine and sine of two frequencies to n samples (a multiple of 8, at most
 * BI_SINES_MOST). c gets the weights: cos 0, sin 0, cos 1, sin 1. Returns the share of the
 * energy that is left over. The frequencies must be more than about 4000/n Hz apart. */
float bi_fit_sines(const float *x, int n, const float hz[2], float c[4]);

/* The same for one frequency: c gets the weights of its cosine and sine. */
float bi_fit_sine(const float *x, int n, float hz, float c[2]);

#endif
