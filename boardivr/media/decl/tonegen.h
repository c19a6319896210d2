#define BI_TONE_PARTS ...
#define BI_TONE_STEPS ...
struct bi_tone_step {
    int32_t parts;
    float hz[...];
    float dbm0[...];
    int32_t on_ms;
    int32_t off_ms;
};
struct bi_tonegen { ...; };
int bi_tonegen_init(struct bi_tonegen *g, const struct bi_tone_step *steps, int n,
                    int repeat_from);
int bi_tonegen_fill(struct bi_tonegen *g, int16_t *x, int n);
