/* Stations of the station board: hooks and bells. */

#include <string.h>

#include "dlg.h"
#include "msilib.h"

struct station {
    unsigned short mask; /* of ms_setevtmsk, for MSEV_SIGMSK */
    int parameters[256];
};

static int mask_of(struct dlg_device *d, int action, unsigned short mask)
{
    enum { SET, ADD, SUBTRACT };
    struct station *s = d->more;
    if (action < SET || action > SUBTRACT)
        return E_MSBADVAL;
    s->mask = action == SET ? mask : action == ADD ? s->mask | mask : s->mask & (unsigned short)~mask;
    return 0;
}

static void hear(struct dlg_device *d, const struct dlg_message *m)
{
    struct station *s = d->more;
    unsigned short bits = (unsigned short)m->a[1];
    if (m->a[0] == MSEV_SIGEVT && !(s && s->mask & bits))
        return;
    dlg_post(d->handle, (unsigned long)m->a[0], &bits, sizeof(bits), NULL, NULL);
}

DLG_EXPORT int ms_open(char *name, int oflags)
{
    long error;
    (void)oflags;
    struct dlg_device *d = dlg_open(name, DLG_STATION, &error);
    if (!d)
        return -1;
    pthread_mutex_lock(&dlg_lock);
    d->more = dlg_zeroed(sizeof(struct station));
    d->hear = hear;
    pthread_mutex_unlock(&dlg_lock);
    return (int)d->handle;
}

DLG_EXPORT int ms_close(int device)
{
    struct dlg_device *d = dlg_enter(device, DLG_STATION);
    return d ? dlg_close(d) : -1;
}

DLG_EXPORT int ms_setevtmsk(int device, int event, unsigned short mask, int action)
{
    struct dlg_device *d = dlg_enter(device, DLG_STATION);
    if (!d)
        return -1;
    return dlg_leave(d, event == MSEV_SIGMSK || event == MSEV_SIGEVT ? mask_of(d, action, mask) : E_MSBADVAL);
}

DLG_EXPORT int ms_getevtmsk(int device, int event, unsigned short *mask)
{
    struct dlg_device *d = dlg_enter(device, DLG_STATION);
    if (!d)
        return -1;
    if (!mask || (event != MSEV_SIGMSK && event != MSEV_SIGEVT))
        return dlg_leave(d, E_MSBADVAL);
    *mask = ((struct station *)d->more)->mask;
    return dlg_leave(d, 0);
}

static int ask(int device, int op, int64_t a, long *value)
{
    struct dlg_message m = {.op = (uint16_t)op, .a = {a}};
    struct dlg_device *d = dlg_enter(device, DLG_STATION);
    if (!d)
        return -1;
    m.device = d->number;
    long error = dlg_ask(&m, NULL, 0, -1);
    if (!error && value)
        *value = (long)m.a[1];
    return dlg_leave(d, error);
}

/* Ring a station; what comes of it is told by MSEV_RING or MSEV_NORING, where it is async. */
DLG_EXPORT int ms_genring(int device, unsigned short length, unsigned short mode)
{
    struct dlg_device *d;
    if (length < 1 || length > MAXRINGS) {
        d = dlg_enter(device, DLG_STATION);
        return d ? dlg_leave(d, E_MSINVRNGCNT) : -1;
    }
    if (!(mode & EV_ASYNC)) { /* without an event nobody could be told */
        d = dlg_enter(device, DLG_STATION);
        return d ? dlg_leave(d, EDX_NOTIMP) : -1;
    }
    return ask(device, DLG_RING, length, NULL);
}

DLG_EXPORT int ms_genringex(int device, unsigned short length, unsigned short mode, unsigned short cadence)
{
    (void)cadence; /* the telephone rings as it does */
    return ms_genring(device, length, mode);
}

DLG_EXPORT int ms_stopfn(int device, int function)
{
    struct dlg_device *d;
    if (function != MTF_RING) {
        d = dlg_enter(device, DLG_STATION);
        return d ? dlg_leave(d, E_MSBADVAL) : -1;
    }
    return ask(device, DLG_STOP, 0, NULL);
}

DLG_EXPORT long ATMS_TSSGBIT(int device)
{
    long state;
    return ask(device, DLG_STATE, 0, &state) < 0 ? AT_FAILURE : state;
}

DLG_EXPORT int ATMS_NUMCHAN(int device)
{
    struct dlg_device *d = dlg_enter(device, DLG_STATION);
    if (!d)
        return AT_FAILURE;
    int n = d->subdevices;
    pthread_mutex_unlock(&dlg_lock);
    return n;
}

/* The board's parameters are kept, and change nothing. */

DLG_EXPORT int ms_setbrdparm(int device, unsigned char parm, void *value)
{
    struct dlg_device *d = dlg_enter(device, DLG_STATION);
    if (!d)
        return -1;
    if (!value || parm == MSG_RNGCAD)
        return dlg_leave(d, E_MSBADVAL);
    ((struct station *)d->more)->parameters[parm] = *(unsigned char *)value;
    return dlg_leave(d, 0);
}

DLG_EXPORT int ms_getbrdparm(int device, unsigned char parm, void *value)
{
    struct dlg_device *d = dlg_enter(device, DLG_STATION);
    if (!d)
        return -1;
    if (!value)
        return dlg_leave(d, E_MSBADVAL);
    *(unsigned char *)value = (unsigned char)((struct station *)d->more)->parameters[parm];
    return dlg_leave(d, 0);
}
