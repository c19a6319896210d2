/* Who calls, as an analog line says it: FSK (Bellcore, ETSI) or DTMF. */
#ifndef BI_CALLERID_H
#define BI_CALLERID_H

#include <stdint.h>

#define BI_CALLERID_NUMBER 24
#define BI_CALLERID_NAME 48

enum bi_callerid_standard {
    BI_CALLERID_BELLCORE = 1, /* GR-30 MDMF, Bell 202: USA, China */
    BI_CALLERID_ETSI = 2,     /* EN 300 659, V.23: Germany; SIN 227: Great Britain */
    BI_CALLERID_DTMF = 3,     /* D number C (sent), A or D number C or # (heard): China */
};

/* Text in ASCII, ended by a zero; empty: not there. */
struct bi_callerid {
    char number[BI_CALLERID_NUMBER + 1]; /* 0-9 * # + */
    char name[BI_CALLERID_NAME + 1];     /* not by DTMF */
    char date[9];                        /* MMDDHHMM; not by DTMF */
    char absence;                        /* why there is no number: 'P' withheld, 'O' unknown */
};

struct bi_callerid_tx_state;
struct bi_callerid_rx_state;

/* A sender and a receiver. They hold memory: every init needs a release; twice is fine. */
struct bi_callerid_tx {
    struct bi_callerid_tx_state *state;
};
struct bi_callerid_rx {
    struct bi_callerid_rx_state *state;
};

/* Returns 0, -EINVAL (standard; or a number, name or date that can't be sent) or -ENOMEM. */
int bi_callerid_tx_init(struct bi_callerid_tx *t, int standard, const struct bi_callerid *id);
void bi_callerid_tx_release(struct bi_callerid_tx *t);

/* Write the next n samples. Returns how many there were: fewer when it has ended. */
int bi_callerid_tx_fill(struct bi_callerid_tx *t, int16_t *x, int n);

/* Returns 0, -EINVAL or -ENOMEM. */
int bi_callerid_rx_init(struct bi_callerid_rx *r, int standard);
void bi_callerid_rx_release(struct bi_callerid_rx *r);

/* Hear a frame of 160 samples. Returns 1 if a whole message, with a good checksum, ended in it
 * and is in `out`, else 0. */
int bi_callerid_rx_frame(struct bi_callerid_rx *r, const int16_t *x, struct bi_callerid *out);

#endif
