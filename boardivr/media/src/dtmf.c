/* What a digit is in time: begins, holds, breaks, ends. */
#include "dtmf.h"

#include <string.h> // memcpy, memset

#include "dtmf_verify.h"
#include "level.h" // bi_sine_dbm0

#define ABSENT_BLOCKS 7 /* 28 ms: a break of 20 is bridged, a pause of 40 is not */
#define WINDOW_BLOCKS 6 /* two keys can't begin closer than that */
#define PRESENT 0.15f   /* of the power of a begun tone (-8 dB) that is still that tone */
#define FOLLOW 0.25f    /* how fast the expected power follows the tone */
#define BLOCK BI_DTMF_BLOCK
#define BUFFER (BI_DTMF_WINDOW + BI_DTMF_FRAME)

static const char keys[4][4] = {"123A", "456B", "789C", "*0#D"};

void bi_dtmf_init(struct bi_dtmf *d)
{
    memset(d, 0, sizeof(*d));
    bi_dtmf_bank_init(&d->bank);
}

char bi_dtmf_key(const struct bi_dtmf *d)
{
    return d->key;
}

/* Make the event of the key's end. Its tone ended in or after the block last heard. */
static void end_key(struct bi_dtmf *d, int block, int end, struct bi_dtmf_event *out)
{
    const int32_t left = (BI_DTMF_BLOCKS - 1 - block) * BLOCK;

    *out = d->begun;
    out->kind = BI_DTMF_END;
    out->offset = end >= 0 ? end : (int32_t)(d->blocks - d->heard) * BLOCK + left;
    out->duration = (int32_t)(d->blocks * BLOCK + left - out->offset - d->began);
    d->key = 0;
}

/* Expect tones as strong as these from now on. */
static void expect(struct bi_dtmf *d, const struct bi_dtmf_fit *fit)
{
    const float full = BLOCK / 2.0f; /* the correlation of a sine of peak 1 with itself */
    int i;

    for (i = 0; i < 2; i++)
        d->power[i] = fit->amplitude[i] * fit->amplitude[i] * full * full;
    d->absent = 0;
    d->heard = d->blocks;
}

/* Make the event of a key's begin, from what was fitted to it. */
static void begin_key(struct bi_dtmf *d, int block, const struct bi_dtmf_fit *fit,
                      struct bi_dtmf_event *out)
{
    int i;

    memset(out, 0, sizeof(*out));
    out->kind = BI_DTMF_BEGIN;
    out->key = d->key = keys[d->row][d->column];
    out->offset = BUFFER - fit->onset;
    out->duration = fit->end - fit->onset;
    out->residual = fit->residual;
    for (i = 0; i < 2; i++) {
        out->error[i] = fit->error[i];
        out->level[i] = bi_sine_dbm0(fit->amplitude[i]);
    }
    expect(d, fit);
    d->began = d->blocks * BLOCK + (BI_DTMF_BLOCKS - 1 - block) * BLOCK - out->offset;
    d->rest = WINDOW_BLOCKS;
    d->begun = *out;
}

/* Look closer at the window that ends with this block; row and column as it says. */
static int verify(const struct bi_dtmf_look *look, int block, const int16_t *buffer,
                  struct bi_dtmf_fit *fit)
{
    const int start = (block + 1) * BLOCK;

    return look->row[block] >= 0
           && bi_dtmf_verify(buffer, BUFFER, start, look->row[block], look->column[block], fit);
}

static int is_same_key(const struct bi_dtmf *d, const struct bi_dtmf_look *look, int block)
{
    return d->key && look->row[block] == d->row && look->column[block] == 4 + d->column;
}

/* Whether the key's two tones are in this block; what they are worth follows them slowly. */
static int is_present(struct bi_dtmf *d, const float power[8])
{
    const float low = power[d->row], high = power[4 + d->column];

    if (low < PRESENT * d->power[0] || high < PRESENT * d->power[1])
        return 0;
    d->power[0] += FOLLOW * (low - d->power[0]);
    d->power[1] += FOLLOW * (high - d->power[1]);
    return 1;
}

/* Follow the key that is down through a block. Returns the number of events, 0 or 1. */
static int follow(struct bi_dtmf *d, const struct bi_dtmf_look *look, int block,
                  const int16_t *buffer, struct bi_dtmf_event *out)
{
    struct bi_dtmf_fit fit;

    if (is_present(d, look->power[block])) {
        d->heard = d->blocks;
        d->absent = 0;
        return 0;
    }
    d->absent++;
    /* A whole window without it: perhaps it is only fainter than it was. */
    if (d->absent == WINDOW_BLOCKS && is_same_key(d, look, block)
        && verify(look, block, buffer, &fit))
        expect(d, &fit);
    if (d->absent < ABSENT_BLOCKS)
        return 0;
    end_key(d, block, -1, out);
    return 1;
}

/* Begin a key if the window that ends with this block holds one. Returns the number of events,
 * 0 to 2: it ends the one that was down. */
static int begin(struct bi_dtmf *d, const struct bi_dtmf_look *look, int block,
                 const int16_t *buffer, struct bi_dtmf_event *out)
{
    struct bi_dtmf_fit fit;
    int n = 0;

    if (d->rest > 0 || is_same_key(d, look, block) || !verify(look, block, buffer, &fit))
        return 0;
    if (d->key)
        end_key(d, block, BUFFER - fit.onset, out + n++);
    d->row = look->row[block];
    d->column = (int8_t)(look->column[block] - 4);
    begin_key(d, block, &fit, out + n++);
    return n;
}

int bi_dtmf_frame(struct bi_dtmf *d, const int16_t *x, struct bi_dtmf_event *out)
{
    struct bi_dtmf_look look;
    int16_t buffer[BUFFER];
    const int worth = bi_dtmf_bank_frame(&d->bank, x, &look);
    int block, n = 0;

    if (worth) {
        memcpy(buffer, d->last, sizeof(d->last));
        memcpy(buffer + BI_DTMF_WINDOW, x, sizeof(*x) * BI_DTMF_FRAME);
    }
    if (worth || d->key || d->rest) {
        for (block = 0; block < BI_DTMF_BLOCKS; block++) {
            d->blocks++;
            d->rest -= d->rest > 0;
            if (d->key)
                n += follow(d, &look, block, buffer, out + n);
            if (worth)
                n += begin(d, &look, block, buffer, out + n);
        }
    } else {
        d->blocks += BI_DTMF_BLOCKS;
    }
    memcpy(d->last, d->last + BI_DTMF_FRAME, sizeof(*x) * BI_DTMF_BLOCK);
    memcpy(d->last + BI_DTMF_BLOCK, x, sizeof(*x) * BI_DTMF_FRAME);
    return n;
}

int bi_dtmf_scan(struct bi_dtmf *d, const int16_t *x, int frames, struct bi_dtmf_event *out,
                 int32_t *at, int cap)
{
    struct bi_dtmf_event events[BI_DTMF_EVENTS];
    int f, i, n, total = 0;

    for (f = 0; f < frames; f++) {
        n = bi_dtmf_frame(d, x + (size_t)f * BI_DTMF_FRAME, events);
        for (i = 0; i < n && total < cap; i++) {
            at[total] = f;
            out[total++] = events[i];
        }
    }
    return total;
}
