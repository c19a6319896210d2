float bi_amplitude(float dbm0);
float bi_sine_dbm0(float peak);
float bi_power_dbm0(float mean_square);
float bi_level_dbm0(const int16_t *x, int n);
