/* Where the echo is, and what its path is like: computed now and then, from the last half
 * second. In C because it works on samples: see echo.h.
 *
 * 1. Where: both signals at a quarter of the rate, flattened by the sent one's own
 *    prediction, or the pitch of a voice gives many answers; the lag that correlates most.
 * 2. What: least squares over the first part of the window, on what the path that is known
 *    leaves over (Levinson's recursion for Toeplitz equations).
 * 3. Whether: the power that is left over the last part. */
#include "echo.h"

#include <math.h>   // fabsf
#include <string.h> // memcpy

#define TAPS BI_ECHO_TAPS
#define WINDOW BI_ECHO_WINDOW
#define TRAIN (WINDOW - CHECK)
#define CHECK 960
#define SENT (WINDOW + BI_ECHO_LONGEST + TAPS)
#define LEAD 32           /* taps before the place that correlates most */
#define FRONT 8           /* taps at the ends, where the strongest must not be */
#define BACK 48
#define QUARTER 4
#define ORDER 40          /* of the prediction that flattens, at 2 kHz: pitch, too */
#define STEADY_ORDER 16   /* of the one that knows tones */
#define LEAST 400.0f      /* mean square that is worth a look: -59 dBm0 */
#define FAINT 4.0f        /* mean square of what may be an echo: -79 dBm0 */
#define STRONGEST 0.4f    /* of the power sent: an echo is 4 dB weaker at least */
#define WEAKEST 3e-5f     /* ... and 45 dB at most */
#define ALIKE 0.02f       /* squared correlation where an echo may be */
#define BETTER 0.8f       /* of the power left over by the old path */
#define CONVINCING 0.3f   /* ... of the power heard, by a first path */
#define WRONG 1.5f        /* of the power heard: the path isn't this call's any more */
#define GOOD 0.002f       /* of the power heard: 27 dB are enough */
#define STEADY 0.004      /* what prediction leaves of tones; of speech it is twice that at least */
#define RIDGE 1e-4        /* added to the power: quiet frequencies stay out of it */

static float power(const float *x, int n)
{
    float sum = 0;

    for (int i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sum / (float)n;
}

static float dot(const float *a, const float *b, int n)
{
    float part[8] = {0};
    int i;

    for (i = 0; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++)
            part[k] += a[i + k] * b[i + k];
    for (; i < n; i++)
        part[0] += a[i] * b[i];
    return part[0] + part[1] + part[2] + part[3] + part[4] + part[5] + part[6] + part[7];
}

/* Solve sum_j r[|i-j|] x[j] = b[i], i < n; x may be NULL. `a` gets the predictor of order n-1,
 * a[0] is 1. Returns what the predictor leaves of r[0], as a share. */
static double levinson(const double *r, const double *b, int n, double *a, double *x)
{
    double left = r[0];

    a[0] = 1;
    if (x)
        x[0] = b[0] / r[0];
    for (int m = 1; m < n; m++) {
        double k = 0, q = x ? b[m] : 0;
        for (int i = 0; i < m; i++)
            k -= a[i] * r[m - i];
        k /= left;
        a[m] = 0;
        for (int i = 0; i <= m / 2; i++) {
            double low = a[i], high = a[m - i];
            a[i] = low + k * high;
            a[m - i] = high + k * low;
        }
        left *= 1 - k * k;
        if (!(left > 0))
            return 0;
        if (!x)
            continue;
        for (int i = 0; i < m; i++)
            q -= x[i] * r[m - i];
        q /= left;
        x[m] = 0;
        for (int i = 0; i <= m; i++)
            x[i] += q * a[m - i];
    }
    return left / r[0];
}

static void quarter(const float *x, float *out, int n)
{
    for (int i = 0; i < n; i++, x += QUARTER)
        out[i] = x[0] + x[1] + x[2] + x[3];
}

/* Replace x by what the predictor leaves of it, from the last sample back. */
static void flatten(const double *a, float *x, int n)
{
    for (int i = n - 1; i >= 0; i--) {
        double sum = 0;
        for (int k = 0; k < ORDER && k <= i; k++)
            sum += a[k] * x[i - k];
        x[i] = (float)sum;
    }
}

/* Return the lag in samples at which the sent is most like the heard, or -1. */
static int locate(const float *sent, const float *heard)
{
    enum { N = WINDOW / QUARTER, M = SENT / QUARTER, LAGS = BI_ECHO_LONGEST / QUARTER };
    float s[M], h[N], best = 0;
    double r[ORDER], a[ORDER];
    int at = -1;

    quarter(sent + SENT % QUARTER, s, M);
    quarter(heard, h, N);
    for (int k = 0; k < ORDER; k++)
        r[k] = dot(s + k, s, M - k);
    r[0] = r[0] * (1 + RIDGE) + 1;
    levinson(r, NULL, ORDER, a, NULL);
    flatten(a, s, M);
    flatten(a, h, N);
    const float own = dot(h, h, N);
    float theirs = dot(s + M - N, s + M - N, N);
    for (int lag = 0; lag < LAGS; lag++) {
        const float *from = s + M - N - lag, c = dot(h, from, N);
        const float like = c * c / (own * theirs + 1);
        if (like > best) {
            best = like;
            at = lag;
        }
        theirs += from[-1] * from[-1] - from[N - 1] * from[N - 1];
    }
    return best > ALIKE ? at * QUARTER : -1;
}

/* Compute the path from what it should have left. Returns 0 for a steady tone. */
static bool train(const float *sent, const float *left, float *path)
{
    double r[TAPS], b[TAPS], a[TAPS], x[TAPS];

    for (int k = 0; k < TAPS; k++) {
        r[k] = dot(sent + k, sent, TRAIN - k);
        b[k] = dot(left, sent - k, TRAIN);
    }
    r[0] = r[0] * (1 + RIDGE) + TRAIN;
    if (levinson(r, NULL, STEADY_ORDER, a, NULL) < STEADY)
        return false;
    levinson(r, b, TAPS, a, x);
    for (int k = 0; k < TAPS; k++)
        path[k] = (float)x[k];
    return true;
}

/* What a look works on; the last CHECK samples of each window judge what the others taught. */
struct view {
    float sent[SENT], heard[WINDOW], left[WINDOW];
};

/* Whether anything can be learned: we speak, and what is heard may be the echo of it. */
static bool is_worth(const struct view *v)
{
    const float said = power(v->sent + SENT - WINDOW, WINDOW), heard = power(v->heard, WINDOW);

    return said > LEAST && heard > FAINT && heard < STRONGEST * said && heard > WEAKEST * said;
}

static const float *sent_at(const struct view *v, int lag)
{
    return v->sent + SENT - WINDOW - lag;
}

/* Where a path would begin: the one that is known, or a new one; -1 where there is no echo. */
static int place(const struct bi_echo *h, const struct view *v)
{
    int lag;

    if (h->lag >= 0)
        return h->lag;
    lag = locate(v->sent, v->heard);
    return lag < 0 ? -1 : lag > LEAD ? lag - LEAD : 0;
}

/* Take a path's echo out of what is left, from a sample on. */
static void take_out(struct view *v, const float *path, int lag, int from)
{
    float y[WINDOW];

    bi_echo_filter(path, sent_at(v, lag) + from, y, WINDOW - from);
    for (int i = from; i < WINDOW; i++)
        v->left[i] -= y[i - from];
}

/* Move the window so that the strongest tap isn't near an end of it: the pitch of a voice can
 * make a place look right that is some milliseconds off. */
static void centre(struct bi_echo *h)
{
    float path[TAPS];
    int peak = 0, by;

    for (int k = 1; k < TAPS; k++)
        if (fabsf(h->path[k]) > fabsf(h->path[peak]))
            peak = k;
    by = peak > TAPS - BACK || peak < FRONT ? peak - LEAD : 0;
    if (h->lag + by < 0)
        by = -h->lag;
    if (h->lag + by > BI_ECHO_LONGEST)
        by = BI_ECHO_LONGEST - h->lag;
    memcpy(path, h->path, sizeof(path));
    for (int k = 0; k < TAPS; k++)
        h->path[k] = k + by >= 0 && k + by < TAPS ? path[k + by] : 0;
    h->lag += by;
}

/* Make the known path better by what it leaves over, or find a first one. */
static enum bi_echo_look improve(struct bi_echo *h, struct view *v, int lag)
{
    float more[TAPS];
    const float heard = power(v->heard + TRAIN, CHECK), old = power(v->left + TRAIN, CHECK);

    if (h->lag >= 0 && old > WRONG * heard) {
        h->lag = -1;
        return BI_ECHO_FOUND;
    }
    if (old < GOOD * heard)
        return BI_ECHO_NOTHING;
    if (!train(sent_at(v, lag), v->left, more))
        return BI_ECHO_MISSED;
    take_out(v, more, lag, TRAIN);
    if (power(v->left + TRAIN, CHECK) > (h->lag >= 0 ? BETTER : CONVINCING) * old)
        return BI_ECHO_MISSED;
    for (int k = 0; k < TAPS; k++)
        h->path[k] = (h->lag >= 0 ? h->path[k] : 0) + more[k];
    h->lag = lag;
    centre(h);
    return BI_ECHO_FOUND;
}

enum bi_echo_look bi_echo_learn(struct bi_echo *h)
{
    struct view v;
    int lag;

    bi_echo_unroll(h, h->sent, BI_ECHO_SENT, SENT, v.sent, SENT);
    bi_echo_unroll(h, h->heard, WINDOW, WINDOW, v.heard, WINDOW);
    if (!is_worth(&v))
        return power(v.heard, WINDOW) > FAINT ? BI_ECHO_MISSED : BI_ECHO_NOTHING;
    lag = place(h, &v);
    if (lag < 0)
        return BI_ECHO_MISSED;
    memcpy(v.left, v.heard, sizeof(v.left));
    if (h->lag >= 0)
        take_out(&v, h->path, lag, 0);
    return improve(h, &v, lag);
}
