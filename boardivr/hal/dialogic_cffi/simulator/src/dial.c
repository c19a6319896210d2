/* Dialling and call analysis. */

#include <string.h>

#include "voice.h"

#define LONGEST 255 /* characters of a dial string */

static long dial_done(struct dlg_device *d, struct dlg_op *op, const struct dlg_message *m)
{
    bool analysed = op->event == TDX_CALLP;
    d->v.termmsk = (long)m->a[7];
    d->v.cpterm = analysed ? (long)m->a[0] : 0;
    d->v.conntype = (long)m->a[1];
    d->v.cperror = (long)m->a[2];
    d->v.crtnid = (long)m->a[3] & 0xffff;
    d->v.dtnfail = (long)(m->a[3] >> 16) & 0xff;
    d->v.ansrsiz = (long)m->a[4];
    for (int i = 0; i < 3; i++)
        d->v.frqhz[i] = (long)(m->a[5] >> 16 * i) & 0xffff;
    for (int i = 0; i < 3; i++)
        d->v.frqdur[i] = d->v.frqhz[i] ? 38 : 0;
    d->v.frqout = 0;
    d->v.sizehi = (long)m->a[6] & 0xffff;
    d->v.shortlow = d->v.longlow = (long)(m->a[6] >> 16) & 0xffff;
    if (d->gone) {
        op->result = -1;
        return TDX_ERROR;
    }
    op->result = analysed ? (int)m->a[0] : 0;
    return 0;
}

static int dial(int device, const char *keys, const DX_CAP *cap, int analyse, unsigned mode)
{
    struct dlg_message m = {.op = DLG_DIAL, .a = {analyse, (mode & DX_CNGTONE) != 0}};
    struct {
        DX_CAP cap;
        char keys[LONGEST + 1];
    } data = {0};
    struct dlg_device *d = dlg_enter(device, DLG_VOICE);
    if (!d)
        return -1;
    if (!keys || strlen(keys) > LONGEST)
        return dlg_leave(d, EDX_BADPARM);
    strcpy(data.keys, keys);
    if (cap)
        data.cap = *cap;
    long error = dlg_begin(d, CS_DIAL, mode, analyse ? TDX_CALLP : TDX_DIAL, dial_done);
    if (error)
        return dlg_leave(d, error);
    d->v.cpterm = d->v.conntype = d->v.cperror = d->v.crtnid = 0;
    return dlg_run(d, &m, &data, sizeof(data.cap) + strlen(keys), -1);
}

DLG_EXPORT int dx_dial(int chdev, const char *dialstrp, const DX_CAP *capp, unsigned short mode)
{
    return dial(chdev, dialstrp, capp, mode & DX_CALLP, mode);
}

DLG_EXPORT int dx_callp(int chdev, unsigned int SignalWaitTime, unsigned int AnswerWaitTime,
                        unsigned int PVDWaitTime, unsigned int PVD_Id, unsigned int PAMD_Id,
                        unsigned short Mode)
{
    DX_CAP cap;
    (void)PVDWaitTime, (void)PVD_Id;
    memset(&cap, 0, sizeof(cap));
    cap.ca_cnosig = (unsigned short)SignalWaitTime;
    cap.ca_noanswer = (unsigned short)AnswerWaitTime;
    cap.ca_intflg = PAMD_Id ? DX_PAMDOPTEN : DX_PVDOPTEN;
    return dial(chdev, "", &cap, 1, Mode);
}

DLG_EXPORT void dx_clrcap(DX_CAP *capp)
{
    if (capp)
        memset(capp, 0, sizeof(*capp));
}

/* Tones of call analysis that differ from those of the exchange's country; Hz, 10 ms, -1: the
 * country's. They are the program's, for all channels that are told by dx_initcallp. */
static struct dlg_progress {
    int32_t id, hz1, off1, hz2, off2, on, off, cycles, spare;
} changed[TID_RNGBK2 - TID_FIRST + 1];
static int changes;

/* Lock held; NULL: no such tone, or none that can be changed. */
static struct dlg_progress *change_of(int id)
{
    for (int i = 0; i < changes; i++)
        if (changed[i].id == id)
            return &changed[i];
    if (id < TID_FIRST || id > TID_RNGBK2)
        return NULL;
    changed[changes] = (struct dlg_progress){id, -1, -1, -1, -1, -1, -1, -1, 0};
    return &changed[changes++];
}

static int changed_or_not(bool valid, int id, struct dlg_progress new)
{
    pthread_mutex_lock(&dlg_lock);
    struct dlg_progress *tone = valid ? change_of(id) : NULL;
    int32_t *old = (int32_t *)tone, *given = (int32_t *)&new;
    for (size_t i = 1; tone && i < sizeof(new) / sizeof(*given); i++)
        if (given[i] >= 0)
            old[i] = given[i];
    if (!tone)
        dlg_set_error(SRL_DEVICE, ESR_BADPARM);
    pthread_mutex_unlock(&dlg_lock);
    return tone ? 0 : -1;
}

DLG_EXPORT int dx_chgfreq(int tonetype, int fq1, int dv1, int fq2, int dv2)
{
    bool valid = fq1 >= 100 && fq1 <= 3900 && (fq2 == 0 || (fq2 >= 100 && fq2 <= 3900)) && dv1 >= 0 && dv2 >= 0;
    return changed_or_not(valid, tonetype, (struct dlg_progress){0, fq1, dv1, fq2, dv2, -1, -1, -1, 0});
}

DLG_EXPORT int dx_chgdur(int typetype, int on, int ondv, int off, int offdv)
{
    bool valid = on > 0 && off >= 0 && ondv >= 0 && offdv >= 0;
    return changed_or_not(valid, typetype, (struct dlg_progress){0, -1, -1, -1, -1, on, off, -1, 0});
}

DLG_EXPORT int dx_chgrepcnt(int tonetype, int repcount)
{
    return changed_or_not(repcount >= 0, tonetype, (struct dlg_progress){0, -1, -1, -1, -1, -1, -1, repcount, 0});
}

DLG_EXPORT int dx_initcallp(int chdev)
{
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    if (!d)
        return -1;
    struct dlg_message m = {.op = DLG_PROGRESS, .device = d->number};
    long error = d->op.active ? EDX_BUSY : dlg_ask(&m, changed, (size_t)changes * sizeof(*changed), -1);
    return dlg_leave(d, error);
}

/* Who calls */

/* Ask for the number, and what comes with it; returns 0 or the error. Lock held. */
static long ask(struct dlg_device *d, struct dlg_message *m)
{
    *m = (struct dlg_message){.op = DLG_CALLER_ID, .device = d->number};
    if (!d->v.caller_id)
        return EDX_CLIDINFO;
    return dlg_ask(m, NULL, 0, -1);
}

/* The texts of the reply: number, name, date (MMDDHHMM); empty where it ends early. */
static const char *text_of(const struct dlg_message *m, int n)
{
    const char *at = (const char *)m->data, *end = at + (m->size - DLG_HEAD);
    while (n-- > 0 && at < end)
        at += strlen(at) + 1;
    return at < end ? at : "";
}

DLG_EXPORT int dx_gtcallid(int Chdev, unsigned char *bufp)
{
    struct dlg_message m;
    struct dlg_device *d = dlg_enter(Chdev, DLG_VOICE);
    if (!d)
        return -1;
    long error = bufp ? ask(d, &m) : EDX_BADPARM;
    if (!error)
        strcpy((char *)bufp, text_of(&m, 0));
    return dlg_leave(d, error);
}

/* "MM/DD HH:MM" and spaces up to 20, the number up to 20 more, then the name. */
static void general(const struct dlg_message *m, char *to)
{
    const char *number = text_of(m, 0), *name = text_of(m, 1), *date = text_of(m, 2);
    memset(to, ' ', 40);
    if (strlen(date) >= 8) {
        memcpy(to, date, 2), to[2] = '/', memcpy(to + 3, date + 2, 2);
        memcpy(to + 6, date + 4, 2), to[8] = ':', memcpy(to + 9, date + 6, 2);
    }
    memcpy(to + 20, number, strlen(number) < 20 ? strlen(number) : 20);
    strcpy(to + 40, name);
}

DLG_EXPORT int dx_gtextcallid(int Chdev, int infotype, unsigned char *bufp)
{
    struct dlg_message m;
    struct dlg_device *d = dlg_enter(Chdev, DLG_VOICE);
    if (!d)
        return -1;
    long error = bufp ? ask(d, &m) : EDX_BADPARM;
    const char *text = error ? "" : infotype == MCLASS_DATETIME ? text_of(&m, 2)
                                  : infotype == MCLASS_NAME     ? text_of(&m, 1)
                                                                : text_of(&m, 0);
    if (!error && infotype == CLIDINFO_GENERAL)
        general(&m, (char *)bufp);
    else if (!error && infotype == CLIDINFO_FRAMETYPE)
        bufp[0] = CLASSFRAME_MDM, bufp[1] = 0;
    else if (!error && (infotype == MCLASS_DN || infotype == CLIDINFO_CALLID || infotype == MCLASS_NAME ||
                        infotype == MCLASS_DATETIME) && *text)
        strcpy((char *)bufp, text);
    else if (!error)
        error = EDX_CLIDINFO;
    return dlg_leave(d, error);
}

DLG_EXPORT int dx_wtcallid(int Chdev, int nrings, int timeout, unsigned char *bufp)
{
    unsigned short on = DX_CALLIDENABLE;
    if (dx_setparm(Chdev, DXCH_CALLID, &on) < 0)
        return -1;
    if (dx_wtring(Chdev, nrings, DX_ONHOOK, timeout) < 0)
        return -1;
    return dx_gtcallid(Chdev, bufp);
}
