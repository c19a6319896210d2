/* The keys a caller typed, kept until somebody takes them: type-ahead. */

#include "engine.h"

static const char KEYS[] = "0123456789*#ABCD";

int bi_key_number(char key)
{
    const char *at = key ? strchr(KEYS, key) : NULL;
    return at ? (int)(at - KEYS) : -1;
}

void bi_digit_add(struct bi_engine *e, struct bi_port *p, char key)
{
    int most = p->digit_most ? p->digit_most : BI_DIGITS;
    uint32_t acts = p->op == OP_PLAY ? p->acting & ~p->until.digit_mask : 0;
    p->last_key = e->now;
    if (acts & 1u << bi_key_number(key))
        return;
    if (p->digit_count == most && p->digits_are_cyclic)
        memmove(p->digits, p->digits + 1, (size_t)--p->digit_count);
    if (p->digit_count < most)
        p->digits[p->digit_count++] = key;
    else
        e->stats.events_lost++;
}

/* Keep `most` keys; of more, the last are lost, or the first where the buffer is cyclic. */
int bi_digits_keep(bi_engine *e, int port, int most, int cyclic)
{
    if (most < 1 || most > BI_DIGITS)
        return -EINVAL;
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p) {
        p->digit_most = most;
        p->digits_are_cyclic = cyclic;
        if (p->digit_count > most)
            p->digit_count = most;
    }
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

/* Keys that do something to what is played, and so aren't kept, unless they end it. */
int bi_digits_act(bi_engine *e, int port, uint32_t keys)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        p->acting = keys;
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

int bi_detect_digits(bi_engine *e, int port, int on)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p) {
        p->detect_digits = on;
        p->key_down = false;
        bi_dtmf_init(&p->dtmf);
    }
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

/* Keys that came as data (a message of the line), not as tones. */
int bi_digits_put(bi_engine *e, int port, const char *keys)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    for (; p && *keys; keys++) {
        if (bi_key_number(*keys) < 0)
            continue;
        bi_digit_add(e, p, *keys);
        bi_post(e, p, BI_EV_KEY_BEGIN, *keys, 0);
        bi_post(e, p, BI_EV_KEY_END, *keys, 0);
    }
    if (p)
        bi_op_check(e, p);
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

/* Take up to `max` keys (all where max < 0), up to and with the first of `mask`.
 * Returns how many were written to `out`, the terminating key last. */
int bi_digits_take(bi_engine *e, int port, int max, uint32_t mask, char *out, int size)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int n = 0;
    while (p && n < p->digit_count && n < size - 1 && (max < 0 || n < max)) {
        out[n] = p->digits[n];
        if (mask & 1u << bi_key_number(out[n++]))
            break;
    }
    if (p) {
        out[n] = 0;
        p->digit_count -= n;
        memmove(p->digits, p->digits + n, (size_t)p->digit_count);
    }
    pthread_mutex_unlock(&e->lock);
    return p ? n : -EBADF;
}

int bi_digits_count(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p ? p->digit_count : -EBADF;
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_digits_clear(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        p->digit_count = 0;
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}
