#include "dtmf_bench.h"

#include <errno.h>
#include <stdlib.h> // calloc, free
#include <time.h>   // clock_gettime

#include <spandsp.h>

#include "dtmf.h"

#define APART 37 /* frames between what neighbouring ports hear */

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static const int16_t *frame_of(const int16_t *x, int frames, int tick, int port)
{
    return x + ((size_t)tick + (size_t)port * APART) % (size_t)frames * BI_DTMF_FRAME;
}

static int64_t run_ours(const int16_t *x, int frames, int ports, char *keys, int cap)
{
    struct bi_dtmf *d = calloc((size_t)ports, sizeof(*d));
    struct bi_dtmf_event events[BI_DTMF_EVENTS];
    int64_t start;
    int tick, port, i, n, heard = 0;

    if (!d)
        return -ENOMEM;
    for (port = 0; port < ports; port++)
        bi_dtmf_init(d + port);
    start = now_ns();
    for (tick = 0; tick < frames; tick++)
        for (port = 0; port < ports; port++) {
            n = bi_dtmf_frame(d + port, frame_of(x, frames, tick, port), events);
            for (i = 0; i < n && port == 0; i++)
                if (events[i].kind == BI_DTMF_BEGIN && heard < cap - 1)
                    keys[heard++] = events[i].key;
        }
    start = now_ns() - start;
    keys[heard] = 0;
    free(d);
    return start;
}

static int64_t run_theirs(const int16_t *x, int frames, int ports, char *keys, int cap)
{
    dtmf_rx_state_t **d = calloc((size_t)ports, sizeof(*d));
    char got[128];
    int64_t start = -ENOMEM;
    int tick, port, heard = 0;

    if (!d)
        return -ENOMEM;
    for (port = 0; port < ports; port++) {
        d[port] = dtmf_rx_init(NULL, NULL, NULL);
        if (!d[port])
            goto out;
    }
    start = now_ns();
    for (tick = 0; tick < frames; tick++)
        for (port = 0; port < ports; port++) {
            dtmf_rx(d[port], frame_of(x, frames, tick, port), BI_DTMF_FRAME);
            const size_t n = dtmf_rx_get(d[port], got, sizeof(got) - 1);

            for (size_t i = 0; i < n && port == 0 && heard < cap - 1; i++)
                keys[heard++] = got[i];
        }
    start = now_ns() - start;
    keys[heard] = 0;
out:
    for (port = 0; port < ports && d[port]; port++)
        dtmf_rx_free(d[port]);
    free(d);
    return start;
}

int64_t bi_dtmf_bench(const int16_t *x, int frames, int ports, int theirs, char *keys, int cap)
{
    if (frames < 1 || ports < 1 || cap < 1)
        return -EINVAL;
    return theirs ? run_theirs(x, frames, ports, keys, cap)
                  : run_ours(x, frames, ports, keys, cap);
}
