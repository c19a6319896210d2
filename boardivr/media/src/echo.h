/* The echo of what a port says, taken out of what it hears (a line echo canceller).
 *
 * A hybrid's echo path stands still for the length of a call, so it isn't followed sample by
 * sample: now and then it is computed anew from the last half second, by least squares, and
 * the new path is kept only if it explains what came after better than the old one did.
 * So neither a key nor a voice of the far end can lead it astray, and what it costs most of
 * the time is one filter of 128 taps, or nothing on a line without echo.
 *
 * What it must do is in ITU-T G.168; the judging of two paths is Ochiai's (1977). */
#ifndef BI_ECHO_H
#define BI_ECHO_H

#include <stdbool.h>
#include <stdint.h>

#include "level.h" // BI_FRAME

#define BI_ECHO_TAPS 128     /* 16 ms: how long a hybrid rings */
#define BI_ECHO_LONGEST 1632 /* samples of delay, 0.2 s: where an echo may begin */
#define BI_ECHO_WINDOW (25 * BI_FRAME) /* a path is computed from them, and judged by them */
#define BI_ECHO_SENT (40 * BI_FRAME)   /* ring: window, delay and taps */

struct bi_echo {
    const int16_t *decode; /* the line's law */
    uint8_t idle;
    int32_t lag;  /* samples before the path's first tap; -1: no path is known */
    int32_t wait, rest;  /* frames that say something, to the next look; after it */
    float before, after; /* power of what is heard and of what is left, of the last frames */
    int32_t at;          /* frames so far, over and over */
    float path[BI_ECHO_TAPS];
    uint8_t sent[BI_ECHO_SENT], heard[BI_ECHO_WINDOW];
};

void bi_echo_init(struct bi_echo *h, const int16_t *decode, uint8_t idle);

/* Take the echo out of a frame: of x, which is `heard` decoded. `sent` is what the port said
 * in it; NULL for silence. */
void bi_echo_frame(struct bi_echo *h, const uint8_t *sent, const uint8_t *heard, int16_t *x);

/* Write what is left of `heard`, from the beginning to x; for tests and benchmarks.
 * Returns the lag of the path at the end, -1 where none was found, or a negative errno. */
int bi_echo_run(int law, const uint8_t *sent, const uint8_t *heard, int16_t *x, int frames);

/* What a look for a better path brought: nothing to be had, something that wasn't got, a path. */
enum bi_echo_look { BI_ECHO_NOTHING, BI_ECHO_MISSED, BI_ECHO_FOUND };

/* Look for a better path: echo_learn.c. */
enum bi_echo_look bi_echo_learn(struct bi_echo *h);

/* Write n samples of a ring, the first of them `back` samples ago. */
void bi_echo_unroll(const struct bi_echo *h, const uint8_t *ring, int size, int back, float *out,
                    int n);

/* Write the filter's output for n samples: y[i] is the echo of what ends at sent[i]. */
void bi_echo_filter(const float *path, const float *sent, float *y, int n);

#endif
