struct bi_dtmf_event {
    int8_t kind; /* 1 begin, 2 end */
    char key;
    int32_t offset;
    int32_t duration;
    float level[2];
    float error[2];
    float residual;
};
struct bi_dtmf { ...; };
#define BI_DTMF_EVENTS ...
void bi_dtmf_init(struct bi_dtmf *d);
int bi_dtmf_frame(struct bi_dtmf *d, const int16_t *x, struct bi_dtmf_event *out);
char bi_dtmf_key(const struct bi_dtmf *d);
int bi_dtmf_scan(struct bi_dtmf *d, const int16_t *x, int frames, struct bi_dtmf_event *out,
                 int32_t *at, int cap);
