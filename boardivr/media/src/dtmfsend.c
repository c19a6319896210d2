#include "dtmfsend.h"

#include <errno.h>
#include <string.h> // memset, strchr, strlen

#include "dtmf_bank.h" // bi_dtmf_hz
#include "level.h"     // BI_RATE

#define PER_MS (BI_RATE / 1000)
#define CHUNK 160
#define COMMA_MS 1000
#define LONGEST_MS 60000

static const char keys_of_rows[] = "123A456B789C*0#D";

void bi_dtmfsend_init(struct bi_dtmfsend *s)
{
    memset(s, 0, sizeof(*s));
    s->on_ms = s->off_ms = 80;
    s->low_dbm0 = -8.0f;
    s->high_dbm0 = -6.0f;
}

static int is_level(float dbm0)
{
    return dbm0 >= -60.0f && dbm0 <= 0.0f;
}

int bi_dtmfsend_set(struct bi_dtmfsend *s, int on_ms, int off_ms, float low_dbm0,
                    float high_dbm0)
{
    if (on_ms < 1 || on_ms > LONGEST_MS || off_ms < 0 || off_ms > LONGEST_MS
        || !is_level(low_dbm0) || !is_level(high_dbm0))
        return -EINVAL;
    s->on_ms = on_ms;
    s->off_ms = off_ms;
    s->low_dbm0 = low_dbm0;
    s->high_dbm0 = high_dbm0;
    return 0;
}

/* A key as it is queued, or 0 if it is none. */
static char as_key(char c)
{
    if (c >= 'a' && c <= 'd')
        return (char)(c - 'a' + 'A');
    return c && strchr("0123456789*#ABCD,", c) ? c : 0;
}

int bi_dtmfsend_put(struct bi_dtmfsend *s, const char *keys)
{
    const size_t n = strlen(keys);
    size_t i;

    if (n > (size_t)(BI_DTMFSEND_KEYS - s->count))
        return -ENOSPC;
    for (i = 0; i < n; i++)
        if (!as_key(keys[i]))
            return -EINVAL;
    for (i = 0; i < n; i++)
        s->queue[(s->head + s->count++) % BI_DTMFSEND_KEYS] = as_key(keys[i]);
    return 0;
}

void bi_dtmfsend_clear(struct bi_dtmfsend *s)
{
    s->count = s->left = 0;
    s->key = 0;
}

char bi_dtmfsend_key(const struct bi_dtmfsend *s)
{
    return s->key;
}

int bi_dtmfsend_waiting(const struct bi_dtmfsend *s)
{
    return s->count;
}

/* Take the next key of the queue: its tone, or a comma's pause. */
static void next_key(struct bi_dtmfsend *s)
{
    const char key = s->queue[s->head];

    s->head = (s->head + 1) % BI_DTMFSEND_KEYS;
    s->count--;
    if (key == ',') {
        s->left = COMMA_MS * PER_MS;
        return;
    }
    const int i = (int)(strchr(keys_of_rows, key) - keys_of_rows);

    s->key = key;
    s->left = s->on_ms * PER_MS;
    bi_osc_init(s->osc, bi_dtmf_hz[i / 4], s->low_dbm0);
    bi_osc_init(s->osc + 1, bi_dtmf_hz[4 + i % 4], s->high_dbm0);
}

/* Send what is left of the tone or pause, n samples at most. */
static int sound(struct bi_dtmfsend *s, int16_t *x, int n)
{
    const int now = s->left < n ? s->left : n;
    float y[CHUNK];

    memset(y, 0, sizeof(*y) * (size_t)now);
    if (s->key) {
        bi_osc_add(s->osc, y, now);
        bi_osc_add(s->osc + 1, y, now);
    }
    bi_osc_round(y, x, now);
    s->left -= now;
    if (s->key && s->left == 0) {
        s->key = 0;
        s->left = s->off_ms * PER_MS;
    }
    return now;
}

int bi_dtmfsend_fill(struct bi_dtmfsend *s, int16_t *x, int n)
{
    int done = 0;

    while (done < n && (s->left || s->count)) {
        if (s->left == 0)
            next_key(s);
        else
            done += sound(s, x + done, n - done < CHUNK ? n - done : CHUNK);
    }
    return done;
}
