#include "level.h"

#include <math.h> // log10f, powf

#define FULL_SCALE 32767.0f
#define SILENCE_DBM0 -99.0f

float bi_amplitude(float dbm0)
{
    return FULL_SCALE * powf(10.0f, (dbm0 - BI_FULL_SCALE_DBM0) / 20.0f);
}

float bi_sine_dbm0(float peak)
{
    return bi_power_dbm0(0.5f * peak * peak);
}

float bi_power_dbm0(float mean_square)
{
    if (mean_square < 0.1f)
        return SILENCE_DBM0;
    return 10.0f * log10f(mean_square / (0.5f * FULL_SCALE * FULL_SCALE)) + BI_FULL_SCALE_DBM0;
}

float bi_level_dbm0(const int16_t *x, int n)
{
    int64_t sum = 0, squares = 0;
    float mean;
    int i;

    if (n <= 0)
        return SILENCE_DBM0;
    for (i = 0; i < n; i++) {
        sum += x[i];
        squares += (int32_t)x[i] * x[i];
    }
    mean = (float)sum / (float)n;
    return bi_power_dbm0((float)squares / (float)n - mean * mean);
}
