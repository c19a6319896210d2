#include "adpcm.h"

#include <errno.h>

#include <spandsp.h>

int bi_adpcm_init(struct bi_adpcm *a, int rate)
{
    a->state = NULL;
    a->rate = rate;
    if (rate != 8000 && rate != 6000)
        return -EINVAL;
    a->state = oki_adpcm_init(NULL, rate * 4);
    return a->state ? 0 : -ENOMEM;
}

void bi_adpcm_release(struct bi_adpcm *a)
{
    if (a->state)
        oki_adpcm_free(a->state);
    a->state = NULL;
}

int bi_adpcm_most_samples(const struct bi_adpcm *a, int n)
{
    return a->rate == 8000 ? 2 * n : (8 * n + 2) / 3 + 1;
}

int bi_adpcm_decode(struct bi_adpcm *a, const uint8_t *data, int n, int16_t *x, int cap)
{
    if (n < 0)
        return -EINVAL;
    if (cap < bi_adpcm_most_samples(a, n))
        return -ENOSPC;
    return oki_adpcm_decode(a->state, x, data, n);
}

int bi_adpcm_encode(struct bi_adpcm *a, const int16_t *x, int n, uint8_t *data, int cap)
{
    if (n < 0)
        return -EINVAL;
    if (cap < n / 2 + 1)
        return -ENOSPC;
    return oki_adpcm_encode(a->state, data, x, n);
}
