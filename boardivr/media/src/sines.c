/* In vectors of eight, without fast-math, which would let the compiler drop NaN and order. */
#include "sines.h"

#include <math.h>   // cosf, sinf
#include <string.h> // memcpy

typedef float v8 __attribute__((vector_size(32), aligned(4), may_alias));

void bi_phasors(float hz, float *cosine, float *sine, int n)
{
    int have, i;

    cosine[0] = 1.0f;
    sine[0] = 0.0f;
    /* By doubling: what is there, turned by its own length, is the next half. */
    for (have = 1; have < n; have *= 2) {
        const float c = cosf(BI_RADIANS(hz) * (float)have);
        const float s = sinf(BI_RADIANS(hz) * (float)have);
        const int more = have < n - have ? have : n - have;

        for (i = 0; i < more; i++) {
            cosine[have + i] = cosine[i] * c - sine[i] * s;
            sine[have + i] = cosine[i] * s + sine[i] * c;
        }
    }
}

float bi_dot(const float *a, const float *b, int n)
{
    v8 sum = {0};
    float lanes[8];
    int i;

    for (i = 0; i < n; i += 8)
        sum += *(const v8 *)(a + i) * *(const v8 *)(b + i);
    memcpy(lanes, &sum, sizeof(lanes));
    return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5]))
           + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

/* Solve the normal equations m c = v: symmetrical, upper half given, well conditioned. */
static void solve(float m[4][4], float v[4], float c[4])
{
    int i, j, k;

    for (i = 0; i < 4; i++) {
        for (j = i + 1; j < 4; j++) {
            const float f = m[i][j] / m[i][i];

            for (k = j; k < 4; k++)
                m[j][k] -= f * m[i][k];
            v[j] -= f * v[i];
        }
    }
    for (i = 3; i >= 0; i--) {
        c[i] = v[i];
        for (k = i + 1; k < 4; k++)
            c[i] -= m[i][k] * c[k];
        c[i] /= m[i][i];
    }
}

float bi_fit_sines(const float *x, int n, const float hz[2], float c[4])
{
    float basis[4][BI_SINES_MOST], left[BI_SINES_MOST], m[4][4], v[4];
    int i, j, k;

    bi_phasors(hz[0], basis[0], basis[1], n);
    bi_phasors(hz[1], basis[2], basis[3], n);
    for (j = 0; j < 4; j++) {
        for (k = j; k < 4; k++)
            m[j][k] = bi_dot(basis[j], basis[k], n);
        v[j] = bi_dot(basis[j], x, n);
    }
    solve(m, v, c);
    for (i = 0; i < n; i++)
        left[i] = x[i] - c[0] * basis[0][i] - c[1] * basis[1][i] - c[2] * basis[2][i]
                  - c[3] * basis[3][i];
    return bi_dot(left, left, n) / (bi_dot(x, x, n) + 1.0f);
}

float bi_fit_sine(const float *x, int n, float hz, float c[2])
{
    float basis[2][BI_SINES_MOST], left[BI_SINES_MOST];
    float aa, ab, bb, a, b, d;
    int i;

    bi_phasors(hz, basis[0], basis[1], n);
    aa = bi_dot(basis[0], basis[0], n);
    ab = bi_dot(basis[0], basis[1], n);
    bb = bi_dot(basis[1], basis[1], n);
    a = bi_dot(basis[0], x, n);
    b = bi_dot(basis[1], x, n);
    d = aa * bb - ab * ab;
    c[0] = (a * bb - b * ab) / d;
    c[1] = (b * aa - a * ab) / d;
    for (i = 0; i < n; i++)
        left[i] = x[i] - c[0] * basis[0][i] - c[1] * basis[1][i];
    return bi_dot(left, left, n) / (bi_dot(x, x, n) + 1.0f);
}
