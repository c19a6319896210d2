/* Ports: opening and closing them, and the queue of events where a channel's
 * thread waits, in one place, for whatever happens on its line. */

#include <stdlib.h> // calloc
#include <time.h>   // clock_gettime

#include "engine.h"

int64_t bi_monotonic_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct bi_port *bi_port_at(struct bi_engine *e, int port)
{
    if (port < 0 || port >= e->port_count || !e->ports[port]->open)
        return NULL;
    return e->ports[port];
}

int bi_port_size(void)
{
    return (int)sizeof(struct bi_port);
}

int bi_port_open(bi_engine *e)
{
    pthread_mutex_lock(&e->lock);
    int i = 0;
    while (i < e->port_count && e->ports[i]->open)
        i++;
    int result = i;
    if (i == e->max_ports)
        result = -ENOSPC;
    else if (i == e->port_count) {
        struct bi_port *p = calloc(1, sizeof(*p));
        if (p) {
            p->index = i;
            bi_waiter_init(&p->waiter);
            e->ports[e->port_count++] = p;
        } else {
            result = -ENOMEM;
        }
    }
    if (result >= 0) {
        struct bi_port *p = e->ports[i];
        p->open = true;
        p->wire = p->hears = -1;
        p->line = NULL;
        p->subscribed = BI_EV_DONE | BI_EV_SIGNAL;
        bi_port_clear(e, p);
        e->stats.ports++;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* As new: nothing plays, nothing is detected, nothing is routed; the wire stays. */
void bi_port_clear(struct bi_engine *e, struct bi_port *p)
{
    bool is_waited_on = p->waiter.waiting;
    p->event_count = 0;
    if (p->op != OP_NONE)
        bi_op_end(e, p, BI_STOPPED);
    bi_voice_stop(e, p);
    bi_playlist_drop(e, p);
    for (int i = 0; i < BI_RECORDERS; i++)
        p->recorders[i] = NULL;
    bi_detect_release(p);
    bi_ear_disarm(p);
    memset(p->out, e->idle, BI_FRAME);
    memset(p->in, e->idle, BI_FRAME);
    memset(p->was_in, e->idle, BI_FRAME);
    memset(p->was_out, e->idle, BI_FRAME);
    p->out_idle = p->in_idle = p->was_in_idle = p->was_out_idle = true;
    p->quiet = BI_SETTLE;
    bi_route_clear(e, p);
    p->concealed = p->revealing = p->lost = p->detect_digits = p->detect_voice = p->key_down = false;
    p->lose_on = 0;
    p->digit_count = 0;
    p->digit_most = 0;
    p->digits_are_cyclic = false;
    p->acting = 0;
    if (!is_waited_on) /* else the end of its operation is still to be told */
        p->event_count = 0;
    p->waiter.pending = false;
    bi_detect_reset(p);
    e->live++;
}

void bi_port_release(struct bi_engine *e, struct bi_port *p)
{
    if (p->waiter.waiting) /* by mistake; the port may soon be another's */
        bi_wake(e, &p->waiter, -EBADF);
    bi_port_clear(e, p);
    bi_fifo_free(e, p);
    bi_ear_free(p);
    bi_stream_free(p);
    bi_line_free(p);
    for (int i = 0; i < e->port_count; i++) {
        struct bi_port *other = e->ports[i];
        if (other->wire == p->index)
            other->wire = -1;
        if (other->hears == p->index)
            other->hears = -1;
        if (other->route != ROUTE_CONFERENCE && other->peer == p->index)
            other->route = ROUTE_NONE;
    }
    p->wire = -1;
    p->open = false;
    e->stats.ports--;
}

int bi_port_close(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        bi_port_release(e, p);
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

int bi_port_reset(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        bi_port_clear(e, p);
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

int bi_port_subscribe(bi_engine *e, int port, int mask)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        p->subscribed = mask | BI_EV_DONE | BI_EV_SIGNAL;
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

void bi_post(struct bi_engine *e, struct bi_port *p, int kind, int a, int b)
{
    bi_post_at(e, p, kind, a, b, e->now);
}

void bi_post_at(struct bi_engine *e, struct bi_port *p, int kind, int a, int b, int64_t at)
{
    if (!(p->subscribed & kind))
        return;
    if (p->event_count == BI_EVENTS) { /* nobody reads: the oldest goes, and it is counted */
        p->event_first = (p->event_first + 1) % BI_EVENTS;
        p->event_count--;
        e->stats.events_lost++;
    }
    bi_event *event = &p->events[(p->event_first + p->event_count++) % BI_EVENTS];
    *event = (bi_event){.kind = kind, .a = a, .b = b, .op = p->op_id, .at = at,
                        .post_ns = bi_monotonic_ns()};
    if (p->waiter.waiting)
        bi_wake(e, &p->waiter, 1);
}

static void pop(struct bi_port *p, bi_event *out)
{
    *out = p->events[p->event_first];
    p->event_first = (p->event_first + 1) % BI_EVENTS;
    p->event_count--;
}

/* Returns 1 and an event, 0 when time ran out, or a negative errno. */
int bi_port_wait(bi_engine *e, int port, int64_t deadline, bi_event *out)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p ? 1 : -EBADF;
    if (p && p->event_count == 0)
        result = bi_block(e, &p->waiter, deadline);
    if (result >= 0 && p->event_count > 0) {
        pop(p, out);
        result = 1;
    } else if (result > 0) {
        result = 0;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_port_signal(bi_engine *e, int port, int a, int b)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        bi_post(e, p, BI_EV_SIGNAL, a, b);
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

/* The far end is gone: whatever runs on the port ends now, and nothing starts. */
int bi_port_lose(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p) {
        p->lost = true;
        if (p->op != OP_NONE)
            bi_op_end(e, p, BI_LOST);
    }
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

int bi_port_lost(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p ? p->lost : -EBADF;
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* What the port sent and heard in the last tick; returns 1 where that was idle. */
int bi_port_out(bi_engine *e, int port, uint8_t *frame)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p ? p->was_out_idle : -EBADF;
    if (p)
        memcpy(frame, p->was_out, BI_FRAME);
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_port_in(bi_engine *e, int port, uint8_t *frame)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p ? p->was_in_idle : -EBADF;
    if (p)
        memcpy(frame, p->was_in, BI_FRAME);
    pthread_mutex_unlock(&e->lock);
    return result;
}
