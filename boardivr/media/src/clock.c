/* Time and waiting.
 *
 * Real time: one thread ticks every 20 ms; a waiter sleeps on its own
 * condition variable until an event or its deadline comes.
 *
 * Virtual time: threads that belong to the engine run one at a time, in the
 * order in which they became due, so that a test goes the same way every time.
 * Whoever blocks last drives: it hands the turn to the next due thread, and
 * where none is due it ticks, or jumps when no port has anything to send or hear.
 * A thread that is out doing something else keeps the turn, and time stands still. */

#include <sched.h>  // sched_yield
#include <stdlib.h> // calloc

#include "engine.h"

#define HOPELESS 180000 /* ticks: an hour in which nobody was due */

void bi_waiter_init(struct bi_waiter *w)
{
    memset(w, 0, sizeof(*w));
    pthread_cond_init(&w->cond, NULL);
}

static void unlist(struct bi_engine *e, struct bi_waiter *w)
{
    if (!w->waiting)
        return;
    *(w->prev ? &w->prev->next : &e->soonest) = w->next;
    *(w->next ? &w->next->prev : &e->latest) = w->prev;
    w->prev = w->next = NULL;
    w->waiting = false;
}

/* Most new deadlines are later than those that wait: look from the end. */
static void enlist(struct bi_engine *e, struct bi_waiter *w, int64_t deadline)
{
    struct bi_waiter *after = e->latest;
    while (after && after->deadline > deadline)
        after = after->prev;
    w->deadline = deadline;
    w->prev = after;
    w->next = after ? after->next : e->soonest;
    *(w->prev ? &w->prev->next : &e->soonest) = w;
    *(w->next ? &w->next->prev : &e->latest) = w;
    w->waiting = true;
    w->released = false;
}

static void release(struct bi_engine *e, struct bi_waiter *w)
{
    w->released = true;
    e->running++;
    pthread_cond_signal(&w->cond);
}

static void make_due(struct bi_engine *e, struct bi_waiter *w, int result)
{
    w->result = result;
    if (!e->is_virtual || e->closing) {
        release(e, w);
        return;
    }
    w->next_due = NULL;
    if (e->due_last)
        e->due_last->next_due = w;
    else
        e->due_first = w;
    e->due_last = w;
}

void bi_wake(struct bi_engine *e, struct bi_waiter *w, int result)
{
    if (!w->waiting) {
        w->pending = true;
        return;
    }
    unlist(e, w);
    make_due(e, w, result);
}

void bi_expire(struct bi_engine *e)
{
    while (e->soonest && e->soonest->deadline <= e->now) {
        struct bi_waiter *w = e->soonest;
        unlist(e, w);
        make_due(e, w, 0);
    }
}

static int64_t next_deadline(struct bi_engine *e)
{
    int64_t soonest = e->soonest ? e->soonest->deadline : BI_NEVER;
    for (int i = 0; i < e->port_count; i++) {
        int64_t t = bi_op_deadline(e->ports[i]);
        if (t < soonest)
            soonest = t;
    }
    return soonest;
}

/* Let virtual time pass: a tick where a port is busy, else a jump to what is
 * due next. Returns -EDEADLK where nothing ever would be: no port is busy and
 * no time runs, or a tone has been sounding for so long while nobody's time ran. */
static int advance(struct bi_engine *e, int64_t ticks)
{
    int64_t target = e->live && ticks % HOPELESS ? 0 : next_deadline(e);
    if (target == BI_NEVER)
        return -EDEADLK;
    if (!e->live) {
        int64_t frames = (target - e->now + BI_FRAME - 1) / BI_FRAME;
        if (frames > 1) {
            e->now += (frames - 1) * BI_FRAME;
            e->stats.jumps++;
        }
    }
    bi_tick(e);
    return 0;
}

static void drive(struct bi_engine *e)
{
    e->driving = true;
    for (int64_t ticks = 1; e->running == 0 && !e->closing; ticks++) {
        struct bi_waiter *w = e->due_first;
        if (w) {
            e->due_first = w->next_due;
            if (!e->due_first)
                e->due_last = NULL;
            release(e, w);
        } else if (advance(e, ticks) < 0) {
            /* A thread that never wakes would hang the test: let all of them fail. */
            while (e->soonest) {
                struct bi_waiter *stuck = e->soonest;
                unlist(e, stuck);
                make_due(e, stuck, -EDEADLK);
            }
        } else if (ticks % 64 == 0) {
            /* stop() and signals from outside must get in */
            pthread_mutex_unlock(&e->lock);
            sched_yield();
            pthread_mutex_lock(&e->lock);
        }
    }
    e->driving = false;
}

/* The calling thread gives up its turn until it is released again. */
static void give_turn(struct bi_engine *e, struct bi_waiter *w)
{
    e->running--;
    while (!w->released && !e->closing) {
        if (e->is_virtual && e->running == 0 && !e->driving)
            drive(e);
        else
            pthread_cond_wait(&w->cond, &e->lock);
    }
    w->released = false;
}

int bi_block(struct bi_engine *e, struct bi_waiter *w, int64_t deadline)
{
    if (e->closing)
        return -ECANCELED;
    if (w->pending) {
        w->pending = false;
        return 1;
    }
    if (deadline <= e->now)
        return 0;
    if (w->waiting)
        return -EBUSY;
    enlist(e, w, deadline);
    give_turn(e, w);
    if (e->closing) {
        unlist(e, w);
        return -ECANCELED;
    }
    return w->result;
}

/* Everybody out: each finds that it is closing. Those in the queue may be freed
 * as soon as they have left, so nobody may find them there any more. */
void bi_clock_close(struct bi_engine *e)
{
    for (struct bi_waiter *w = e->soonest; w; w = w->next)
        pthread_cond_broadcast(&w->cond);
    for (struct bi_waiter *w = e->due_first; w; w = w->next_due)
        pthread_cond_broadcast(&w->cond);
    e->due_first = e->due_last = NULL;
}

bi_waiter *bi_waiter_alloc(bi_engine *e)
{
    struct bi_waiter *w = calloc(1, sizeof(*w));
    if (w) {
        bi_waiter_init(w);
        w->engine = e;
        bi_engine_hold(e);
    }
    return w;
}

void bi_waiter_free(bi_waiter *w)
{
    struct bi_engine *e = w->engine;
    pthread_mutex_lock(&e->lock);
    unlist(e, w);
    pthread_mutex_unlock(&e->lock);
    pthread_cond_destroy(&w->cond);
    free(w);
    bi_engine_drop(e);
}

int bi_waiter_wait(bi_engine *e, bi_waiter *w, int64_t deadline)
{
    pthread_mutex_lock(&e->lock);
    int result = bi_block(e, w, deadline);
    pthread_mutex_unlock(&e->lock);
    return result;
}

void bi_waiter_wake(bi_engine *e, bi_waiter *w)
{
    pthread_mutex_lock(&e->lock);
    bi_wake(e, w, 1);
    pthread_mutex_unlock(&e->lock);
}

/* A thread is about to be started: in virtual time it queues for its turn now,
 * not when the operating system gets round to it. */
bi_waiter *bi_thread_expect(bi_engine *e)
{
    struct bi_waiter *ticket = bi_waiter_alloc(e);
    if (!ticket)
        return NULL;
    pthread_mutex_lock(&e->lock);
    make_due(e, ticket, 1);
    pthread_mutex_unlock(&e->lock);
    return ticket;
}

int bi_thread_begin(bi_engine *e, bi_waiter *ticket)
{
    pthread_mutex_lock(&e->lock);
    while (!ticket->released && !e->closing) {
        if (e->is_virtual && e->running == 0 && !e->driving)
            drive(e);
        else
            pthread_cond_wait(&ticket->cond, &e->lock);
    }
    int result = e->closing ? -ECANCELED : 0;
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* The thread ends: whoever is due next goes on. Nobody else may be there to
 * drive, so this one does until another thread has the turn. */
void bi_thread_end(bi_engine *e, bi_waiter *ticket)
{
    pthread_mutex_lock(&e->lock);
    e->running--;
    if (e->is_virtual && e->running == 0 && !e->driving && !e->closing &&
        (e->soonest || e->due_first))
        drive(e);
    pthread_mutex_unlock(&e->lock);
    bi_waiter_free(ticket);
}
