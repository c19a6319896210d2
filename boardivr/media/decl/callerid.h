enum bi_callerid_standard {
    BI_CALLERID_BELLCORE, BI_CALLERID_ETSI, BI_CALLERID_DTMF, ...
};
struct bi_callerid {
    char number[...];
    char name[...];
    char date[...];
    char absence;
};
struct bi_callerid_tx { ...; };
struct bi_callerid_rx { ...; };
int bi_callerid_tx_init(struct bi_callerid_tx *t, int standard, const struct bi_callerid *id);
void bi_callerid_tx_release(struct bi_callerid_tx *t);
int bi_callerid_tx_fill(struct bi_callerid_tx *t, int16_t *x, int n);
int bi_callerid_rx_init(struct bi_callerid_rx *r, int standard);
void bi_callerid_rx_release(struct bi_callerid_rx *r);
int bi_callerid_rx_frame(struct bi_callerid_rx *r, const int16_t *x, struct bi_callerid *out);
