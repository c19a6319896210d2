/* Voice channels: opening, the hook, what happens on the line, and attributes. */

#include <errno.h>
#include <string.h>

#include "voice.h"

#define DIALLED 200 /* the firmware's: digits are out, the call is followed */

/* A condition of the line: for a thread that waits in dx_getevt, else a TDX_CST. */
static void raise_cst(struct dlg_device *d, unsigned mask, unsigned short event, unsigned short data)
{
    DX_CST cst = {event, data};
    if (d->v.catching && d->v.catch_mask & mask) {
        d->v.caught = true;
        d->v.cst = cst;
        pthread_cond_broadcast(&dlg_changed);
    } else if (d->v.mask & mask) {
        dlg_post(d->handle, TDX_CST, &cst, sizeof(cst), NULL, NULL);
    }
}

static void hear_rings(struct dlg_device *d, long count)
{
    unsigned needed = d->v.rings_needed ? d->v.rings_needed : 1;
    d->v.rings = d->v.ringcnt = count;
    d->v.line |= RLS_RING;
    if (count % needed == 0)
        raise_cst(d, DM_RINGS, DE_RINGS, 0);
    pthread_cond_broadcast(&dlg_changed);
}

void dlg_voice_hear(struct dlg_device *d, const struct dlg_message *m)
{
    static const struct { unsigned short event; unsigned mask; } PLAIN[] = {
        {DE_SILON, DM_SILON}, {DE_SILOF, DM_SILOF}, {DE_LCON, DM_LCON}, {DE_LCOF, DM_LCOF},
        {DE_WINK, DM_WINK}, {DE_RNGOFF, DM_RNGOFF}, {DE_DIGITS, DM_DIGITS}, {DE_DIGOFF, DM_DIGOFF},
        {DE_LCREV, DM_LCREV}};
    unsigned short event = (unsigned short)m->a[0], data = (unsigned short)m->a[1];
    if (event == DE_RINGS) {
        hear_rings(d, (long)m->a[1]);
        return;
    }
    if (event == DIALLED) {
        if (d->op.active && d->op.state == CS_DIAL)
            d->op.state = CS_CALL;
        return;
    }
    if (event == DE_RNGOFF) {
        d->v.rings = 0;
        d->v.line &= ~RLS_RING;
    }
    if (event == DE_LCON || event == DE_LCOF)
        d->v.line = event == DE_LCON ? d->v.line | RLS_LCSENSE : d->v.line & ~RLS_LCSENSE;
    if (event == DE_DIGITS)
        dlg_adjust_by_digit(d, (char)(data & 0xff));
    if (event == DE_TONEON || event == DE_TONEOFF) {
        d->v.toneid = data;
        if (dlg_tone_is_wanted(d, data, event == DE_TONEON ? DM_TONEON : DM_TONEOFF)) {
            DX_CST cst = {event, data};
            dlg_post(d->handle, TDX_CST, &cst, sizeof(cst), NULL, NULL);
        }
        return;
    }
    for (size_t i = 0; i < sizeof(PLAIN) / sizeof(*PLAIN); i++)
        if (PLAIN[i].event == event)
            raise_cst(d, PLAIN[i].mask, event, data);
}

DLG_EXPORT int dx_open(const char *namep, int oflags)
{
    long error;
    (void)oflags;
    struct dlg_device *d = dlg_open(namep, DLG_VOICE, &error);
    if (!d)
        return -1;
    pthread_mutex_lock(&dlg_lock);
    d->hear = dlg_voice_hear;
    d->v.rings_needed = 1;
    d->v.digit_types = D_DTMF;
    d->v.digit_mode = DX_DIGTRUNC;
    d->more = dlg_voice_more();
    pthread_mutex_unlock(&dlg_lock);
    return (int)d->handle;
}

DLG_EXPORT int dx_close(int dev)
{
    struct dlg_device *d = dlg_enter(dev, DLG_VOICE);
    return d ? dlg_close(d) : -1;
}

/* The hook */

static long hook_done(struct dlg_device *d, struct dlg_op *op, const struct dlg_message *m)
{
    DX_CST cst = {(unsigned short)m->a[0], 0};
    d->v.hook = (int)m->a[0];
    d->v.line = m->a[0] == DX_OFFHOOK ? RLS_HOOK | RLS_LCSENSE : 0;
    d->v.rings = 0;
    memcpy(op->event_data, &cst, sizeof(cst));
    op->event_size = sizeof(cst);
    return 0;
}

DLG_EXPORT int dx_sethook(int ChDev, int HookState, unsigned short mode)
{
    struct dlg_message m = {.op = DLG_HOOK, .a = {HookState}};
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    if (HookState != DX_ONHOOK && HookState != DX_OFFHOOK)
        return dlg_leave(d, EDX_BADPARM);
    long error = dlg_begin(d, CS_HOOK, mode, TDX_SETHOOK, hook_done);
    return error ? dlg_leave(d, error) : dlg_run(d, &m, NULL, 0, -1);
}

DLG_EXPORT int dx_wink(int ChDev, unsigned short mode)
{
    struct dlg_message m = {.op = DLG_WINK};
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    long error = dlg_begin(d, CS_WINK, mode, TDX_WINK, NULL);
    return error ? dlg_leave(d, error) : dlg_run(d, &m, NULL, 0, -1);
}

DLG_EXPORT int dx_stopch(int ChDev, unsigned short mode)
{
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    if (d->v.catching) {
        d->v.stop_catching = true;
        pthread_cond_broadcast(&dlg_changed);
    }
    return dlg_stop(d, mode, mode & EV_NOSTOP ? TDX_NOSTOP : 0);
}

DLG_EXPORT int dx_resetch(int ChDev, unsigned short mode)
{
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    int result = dlg_stop(d, EV_SYNC, 0);
    if (result == 0 && mode & EV_ASYNC) {
        pthread_mutex_lock(&dlg_lock);
        dlg_post(ChDev, TDX_RESET, NULL, 0, NULL, NULL);
        pthread_mutex_unlock(&dlg_lock);
    }
    return result;
}

/* Events of the line */

static int watch(struct dlg_device *d, unsigned mask)
{
    struct dlg_message m = {.op = DLG_WATCH, .device = d->number, .a = {mask | d->v.catch_mask}};
    return dlg_leave(d, dlg_ask(&m, NULL, 0, -1));
}

DLG_EXPORT int dx_setevtmsk(int ChDev, unsigned int mask)
{
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    d->v.mask = mask;
    return watch(d, mask);
}

DLG_EXPORT int dx_setrings(int devd, unsigned int nrings)
{
    struct dlg_device *d = dlg_enter(devd, DLG_VOICE);
    if (!d)
        return -1;
    if (nrings < 1 || nrings > 255)
        return dlg_leave(d, EDX_BADPARM);
    d->v.rings_needed = nrings;
    return dlg_leave(d, 0);
}

/* Wait while `ready` doesn't hold; lock held. Returns 0 or the error. */
static long catch(struct dlg_device *d, unsigned mask, int timeout, bool (*ready)(struct dlg_device *, long),
                  long argument)
{
    int64_t deadline = dlg_deadline(timeout);
    long handle = d->handle, error = 0;
    if (d->v.catching)
        return EDX_BUSY;
    d->v.catching = 1;
    d->v.catch_mask = mask;
    d->v.caught = d->v.stop_catching = false;
    while (!error && !ready(d, argument)) {
        if (d->v.stop_catching)
            error = d->gone ? EDX_SYSTEM : EDX_WTRINGSTOP;
        else if (dlg_now() >= deadline)
            error = EDX_TIMEOUT;
        else
            dlg_wait(deadline);
        if (dlg_find(handle, DLG_VOICE) != d)
            return -1; /* closed under it */
    }
    d->v.catching = 0;
    d->v.catch_mask = 0;
    return error;
}

static bool is_caught(struct dlg_device *d, long argument)
{
    (void)argument;
    return d->v.caught;
}

static bool has_rung(struct dlg_device *d, long rings)
{
    return d->v.rings >= rings;
}

DLG_EXPORT int dx_getevt(int chdev, DX_EBLK *eblkp, int timeout)
{
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    if (!d)
        return -1;
    if (!eblkp)
        return dlg_leave(d, EDX_BADPARM);
    long error = catch(d, d->v.mask, timeout, is_caught, 0);
    if (error < 0) {
        pthread_mutex_unlock(&dlg_lock);
        return -1;
    }
    memset(eblkp, 0, sizeof(*eblkp));
    eblkp->ev_event = d->v.cst.cst_event;
    eblkp->ev_data = d->v.cst.cst_data;
    return dlg_leave(d, error);
}

static long wait_for_rings(struct dlg_device *d, int rings, int timeout)
{
    struct dlg_message m = {.op = DLG_WATCH, .device = d->number, .a = {DM_RINGS}};
    d->v.mask = DM_RINGS;
    long error = dlg_ask(&m, NULL, 0, -1);
    return error ? error : catch(d, DM_RINGS, timeout, has_rung, rings);
}

DLG_EXPORT int dx_wtring(int ChDev, int numRings, int HookState, int timeout)
{
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    if (numRings < 1 || (HookState != DX_ONHOOK && HookState != DX_OFFHOOK))
        return dlg_leave(d, EDX_BADPARM);
    long error = d->op.active ? EDX_BUSY : wait_for_rings(d, numRings, timeout);
    if (error < 0) {
        pthread_mutex_unlock(&dlg_lock);
        return -1;
    }
    if (dlg_leave(d, error) < 0)
        return -1;
    return HookState == DX_OFFHOOK ? dx_sethook(ChDev, DX_OFFHOOK, EV_SYNC) : 0;
}

DLG_EXPORT int dx_sendevt(int devd, unsigned long evttype, void *evtdatap, short evtlen,
                          unsigned short flags)
{
    struct dlg_device *d = dlg_enter(devd, DLG_VOICE);
    if (!d)
        return -1;
    if (evtlen < 0 || (evtlen > 0 && !evtdatap))
        return dlg_leave(d, EDX_BADPARM);
    if (flags != EVFL_SENDOTHERS)
        dlg_post(devd, evttype, evtdatap, evtlen, NULL, NULL);
    return dlg_leave(d, 0);
}

/* Attributes */

#define ATTRIBUTE(name, expression)                                                                \
    DLG_EXPORT long name(int device)                                                               \
    {                                                                                              \
        struct dlg_device *d = dlg_enter(device, DLG_VOICE);                                       \
        if (!d)                                                                                    \
            return AT_FAILURE;                                                                     \
        long value = (expression);                                                                 \
        pthread_mutex_unlock(&dlg_lock);                                                           \
        return value;                                                                              \
    }

static long state_of(const struct dlg_device *d)
{
    return d->op.active ? d->op.state : d->v.catching ? CS_RINGS : CS_IDLE;
}

static long digits_waiting(struct dlg_device *d)
{
    struct dlg_message m = {.op = DLG_DIGITS_COUNT, .device = d->number};
    return dlg_ask(&m, NULL, 0, -1) == 0 ? (long)m.a[1] : AT_FAILURE;
}

ATTRIBUTE(ATDX_TERMMSK, d->v.termmsk)
ATTRIBUTE(ATDX_STATE, state_of(d))
ATTRIBUTE(ATDX_HOOKST, d->v.hook)
ATTRIBUTE(ATDX_LINEST, d->v.line)
ATTRIBUTE(ATDX_TRCOUNT, d->v.trcount)
ATTRIBUTE(ATDX_TRTIME, d->v.trtime)
ATTRIBUTE(ATDX_BUFDIGS, digits_waiting(d))
ATTRIBUTE(ATDX_RINGCNT, d->v.ringcnt)
ATTRIBUTE(ATDX_TONEID, d->v.toneid)
ATTRIBUTE(ATDX_CPTERM, d->v.cpterm)
ATTRIBUTE(ATDX_CPERROR, d->v.cperror)
ATTRIBUTE(ATDX_CONNTYPE, d->v.conntype)
ATTRIBUTE(ATDX_ANSRSIZ, d->v.ansrsiz)
ATTRIBUTE(ATDX_CRTNID, d->v.crtnid)
ATTRIBUTE(ATDX_DTNFAIL, d->v.dtnfail)
ATTRIBUTE(ATDX_FRQHZ, d->v.frqhz[0])
ATTRIBUTE(ATDX_FRQHZ2, d->v.frqhz[1])
ATTRIBUTE(ATDX_FRQHZ3, d->v.frqhz[2])
ATTRIBUTE(ATDX_FRQDUR, d->v.frqdur[0])
ATTRIBUTE(ATDX_FRQDUR2, d->v.frqdur[1])
ATTRIBUTE(ATDX_FRQDUR3, d->v.frqdur[2])
ATTRIBUTE(ATDX_FRQOUT, d->v.frqout)
ATTRIBUTE(ATDX_LONGLOW, d->v.longlow)
ATTRIBUTE(ATDX_SHORTLOW, d->v.shortlow)
ATTRIBUTE(ATDX_SIZEHI, d->v.sizehi)
ATTRIBUTE(ATDX_NUMCHAN, d->subdevices)
ATTRIBUTE(ATDX_CHNUM, dlg_channel_of(d))
ATTRIBUTE(ATDX_BDTYPE, d->subdevices ? DI_D41BD : DI_D41CH)
ATTRIBUTE(ATDX_DEVTYPE, d->subdevices ? DT_DXBD : DT_DXCH)
ATTRIBUTE(ATDX_PRODUCT, TYP_D41)
ATTRIBUTE(ATDX_FWVER, 0x0500)
ATTRIBUTE(ATDX_PHYADDR, 0)
ATTRIBUTE(ATDX_DBMASK, DB_FAXID)
ATTRIBUTE(ATDX_EVTCNT, 0)
ATTRIBUTE(ATDX_DIGBUFMODE, d->v.digit_mode)
ATTRIBUTE(ATDX_XFERBUFSIZE, 8192)
ATTRIBUTE(ATDX_RXDATABUFSIZE, 8192)

DLG_EXPORT int dx_set_lasterr(int Chdev, long error)
{
    struct dlg_device *d = dlg_enter(Chdev, DLG_VOICE);
    if (!d)
        return -1;
    d->lasterr = error;
    pthread_mutex_unlock(&dlg_lock);
    return 0;
}
