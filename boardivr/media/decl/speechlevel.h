#define BI_SPEECH_THRESHOLDS ...
struct bi_speech {
    double energy;
    int32_t clipped;
    int32_t active[...];
};
int bi_speech_measure(struct bi_speech *s, const double *x, int n, double clip);
