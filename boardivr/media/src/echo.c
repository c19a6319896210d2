/* In C because it works on samples: see echo.h. */
#include "echo.h"

#include <errno.h>
#include <math.h>   // lrintf
#include <stdlib.h> // malloc
#include <string.h> // memcpy, memset

#include "engine.h" // bi_law_tables

#define SOON 12     /* frames between looks while they find something */
#define OFTEN 100   /* ... and at the most after many that missed: 2 s */
#define SELDOM 1000 /* ... and where there was nothing to be found: 20 s */
#define FADE 0.9f   /* of the powers, a frame */
#define FAINT 40.0f /* power of a sample: about -69 dBm0 */
#define WORSE 0.1f  /* of the heard power left over: the path may have changed */
#define CYCLE 200   /* frames, a multiple of both rings */

_Static_assert(CYCLE * BI_FRAME % BI_ECHO_SENT == 0 && CYCLE * BI_FRAME % BI_ECHO_WINDOW == 0,
               "the rings begin anew together");

void bi_echo_init(struct bi_echo *h, const int16_t *decode, uint8_t idle)
{
    memset(h, 0, sizeof(*h));
    h->decode = decode;
    h->idle = idle;
    h->lag = -1;
    h->wait = h->rest = SOON;
    memset(h->sent, idle, sizeof(h->sent));
    memset(h->heard, idle, sizeof(h->heard));
}

void bi_echo_unroll(const struct bi_echo *h, const uint8_t *ring, int size, int back, float *out,
                    int n)
{
    int from = (h->at * BI_FRAME - back + CYCLE * BI_FRAME) % size;

    for (int i = 0; i < n; i++) {
        out[i] = h->decode[ring[from]];
        if (++from == size)
            from = 0;
    }
}

void bi_echo_filter(const float *path, const float *sent, float *y, int n)
{
    memset(y, 0, sizeof(*y) * (size_t)n);
    for (int k = 0; k < BI_ECHO_TAPS; k++)
        for (int i = 0; i < n; i++)
            y[i] += path[k] * sent[i - k];
}

/* Subtract the echo from x; the frame is in the ring already. */
static void subtract(struct bi_echo *h, int16_t *x)
{
    float sent[BI_ECHO_TAPS + BI_FRAME], y[BI_FRAME];

    bi_echo_unroll(h, h->sent, BI_ECHO_SENT, BI_ECHO_TAPS + BI_FRAME + h->lag, sent,
                   BI_ECHO_TAPS + BI_FRAME);
    bi_echo_filter(h->path, sent + BI_ECHO_TAPS, y, BI_FRAME);
    for (int i = 0; i < BI_FRAME; i++)
        x[i] = (int16_t)lrintf(fminf(fmaxf(x[i] - y[i], -32768.0f), 32767.0f));
}

static float power(const int16_t *x)
{
    float sum = 0;

    for (int i = 0; i < BI_FRAME; i++)
        sum += (float)x[i] * x[i];
    return sum / BI_FRAME;
}

/* A path that leaves much over may have changed: look soon. */
static void watch(struct bi_echo *h, float before, float after)
{
    h->before = FADE * h->before + before;
    h->after = FADE * h->after + after;
    if (h->after > WORSE * h->before && h->before > FAINT && h->rest > 2 * SOON) {
        h->rest = 2 * SOON;
        h->wait = h->wait < SOON ? h->wait : SOON;
    }
}

static int32_t rest_after(enum bi_echo_look look, int32_t rest)
{
    const int32_t most = look == BI_ECHO_MISSED ? OFTEN : SELDOM;

    return look == BI_ECHO_FOUND ? SOON : 2 * rest < most ? 2 * rest : most;
}

void bi_echo_frame(struct bi_echo *h, const uint8_t *sent, const uint8_t *heard, int16_t *x)
{
    const int at = h->at * BI_FRAME;

    if (sent)
        h->wait--;
    if (h->lag < 0 && h->wait > BI_ECHO_SENT / BI_FRAME)
        return; /* a line without echo: the rings are of no use yet */
    if (sent)
        memcpy(h->sent + at % BI_ECHO_SENT, sent, BI_FRAME);
    else
        memset(h->sent + at % BI_ECHO_SENT, h->idle, BI_FRAME);
    memcpy(h->heard + at % BI_ECHO_WINDOW, heard, BI_FRAME);
    h->at = (h->at + 1) % CYCLE;
    if (h->lag >= 0) {
        float before = power(x);
        subtract(h, x);
        watch(h, before, power(x));
    }
    if (!sent || h->wait > 0)
        return;
    h->wait = h->rest = rest_after(bi_echo_learn(h), h->rest);
}

int bi_echo_run(int law, const uint8_t *sent, const uint8_t *heard, int16_t *x, int frames)
{
    int16_t decode[256];
    uint8_t encode[16384], idle;
    struct bi_echo *h = malloc(sizeof(*h));
    int lag;

    if (!h)
        return -ENOMEM;
    bi_law_tables(law, decode, encode, &idle);
    bi_echo_init(h, decode, idle);
    for (int i = 0; i < frames * BI_FRAME; i++)
        x[i] = decode[heard[i]];
    for (int f = 0; f < frames; f++)
        bi_echo_frame(h, sent + f * BI_FRAME, heard + f * BI_FRAME, x + f * BI_FRAME);
    lag = h->lag;
    free(h);
    return lag;
}
