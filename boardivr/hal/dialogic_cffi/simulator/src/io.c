/* Playing, recording, digits. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "voice.h"

static long io_done(struct dlg_device *d, struct dlg_op *op, const struct dlg_message *m)
{
    d->v.termmsk = (long)m->a[0];
    if (!(m->a[0] & TM_ERROR))
        return 0;
    d->lasterr = d->gone ? EDX_SYSTEM : EDX_FWERROR;
    op->result = -1;
    return TDX_ERROR;
}

static int play(int device, DX_IOTT *list, const DV_TPT *tpt, const DX_XPB *format, unsigned mode)
{
    struct dlg_message m = {.op = DLG_PLAY, .a = {(mode & PM_TONE) != 0}};
    struct dlg_until until;
    int fd;
    struct dlg_device *d = dlg_enter(device, DLG_VOICE);
    if (!d)
        return -1;
    long error = dlg_until_of(tpt, &until);
    if (!error)
        error = dlg_begin(d, CS_PLAY, mode, TDX_PLAY, io_done);
    if (error)
        return dlg_leave(d, error);
    d->v.termmsk = d->v.trcount = 0;
    error = dlg_pump_play(d, list, format, (int)mode, &fd);
    if (error) {
        d->op.active = false;
        return dlg_leave(d, error);
    }
    return dlg_run(d, &m, &until, sizeof(until), fd);
}

static int record(int device, DX_IOTT *list, const DV_TPT *tpt, DX_XPB *format, unsigned mode, int64_t other)
{
    struct dlg_message m = {.op = DLG_RECORD, .a = {(mode & RM_TONE) != 0, -1, other}};
    struct dlg_until until;
    int fd;
    struct dlg_device *d = dlg_enter(device, DLG_VOICE);
    if (!d)
        return -1;
    long error = dlg_until_of(tpt, &until);
    if (!error)
        error = dlg_begin(d, CS_RECD, mode, TDX_RECORD, io_done);
    if (error)
        return dlg_leave(d, error);
    d->v.termmsk = d->v.trcount = 0;
    error = dlg_pump_record(d, list, format, (int)mode, &fd, &m.a[1]);
    if (error) {
        d->op.active = false;
        return dlg_leave(d, error);
    }
    return dlg_run(d, &m, &until, sizeof(until), fd);
}

/* The rate that the channel plays and records at, where the mode doesn't say. */
static unsigned with_rate(int device, unsigned mode, unsigned long parameter)
{
    struct dlg_device *d = mode & (PM_SR6 | PM_SR8) ? NULL : dlg_enter(device, DLG_VOICE);
    if (!d)
        return mode;
    mode |= dlg_parameter(d, parameter, 6000) == 8000 ? PM_SR8 : PM_SR6;
    pthread_mutex_unlock(&dlg_lock);
    return mode;
}

DLG_EXPORT int dx_play(int ChDev, DX_IOTT *iottp, const DV_TPT *tptp, unsigned short mode)
{
    return play(ChDev, iottp, tptp, NULL, with_rate(ChDev, mode, DXCH_PLAYDRATE));
}

DLG_EXPORT int dx_playiottdata(int ChDev, DX_IOTT *iottp, const DV_TPT *tptp, const DX_XPB *xpbp,
                               unsigned short mode)
{
    return play(ChDev, iottp, tptp, xpbp, with_rate(ChDev, mode, DXCH_PLAYDRATE));
}

DLG_EXPORT int dx_rec(int ChDev, DX_IOTT *iottp, const DV_TPT *tptp, unsigned short mode)
{
    return record(ChDev, iottp, tptp, NULL, with_rate(ChDev, mode, DXCH_RECRDRATE), 0);
}

DLG_EXPORT int dx_reciottdata(int ChDev, DX_IOTT *iottp, const DV_TPT *tptp, DX_XPB *xpbp,
                              unsigned short mode)
{
    return record(ChDev, iottp, tptp, xpbp, with_rate(ChDev, mode, DXCH_RECRDRATE), 0);
}

/* Two slots into one recording: the sum of both. */
DLG_EXPORT int dx_mreciottdata(int ChDev, DX_IOTT *iottp, const DV_TPT *tptp, DX_XPB *xpbp,
                               unsigned short mode, SC_TSINFO *lpTimeSlot)
{
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    if (!lpTimeSlot || !lpTimeSlot->sc_tsarrayp)
        return dlg_leave(d, EDX_BADPARM);
    pthread_mutex_unlock(&dlg_lock);
    int64_t slots = (int64_t)(lpTimeSlot->sc_tsarrayp[0] + 1) |
                    (lpTimeSlot->sc_numts == 2 ? (int64_t)(lpTimeSlot->sc_tsarrayp[1] + 1) << 32 : 0);
    return record(ChDev, iottp, tptp, xpbp, with_rate(ChDev, mode, DXCH_RECRDRATE), slots);
}

/* Files by name. An async operation keeps its own descriptor, which is closed at its end. */

static long named_done(struct dlg_device *d, struct dlg_op *op, const struct dlg_message *m)
{
    close((int)(intptr_t)op->target - 1);
    op->target = NULL;
    return io_done(d, op, m);
}

static int named(int device, const char *name, const DV_TPT *tpt, DX_XPB *format, unsigned mode, bool plays)
{
    DX_IOTT iott = {.io_type = IO_DEV | IO_EOT, .io_length = -1};
    struct dlg_device *d = dlg_enter(device, DLG_VOICE);
    if (!d)
        return -1;
    int file = !name ? -1 : plays ? open(name, O_RDONLY | O_CLOEXEC)
                                  : open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        return dlg_leave(d, name ? EDX_SYSTEM : EDX_BADPARM);
    pthread_mutex_unlock(&dlg_lock);
    iott.io_fhandle = file;
    int result = plays ? play(device, &iott, tpt, format, mode)
                       : record(device, &iott, tpt, format, mode, 0);
    if (result == 0 && mode & EV_ASYNC) {
        d = dlg_enter(device, DLG_VOICE);
        bool runs = d && d->op.active && (d->op.state == CS_PLAY || d->op.state == CS_RECD);
        if (runs) {
            d->op.target = (void *)(intptr_t)(file + 1);
            d->op.finish = named_done;
        } else {
            close(file);
        }
        if (d)
            pthread_mutex_unlock(&dlg_lock);
        return result;
    }
    close(file);
    return result;
}

DLG_EXPORT int dx_playf(int ChDev, const char *fNamep, const DV_TPT *tptp, unsigned short mode)
{
    return named(ChDev, fNamep, tptp, NULL, with_rate(ChDev, mode, DXCH_PLAYDRATE), true);
}

DLG_EXPORT int dx_playvox(int ChDev, const char *fNamep, const DV_TPT *tptp, const DX_XPB *xpbp,
                          unsigned short mode)
{
    DX_XPB *format = (DX_XPB *)(uintptr_t)xpbp;
    return named(ChDev, fNamep, tptp, format, with_rate(ChDev, mode, DXCH_PLAYDRATE), true);
}

DLG_EXPORT int dx_playwav(int ChDev, const char *fNamep, const DV_TPT *tptp, unsigned short mode)
{
    DX_XPB wave = {.wFileFormat = FILE_FORMAT_WAVE};
    return named(ChDev, fNamep, tptp, &wave, mode, true);
}

DLG_EXPORT int dx_recf(int ChDev, const char *fNamep, const DV_TPT *tptp, unsigned short mode)
{
    return named(ChDev, fNamep, tptp, NULL, with_rate(ChDev, mode, DXCH_RECRDRATE), false);
}

DLG_EXPORT int dx_recvox(int ChDev, const char *fNamep, const DV_TPT *tptp, DX_XPB *xpbp,
                         unsigned short mode)
{
    return named(ChDev, fNamep, tptp, xpbp, with_rate(ChDev, mode, DXCH_RECRDRATE), false);
}

DLG_EXPORT int dx_recwav(int ChDev, const char *fNamep, const DV_TPT *tptp, DX_XPB *xpbp,
                         unsigned short mode)
{
    DX_XPB wave = {FILE_FORMAT_WAVE, DATA_FORMAT_PCM, DRT_8KHZ, 8};
    if (xpbp)
        wave = *xpbp;
    wave.wFileFormat = FILE_FORMAT_WAVE;
    return named(ChDev, fNamep, tptp, &wave, mode, false);
}

/* Digits */

static long digits_done(struct dlg_device *d, struct dlg_op *op, const struct dlg_message *m)
{
    DV_DIGIT *digits = op->target;
    size_t n = m->size - DLG_HEAD;
    io_done(d, op, m);
    if (n > DG_MAXDIGS)
        n = DG_MAXDIGS;
    if (digits) {
        memset(digits, 0, sizeof(*digits));
        memcpy(digits->dg_value, m->data, n);
        memset(digits->dg_type, DG_DTMF_ASCII, n);
        digits->dg_type[n < DG_MAXDIGS ? n : DG_MAXDIGS] = DG_END;
    }
    op->result = m->a[0] & TM_ERROR ? -1 : (int)n + 1;
    return m->a[0] & TM_ERROR ? TDX_ERROR : 0;
}

DLG_EXPORT int dx_getdig(int chdev, const DV_TPT *tptp, DV_DIGIT *digitp, unsigned short mode)
{
    struct dlg_message m = {.op = DLG_COLLECT};
    struct dlg_until until;
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    if (!d)
        return -1;
    long error = !digitp ? EDX_BADPARM : dlg_until_of(tptp, &until);
    if (!error)
        error = dlg_begin(d, CS_GTDIG, mode, TDX_GETDIG, digits_done);
    if (error)
        return dlg_leave(d, error);
    d->v.termmsk = 0;
    d->op.target = digitp;
    return dlg_run(d, &m, &until, sizeof(until), -1);
}

static int simple(int device, struct dlg_message *m)
{
    struct dlg_device *d = dlg_enter(device, DLG_VOICE);
    if (!d)
        return -1;
    m->device = d->number;
    return dlg_leave(d, dlg_ask(m, NULL, 0, -1));
}

DLG_EXPORT int dx_clrdigbuf(int chdev)
{
    struct dlg_message m = {.op = DLG_DIGITS_CLEAR};
    return simple(chdev, &m);
}

static int digit_types(int device, int types, int mode)
{
    struct dlg_message m = {.op = DLG_DIGIT_TYPES, .a = {types, mode == DX_DIGCYCLIC}};
    return simple(device, &m);
}

DLG_EXPORT int dx_setdigtyp(int ChDev, unsigned short DigitMask)
{
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    d->v.digit_types = DigitMask;
    int mode = d->v.digit_mode;
    pthread_mutex_unlock(&dlg_lock);
    return digit_types(ChDev, DigitMask, mode);
}

DLG_EXPORT int dx_setdigbuf(int ChDev, int Mode)
{
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    if (Mode != DX_DIGCYCLIC && Mode != DX_DIGTRUNC)
        return dlg_leave(d, EDX_BADPARM);
    d->v.digit_mode = Mode;
    int types = d->v.digit_types;
    pthread_mutex_unlock(&dlg_lock);
    return digit_types(ChDev, types, Mode);
}

/* The program's own reading and writing */

static DX_UIO everyones;

static bool is_whole(const DX_UIO *u)
{
    return u->u_read || u->u_write;
}

DLG_EXPORT int dx_setuio(DX_UIO uio)
{
    pthread_mutex_lock(&dlg_lock);
    everyones = uio;
    pthread_mutex_unlock(&dlg_lock);
    return is_whole(&uio) ? 0 : -1;
}

DLG_EXPORT int dx_getuio(DX_UIO *appuiop)
{
    if (!appuiop)
        return -1;
    pthread_mutex_lock(&dlg_lock);
    *appuiop = everyones;
    pthread_mutex_unlock(&dlg_lock);
    return 0;
}

DLG_EXPORT int dx_setdevuio(int chDev, DX_UIO *devuiop, DX_UIO **retuiop)
{
    struct dlg_device *d = dlg_enter(chDev, DLG_VOICE);
    if (!d)
        return -1;
    if (!devuiop)
        return dlg_leave(d, EDX_BADPARM);
    if (retuiop)
        *retuiop = NULL;
    d->v.uio = *devuiop;
    d->v.has_uio = true;
    return dlg_leave(d, 0);
}

void dlg_uio_of(const struct dlg_device *d, DX_UIO *out)
{
    *out = d->v.has_uio ? d->v.uio : everyones;
}
