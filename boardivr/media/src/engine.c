/* The engine: its ports, and the tick that moves 20 ms of sound through all of them. */

#include <sched.h>  // SCHED_RR
#include <stdlib.h> // calloc
#include <time.h>   // clock_nanosleep

#include "engine.h"

#define TICK_NS 20000000
#define FAX_NS 6000000 /* leaves time for the costliest page: 5 ms */
#define FASTEST 1000

static void produce(struct bi_engine *e, struct bi_port *p)
{
    bool has_voice = bi_voice_fill(e, p, p->out) > 0;
    bi_route_produce(e, p, has_voice);
}

static bool watches_silence(const struct bi_port *p)
{
    return p->op != OP_NONE && (p->until.max_silence >= 0 || p->until.max_non_silence >= 0);
}

static bool is_recording(const struct bi_port *p)
{
    return p->recorders[0] || p->recorders[1];
}

/* What was heard and said in this tick; true where the port has to be ticked again. */
static bool consume(struct bi_engine *e, struct bi_port *p)
{
    p->quiet = !p->in_idle ? 0 : p->quiet < BI_SETTLE ? p->quiet + 1 : BI_SETTLE;
    bool watches = watches_silence(p), hears = bi_ear_is_busy(p);
    if (p->quiet < BI_SETTLE || watches || hears || p->key_down)
        bi_detect(e, p, watches);
    if (is_recording(p))
        bi_recorders_take(e, p);
    if (p->fifo)
        bi_fifo_take(e, p);
    if (p->fax)
        bi_fax_take(e, p);
    bi_op_check(e, p);
    return p->source != SRC_NONE || p->route != ROUTE_NONE || p->quiet < BI_SETTLE ||
           is_recording(p) || watches || hears || p->line || !p->out_idle;
}

/* The bus carries the frames of the tick before. */
static void keep_frames(const struct bi_engine *e, struct bi_port *p)
{
    if (p->revealing && !p->key_down)
        p->concealed = p->revealing = false;
    bool in_idle = p->in_idle || p->concealed;
    if (!in_idle)
        memcpy(p->was_in, p->in, BI_FRAME);
    else if (!p->was_in_idle)
        memset(p->was_in, e->idle, BI_FRAME);
    if (!p->out_idle || !p->was_out_idle)
        memcpy(p->was_out, p->out, BI_FRAME);
    p->was_in_idle = in_idle;
    p->was_out_idle = p->out_idle;
}

void bi_tick(struct bi_engine *e)
{
    int64_t began = e->tick_began_ns = bi_monotonic_ns();
    bi_conferences_mix(e);
    for (int i = 0; i < e->port_count; i++)
        if (e->ports[i]->open)
            produce(e, e->ports[i]);
    for (int i = 0; i < e->port_count; i++)
        if (e->ports[i]->open)
            bi_wire_carry(e, e->ports[i]);
    e->now += BI_FRAME;
    e->live = 0;
    for (int i = 0; i < e->port_count; i++) {
        struct bi_port *p = e->ports[i];
        if (!p->open)
            continue;
        bool is_live = consume(e, p);
        e->live += is_live;
        keep_frames(e, p);
    }
    bi_expire(e);
    e->stats.ticks++;
    e->stats.busy_ns += bi_monotonic_ns() - began;
}

static void *tick_main(void *argument)
{
    struct bi_engine *e = argument;
    /* Before all that is busy on this machine, where the system allows it (root, or
     * RLIMIT_RTPRIO): with two busy loops beside it 3 % of frames were late, now none. */
    struct sched_param first = {.sched_priority = 1};
    pthread_setschedparam(pthread_self(), SCHED_RR, &first);
    int64_t due = bi_monotonic_ns(), tick = TICK_NS;
    for (bool closing = false; !closing;) {
        due += tick;
        struct timespec until = {due / 1000000000, due % 1000000000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        pthread_mutex_lock(&e->lock);
        int64_t late = bi_monotonic_ns() - due;
        e->stats.late += late > tick;
        if (late > e->stats.max_late_ns)
            e->stats.max_late_ns = late;
        if (late > 50 * tick) /* the machine slept: don't run after lost time */
            due = bi_monotonic_ns();
        bi_tick(e);
        tick = TICK_NS / e->speed;
        closing = e->closing;
        pthread_mutex_unlock(&e->lock);
    }
    return NULL;
}

bi_engine *bi_engine_alloc(int max_ports, int law, int virtual_time)
{
    if (max_ports < 1 || (law != BI_ALAW && law != BI_ULAW))
        return NULL;
    struct bi_engine *e = calloc(1, sizeof(*e));
    if (!e)
        return NULL;
    e->ports = calloc((size_t)max_ports, sizeof(*e->ports));
    e->max_conferences = max_ports / 2 + 1;
    e->conferences = calloc((size_t)e->max_conferences, sizeof(*e->conferences));
    if (!e->ports || !e->conferences) {
        free(e->ports);
        free(e->conferences);
        free(e);
        return NULL;
    }
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->writer_cond, NULL);
    e->holders = 1;
    e->max_ports = max_ports;
    e->law = law;
    e->is_virtual = virtual_time;
    e->fax_ns = virtual_time ? BI_NEVER : FAX_NS;
    e->speed = 1;
    e->running = 1; /* the thread that makes the engine */
    bi_law_tables(law, e->decode, e->encode, &e->idle);
    return e;
}

/* Real time: start the thread that ticks and the one that writes recordings. */
int bi_engine_start(bi_engine *e)
{
    if (e->is_virtual || e->started)
        return -EINVAL;
    int result = bi_writer_start(e);
    if (result == 0)
        result = -pthread_create(&e->tick_thread, NULL, tick_main, e);
    e->started = result == 0;
    return result;
}

/* Let so many seconds pass in a second of real time, for long runs. */
int bi_engine_speed(bi_engine *e, int times)
{
    if (times < 1 || times > FASTEST)
        return -EINVAL;
    pthread_mutex_lock(&e->lock);
    e->speed = times;
    pthread_mutex_unlock(&e->lock);
    return 0;
}

/* Every wait returns -ECANCELED from now on; nothing ticks any more. */
void bi_engine_close(bi_engine *e)
{
    pthread_mutex_lock(&e->lock);
    bool was_closing = e->closing;
    e->closing = true;
    if (!was_closing) /* later on, who waited then may be freed */
        bi_clock_close(e);
    pthread_cond_broadcast(&e->writer_cond);
    pthread_mutex_unlock(&e->lock);
    if (e->started && !was_closing) {
        pthread_join(e->tick_thread, NULL);
        bi_writer_stop(e);
    }
}

void bi_engine_hold(struct bi_engine *e)
{
    __atomic_add_fetch(&e->holders, 1, __ATOMIC_RELAXED);
}

void bi_engine_drop(struct bi_engine *e)
{
    if (__atomic_sub_fetch(&e->holders, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    free(e->ports);
    free(e->conferences);
    pthread_cond_destroy(&e->writer_cond);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

/* The owner lets go: all threads are out of it. */
void bi_engine_free(bi_engine *e)
{
    bi_engine_close(e);
    for (int i = 0; i < e->port_count; i++)
        if (e->ports[i]->open)
            bi_port_release(e, e->ports[i]); /* looks at all the others */
    for (int i = 0; i < e->port_count; i++) {
        bi_playlist_drop(e, e->ports[i]);
        pthread_cond_destroy(&e->ports[i]->waiter.cond);
        free(e->ports[i]);
    }
    e->port_count = 0;
    bi_engine_drop(e);
}

int64_t bi_now(bi_engine *e)
{
    pthread_mutex_lock(&e->lock);
    int64_t now = e->now;
    pthread_mutex_unlock(&e->lock);
    return now;
}

void bi_engine_stats(bi_engine *e, bi_stats *out)
{
    pthread_mutex_lock(&e->lock);
    *out = e->stats;
    pthread_mutex_unlock(&e->lock);
}

/* Virtual time: the calling thread, which has the turn, ticks so many times
 * itself; for benchmarks and for tests that look at single frames. */
int bi_run(bi_engine *e, int64_t ticks)
{
    if (!e->is_virtual)
        return -EINVAL;
    pthread_mutex_lock(&e->lock);
    for (int64_t i = 0; i < ticks; i++)
        bi_tick(e);
    pthread_mutex_unlock(&e->lock);
    return 0;
}
