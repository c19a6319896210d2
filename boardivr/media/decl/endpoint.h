enum bi_endpoint_kind { BI_ENDPOINT_NOTHING, BI_ENDPOINT_BEGIN, BI_ENDPOINT_END, BI_ENDPOINT_VOID };
struct bi_endpoint {
    int32_t end_ms;
    float level, floor, top;
    int8_t speaking;
    int32_t voiced_ms, tonal_ms;
    ...;
};
void bi_endpoint_init(struct bi_endpoint *p);
int bi_endpoint_frame(struct bi_endpoint *p, const int16_t *x, int is_tone, int *frames);
float bi_endpoint_residue(const int16_t *x);
