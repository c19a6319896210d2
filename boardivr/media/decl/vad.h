#define BI_VAD_EVENTS ...
struct bi_vad_event {
    int8_t kind; /* 1 voice begins, 2 voice ends */
    int32_t ms;
    float level;
};
struct bi_vad {
    float threshold;
    float level;
    float floor;
    int8_t voice;
    int32_t silence_ms;
    int32_t voice_ms;
    ...;
};
int bi_vad_init(struct bi_vad *v, float threshold);
int bi_vad_frame(struct bi_vad *v, const int16_t *x, struct bi_vad_event *out);
