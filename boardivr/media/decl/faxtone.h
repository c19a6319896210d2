#define BI_FAXTONE_EVENTS ...
enum bi_faxtone_kind { BI_FAXTONE_CNG, BI_FAXTONE_CED, BI_FAXTONE_PREAMBLE, ... };
struct bi_faxtone { ...; };
int bi_faxtone_init(struct bi_faxtone *f, int listen);
void bi_faxtone_release(struct bi_faxtone *f);
int bi_faxtone_frame(struct bi_faxtone *f, const int16_t *x, int8_t *out);
struct bi_faxtone_tx { ...; };
int bi_faxtone_tx_init(struct bi_faxtone_tx *f, int kind);
void bi_faxtone_tx_release(struct bi_faxtone_tx *f);
int bi_faxtone_tx_fill(struct bi_faxtone_tx *f, int16_t *x, int n);
