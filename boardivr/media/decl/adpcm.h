struct bi_adpcm { ...; };
int bi_adpcm_init(struct bi_adpcm *a, int rate);
void bi_adpcm_release(struct bi_adpcm *a);
int bi_adpcm_most_samples(const struct bi_adpcm *a, int n);
int bi_adpcm_decode(struct bi_adpcm *a, const uint8_t *data, int n, int16_t *x, int cap);
int bi_adpcm_encode(struct bi_adpcm *a, const int16_t *x, int n, uint8_t *data, int cap);
