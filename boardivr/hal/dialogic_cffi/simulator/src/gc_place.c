/* Waiting for calls, placing them, and what is known of one. */

#include <string.h>

#include "gc.h"

/* Calls that come */

static int take_offer(struct dlg_device *d, long *crnp, int timeout)
{
    long handle = d->handle;
    int64_t deadline = dlg_deadline(timeout);
    struct gc_line *line = gc_line_of(d);
    line->is_waited_for = true;
    line->taken = 0;
    long error = gc_ask(d, DLG_VERB_WAIT, 0, 0, NULL, 0);
    while (!error && dlg_find(handle, DLG_LINEDEV) == d && line->is_waited_for && !d->gone)
        if (dlg_wait(deadline))
            break;
    if (error || dlg_find(handle, DLG_LINEDEV) != d || d->gone)
        return gc_fail(EGC_DRIVER);
    line->is_waited_for = false;
    if (!line->taken)
        return gc_fail(EGC_TIMEOUT);
    *crnp = line->taken;
    return gc_done();
}

DLG_EXPORT int gc_WaitCall(long linedev, long *crnp, GC_WAITCALL_BLK *waitcallp, int timeout,
                           unsigned long mode)
{
    (void)waitcallp;
    if (!(mode & EV_ASYNC) && !crnp)
        return gc_failed(EGC_INVPARM);
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    struct gc_line *line = gc_line_of(d);
    if (line->waits || line->is_waited_for)
        return gc_fail(EGC_INVSTATE);
    if (!(mode & EV_ASYNC))
        return take_offer(d, crnp, timeout);
    line->waits = true;
    return gc_ask(d, DLG_VERB_WAIT, 0, 0, NULL, 0) ? gc_fail(EGC_DRIVER) : gc_done();
}

/* Calls that are placed */

/* The number to call, from either place; and our own. Returns the bytes with their NULs. */
static size_t addresses(char *out, const char *number, const GC_MAKECALL_BLK *block,
                        const struct gc_line *line)
{
    const GCLIB_MAKECALL_BLK *more = block ? block->gclib : NULL;
    const char *own = more && more->origination.address[0] ? more->origination.address : line->calling;
    if (!number || !*number)
        number = more ? more->destination.address : "";
    gc_copy(out, number, GC_ADDRSIZE);
    size_t n = strlen(out) + 1;
    gc_copy(out + n, own, GC_ADDRSIZE);
    return n + strlen(out + n) + 1;
}

/* Sync: until it is answered, or known that it won't be. */
static int wait_for_answer(long crn, long handle)
{
    const int waiting = GCST_DIALING | GCST_PROCEEDING | GCST_ALERTING;
    struct gc_call *call;
    while ((call = gc_find(crn)) && call->state & waiting && dlg_find(handle, DLG_LINEDEV))
        dlg_wait(INT64_MAX);
    if (!call || !dlg_find(handle, DLG_LINEDEV))
        return gc_fail(EGC_TASKABORTED);
    call->is_sync = false;
    if (call->state == GCST_CONNECTED)
        return gc_done();
    int result = call->result;
    return gc_fail(result == GCRV_BUSY       ? EGC_BUSY
                   : result == GCRV_TIMEOUT  ? EGC_TIMEOUT
                   : result == GCRV_NOANSWER ? EGC_NOANSWER
                   : result == GCRV_UNALLOCATED ? EGC_UNALLOCATED
                   : result == GCRV_CONGESTION  ? EGC_CONGESTION
                                                : EGC_REJECT);
}

DLG_EXPORT int gc_MakeCall(long linedev, long *crnp, char *numberstr, GC_MAKECALL_BLK *makecallp,
                           int timeout, unsigned long mode)
{
    char data[2 * GC_TEXT];
    if (!crnp)
        return gc_failed(EGC_INVPARM);
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    size_t size = addresses(data, numberstr, makecallp, gc_line_of(d));
    if (!data[0])
        return gc_fail(EGC_INVPARM);
    if (gc_call_of(linedev, 0))
        return gc_fail(EGC_GLARE);
    struct gc_call *call = gc_add(linedev, 0, GCST_DIALING);
    if (!call)
        return gc_fail(EGC_NOMEM);
    long crn = *crnp = call->crn;
    gc_copy(call->dnis, data, GC_ADDRSIZE);
    call->is_sync = !(mode & EV_ASYNC);
    long error = gc_ask(d, DLG_VERB_MAKE, call->number, timeout > 0 ? timeout : 0, data, size);
    if (error) {
        if ((call = gc_find(crn)))
            gc_drop(call);
        return gc_fail(error == DLG_REFUSED_GLARE ? EGC_GLARE : EGC_DRIVER);
    }
    return mode & EV_ASYNC ? gc_done() : wait_for_answer(crn, linedev);
}

/* What is known of a call */

DLG_EXPORT int gc_GetCallState(long crn, int *state_ptr)
{
    pthread_mutex_lock(&dlg_lock);
    const struct gc_call *call = gc_find(crn);
    if (!call || !state_ptr)
        return gc_fail(call ? EGC_INVPARM : EGC_INVCRN);
    *state_ptr = call->state;
    return gc_done();
}

DLG_EXPORT int gc_CRN2LineDev(long crn, long *linedevp)
{
    pthread_mutex_lock(&dlg_lock);
    const struct gc_call *call = gc_find(crn);
    if (!call || !linedevp)
        return gc_fail(call ? EGC_INVPARM : EGC_INVCRN);
    *linedevp = call->line;
    return gc_done();
}

DLG_EXPORT int gc_GetCallInfo(long crn, int info_id, char *valuep)
{
    pthread_mutex_lock(&dlg_lock);
    const struct gc_call *call = gc_find(crn);
    if (!call || !valuep)
        return gc_fail(call ? EGC_INVPARM : EGC_INVCRN);
    if (info_id != ORIGINATION_ADDRESS && info_id != DESTINATION_ADDRESS)
        return gc_fail(EGC_UNSUPPORTED);
    strcpy(valuep, info_id == ORIGINATION_ADDRESS ? call->ani : call->dnis);
    return gc_done();
}

DLG_EXPORT int gc_GetANI(long crn, char *anibuf)
{
    return gc_GetCallInfo(crn, ORIGINATION_ADDRESS, anibuf);
}

DLG_EXPORT int gc_GetDNIS(long crn, char *dnis)
{
    return gc_GetCallInfo(crn, DESTINATION_ADDRESS, dnis);
}
