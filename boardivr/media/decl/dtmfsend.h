#define BI_DTMFSEND_KEYS ...
struct bi_dtmfsend { ...; };
void bi_dtmfsend_init(struct bi_dtmfsend *s);
int bi_dtmfsend_set(struct bi_dtmfsend *s, int on_ms, int off_ms, float low_dbm0,
                    float high_dbm0);
int bi_dtmfsend_put(struct bi_dtmfsend *s, const char *keys);
void bi_dtmfsend_clear(struct bi_dtmfsend *s);
int bi_dtmfsend_fill(struct bi_dtmfsend *s, int16_t *x, int n);
char bi_dtmfsend_key(const struct bi_dtmfsend *s);
int bi_dtmfsend_waiting(const struct bi_dtmfsend *s);
