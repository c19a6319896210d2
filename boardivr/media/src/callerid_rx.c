#include <errno.h>
#include <stdlib.h> // calloc, free
#include <string.h> // memcpy, memset, strchr

#define SPANDSP_EXPOSE_INTERNAL_STRUCTURES /* for the FSK receiver inside of adsi_rx_state_t */
#include <spandsp.h>

#include "callerid.h"
#include "dtmf.h"
#include "level.h" // BI_FRAME

/* GR-30 asks for -36 dBm0 at a telephone; spandsp's presets stop at -30. */
#define FAINTEST_DBM0 -42.0f

struct bi_callerid_rx_state {
    adsi_rx_state_t *adsi;             /* FSK ... */
    struct bi_dtmf dtmf;               /* ... or DTMF, as it comes: */
    char keys[BI_CALLERID_NUMBER + 4]; /* with what begins it */
    int key_count;
    struct bi_callerid id;             /* what a message said */
    int whole;                         /* a message has ended */
};

/* Copy a field; what is too long is cut, what is no plain character left out. */
static void copy_text(char *to, int cap, const uint8_t *from, int n)
{
    int i, k = 0;

    for (i = 0; i < n && k < cap; i++)
        if (from[i] >= ' ' && from[i] < 127)
            to[k++] = (char)from[i];
    to[k] = 0;
}

static void take_field(struct bi_callerid *id, int type, const uint8_t *body, int n)
{
    if (type == MCLASS_DATETIME && n == 8)
        copy_text(id->date, 8, body, n);
    else if (type == MCLASS_CALLER_NUMBER)
        copy_text(id->number, BI_CALLERID_NUMBER, body, n);
    else if (type == MCLASS_CALLER_NAME)
        copy_text(id->name, BI_CALLERID_NAME, body, n);
    else if (type == MCLASS_ABSENCE1 && n >= 1)
        id->absence = body[0] == 'P' ? 'P' : 'O';
}

/* Read the fields of a message by hand: type, length, then type, length, body of each. Nothing
 * beyond the message is read, whatever the lengths say. */
static void take_message(void *user, const uint8_t *message, int n)
{
    struct bi_callerid_rx_state *s = user;
    int i = 2;

    if (n < 4 || (message[0] != CLASS_MDMF_CALLERID && message[0] != CLASS_SDMF_CALLERID))
        return;
    n = n - 2 < message[1] ? n : message[1] + 2;
    memset(&s->id, 0, sizeof(s->id));
    if (message[0] == CLASS_SDMF_CALLERID) {
        /* GR-30 single data message: eight digits of date, then the number */
        if (n < 10)
            return;
        take_field(&s->id, MCLASS_DATETIME, message + 2, 8);
        take_field(&s->id, n > 10 && strchr("PO", message[10]) ? MCLASS_ABSENCE1
                                                             : MCLASS_CALLER_NUMBER,
                   message + 10, n - 10);
        s->whole = 1;
        return;
    }
    while (i + 2 <= n && i + 2 + message[i + 1] <= n) {
        take_field(&s->id, message[i], message + i + 2, message[i + 1]);
        i += 2 + message[i + 1];
    }
    s->whole = 1;
}

int bi_callerid_rx_init(struct bi_callerid_rx *r, int standard)
{
    r->state = NULL;
    if (standard < BI_CALLERID_BELLCORE || standard > BI_CALLERID_DTMF)
        return -EINVAL;
    r->state = calloc(1, sizeof(*r->state));
    if (!r->state)
        return -ENOMEM;
    bi_dtmf_init(&r->state->dtmf);
    if (standard == BI_CALLERID_DTMF)
        return 0;
    r->state->adsi = adsi_rx_init(NULL, standard == BI_CALLERID_BELLCORE ? ADSI_STANDARD_CLASS
                                                                        : ADSI_STANDARD_CLIP,
                                  take_message, r->state);
    if (!r->state->adsi) {
        bi_callerid_rx_release(r);
        return -ENOMEM;
    }
    fsk_rx_signal_cutoff(&r->state->adsi->fskrx, FAINTEST_DBM0);
    return 0;
}

void bi_callerid_rx_release(struct bi_callerid_rx *r)
{
    if (!r->state)
        return;
    if (r->state->adsi)
        adsi_rx_free(r->state->adsi);
    free(r->state);
    r->state = NULL;
}

/* Read keys that have ended with C or #: A or D and a number; B and a code; D and one digit
 * before # (Denmark: why there is no number). */
static void take_keys(struct bi_callerid_rx_state *s, char end)
{
    const int digits = s->key_count - 1;

    memset(&s->id, 0, sizeof(s->id));
    if (s->keys[0] == 'B')
        s->id.absence = digits >= 1 && s->keys[1] == '1' ? 'P' : 'O';
    else if (s->keys[0] == 'D' && end == '#' && digits == 1)
        s->id.absence = s->keys[1] == '1' ? 'P' : 'O';
    else
        copy_text(s->id.number, BI_CALLERID_NUMBER, (const uint8_t *)s->keys + 1, digits);
    s->whole = digits >= 1;
    s->key_count = 0;
}

static void take_key(struct bi_callerid_rx_state *s, char key)
{
    if (strchr("ABD", key)) {
        s->keys[0] = key;
        s->key_count = 1;
    } else if (s->key_count == 0) {
        return;
    } else if (key == 'C' || key == '#') {
        take_keys(s, key);
    } else if (key == '*' || s->key_count == (int)sizeof(s->keys)) {
        s->key_count = 0;
    } else {
        s->keys[s->key_count++] = key;
    }
}

int bi_callerid_rx_frame(struct bi_callerid_rx *r, const int16_t *x, struct bi_callerid *out)
{
    struct bi_callerid_rx_state *s = r->state;
    struct bi_dtmf_event events[BI_DTMF_EVENTS];
    int i, n;

    s->whole = 0;
    if (s->adsi) {
        adsi_rx(s->adsi, x, BI_FRAME);
    } else {
        n = bi_dtmf_frame(&s->dtmf, x, events);
        for (i = 0; i < n; i++)
            if (events[i].kind == BI_DTMF_BEGIN)
                take_key(s, events[i].key);
    }
    if (s->whole)
        memcpy(out, &s->id, sizeof(*out));
    return s->whole;
}
