int64_t bi_dtmf_bench(const int16_t *x, int frames, int ports, int theirs, char *keys, int cap);
