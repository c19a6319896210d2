/* OKI/Dialogic ADPCM, as in .vox files: 4 bits a sample, the first in the high half. */
#ifndef BI_ADPCM_H
#define BI_ADPCM_H

#include <stdint.h>

struct oki_adpcm_state_s;

/* An encoder or a decoder, for one stream. It holds memory: every init needs a release. */
struct bi_adpcm {
    struct oki_adpcm_state_s *state;
    int32_t rate;
};

/* rate: 8000 or 6000 samples a second in the stream; outside it is always 8000. Returns 0,
 * -EINVAL or -ENOMEM. */
int bi_adpcm_init(struct bi_adpcm *a, int rate);
void bi_adpcm_release(struct bi_adpcm *a);

/* How many samples n bytes may become at the most, for the buffer of a decoder. */
int bi_adpcm_most_samples(const struct bi_adpcm *a, int n);

/* Decode n bytes. Returns the number of samples, or -ENOSPC if `cap` is under the most. */
int bi_adpcm_decode(struct bi_adpcm *a, const uint8_t *data, int n, int16_t *x, int cap);

/* Encode n samples, at 8000 an even number of them. Returns the number of bytes, at most
 * n / 2 + 1; -ENOSPC if `cap` is under that. */
int bi_adpcm_encode(struct bi_adpcm *a, const int16_t *x, int n, uint8_t *data, int cap);

#endif
