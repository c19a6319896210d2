/* For benchmarks only: many digit detectors side by side, ours or spandsp's. */
#ifndef BI_DTMF_BENCH_H
#define BI_DTMF_BENCH_H

#include <stdint.h>

/* Let `ports` detectors hear the same `frames` frames, tick by tick, each at another place of
 * them as calls would be. `theirs`: spandsp's dtmf_rx. `keys` (of cap bytes) gets what the first
 * port heard, ended by a zero. Returns nanoseconds in all, -EINVAL or -ENOMEM. */
int64_t bi_dtmf_bench(const int16_t *x, int frames, int ports, int theirs, char *keys, int cap);

#endif
