int bi_echo_run(int law, const uint8_t *sent, const uint8_t *heard, int16_t *x, int frames);
