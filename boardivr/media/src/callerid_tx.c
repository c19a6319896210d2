#include <ctype.h> // isprint
#include <errno.h>
#include <stdlib.h> // calloc, free
#include <string.h> // memcpy, strlen, strspn

#include <spandsp.h>

#include "callerid.h"
#include "dtmfsend.h"

#define MESSAGE 256 /* that spandsp takes */
#define DTMF_MS 70  /* of a tone and of a pause */

struct bi_callerid_tx_state {
    adsi_tx_state_t *adsi;     /* FSK ... */
    struct bi_dtmfsend dtmf;   /* ... or DTMF */
};

static int is_valid(int standard, const struct bi_callerid *id)
{
    const int dtmf = standard == BI_CALLERID_DTMF;
    const char *digits = dtmf ? "0123456789" : "0123456789*#+";
    size_t i;

    if (standard < BI_CALLERID_BELLCORE || standard > BI_CALLERID_DTMF
        || strnlen(id->number, sizeof(id->number)) == sizeof(id->number)
        || strnlen(id->name, sizeof(id->name)) == sizeof(id->name)
        || strspn(id->number, digits) != strlen(id->number)
        || (id->date[0] && (strspn(id->date, "0123456789") != 8 || id->date[8])))
        return 0;
    for (i = 0; id->name[i]; i++)
        if (!isprint((unsigned char)id->name[i]))
            return 0;
    return id->absence == 0 || id->absence == 'P' || id->absence == 'O';
}

/* Add a field: type, length, body. By hand: spandsp's adsi_add_field() doubles a length of 16,
 * which is right for Japan's DLE only. */
static int add_field(uint8_t *message, int n, uint8_t type, const char *body)
{
    const size_t length = strlen(body);

    message[n] = type;
    message[n + 1] = (uint8_t)length;
    memcpy(message + n + 2, body, length);
    return n + 2 + (int)length;
}

/* MDMF is the same in GR-30 and EN 300 659: these fields have these numbers in both. */
static int put_fsk(adsi_tx_state_t *adsi, const struct bi_callerid *id)
{
    uint8_t message[MESSAGE] = {CLASS_MDMF_CALLERID};
    int n = 2; /* its length is filled in by spandsp */

    if (id->date[0])
        n = add_field(message, n, MCLASS_DATETIME, id->date);
    if (id->number[0])
        n = add_field(message, n, MCLASS_CALLER_NUMBER, id->number);
    else
        n = add_field(message, n, MCLASS_ABSENCE1, id->absence == 'P' ? "P" : "O");
    if (id->name[0])
        n = add_field(message, n, MCLASS_CALLER_NAME, id->name);
    return adsi_tx_put_message(adsi, message, n) < 0 ? -EINVAL : 0;
}

/* China: D number C; without a number B00C (unknown) or B10C (withheld). */
static int put_dtmf(struct bi_dtmfsend *s, const struct bi_callerid *id)
{
    int error;

    bi_dtmfsend_init(s);
    error = bi_dtmfsend_set(s, DTMF_MS, DTMF_MS, s->low_dbm0, s->high_dbm0);
    if (error)
        return error;
    if (!id->number[0])
        return bi_dtmfsend_put(s, id->absence == 'P' ? "B10C" : "B00C");
    bi_dtmfsend_put(s, "D");
    bi_dtmfsend_put(s, id->number);
    return bi_dtmfsend_put(s, "C");
}

int bi_callerid_tx_init(struct bi_callerid_tx *t, int standard, const struct bi_callerid *id)
{
    int error = -ENOMEM;

    t->state = NULL;
    if (!is_valid(standard, id))
        return -EINVAL;
    t->state = calloc(1, sizeof(*t->state));
    if (!t->state)
        return -ENOMEM;
    if (standard == BI_CALLERID_DTMF) {
        error = put_dtmf(&t->state->dtmf, id);
        goto out;
    }
    t->state->adsi = adsi_tx_init(NULL, standard == BI_CALLERID_BELLCORE ? ADSI_STANDARD_CLASS
                                                                        : ADSI_STANDARD_CLIP);
    if (t->state->adsi)
        error = put_fsk(t->state->adsi, id);
out:
    if (error)
        bi_callerid_tx_release(t);
    return error;
}

void bi_callerid_tx_release(struct bi_callerid_tx *t)
{
    if (!t->state)
        return;
    if (t->state->adsi)
        adsi_tx_free(t->state->adsi);
    free(t->state);
    t->state = NULL;
}

int bi_callerid_tx_fill(struct bi_callerid_tx *t, int16_t *x, int n)
{
    if (t->state->adsi)
        return adsi_tx(t->state->adsi, x, n);
    return bi_dtmfsend_fill(&t->state->dtmf, x, n);
}
