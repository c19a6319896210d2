/* Digital lines' timeslots: opening them, their signalling bits. */

#include <string.h>

#include "dlg.h"
#include "dtilib.h"

struct timeslot {
    unsigned short mask; /* of DTG_SIGEVT */
    int bits;            /* sent */
    unsigned idle;
};

static struct timeslot *of(struct dlg_device *d)
{
    return d->more;
}

/* A bit's edge is told where the mask has the whole of its name, such as DTMM_AON. */
static unsigned short wanted(unsigned short mask, unsigned short edges)
{
    static const unsigned short NAMES[] = {DTMM_AON, DTMM_AOFF, DTMM_BON, DTMM_BOFF, DTMM_CON, DTMM_COFF,
                                           DTMM_DON, DTMM_DOFF, DTMM_WINK};
    unsigned short found = 0;
    for (size_t i = 0; i < sizeof(NAMES) / sizeof(*NAMES); i++)
        if ((mask & NAMES[i]) == NAMES[i] && (edges & NAMES[i]) == NAMES[i])
            found |= NAMES[i];
    return found;
}

static void hear(struct dlg_device *d, const struct dlg_message *m)
{
    unsigned short edges = m->a[0] == DTEV_SIG && of(d) ? wanted(of(d)->mask, (unsigned short)m->a[1]) : 0;
    if (edges)
        dlg_post(d->handle, DTEV_SIG, &edges, sizeof(edges), NULL, NULL);
}

DLG_EXPORT int dt_open(char *name, int oflags)
{
    long error;
    (void)oflags;
    struct dlg_device *d = dlg_open(name, DLG_NETWORK, &error);
    if (!d)
        return -1;
    pthread_mutex_lock(&dlg_lock);
    d->more = dlg_zeroed(sizeof(struct timeslot));
    d->hear = hear;
    pthread_mutex_unlock(&dlg_lock);
    return (int)d->handle;
}

DLG_EXPORT int dt_close(int device)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    return d ? dlg_close(d) : -1;
}

DLG_EXPORT int dt_setevtmsk(int device, int event, unsigned short mask, int action)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (!d)
        return -1;
    if (action < DTA_SETMSK || action > DTA_SUBMSK)
        return dlg_leave(d, EDT_PARAMERR);
    unsigned short *old = &of(d)->mask;
    if (event == DTG_SIGEVT)
        *old = action == DTA_SETMSK ? mask : action == DTA_ADDMSK ? *old | mask : *old & (unsigned short)~mask;
    else if (event != DTG_T1ERREVT && event != DTG_PDIGEVT) /* no errors, no pulses here: none is told */
        return dlg_leave(d, EDT_PARAMERR);
    return dlg_leave(d, 0);
}

DLG_EXPORT int dt_getevtmsk(int device, int event, unsigned short *mask)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (!d)
        return -1;
    if (!mask || event != DTG_SIGEVT)
        return dlg_leave(d, EDT_PARAMERR);
    *mask = of(d)->mask;
    return dlg_leave(d, 0);
}

static long send_bits(struct dlg_device *d, int bits)
{
    struct dlg_message m = {.op = DLG_BITS, .device = d->number, .a = {1, bits}};
    long error = dlg_ask(&m, NULL, 0, -1);
    if (!error)
        of(d)->bits = bits;
    return error;
}

DLG_EXPORT int dt_settssig(int device, unsigned short sigbits, int action)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (!d)
        return -1;
    int bits = sigbits & 15, old = of(d)->bits;
    if (action < DTA_SETMSK || action > DTA_SUBMSK)
        return dlg_leave(d, EDT_PARAMERR);
    return dlg_leave(d, send_bits(d, action == DTA_SETMSK ? bits : action == DTA_ADDMSK ? old | bits : old & ~bits));
}

/* The bits that are named: on, or off where the low half of the name is 0 (DTB_AOFF). */
DLG_EXPORT int dt_settssigsim(int device, unsigned short sigbits)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (!d)
        return -1;
    int named = sigbits >> 4 & 15;
    return dlg_leave(d, send_bits(d, (of(d)->bits & ~named) | (sigbits & named)));
}

DLG_EXPORT long ATDT_TSSGBIT(int device)
{
    struct dlg_message m = {.op = DLG_BITS};
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (!d)
        return AT_FAILURE;
    m.device = d->number;
    long error = dlg_ask(&m, NULL, 0, -1);
    dlg_leave(d, error);
    return error ? AT_FAILURE : (long)m.a[1];
}

DLG_EXPORT int dt_setsigmod(int device, unsigned int mode)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    return d ? dlg_leave(d, mode == DTM_SIGINS ? 0 : mode == DTM_TRANSP ? EDX_NOSUPPORT : EDT_PARAMERR) : -1;
}

DLG_EXPORT int dt_setidle(int device, unsigned int state)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (!d)
        return -1;
    if (state != DTIS_ENABLE && state != DTIS_DISABLE)
        return dlg_leave(d, EDT_PARAMERR);
    of(d)->idle = state;
    return dlg_leave(d, 0);
}

DLG_EXPORT long ATDT_IDLEST(int device)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (!d)
        return AT_FAILURE;
    long state = of(d)->idle;
    pthread_mutex_unlock(&dlg_lock);
    return state;
}

/* The other side takes a wink as it comes; what is to be known is that it is out. */
DLG_EXPORT int dt_xmitwink(int device, unsigned int mode)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (!d)
        return -1;
    if (of(d)->bits & DTB_ABIT)
        return dlg_leave(d, EDT_TSBSY);
    if (mode & EV_ASYNC)
        dlg_post(device, DTEV_WINKCPLT, NULL, 0, NULL, NULL);
    return dlg_leave(d, 0);
}

DLG_EXPORT int dt_getctinfo(int device, CT_DEVINFO *info)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (!d)
        return -1;
    if (!info)
        return dlg_leave(d, EDT_PARAMERR);
    memset(info, 0, sizeof(*info));
    info->ct_prodid = 1;
    info->ct_devfamily = CT_DFSPAN;
    info->ct_devmode = CT_DMNETWORK;
    info->ct_nettype = d->type == TYPE_R4_IPT_TIMESLOT ? CT_NTIPT : CT_NTE1;
    info->ct_busmode = CT_BMSCBUS;
    info->ct_busencoding = CT_BEALAW;
    info->ct_ext_devinfo.ct_net_devinfo.ct_prottype = CT_CAS;
    return dlg_leave(d, 0);
}

DLG_EXPORT void dt_set_lasterr(int device, int error)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    if (d)
        dlg_leave(d, error);
}

DLG_EXPORT long dt_libinit(unsigned short flags)
{
    (void)flags;
    return 0;
}
