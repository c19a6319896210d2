/* Run only on windows that passed the first look, so it may cost some microseconds.
 *
 * 1. Frequency of each tone, from the phase between two Hann-windowed transforms of 128
 *    samples, 64 apart: unambiguous within +-62 Hz.
 * 2. Least squares: two sinusoids of these frequencies; what they leave is noise or speech.
 * 3. Twist, level, and from where to where the tones are there, to the sample. */
#include "dtmf_verify.h"

#include <math.h> // cosf, sinf, sqrtf, atan2f, fmaxf

#include "sines.h" // bi_phasors, bi_fit_sines

#define W BI_DTMF_WINDOW
#define HALF 64
#define LONG 128

#define OFF_SHARE 0.0225f   /* accepted: this share of the frequency ... */
#define OFF_HZ 2.0f         /* ... and these Hz; ETSI: 1.5 % + 2 Hz in, 3.5 % out */
#define LOW_OVER_HIGH 3.16f /* 10 dB; Q.24 asks for 8, and lets anything above be */
#define HIGH_OVER_LOW 2.51f /* 8 dB; asked for: 6 */
#define LEAST 215.0f        /* -40.5 dBm0, peak */
#define RESIDUAL 0.26f      /* accepted of tones that are right; half of the least in speech */
#define OFF_COSTS 0.6f      /* ... and so much less of tones at the limit of the frequency */
#define SHORTEST 189        /* 23.6 ms: 23 must be refused, 24 taken */

/* Measure how far a tone near `hz` is from it, in Hz. a and b are two windowed stretches of
 * LONG samples, HALF apart. */
static float measure(const float *a, const float *b, float hz)
{
    float re[W], im[W], are, aim, bre, bim;

    bi_phasors(hz, re, im, W);
    are = bi_dot(a, re, LONG);
    aim = -bi_dot(a, im, LONG);
    bre = bi_dot(b, re + HALF, LONG);
    bim = -bi_dot(b, im + HALF, LONG);
    return atan2f(are * bim - aim * bre, are * bre + aim * bim) / (BI_RADIANS(1.0f) * HALF);
}

/* What the fitted tones are at sample t (from the window's start), and one step further. */
struct model {
    float re[2], im[2], turn_re[2], turn_im[2];
};

static void model_at(struct model *m, const struct bi_dtmf_fit *f, const float c[4], int t,
                     int step)
{
    int i;

    for (i = 0; i < 2; i++) {
        const float w = BI_RADIANS(f->hz[i]), cosine = cosf(w * t), sine = sinf(w * t);

        m->re[i] = c[2 * i] * cosine + c[2 * i + 1] * sine;
        m->im[i] = c[2 * i] * sine - c[2 * i + 1] * cosine;
        m->turn_re[i] = cosf(w);
        m->turn_im[i] = step * sinf(w);
    }
}

static float model_next(struct model *m)
{
    const float value = m->re[0] + m->re[1];
    int i;

    for (i = 0; i < 2; i++) {
        const float re = m->re[i];

        m->re[i] = re * m->turn_re[i] - m->im[i] * m->turn_im[i];
        m->im[i] = re * m->turn_im[i] + m->im[i] * m->turn_re[i];
    }
    return value;
}

/* Walk from the middle of the window to an end of the buffer, and return how many samples the
 * tones are there: up to where leaving them out begins to explain the samples better. */
static int walk(const int16_t *x, int from, int to, int step, struct model *m)
{
    float gain = 0.0f, best = 0.0f;
    int i, n = 0, length = 0;

    for (i = from; i != to; i += step) {
        const float y = model_next(m);

        gain += y * (2.0f * x[i] - y);
        n++;
        if (gain > best) {
            best = gain;
            length = n;
        }
    }
    return length;
}

static void find_ends(const int16_t *x, int n, int start, const float c[4],
                      struct bi_dtmf_fit *f)
{
    const int middle = start + W / 2;
    struct model m;

    model_at(&m, f, c, W / 2, 1);
    f->end = middle + walk(x, middle, n, 1, &m);
    model_at(&m, f, c, W / 2 - 1, -1);
    f->onset = middle - walk(x, middle - 1, -1, -1, &m);
}

/* How far off a tone is: 1 is the most that is accepted. */
static float offness(float error, float hz)
{
    return fabsf(error) / (OFF_SHARE * hz + OFF_HZ);
}

/* Whether what was fitted is a digit. Telephones are seldom off by much: what is off and noisy
 * as well is speech. */
static int is_digit(const struct bi_dtmf_fit *f, float off)
{
    const float low = f->amplitude[0], high = f->amplitude[1];

    return f->residual <= RESIDUAL * (1.0f - OFF_COSTS * off * off) && low >= LEAST
           && high >= LEAST && low <= LOW_OVER_HIGH * high && high <= HIGH_OVER_LOW * low;
}

/* Fit the tones to the window at x. Returns 1 if they are a digit by all but their length. */
static int fit_window(const int16_t *x, const int tone[2], struct bi_dtmf_fit *fit, float c[4])
{
    float s[W], a[LONG], b[LONG], re[LONG], im[LONG], off = 0.0f;
    int i;

    for (i = 0; i < W; i++)
        s[i] = x[i];
    bi_phasors(8000.0f / LONG, re, im, LONG);
    for (i = 0; i < LONG; i++) {
        a[i] = s[i] * (0.5f - 0.5f * re[i]); /* Hann */
        b[i] = s[i + HALF] * (0.5f - 0.5f * re[i]);
    }
    for (i = 0; i < 2; i++) {
        const float nominal = bi_dtmf_hz[tone[i]];

        fit->error[i] = measure(a, b, nominal);
        fit->hz[i] = nominal + fit->error[i];
        off = fmaxf(off, offness(fit->error[i], nominal));
    }
    if (off > 1.0f)
        return 0;
    fit->residual = bi_fit_sines(s, W, fit->hz, c);
    for (i = 0; i < 2; i++)
        fit->amplitude[i] = sqrtf(c[2 * i] * c[2 * i] + c[2 * i + 1] * c[2 * i + 1]);
    return is_digit(fit, off);
}

int bi_dtmf_verify(const int16_t *x, int n, int start, int row, int column,
                   struct bi_dtmf_fit *fit)
{
    const int tone[2] = {row, column};
    float c[4];

    if (!fit_window(x + start, tone, fit, c))
        return 0;
    find_ends(x, n, start, c, fit);
    if (fit->end - fit->onset < SHORTEST)
        return 0;
    if (fit->onset <= start)
        return 1;
    /* The window begins before the tones do: move it there, for what is told of them. */
    start = fit->onset <= n - W ? fit->onset : n - W;
    if (!fit_window(x + start, tone, fit, c))
        return 0;
    find_ends(x, n, start, c, fit);
    return fit->end - fit->onset >= SHORTEST;
}
