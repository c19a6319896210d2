#define BI_CPT_TONES ...
#define BI_CPT_CADENCE ...
#define BI_CPT_EVENTS ...
struct bi_cpt_tone {
    int32_t id;
    int32_t parts;
    float hz[...];
    float off_share;
    float off_hz;
    int32_t cadence_ms[...];
    int32_t cycles;
    int32_t least_ms;
    int32_t tells_end;
};
struct bi_cpt_event {
    int32_t id;
    int32_t count;
    int32_t ms;
    float level;
};
struct bi_cpt {
    int32_t other_ms;
    ...;
};
int bi_cpt_init(struct bi_cpt *c, const struct bi_cpt_tone *tones, int n);
int bi_cpt_frame(struct bi_cpt *c, const int16_t *x, struct bi_cpt_event *out);
