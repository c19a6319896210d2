/* Global Call's events, and what they and failed functions say of themselves. */

#include <stdlib.h>
#include <string.h>

#include "gc.h"

#define MAGIC 0x47434556u

static __thread int last_error;
static __thread long last_library_error;

int gc_failed(int error)
{
    last_error = error;
    last_library_error = 0;
    return GC_ERROR;
}

int gc_fail(int error)
{
    pthread_mutex_unlock(&dlg_lock);
    return gc_failed(error);
}

int gc_done(void)
{
    pthread_mutex_unlock(&dlg_lock);
    return GC_SUCCESS;
}

static void release(void *argument)
{
    struct gc_event *e = argument;
    free(e->block);
    free(e);
}

static void post(struct dlg_device *d, long type, struct gc_event *e)
{
    struct gc_line *line = gc_line_of(d);
    if (!e)
        return;
    e->magic = MAGIC;
    e->line = d->handle;
    e->attribute = line->attribute;
    e->library_id = line->library_id;
    dlg_post(d->handle, (unsigned long)type, NULL, 0, e, release);
}

void gc_post(struct dlg_device *d, long type, const struct gc_call *call, int result, long cause)
{
    struct gc_event *e = calloc(1, sizeof(*e));
    if (e) {
        e->crn = call ? call->crn : 0;
        e->result = result;
        e->library_result = cause ? ERR_ISDN_CAUSE + cause : 0;
    }
    post(d, type, e);
}

void gc_post_block(struct dlg_device *d, long type, long crn, void *block)
{
    struct gc_event *e = calloc(1, sizeof(*e));
    if (e) {
        e->crn = crn;
        e->result = GCRV_NORMAL;
        e->block = block;
    } else {
        free(block);
    }
    post(d, type, e);
}

static struct gc_event *current(void)
{
    struct gc_event *e = dlg_current_extra();
    return e && e->magic == MAGIC ? e : NULL;
}

static int fill(METAEVENT *m)
{
    long device, type, size;
    void *data;
    if (!m)
        return gc_failed(EGC_INVPARM);
    memset(m, 0, sizeof(*m));
    m->magicno = METAEVENT_MAGICNO;
    if (!dlg_current(&device, &type, &size, &data))
        return gc_failed(EGC_INVMETAEVENT);
    m->evtdev = device;
    m->evttype = type;
    m->evtdatap = data;
    m->evtlen = size;
    struct gc_event *e = current();
    if (!e)
        return GC_SUCCESS;
    m->flags = GCME_GC_EVENT;
    m->linedev = e->line;
    m->crn = e->crn;
    m->usrattr = e->attribute;
    m->cclibid = e->library_id;
    m->extevtdatap = e->block;
    return GC_SUCCESS;
}

DLG_EXPORT int gc_GetMetaEvent(METAEVENT *metaeventp)
{
    return fill(metaeventp);
}

DLG_EXPORT int gc_GetMetaEventEx(METAEVENT *metaeventp, unsigned long evt_handle)
{
    (void)evt_handle; /* the thread's current event is that of its last wait */
    return fill(metaeventp);
}

static bool is_ours(const METAEVENT *m)
{
    return m && (unsigned)m->magicno == METAEVENT_MAGICNO && m->flags & GCME_GC_EVENT;
}

DLG_EXPORT int gc_GetCRN(long *crn_ptr, METAEVENT *metaeventp)
{
    if (!crn_ptr || !is_ours(metaeventp))
        return gc_failed(EGC_INVMETAEVENT);
    *crn_ptr = metaeventp->crn;
    return GC_SUCCESS;
}

DLG_EXPORT int gc_GetLineDev(long *linedevp, METAEVENT *metaeventp)
{
    if (!linedevp || !is_ours(metaeventp))
        return gc_failed(EGC_INVMETAEVENT);
    *linedevp = metaeventp->linedev;
    return GC_SUCCESS;
}

/* Results: of the thread's current event, or, where that is another one, of the call. */
static int results(const METAEVENT *m, int *result, int *library, long *library_result)
{
    if (!is_ours(m))
        return gc_failed(EGC_INVMETAEVENT);
    struct gc_event *e = current();
    *result = GCRV_NORMAL;
    *library = m->cclibid;
    *library_result = 0;
    if (e && e->line == m->linedev && e->crn == m->crn) {
        *result = e->result ? e->result : GCRV_NORMAL;
        *library_result = e->library_result;
        return GC_SUCCESS;
    }
    pthread_mutex_lock(&dlg_lock);
    const struct gc_call *call = gc_find(m->crn);
    if (call && call->result) {
        *result = call->result;
        *library_result = call->cause ? ERR_ISDN_CAUSE + call->cause : 0;
    }
    return gc_done();
}

DLG_EXPORT int gc_ResultValue(METAEVENT *metaeventp, int *gc_result, int *cclibidp,
                              long *cclib_resultp)
{
    if (!gc_result || !cclibidp || !cclib_resultp)
        return gc_failed(EGC_INVPARM);
    return results(metaeventp, gc_result, cclibidp, cclib_resultp);
}

static char *text_of(int library, long code)
{
    if (library != LIBID_GC && code > ERR_ISDN_CAUSE && code < ERR_ISDN_CAUSE + 128)
        return (char *)"cause of the network (Q.850), above 0x200";
    return (char *)dlg_text(DLG_LINEDEV, code);
}

static void inform(GC_INFO *info, int value, int library, long library_value)
{
    memset(info, 0, sizeof(*info));
    info->gcValue = value;
    info->gcMsg = text_of(LIBID_GC, value);
    info->ccLibId = library;
    info->ccLibName = (char *)gc_library_name(library);
    info->ccValue = library_value;
    info->ccMsg = library_value ? text_of(library, library_value) : (char *)"";
    info->additionalInfo = (char *)"";
}

DLG_EXPORT int gc_ResultInfo(METAEVENT *a_Metaevent, GC_INFO *a_Info)
{
    int result, library;
    long library_result;
    if (!a_Info)
        return gc_failed(EGC_INVPARM);
    if (results(a_Metaevent, &result, &library, &library_result) != GC_SUCCESS)
        return GC_ERROR;
    inform(a_Info, result, library, library_result);
    return GC_SUCCESS;
}

DLG_EXPORT int gc_ResultMsg(int cclibid, long result_code, char **msg)
{
    if (!msg)
        return gc_failed(EGC_INVPARM);
    *msg = text_of(cclibid, result_code);
    return GC_SUCCESS;
}

DLG_EXPORT int gc_ErrorInfo(GC_INFO *a_Info)
{
    if (!a_Info)
        return GC_ERROR;
    inform(a_Info, last_error, LIBID_GC, last_library_error);
    return GC_SUCCESS;
}

DLG_EXPORT int gc_ErrorValue(int *gc_errorp, int *cclibidp, long *cclib_errorp)
{
    if (!gc_errorp || !cclibidp || !cclib_errorp)
        return GC_ERROR;
    *gc_errorp = last_error;
    *cclibidp = LIBID_GC;
    *cclib_errorp = last_library_error;
    return GC_SUCCESS;
}
