/* dev_*: devices are connected by the slots of the bus, and coders are reserved. */

#include <string.h>

#include "devmgmt.h"
#include "dlg.h"

#define CODERS (1u << RESOURCE_IPM_G711_40MS | 1u << RESOURCE_IPM_G711_30MS | 1u << RESOURCE_IPM_G711_20MS | 1u << RESOURCE_IPM_G711_10MS)

static struct DEV_ERRINFO last = {.dev_Msg = "DEV_SUCCESS"};

static int fail(int error, long below)
{
    pthread_mutex_lock(&dlg_lock);
    last.dev_ErrValue = error;
    last.dev_SubSystemErrValue = (int)below;
    strncpy(last.dev_Msg, dlg_text('d', error), sizeof(last.dev_Msg) - 1);
    pthread_mutex_unlock(&dlg_lock);
    return -1;
}

/* A function is over: its event to the device that it was called on (the first of two), as
 * nothing published says otherwise; sync, what it returns. */
static int over(int device, unsigned mode, int result, long event, long failed, const void *data, size_t size)
{
    if (!(mode & EV_ASYNC))
        return result;
    pthread_mutex_lock(&dlg_lock);
    dlg_post(device, (unsigned long)(result < 0 ? failed : event), data, (long)size, NULL, NULL);
    pthread_mutex_unlock(&dlg_lock);
    return 0;
}

DLG_EXPORT int dev_ErrorInfo(DEV_ERRINFO *pErrInfo)
{
    if (!pErrInfo)
        return -1;
    pthread_mutex_lock(&dlg_lock);
    *pErrInfo = last;
    pthread_mutex_unlock(&dlg_lock);
    return 0;
}

/* Which end of a device is connected: a voice channel's own, not its line's. -1: none. */
static int side_of(int device)
{
    struct dlg_device *d = dlg_enter(device, 0);
    int side = -1;
    if (d && (d->kind == DLG_VOICE || d->kind == DLG_FAX || (d->kind == DLG_CNF && d->part)))
        side = DLG_SIDE_RESOURCE;
    if (d && (d->kind == DLG_NETWORK || d->kind == DLG_STATION))
        side = DLG_SIDE_LINE;
    if (d)
        pthread_mutex_unlock(&dlg_lock);
    return side;
}

#define KINDS "VFDMN"

static int listen_to(int device, const SC_TSINFO *info)
{
    if (dlg_listen_to(device, KINDS, side_of(device), info) < 0)
        return fail(EDEV_SUBSYSTEMERR, ATDV_LASTERR(device));
    struct dlg_device *d = dlg_enter(device, 0);
    if (d) {
        d->is_connected = info != NULL;
        pthread_mutex_unlock(&dlg_lock);
    }
    return 0;
}

static int hear(int device, int other)
{
    long slot = -1;
    SC_TSINFO info = {1, &slot};
    if (dlg_slot_of(other, KINDS, side_of(other), &info) < 0)
        return fail(EDEV_SUBSYSTEMERR, ATDV_LASTERR(other));
    return listen_to(device, &info);
}

/* Half duplex, the first device listens to the second. */
DLG_EXPORT int dev_Connect(int devHandle1, int devHandle2, eCONN_TYPE connType, unsigned short mode)
{
    if (side_of(devHandle1) < 0 || side_of(devHandle2) < 0 || devHandle1 == devHandle2)
        return fail(EDEV_INVALIDDEVICEHANDLE, 0);
    if (connType != DM_FULLDUP && connType != DM_HALFDUP)
        return fail(EDEV_INVALIDCONNTYPE, 0);
    if (mode != EV_SYNC && mode != EV_ASYNC)
        return fail(EDEV_INVALIDMODE, 0);
    int result = hear(devHandle1, devHandle2);
    if (result == 0 && connType == DM_FULLDUP && (result = hear(devHandle2, devHandle1)) < 0)
        listen_to(devHandle1, NULL);
    return over(devHandle1, mode, result, DMEV_CONNECT, DMEV_CONNECT_FAIL, NULL, 0);
}

/* The device listens to nothing any more; what listens to it goes on. */
DLG_EXPORT int dev_Disconnect(int devHandle, unsigned short mode)
{
    struct dlg_device *d = side_of(devHandle) < 0 ? NULL : dlg_enter(devHandle, 0);
    if (!d)
        return fail(EDEV_INVALIDDEVICEHANDLE, 0);
    bool is_connected = d->is_connected;
    pthread_mutex_unlock(&dlg_lock);
    if (mode != EV_SYNC && mode != EV_ASYNC)
        return fail(EDEV_INVALIDMODE, 0);
    if (!is_connected)
        return fail(EDEV_NOTCONNECTED, 0);
    return over(devHandle, mode, listen_to(devHandle, NULL), DMEV_DISCONNECT, DMEV_DISCONNECT_FAIL, NULL, 0);
}

/* Coders: IP lines have G.711, each its own, so that what can be reserved is always there. */

static long check(int device, unsigned coders, unsigned mode)
{
    struct dlg_device *d = dlg_enter(device, 0);
    int type = d ? d->type : 0;
    if (d)
        pthread_mutex_unlock(&dlg_lock);
    if (type != TYPE_R4_IPT_TIMESLOT)
        return EDEV_INVALIDDEVICEHANDLE;
    if (mode != EV_SYNC && mode != EV_ASYNC)
        return EDEV_INVALIDMODE;
    return !coders || coders & ~CODERS ? EDEV_IPM_SUBSYSTEMERR : 0;
}

static unsigned bit_of(int type)
{
    return type > RESOURCE_TYPE_NONE && type < RESOURCE_TYPE_MAX ? 1u << type : 0;
}

static int reserve(int device, unsigned coders, unsigned mode, bool on)
{
    long error = check(device, coders, mode);
    struct dlg_device *d = error ? NULL : dlg_enter(device, 0);
    if (!d)
        return fail(error ? (int)error : EDEV_INVALIDDEVICEHANDLE, 0);
    bool is_there = on || (d->reserved & coders) == coders;
    if (is_there)
        d->reserved = on ? d->reserved | coders : d->reserved & ~coders;
    pthread_mutex_unlock(&dlg_lock);
    if (!is_there)
        return fail(EDEV_INVALIDSTATE, 0);
    return over(device, mode, 0, on ? DMEV_RESERVE_RESOURCE : DMEV_RELEASE_RESOURCE, 0, NULL, 0);
}

static unsigned all_of(const DEV_RESOURCE_LIST *list)
{
    unsigned coders = 0;
    if (!list || list->count < 1 || list->count > MAX_CODER_RESOURCE_TYPE)
        return 0;
    for (int i = 0; i < list->count; i++) {
        if (!bit_of((int)list->rsList[i]))
            return 0;
        coders |= bit_of((int)list->rsList[i]);
    }
    return coders;
}

DLG_EXPORT int dev_ReserveResource(int devHandle, eDEV_RESOURCE_TYPE resType, unsigned short mode)
{
    return reserve(devHandle, bit_of((int)resType), mode, true);
}

DLG_EXPORT int dev_ReserveResourceEx(int devHandle, DEV_RESOURCE_LIST *pResourceList, unsigned short mode)
{
    return reserve(devHandle, all_of(pResourceList), mode, true);
}

DLG_EXPORT int dev_ReleaseResource(int devHandle, eDEV_RESOURCE_TYPE resType, unsigned short mode)
{
    return reserve(devHandle, bit_of((int)resType), mode, false);
}

DLG_EXPORT int dev_ReleaseResourceEx(int devHandle, DEV_RESOURCE_LIST *pResourceList, unsigned short mode)
{
    return reserve(devHandle, all_of(pResourceList), mode, false);
}

/* The pool is the device's own coder. */
DLG_EXPORT int dev_GetResourceReservationInfo(int devHandle, DEV_RESOURCE_RESERVATIONINFO *resInfo, unsigned short mode)
{
    unsigned coder = resInfo ? bit_of((int)resInfo->resourceType) : 0;
    long error = check(devHandle, coder, mode);
    struct dlg_device *d = error ? NULL : dlg_enter(devHandle, 0);
    if (!d)
        return fail(error ? (int)error : EDEV_INVALIDDEVICEHANDLE, 0);
    resInfo->curReserveCount = (d->reserved & coder) != 0;
    resInfo->curReservePoolCount = resInfo->curReserveCount;
    resInfo->maxReservePoolCount = 1;
    pthread_mutex_unlock(&dlg_lock);
    return over(devHandle, mode, 0, DMEV_GET_RESOURCE_RESERVATIONINFO, 0, resInfo, sizeof(*resInfo));
}

/* The layout of its result isn't known. */
DLG_EXPORT int dev_GetResourceReservationInfoEx(int devHandle, DEV_RESOURCE_RESERVATIONINFO_EX *pResourceInfo,
                                                unsigned short mode)
{
    (void)pResourceInfo;
    long error = check(devHandle, 1u << RESOURCE_IPM_G711_20MS, mode);
    return fail(error ? (int)error : EDEV_SUBSYSTEMERR, EDX_NOTIMP);
}
