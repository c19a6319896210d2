/* Line devices of Global Call: opening them, and the voice that belongs to them. */

#include <stdlib.h>
#include <string.h>

#include "gc.h"

int dt_open(char *name, int oflags);
int dt_close(int device);

struct gc_line *gc_line_of(struct dlg_device *d)
{
    return d->more;
}

struct dlg_device *gc_enter(long line)
{
    struct dlg_device *d = dlg_enter(line, DLG_LINEDEV);
    if (!d)
        gc_failed(gc_started ? EGC_INVLINEDEV : EGC_GCNOTSTARTED);
    return d;
}

/* Opening */

/* Copy the field `letter` of a device name such as :N_dtiB1T1:P_isdn; false: it has none. */
static bool field(const char *name, char letter, char *out)
{
    for (const char *at = strchr(name, ':'); at; at = strchr(at + 1, ':')) {
        if (at[1] != letter || at[2] != '_')
            continue;
        size_t n = strcspn(at + 3, ":");
        if (n == 0 || n >= DLG_NAME)
            return false;
        memcpy(out, at + 3, n);
        out[n] = 0;
        return true;
    }
    return false;
}

static int connect_both(long line, long voice)
{
    long slot;
    SC_TSINFO info = {1, &slot};
    if (dlg_slot_of(line, "G", DLG_SIDE_LINE, &info) < 0 || dx_listen((int)voice, &info) < 0)
        return -1;
    if (dx_getxmitslot((int)voice, &info) < 0)
        return -1;
    return dlg_listen_to(line, "G", DLG_SIDE_LINE, &info);
}

/* Open what belongs to the line. Returns 0 or the error. */
static int open_parts(struct dlg_device *d, const char *network, const char *voice)
{
    struct gc_line *line = gc_line_of(d);
    line->network = dt_open((char *)network, 0);
    if (line->network <= 0)
        return EGC_DTOPEN;
    if (!*voice)
        return 0;
    line->voice = dx_open(voice, 0);
    if (line->voice <= 0)
        return EGC_DXOPEN;
    line->is_voice_ours = true;
    return connect_both(d->handle, line->voice) < 0 ? EGC_ROUTEFAIL : 0;
}

static int open_line(long *linedevp, const char *name, void *attribute, bool has_attribute)
{
    char network[DLG_NAME], voice[DLG_NAME] = "", protocol[DLG_NAME] = "";
    long error;
    if (!gc_started)
        return gc_failed(EGC_GCNOTSTARTED);
    if (!linedevp || !name || !field(name, 'N', network))
        return gc_failed(EGC_INVDEVNAME);
    field(name, 'V', voice);
    field(name, 'P', protocol);
    struct gc_line *line = calloc(1, sizeof(*line));
    struct dlg_device *d = line ? dlg_open(network, DLG_LINEDEV, &error) : NULL;
    if (!d) {
        free(line);
        return gc_failed(line ? EGC_INVDEVNAME : EGC_NOMEM);
    }
    gc_choose_library(line, protocol);
    line->attribute = attribute;
    line->is_set = has_attribute;
    line->mask = GCMSK_ALERTING | GCMSK_PROCEEDING | GCMSK_PROGRESS | GCMSK_BLOCKED |
                 GCMSK_UNBLOCKED | GCMSK_SETUP_ACK;
    pthread_mutex_lock(&dlg_lock);
    d->more = line;
    d->hear = gc_hear;
    pthread_mutex_unlock(&dlg_lock);
    int failed = open_parts(d, network, voice);
    if (failed) {
        gc_Close(d->handle);
        return gc_failed(failed);
    }
    *linedevp = d->handle;
    return GC_SUCCESS;
}

DLG_EXPORT int gc_OpenEx(long *linedevp, char *devicename, int mode, void *usrattr)
{
    if (open_line(linedevp, devicename, usrattr, true) < 0)
        return GC_ERROR;
    pthread_mutex_lock(&dlg_lock);
    struct dlg_device *d = dlg_find(*linedevp, DLG_LINEDEV);
    if (d && mode & EV_ASYNC)
        gc_post(d, GCEV_OPENEX, NULL, GCRV_NORMAL, 0);
    if (d)
        gc_post(d, GCEV_UNBLOCKED, NULL, GCRV_NORMAL, 0);
    return gc_done();
}

DLG_EXPORT int gc_Open(long *linedevp, char *devicename, int rfu)
{
    (void)rfu;
    if (open_line(linedevp, devicename, NULL, false) < 0)
        return GC_ERROR;
    pthread_mutex_lock(&dlg_lock);
    struct dlg_device *d = dlg_find(*linedevp, DLG_LINEDEV);
    if (d)
        gc_post(d, GCEV_UNBLOCKED, NULL, GCRV_NORMAL, 0);
    return gc_done();
}

DLG_EXPORT int gc_Close(long linedev)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    struct gc_line line = *gc_line_of(d);
    gc_forget(linedev);
    gc_forget_config(linedev);
    dlg_close(d);
    if (line.is_voice_ours)
        dx_close((int)line.voice);
    if (line.network > 0)
        dt_close((int)line.network);
    return GC_SUCCESS;
}

DLG_EXPORT int gc_ResetLineDev(long linedev, unsigned long mode)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    struct dlg_message m = {.op = DLG_CALL, .device = d->number, .a = {DLG_VERB_RESET}};
    gc_line_of(d)->waits = false;
    gc_forget(linedev);
    long error = dlg_ask(&m, NULL, 0, -1);
    d = dlg_find(linedev, DLG_LINEDEV);
    if (error || !d)
        return gc_fail(d ? EGC_DRIVER : EGC_INVLINEDEV);
    if (mode & EV_ASYNC)
        gc_post(d, GCEV_RESETLINEDEV, NULL, GCRV_NORMAL, 0);
    return gc_done();
}

/* What belongs to a line */

static int handle_of(long linedev, int kind, int *out)
{
    if (!out)
        return gc_failed(EGC_INVPARM);
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    const struct gc_line *line = gc_line_of(d);
    long handle = kind == GC_VOICEDEVICE ? line->voice : kind == GC_NETWORKDEVICE ? line->network : 0;
    if (handle <= 0)
        return gc_fail(kind == GC_VOICEDEVICE ? EGC_NOVOICE : EGC_UNSUPPORTED);
    *out = (int)handle;
    return gc_done();
}

DLG_EXPORT int gc_GetResourceH(long linedev, int *resourcehp, int resourcetype)
{
    return handle_of(linedev, resourcetype, resourcehp);
}

DLG_EXPORT int gc_GetVoiceH(long linedev, int *voicehp)
{
    return handle_of(linedev, GC_VOICEDEVICE, voicehp);
}

DLG_EXPORT int gc_GetNetworkH(long linedev, int *networkhp)
{
    return handle_of(linedev, GC_NETWORKDEVICE, networkhp);
}

static int attach(long linedev, int voice, unsigned long mode, bool on)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    struct gc_line *line = gc_line_of(d);
    if (!dlg_find(voice, DLG_VOICE) || (on ? line->voice > 0 : line->voice != voice))
        return gc_fail(on && line->voice > 0 ? EGC_ATTACHED : EGC_VOICE);
    pthread_mutex_unlock(&dlg_lock);
    int result = on ? connect_both(linedev, voice)
                    : dlg_listen_to(linedev, "G", DLG_SIDE_LINE, NULL) | dx_unlisten(voice);
    d = result < 0 ? NULL : gc_enter(linedev);
    if (!d)
        return gc_failed(EGC_ROUTEFAIL);
    gc_line_of(d)->voice = on ? voice : 0;
    gc_line_of(d)->is_voice_ours = false;
    if (mode & EV_ASYNC)
        gc_post(d, on ? GCEV_ATTACH : GCEV_DETACH, NULL, GCRV_NORMAL, 0);
    return gc_done();
}

DLG_EXPORT int gc_Attach(long linedev, int voiceh, unsigned long mode)
{
    return attach(linedev, voiceh, mode, true);
}

DLG_EXPORT int gc_Detach(long linedev, int voiceh, unsigned long mode)
{
    return attach(linedev, voiceh, mode, false);
}

DLG_EXPORT int gc_AttachResource(long linedev, int resourceh, GC_PARM_BLKP resourceattrp,
                                 GC_PARM_BLKP *retblkpp, int resourcetype, unsigned long mode)
{
    (void)resourceattrp;
    if (resourcetype != GC_VOICEDEVICE)
        return gc_failed(EGC_UNSUPPORTED);
    if (retblkpp)
        *retblkpp = NULL;
    return attach(linedev, resourceh, mode, true);
}
