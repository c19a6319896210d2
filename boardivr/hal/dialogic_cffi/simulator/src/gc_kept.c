/* A line device's routing, and what a program keeps with it. */

#include "gc.h"

/* Routing */

static int routed(long linedev, unsigned long mode, int result, long event, int error)
{
    if (result < 0)
        return gc_failed(dlg_find(linedev, DLG_LINEDEV) ? error : EGC_INVLINEDEV);
    struct dlg_device *d = mode & EV_ASYNC ? gc_enter(linedev) : NULL;
    if (!d)
        return GC_SUCCESS;
    gc_post(d, event, NULL, GCRV_NORMAL, 0);
    return gc_done();
}

DLG_EXPORT int gc_GetXmitSlot(long linedev, SC_TSINFO *sctsinfop)
{
    int result = dlg_slot_of(linedev, "G", DLG_SIDE_LINE, sctsinfop);
    return routed(linedev, EV_SYNC, result, 0, EGC_GETXMITSLOT);
}

DLG_EXPORT int gc_Listen(long linedev, SC_TSINFO *sctsinfop, unsigned long mode)
{
    int result = sctsinfop ? dlg_listen_to(linedev, "G", DLG_SIDE_LINE, sctsinfop) : -1;
    return routed(linedev, mode, result, GCEV_LISTEN, EGC_LISTEN);
}

DLG_EXPORT int gc_UnListen(long linedev, unsigned long mode)
{
    int result = dlg_listen_to(linedev, "G", DLG_SIDE_LINE, NULL);
    return routed(linedev, mode, result, GCEV_UNLISTEN, EGC_UNLISTEN);
}

/* What a program keeps with a line, and what it asks of it */

DLG_EXPORT int gc_SetUsrAttr(long linedev, void *usr_attr)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    gc_line_of(d)->attribute = usr_attr;
    gc_line_of(d)->is_set = true;
    return gc_done();
}

DLG_EXPORT int gc_GetUsrAttr(long linedev, void **usr_attrp)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    if (!usr_attrp || !gc_line_of(d)->is_set)
        return gc_fail(usr_attrp ? EGC_USRATTRNOTSET : EGC_INVPARM);
    *usr_attrp = gc_line_of(d)->attribute;
    return gc_done();
}

DLG_EXPORT int gc_GetLinedevState(long linedev, int type, int *state_buf)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    if (!state_buf || (type != GCGLS_BCHANNEL && type != GCGLS_DCHANNEL))
        return gc_fail(EGC_INVPARM);
    *state_buf = d->gone ? GCLS_OUT_OF_SERVICE : GCLS_INSERVICE;
    return gc_done();
}

DLG_EXPORT int gc_LinedevToCCLIBID(long linedev, int *cclibid)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    if (!cclibid)
        return gc_fail(EGC_INVPARM);
    *cclibid = gc_line_of(d)->library_id;
    return gc_done();
}

DLG_EXPORT int gc_SetEvtMsk(long linedev, unsigned long mask, int action)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    struct gc_line *line = gc_line_of(d);
    if (action != GCACT_SETMSK && action != GCACT_ADDMSK && action != GCACT_SUBMSK)
        return gc_fail(EGC_INVPARM);
    line->mask = action == GCACT_SETMSK   ? mask
                 : action == GCACT_ADDMSK ? line->mask | mask
                                          : line->mask & ~mask;
    return gc_done();
}

/* No alarms come from these lines; who wants to be told of them may. */
DLG_EXPORT int gc_SetAlarmNotifyAll(long linedev, unsigned long aso_id, int value)
{
    (void)aso_id, (void)value;
    return gc_enter(linedev) ? gc_done() : GC_ERROR;
}
