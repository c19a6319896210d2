/* In C, and by hand in vectors of eight, because every port runs it on every frame.
 *
 * A block's 32 samples are correlated with the eight DTMF frequencies at once; three blocks in
 * a row are added coherently (12 ms: +-41 Hz are told apart by phase), and two such runs side
 * by side are a window. If a row and a column hold most of the window's energy, and turn about
 * as fast as DTMF tones do, it is worth a closer look (dtmf_verify.c). Speech seldom is. */
#include "dtmf_bank.h"

#include <math.h>   // atan2f
#include <string.h> // memset

#define HZ(f) (2.0 * 3.14159265358979323846 * (f) / 8000.0)

typedef float v8 __attribute__((vector_size(32)));

const float bi_dtmf_hz[8] = {697, 770, 852, 941, 1209, 1336, 1477, 1633};

/* The compiler works these out: cos wn and -sin wn. */
#define COS(n, f) (float)__builtin_cos(HZ(f) * (n))
#define SIN(n, f) (float)-__builtin_sin(HZ(f) * (n))
#define ROW(T, n) \
    {T(n, 697), T(n, 770), T(n, 852), T(n, 941), T(n, 1209), T(n, 1336), T(n, 1477), T(n, 1633)}
#define ROWS4(T, n) ROW(T, n), ROW(T, (n) + 1), ROW(T, (n) + 2), ROW(T, (n) + 3)
#define ROWS16(T, n) ROWS4(T, n), ROWS4(T, (n) + 4), ROWS4(T, (n) + 8), ROWS4(T, (n) + 12)
static const v8 cosines[BI_DTMF_BLOCK] = {ROWS16(COS, 0), ROWS16(COS, 16)};
static const v8 sines[BI_DTMF_BLOCK] = {ROWS16(SIN, 0), ROWS16(SIN, 16)};
/* What a tone turns in one block, two blocks and three. */
static const v8 turn_re[4] = {ROW(COS, 0), ROW(COS, 32), ROW(COS, 64), ROW(COS, 96)};
static const v8 turn_im[4] = {ROW(SIN, 0), ROW(SIN, 32), ROW(SIN, 64), ROW(SIN, 96)};

#define QUIET 150             /* peak under which a frame is silence: 4 dB under -40 dBm0 */
#define WINDOW_ENERGY 6.0e6f  /* of two tones of -42 dBm0 */
#define SHARE 0.40f           /* of the window's energy that two tones must have at the least */
#define WEAKER 0.022f         /* of it, that each must have: 8 dB twist and 1.5 % off */
#define EDGE 0.06f            /* of it, that the first and the last block must have */
#define FULL 48.0f            /* power of a run pair that holds all of an energy of 1 */

struct blocks {
    v8 re[2 + BI_DTMF_BLOCKS], im[2 + BI_DTMF_BLOCKS];
    v8 tre[3 + BI_DTMF_BLOCKS], tim[3 + BI_DTMF_BLOCKS];
    float energy[5 + BI_DTMF_BLOCKS];
};

/* Correlate and measure a frame's blocks. */
static inline __attribute__((always_inline)) void correlate(struct blocks *k, const int16_t *x)
{
    float s[BI_DTMF_FRAME] __attribute__((aligned(32)));
    v8 re[BI_DTMF_BLOCKS] = {{0}}, im[BI_DTMF_BLOCKS] = {{0}};
    int n, b;

    for (n = 0; n < BI_DTMF_FRAME; n++)
        s[n] = x[n];
    for (n = 0; n < BI_DTMF_BLOCK; n++) {
#pragma GCC unroll 5
        for (b = 0; b < BI_DTMF_BLOCKS; b++) {
            re[b] += s[b * BI_DTMF_BLOCK + n] * cosines[n];
            im[b] += s[b * BI_DTMF_BLOCK + n] * sines[n];
        }
    }
    for (b = 0; b < BI_DTMF_BLOCKS; b++) {
        const v8 *v = (const v8 *)(s + b * BI_DTMF_BLOCK);
        v8 e = v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3];

        k->re[2 + b] = re[b];
        k->im[2 + b] = im[b];
        k->energy[5 + b] = e[0] + e[1] + e[2] + e[3] + e[4] + e[5] + e[6] + e[7];
    }
}

/* Add up runs of three blocks. */
static inline __attribute__((always_inline)) void add_runs(struct blocks *k)
{
    int b;

    for (b = 0; b < BI_DTMF_BLOCKS; b++) {
        const v8 *re = k->re + b, *im = k->im + b;

        k->tre[3 + b] = re[0] + re[1] * turn_re[1] - im[1] * turn_im[1]
                        + re[2] * turn_re[2] - im[2] * turn_im[2];
        k->tim[3 + b] = im[0] + re[1] * turn_im[1] + im[1] * turn_re[1]
                        + re[2] * turn_im[2] + im[2] * turn_re[2];
    }
}

/* Whether tone i turned between two runs about as far as it should: by phase, no arc tangent.
 * a is the run before, b the run now; true within +-(2.2 % + 10 Hz). */
static int turns_right(const struct blocks *k, int b, int i)
{
    const float are = k->tre[b][i], aim = k->tim[b][i];
    const float bre = k->tre[b + 3][i] * turn_re[3][i] - k->tim[b + 3][i] * turn_im[3][i];
    const float bim = k->tre[b + 3][i] * turn_im[3][i] + k->tim[b + 3][i] * turn_re[3][i];
    const float re = are * bre + aim * bim, im = are * bim - aim * bre;
    const float limit = (0.022f * bi_dtmf_hz[i] + 10.0f) * (float)HZ(96);

    return fabsf(atan2f(im, re)) < limit;
}

/* Find the strongest tone of four. */
static inline int strongest(const float *p)
{
    int a = p[1] > p[0] ? 1 : 0, b = p[3] > p[2] ? 3 : 2;

    return p[b] > p[a] ? b : a;
}

/* Look at the window that ends with block b. Returns whether it deserves more. */
static inline __attribute__((always_inline)) int look_at(const struct blocks *k, int b, struct bi_dtmf_look *look)
{
    const float *e = k->energy + b;
    const float energy = e[0] + e[1] + e[2] + e[3] + e[4] + e[5];
    float p[8] __attribute__((aligned(32)));
    int row, column;

    look->row[b] = look->column[b] = -1;
    if (energy < WINDOW_ENERGY || e[0] < EDGE * energy || e[5] < EDGE * energy)
        return 0;
    *(v8 *)p = k->tre[b] * k->tre[b] + k->tim[b] * k->tim[b]
               + k->tre[b + 3] * k->tre[b + 3] + k->tim[b + 3] * k->tim[b + 3];
    row = strongest(p);
    column = 4 + strongest(p + 4);
    if (p[row] + p[column] < SHARE * FULL * energy || p[row] < WEAKER * FULL * energy
        || p[column] < WEAKER * FULL * energy)
        return 0;
    if (!turns_right(k, b, row) || !turns_right(k, b, column))
        return 0;
    look->row[b] = (int8_t)row;
    look->column[b] = (int8_t)column;
    return 1;
}

static inline __attribute__((always_inline)) int filter(struct bi_dtmf_bank *s, const int16_t *x,
                                                        struct bi_dtmf_look *look)
{
    struct blocks k;
    int b, worth = 0;

    memcpy(k.re, s->re, sizeof(s->re));
    memcpy(k.im, s->im, sizeof(s->im));
    memcpy(k.tre, s->tre, sizeof(s->tre));
    memcpy(k.tim, s->tim, sizeof(s->tim));
    memcpy(k.energy, s->energy, sizeof(s->energy));
    correlate(&k, x);
    add_runs(&k);
    for (b = 0; b < BI_DTMF_BLOCKS; b++) {
        v8 p = k.re[2 + b] * k.re[2 + b] + k.im[2 + b] * k.im[2 + b];

        memcpy(look->power[b], &p, sizeof(p));
        worth |= look_at(&k, b, look);
    }
    memcpy(s->re, k.re + BI_DTMF_BLOCKS, sizeof(s->re));
    memcpy(s->im, k.im + BI_DTMF_BLOCKS, sizeof(s->im));
    memcpy(s->tre, k.tre + BI_DTMF_BLOCKS, sizeof(s->tre));
    memcpy(s->tim, k.tim + BI_DTMF_BLOCKS, sizeof(s->tim));
    memcpy(s->energy, k.energy + BI_DTMF_BLOCKS, sizeof(s->energy));
    return worth;
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static int filter_avx2(struct bi_dtmf_bank *s,
                                                           const int16_t *x,
                                                           struct bi_dtmf_look *look)
{
    return filter(s, x, look);
}
#endif

static int filter_any(struct bi_dtmf_bank *s, const int16_t *x, struct bi_dtmf_look *look)
{
    return filter(s, x, look);
}

/* The largest sample. */
static int peak(const int16_t *x)
{
    int16_t high = 0, low = 0;
    int n;

    for (n = 0; n < BI_DTMF_FRAME; n++) {
        high = x[n] > high ? x[n] : high;
        low = x[n] < low ? x[n] : low;
    }
    return high > -low ? high : -low;
}

void bi_dtmf_bank_init(struct bi_dtmf_bank *b)
{
    memset(b, 0, sizeof(*b));
}

int bi_dtmf_bank_frame(struct bi_dtmf_bank *b, const int16_t *x, struct bi_dtmf_look *look)
{
    if (peak(x) < QUIET) {
        const int32_t empty = b->empty + 1;

        if (empty <= 1)
            bi_dtmf_bank_init(b);
        b->empty = empty > 1 ? 2 : 1;
        memset(look, 0, sizeof(*look));
        memset(look->row, -1, sizeof(look->row));
        return 0;
    }
    b->empty = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return filter_avx2(b, x, look);
#endif
    return filter_any(b, x, look);
}
