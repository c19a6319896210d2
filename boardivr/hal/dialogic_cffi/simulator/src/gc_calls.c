/* Calls: what the line tells of them, and the steps from offered or placed to released. */

#include <stdlib.h>
#include <string.h>

#include "gc.h"

#define FIRST_CRN 0x8000001L

static struct gc_call *calls;
static long last_crn = FIRST_CRN - 1;

struct gc_call *gc_find(long crn)
{
    struct gc_call *call = calls;
    while (call && call->crn != crn)
        call = call->next;
    return call;
}

struct gc_call *gc_call_of(long line, int64_t number)
{
    struct gc_call *call = calls;
    while (call && (call->line != line || (number && call->number != number)))
        call = call->next;
    return call;
}

struct gc_call *gc_add(long line, int64_t number, int state)
{
    struct gc_call *call = calloc(1, sizeof(*call));
    if (!call)
        return NULL;
    call->crn = ++last_crn;
    call->line = line;
    call->number = number ? number : call->crn;
    call->state = state;
    call->next = calls;
    calls = call;
    return call;
}

void gc_drop(struct gc_call *gone)
{
    for (struct gc_call **at = &calls; *at; at = &(*at)->next)
        if (*at == gone) {
            *at = gone->next;
            free(gone);
            return;
        }
}

void gc_forget(long line)
{
    for (struct gc_call *call = calls, *next; call; call = next) {
        next = call->next;
        if (call->line == line)
            gc_drop(call);
    }
}

void gc_copy(char *to, const char *from, size_t size)
{
    size_t n = strnlen(from, size < GC_ADDRSIZE ? size : GC_ADDRSIZE);
    memcpy(to, from, n);
    to[n] = 0;
}

/* What the line tells */

static void offer(struct dlg_device *d, struct gc_line *line, const struct dlg_message *m)
{
    const char *data = (const char *)m->data;
    size_t size = m->size - DLG_HEAD, ani = strnlen(data, size);
    if (gc_call_of(d->handle, m->a[1]) || (!line->waits && !line->is_waited_for))
        return;
    struct gc_call *call = gc_add(d->handle, m->a[1], GCST_OFFERED);
    if (!call)
        return;
    gc_copy(call->ani, data, ani);
    if (ani < size)
        gc_copy(call->dnis, data + ani + 1, size - ani - 1);
    if (line->is_waited_for) {
        line->is_waited_for = false;
        line->taken = call->crn;
    } else {
        gc_post(d, GCEV_OFFERED, call, GCRV_NORMAL, 0);
    }
}

/* The meaning of the network's causes (ITU-T Q.850). */
static int result_of(long cause)
{
    switch (cause) {
    case 0:
        return GCRV_TIMEOUT;
    case 1: case 2: case 3: case 22: case 28:
        return GCRV_UNALLOCATED;
    case 16:
        return GCRV_NORMAL;
    case 17:
        return GCRV_BUSY;
    case 18: case 19:
        return GCRV_NOANSWER;
    case 27:
        return GCRV_NOT_INSERVICE;
    case 34: case 38: case 41: case 42: case 44: case 47:
        return GCRV_CONGESTION;
    default:
        return GCRV_REJECT;
    }
}

static void end(struct dlg_device *d, struct gc_call *call, long cause)
{
    if (call->is_dropping || call->state & (GCST_IDLE | GCST_DISCONNECTED))
        return;
    call->state = GCST_DISCONNECTED;
    call->cause = cause;
    call->result = result_of(cause);
    if (!call->is_sync)
        gc_post(d, GCEV_DISCONNECTED, call, call->result, cause);
}

static void progress(struct dlg_device *d, struct gc_line *line, struct gc_call *call, long kind)
{
    static const struct {
        long kind, event;
        int state;
        unsigned long mask;
    } steps[] = {
        {DLG_CALL_PROCEEDING, GCEV_PROCEEDING, GCST_PROCEEDING, GCMSK_PROCEEDING},
        {DLG_CALL_ALERTING, GCEV_ALERTING, GCST_ALERTING, GCMSK_ALERTING},
        {DLG_CALL_CONNECTED, GCEV_CONNECTED, GCST_CONNECTED, 0},
    };
    const int waiting = GCST_DIALING | GCST_PROCEEDING | GCST_ALERTING;
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        if (steps[i].kind == kind && call->state & waiting) {
            call->state = steps[i].state;
            if (steps[i].mask ? line->mask & steps[i].mask : !call->is_sync)
                gc_post(d, steps[i].event, call, GCRV_NORMAL, 0);
        }
}

static void dropped(struct dlg_device *d, struct gc_call *call)
{
    if (!call->is_dropping || call->state == GCST_IDLE)
        return;
    call->state = GCST_IDLE;
    if (call->is_told)
        gc_post(d, GCEV_DROPCALL, call, GCRV_NORMAL, 0);
}

void gc_hear(struct dlg_device *d, const struct dlg_message *m)
{
    struct gc_line *line = gc_line_of(d);
    if (m->a[0] == DLG_CALL_OFFERED) {
        offer(d, line, m);
    } else {
        struct gc_call *call = gc_call_of(d->handle, m->a[1]);
        if (call && m->a[0] == DLG_CALL_DROPPED)
            dropped(d, call);
        else if (call && m->a[0] == DLG_CALL_DISCONNECTED)
            end(d, call, (long)m->a[2]);
        else if (call)
            progress(d, line, call, (long)m->a[0]);
    }
    pthread_cond_broadcast(&dlg_changed);
}

/* Steps */

long gc_ask(struct dlg_device *d, int verb, int64_t number, long argument, const void *data,
                size_t size)
{
    struct dlg_message m = {.op = DLG_CALL, .device = d->number, .a = {verb, number, argument}};
    return dlg_ask(&m, data, size, -1);
}

/* Take the lock and the call; it has to be in one of the states. Returns NULL without the lock. */
struct gc_call *gc_take(long crn, int states)
{
    pthread_mutex_lock(&dlg_lock);
    struct gc_call *call = gc_find(crn);
    if (call && call->state & states)
        return call;
    gc_fail(!gc_started ? EGC_GCNOTSTARTED : call ? EGC_INVSTATE : EGC_INVCRN);
    return NULL;
}

/* Do a step that the firmware does at once; its event follows, where it isn't sync. */
static int step(long crn, int states, int verb, long argument, unsigned long mode, int state,
                long event)
{
    struct gc_call *call = gc_take(crn, states);
    if (!call)
        return GC_ERROR;
    struct dlg_device *d = dlg_find(call->line, DLG_LINEDEV);
    long error = d ? gc_ask(d, verb, call->number, argument, NULL, 0) : -1;
    call = gc_find(crn); /* the lock was let go of */
    if (!call)
        return gc_fail(EGC_INVCRN);
    d = dlg_find(call->line, DLG_LINEDEV);
    if (error == DLG_REFUSED_GONE) /* the caller gave up: GCEV_DISCONNECTED says so */
        return mode & EV_ASYNC ? gc_done() : gc_fail(EGC_INVSTATE);
    if (error || !d)
        return gc_fail(EGC_DRIVER);
    call->state = state;
    if (mode & EV_ASYNC)
        gc_post(d, event, call, GCRV_NORMAL, 0);
    return gc_done();
}

DLG_EXPORT int gc_AcceptCall(long crn, int rings, unsigned long mode)
{
    (void)rings;
    return step(crn, GCST_OFFERED | GCST_CALLROUTING, DLG_VERB_ACCEPT, 0, mode, GCST_ACCEPTED,
                GCEV_ACCEPT);
}

DLG_EXPORT int gc_AnswerCall(long crn, int rings, unsigned long mode)
{
    (void)rings;
    return step(crn, GCST_OFFERED | GCST_ACCEPTED | GCST_CALLROUTING, DLG_VERB_ANSWER, 0, mode,
                GCST_CONNECTED, GCEV_ANSWERED);
}

DLG_EXPORT int gc_DropCall(long crn, int cause, unsigned long mode)
{
    struct gc_call *call = gc_take(crn, ~GCST_IDLE);
    if (!call)
        return GC_ERROR;
    struct dlg_device *d = dlg_find(call->line, DLG_LINEDEV);
    long line = call->line;
    if (call->is_dropping)
        return gc_fail(EGC_INVSTATE);
    call->is_dropping = true;
    call->is_told = mode & EV_ASYNC;
    long error = d ? gc_ask(d, DLG_VERB_DROP, call->number, cause, NULL, 0) : -1;
    while (!error && !(mode & EV_ASYNC) && (call = gc_find(crn)) && call->state != GCST_IDLE &&
           (d = dlg_find(line, DLG_LINEDEV)) && !d->gone)
        dlg_wait(INT64_MAX);
    if (error && (call = gc_find(crn)))
        call->is_dropping = false;
    return error ? gc_fail(EGC_DRIVER) : gc_done();
}

DLG_EXPORT int gc_HoldCall(long crn, unsigned long mode)
{
    return step(crn, GCST_CONNECTED, DLG_VERB_HOLD, 1, mode, GCST_ONHOLD, GCEV_HOLDACK);
}

DLG_EXPORT int gc_RetrieveCall(long crn, unsigned long mode)
{
    return step(crn, GCST_ONHOLD, DLG_VERB_HOLD, 0, mode, GCST_CONNECTED, GCEV_RETRIEVEACK);
}

DLG_EXPORT int gc_ReleaseCallEx(long crn, unsigned long mode)
{
    struct gc_call *call = gc_take(crn, GCST_IDLE);
    if (!call)
        return GC_ERROR;
    struct dlg_device *d = dlg_find(call->line, DLG_LINEDEV);
    int64_t number = call->number;
    if (d && mode & EV_ASYNC)
        gc_post(d, GCEV_RELEASECALL, call, GCRV_NORMAL, 0);
    gc_drop(call); /* before the line tells the next one */
    long error = d ? gc_ask(d, DLG_VERB_RELEASE, number, 0, NULL, 0) : -1;
    return error ? gc_fail(EGC_DRIVER) : gc_done();
}

DLG_EXPORT int gc_ReleaseCall(long crn)
{
    return gc_ReleaseCallEx(crn, EV_SYNC);
}

/* More digits, or "wait, it goes on": the call's data are all there from the beginning. */
DLG_EXPORT int gc_CallAck(long crn, GC_CALLACK_BLK *callack_blkp, unsigned long mode)
{
    if (!callack_blkp)
        return gc_failed(EGC_INVPARM);
    struct gc_call *call = gc_take(crn, GCST_OFFERED | GCST_GETMOREINFO);
    if (!call)
        return GC_ERROR;
    long event = callack_blkp->type == GCACK_SERVICE_DNIS   ? GCEV_MOREDIGITS
                 : callack_blkp->type == GCACK_SERVICE_INFO ? GCEV_MOREINFO
                 : callack_blkp->type == GCACK_SERVICE_PROC ? GCEV_CALLPROC
                                                            : GCEV_ACKCALL;
    if (event == GCEV_CALLPROC)
        call->state = GCST_CALLROUTING;
    struct dlg_device *d = dlg_find(call->line, DLG_LINEDEV);
    if (d && mode & EV_ASYNC)
        gc_post(d, event, call, GCRV_NORMAL, 0);
    return gc_done();
}
