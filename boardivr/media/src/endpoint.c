/* The endpointer: energy over a noise that is followed, and a veto for tones. */

#include "endpoint.h"

#include <math.h>   // fabsf, fminf, fmaxf
#include <string.h> // memset

#include "level.h" // bi_level_dbm0, BI_FRAME

#define FRAME_MS 20
#define SPAN_FRAMES 50 /* 1 s: no word is without a fainter moment in it */
#define QUIETEST -46.0f
#define OVER_NOISE 9.0f
#define MOST_NOISE -30.0f
#define MOST_AT_FIRST -40.0f
#define LEAST_TOP -36.0f
#define BEGIN_LOUD 5
#define BEGIN_VOICED 3
#define LEAST_VOICED_MS 140
#define TONE_RESIDUE 0.01f
#define BEAT_RESIDUE 0.005f
#define TONE_STEADY 1.0f /* dB from a frame to the next */
#define ORDER 4          /* a sine obeys a recurrence of order 2 */

void bi_endpoint_init(struct bi_endpoint *p)
{
    memset(p, 0, sizeof(*p));
    p->end_ms = BI_ENDPOINT_END_MS;
    p->level = p->was_level = -99.0f;
    p->top = -99.0f;
}

static void follow_noise(struct bi_endpoint *p)
{
    if (!p->begun) /* what is there first is noise, unless it is as loud as a voice */
        p->lowest[0] = p->lowest[1] = fminf(p->level, MOST_AT_FIRST);
    p->begun = 1;
    if (p->span++ == SPAN_FRAMES) {
        p->lowest[1] = p->lowest[0];
        p->lowest[0] = p->level;
        p->span = 1;
    }
    p->lowest[0] = fminf(p->lowest[0], p->level);
    p->floor = fminf(fminf(p->lowest[0], p->lowest[1]), MOST_NOISE);
}

/* Linear prediction of order 4 by least squares (covariance method, Cholesky): two
 * sines are predicted without a rest, at any frequencies and phases. */
float bi_endpoint_residue(const int16_t *x)
{
    double c[ORDER + 1][ORDER + 1] = {{0}}, l[ORDER][ORDER] = {{0}}, y[ORDER];
    for (int i = 0; i <= ORDER; i++)
        for (int j = 0; j <= i; j++) {
            double sum = 0;
            for (int n = ORDER; n < BI_FRAME; n++)
                sum += (double)x[n - i] * x[n - j];
            c[i][j] = c[j][i] = sum;
        }
    if (c[0][0] < 1.0)
        return 1.0f;
    double rest = c[0][0];
    for (int i = 0; i < ORDER; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = c[i + 1][j + 1];
            for (int k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            if (i != j)
                l[i][j] = sum / l[j][j];
            else if (sum > 1e-9 * c[0][0])
                l[i][i] = sqrt(sum);
            else
                return (float)(rest / c[0][0]); /* fewer sines explain it already */
        }
        y[i] = c[i + 1][0];
        for (int k = 0; k < i; k++)
            y[i] -= l[i][k] * y[k];
        y[i] /= l[i][i];
        rest -= y[i] * y[i];
    }
    return (float)fmax(rest / c[0][0], 0.0);
}

static int is_loud(const struct bi_endpoint *p)
{
    return p->level > fmaxf(QUIETEST, p->floor + OVER_NOISE);
}

/* Sines that lie close together beat: their level goes up and down. */
static int is_tone_like(const struct bi_endpoint *p, const int16_t *x)
{
    int is_steady = fabsf(p->level - p->was_level) < TONE_STEADY;
    return bi_endpoint_residue(x) < (is_steady ? TONE_RESIDUE : BEAT_RESIDUE);
}

static int count(uint32_t frames)
{
    return __builtin_popcount(frames & ((1u << BI_ENDPOINT_WINDOW) - 1));
}

static int begin(struct bi_endpoint *p, int *frames)
{
    uint32_t window = p->loud & ((1u << BI_ENDPOINT_WINDOW) - 1);
    if (count(p->loud) < BEGIN_LOUD || count(p->voiced) < BEGIN_VOICED)
        return BI_ENDPOINT_NOTHING;
    p->speaking = 1;
    p->voiced_ms = FRAME_MS * count(p->voiced);
    p->tonal_ms = FRAME_MS * (count(p->loud) - count(p->voiced));
    *frames = 32 - __builtin_clz(window);
    return BI_ENDPOINT_BEGIN;
}

static int end(struct bi_endpoint *p, int *frames)
{
    if (p->faint_ms < p->end_ms)
        return BI_ENDPOINT_NOTHING;
    int is_speech = p->voiced_ms >= LEAST_VOICED_MS && p->top >= LEAST_TOP &&
                    3 * p->voiced_ms >= p->tonal_ms;
    p->speaking = 0;
    p->loud = p->voiced = 0;
    *frames = p->faint_ms / FRAME_MS;
    return is_speech ? BI_ENDPOINT_END : BI_ENDPOINT_VOID;
}

int bi_endpoint_frame(struct bi_endpoint *p, const int16_t *x, int is_tone, int *frames)
{
    p->was_level = p->level;
    p->level = bi_level_dbm0(x, BI_FRAME);
    follow_noise(p);
    int loud = is_loud(p), voiced = loud && !is_tone && !is_tone_like(p, x);
    p->loud = p->loud << 1 | (uint32_t)loud;
    p->voiced = p->voiced << 1 | (uint32_t)voiced;
    p->faint_ms = loud ? 0 : p->faint_ms + FRAME_MS;
    if (!p->speaking) {
        p->top = loud ? p->level : -99.0f;
        return begin(p, frames);
    }
    if (loud) {
        p->top = fmaxf(p->top, p->level);
        p->voiced_ms += voiced ? FRAME_MS : 0;
        p->tonal_ms += voiced ? 0 : FRAME_MS;
    }
    return end(p, frames);
}
