/* The tones by which fax machines know each other: CNG, CED and the V.21 preamble (T.30). */
#ifndef BI_FAXTONE_H
#define BI_FAXTONE_H

#include <stdint.h>

#define BI_FAXTONE_EVENTS 4 /* most that one frame can make */

enum bi_faxtone_kind {
    BI_FAXTONE_CNG = 1,      /* 1100 Hz, half a second: the caller is a fax */
    BI_FAXTONE_CED = 2,      /* 2100 Hz: the called one is a fax or a modem */
    BI_FAXTONE_PREAMBLE = 4, /* V.21 flags: a fax that sent no CED */
};

struct bi_faxtone_state;

/* A detector. It holds memory: every init needs a release. */
struct bi_faxtone {
    struct bi_faxtone_state *state;
};

/* Listen for CNG, or CED (the preamble comes with it), or both, as bits. Returns 0, -EINVAL or
 * -ENOMEM. */
int bi_faxtone_init(struct bi_faxtone *f, int listen);

/* Forget it all; twice is fine. */
void bi_faxtone_release(struct bi_faxtone *f);

/* Hear a frame of 160 samples. `out` gets the kinds of tones that have begun in it; returns
 * their number, at most BI_FAXTONE_EVENTS. */
int bi_faxtone_frame(struct bi_faxtone *f, const int16_t *x, int8_t *out);

struct modem_connect_tones_tx_state_s;

/* A sender of CNG (until released) or of CED (once). It holds memory. */
struct bi_faxtone_tx {
    struct modem_connect_tones_tx_state_s *state;
};

/* Returns 0, -EINVAL (neither CNG nor CED) or -ENOMEM. */
int bi_faxtone_tx_init(struct bi_faxtone_tx *f, int kind);
void bi_faxtone_tx_release(struct bi_faxtone_tx *f);

/* Write the next n samples. Returns how many there were: fewer when it has ended. */
int bi_faxtone_tx_fill(struct bi_faxtone_tx *f, int16_t *x, int n);

#endif
