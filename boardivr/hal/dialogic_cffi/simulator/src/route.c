/* The CT bus: time slots, and who listens to which. */

#include "dlg.h"

static int any_kind(const struct dlg_device *d, const char *kinds)
{
    for (; *kinds; kinds++)
        if (d->kind == *kinds)
            return 1;
    return 0;
}

static struct dlg_device *enter(long handle, const char *kinds)
{
    struct dlg_device *d = dlg_enter(handle, 0);
    if (d && !any_kind(d, kinds)) {
        pthread_mutex_unlock(&dlg_lock);
        d = NULL;
    }
    return d;
}

/* Programs often leave sc_numts unset: what counts is that there is room for one. */
int dlg_slot_of(long handle, const char *kinds, int side, SC_TSINFO *info)
{
    struct dlg_message m = {.op = DLG_SLOT, .a = {side}};
    struct dlg_device *d = enter(handle, kinds);
    if (!d)
        return -1;
    if (!info || !info->sc_tsarrayp)
        return dlg_leave(d, EDX_BADPARM);
    m.device = d->number;
    m.a[2] = d->part;
    long error = dlg_ask(&m, NULL, 0, -1);
    if (!error) {
        info->sc_numts = 1;
        info->sc_tsarrayp[0] = (long)m.a[1];
    }
    return dlg_leave(d, error);
}

int dlg_listen_to(long handle, const char *kinds, int side, const SC_TSINFO *info)
{
    struct dlg_message m = {.op = DLG_LISTEN, .a = {side, -1}};
    struct dlg_device *d = enter(handle, kinds);
    if (!d)
        return -1;
    if (info && !info->sc_tsarrayp)
        return dlg_leave(d, EDX_BADPARM);
    if (info)
        m.a[1] = info->sc_tsarrayp[0];
    m.device = d->number;
    m.a[2] = d->part;
    return dlg_leave(d, info && m.a[1] < 0 ? EDX_SH_BADEXTTS : dlg_ask(&m, NULL, 0, -1));
}

static int listen_to(long handle, const char *kinds, int side, const SC_TSINFO *info)
{
    if (info)
        return dlg_listen_to(handle, kinds, side, info);
    struct dlg_device *d = enter(handle, kinds);
    return d ? dlg_leave(d, EDX_BADPARM) : -1;
}

#define ROUTES(prefix, kinds, side)                                                                \
    DLG_EXPORT int prefix##_getxmitslot(int device, SC_TSINFO *info)                               \
    {                                                                                              \
        return dlg_slot_of(device, kinds, side, info);                                             \
    }                                                                                              \
    DLG_EXPORT int prefix##_listen(int device, SC_TSINFO *info)                                    \
    {                                                                                              \
        return listen_to(device, kinds, side, info);                                               \
    }                                                                                              \
    DLG_EXPORT int prefix##_unlisten(int device)                                                   \
    {                                                                                              \
        return dlg_listen_to(device, kinds, side, NULL);                                           \
    }

ROUTES(dx, "V", DLG_SIDE_RESOURCE)
ROUTES(ag, "V", DLG_SIDE_LINE)
ROUTES(fx, "F", DLG_SIDE_RESOURCE)
ROUTES(dt, "D", DLG_SIDE_LINE)
ROUTES(ms, "M", DLG_SIDE_LINE)

static int told(int device, unsigned mode, int result, unsigned long event)
{
    if (result == 0 && mode & EV_ASYNC) {
        pthread_mutex_lock(&dlg_lock);
        dlg_post(device, event, NULL, 0, NULL, NULL);
        pthread_mutex_unlock(&dlg_lock);
    }
    return result;
}

DLG_EXPORT int dx_listenEx(int chDev, SC_TSINFO *sc_tsinfop, unsigned short Mode)
{
    return told(chDev, Mode, dx_listen(chDev, sc_tsinfop), TDX_LISTEN);
}

DLG_EXPORT int dx_unlistenEx(int chDev, unsigned short Mode)
{
    return told(chDev, Mode, dx_unlisten(chDev), TDX_UNLISTEN);
}

/* nr_scroute: what programs compile from the vendor's sctools.c, for those that don't. */

#define SC_VOX 1
#define SC_LSI 2
#define SC_DTI 3
#define SC_FAX 4
#define SC_MSI 5
#define SC_FULLDUP 0

static int slot_by_type(int device, int type, SC_TSINFO *info)
{
    return type == SC_VOX   ? dx_getxmitslot(device, info)
           : type == SC_LSI ? ag_getxmitslot(device, info)
           : type == SC_DTI ? dt_getxmitslot(device, info)
           : type == SC_FAX ? fx_getxmitslot(device, info)
           : type == SC_MSI ? ms_getxmitslot(device, info)
                            : -1;
}

static int listen_by_type(int device, int type, SC_TSINFO *info)
{
    return type == SC_VOX   ? info ? dx_listen(device, info) : dx_unlisten(device)
           : type == SC_LSI ? info ? ag_listen(device, info) : ag_unlisten(device)
           : type == SC_DTI ? info ? dt_listen(device, info) : dt_unlisten(device)
           : type == SC_FAX ? info ? fx_listen(device, info) : fx_unlisten(device)
           : type == SC_MSI ? info ? ms_listen(device, info) : ms_unlisten(device)
                            : -1;
}

static int half_route(int from, int from_type, int to, int to_type)
{
    long slot = -1;
    SC_TSINFO info = {1, &slot};
    return slot_by_type(from, from_type, &info) < 0 ? -1 : listen_by_type(to, to_type, &info);
}

DLG_EXPORT int nr_scroute(int devh1, unsigned short devtype1, int devh2, unsigned short devtype2,
                          unsigned char mode)
{
    if (half_route(devh1, devtype1, devh2, devtype2) < 0)
        return -1;
    return mode == SC_FULLDUP ? half_route(devh2, devtype2, devh1, devtype1) : 0;
}

DLG_EXPORT int nr_scunroute(int devh1, unsigned short devtype1, int devh2, unsigned short devtype2,
                            unsigned char mode)
{
    if (listen_by_type(devh2, devtype2, NULL) < 0)
        return -1;
    return mode == SC_FULLDUP ? listen_by_type(devh1, devtype1, NULL) : 0;
}
