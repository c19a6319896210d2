/* Handles, errors, and time. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dlg.h"
#include "gc.h"

pthread_mutex_t dlg_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t dlg_changed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct dlg_device *devices[DLG_HANDLES]; /* the handle is the place */
static long last_handle;
static long srl_error;

static void prepare(void)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&dlg_changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

__attribute__((constructor)) static void begin(void)
{
    pthread_once(&once, prepare);
}

int64_t dlg_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t dlg_deadline(double seconds)
{
    return seconds < 0 ? INT64_MAX : dlg_now() + (int64_t)(seconds * 1e9 / dlg_speed);
}

void dlg_deadline_spec(int64_t deadline, struct timespec *out)
{
    out->tv_sec = deadline / 1000000000;
    out->tv_nsec = deadline % 1000000000;
}

int dlg_wait(int64_t deadline)
{
    struct timespec until;
    if (deadline == INT64_MAX)
        return pthread_cond_wait(&dlg_changed, &dlg_lock);
    dlg_deadline_spec(deadline, &until);
    return pthread_cond_timedwait(&dlg_changed, &dlg_lock, &until);
}

struct dlg_device *dlg_find(long handle, int kind)
{
    if (handle < 1 || handle >= DLG_HANDLES || !devices[handle])
        return NULL;
    return kind == 0 || devices[handle]->kind == kind ? devices[handle] : NULL;
}

struct dlg_device *dlg_enter(long handle, int kind)
{
    pthread_mutex_lock(&dlg_lock);
    struct dlg_device *d = dlg_find(handle, kind);
    if (!d)
        pthread_mutex_unlock(&dlg_lock);
    return d;
}

int dlg_leave(struct dlg_device *d, long error)
{
    d->lasterr = error < 0 ? EDX_SYSTEM : error;
    pthread_mutex_unlock(&dlg_lock);
    return error ? -1 : 0;
}

void dlg_set_error(long handle, long error)
{
    struct dlg_device *d = dlg_find(handle, 0);
    if (d)
        d->lasterr = error;
    else if (handle == SRL_DEVICE)
        srl_error = error;
}

static struct dlg_device *add(const char *name, int kind)
{
    struct dlg_device *d = calloc(1, sizeof(*d));
    for (int i = 0; d && i < DLG_HANDLES - 1; i++) {
        last_handle = last_handle % (DLG_HANDLES - 1) + 1; /* a closed handle isn't used again soon */
        if (devices[last_handle])
            continue;
        d->handle = last_handle;
        d->kind = kind;
        strncpy(d->name, name, DLG_NAME - 1);
        devices[last_handle] = d;
        return d;
    }
    free(d);
    return NULL;
}

static void drop(struct dlg_device *d)
{
    devices[d->handle] = NULL;
    free(d->more);
    free(d);
}

struct dlg_device *dlg_open(const char *name, int kind, long *error)
{
    struct dlg_message m = {.op = DLG_OPEN, .a = {kind}};
    *error = EDX_BADPARM;
    if (!name || !*name || strlen(name) >= DLG_NAME) {
        errno = EINVAL;
        return NULL;
    }
    pthread_mutex_lock(&dlg_lock);
    struct dlg_device *d = dlg_connect() ? add(name, kind) : NULL;
    if (d) {
        long result = dlg_ask(&m, name, strlen(name), -1);
        d->number = m.device;
        d->type = (int)m.a[1];
        d->subdevices = (int)m.a[2];
        *error = result < 0 ? EDX_SYSTEM : result;
        if (result) {
            drop(d);
            d = NULL;
            errno = result < 0 ? EIO : ENXIO;
        }
    } else {
        *error = EDX_SYSTEM;
        errno = ENODEV; /* the board isn't started */
    }
    pthread_mutex_unlock(&dlg_lock);
    return d;
}

int dlg_close(struct dlg_device *d)
{
    struct dlg_message m = {.op = DLG_CLOSE, .device = d->number};
    if (d->op.active)
        dlg_pump_drop(d);
    d->op.active = false;
    long handle = d->handle;
    if (!d->gone)
        dlg_ask(&m, NULL, 0, -1);
    if (dlg_find(handle, 0) == d)
        drop(d);
    dlg_drop_events(handle);
    pthread_cond_broadcast(&dlg_changed);
    pthread_mutex_unlock(&dlg_lock);
    return 0;
}

void *dlg_zeroed(size_t size)
{
    return calloc(1, size);
}

/* The firmware is gone: what ran has failed, and nothing starts any more. */
void dlg_forget_firmware(void)
{
    struct dlg_message failed = {.op = DLG_DONE, .a = {TM_ERROR}};
    for (int i = 1; i < DLG_HANDLES; i++) {
        struct dlg_device *d = devices[i];
        if (!d || d->gone)
            continue;
        d->gone = true;
        d->v.stop_catching = true;
        if (d->op.active) {
            failed.token = d->op.token;
            dlg_told(d, &failed);
        }
    }
    pthread_cond_broadcast(&dlg_changed);
}

struct dlg_device *dlg_by_number(uint32_t number, int i)
{
    for (; i < DLG_HANDLES; i++)
        if (devices[i] && !devices[i]->gone && devices[i]->number == number)
            return devices[i];
    return NULL;
}

/* ATDV_*: what every device knows of itself. */

struct error_text {
    char family;
    long code;
    const char *text;
};
static const struct error_text ERRORS[] = {
#include "dlg_errors.h"
    {0, 0, NULL},
};

static char family_of(int kind)
{
    switch (kind) {
    case DLG_STATION: case DLG_CONFERENCE:
        return DLG_STATION;
    case DLG_ECHO:
        return DLG_VOICE;
    default:
        return (char)kind;
    }
}

DLG_EXPORT long ATDV_LASTERR(long ddd)
{
    pthread_mutex_lock(&dlg_lock);
    struct dlg_device *d = dlg_find(ddd, 0);
    long error = d ? d->lasterr : ddd == SRL_DEVICE ? srl_error : EDV_BADDESC;
    pthread_mutex_unlock(&dlg_lock);
    return error;
}

const char *dlg_text(char family, long code)
{
    for (const struct error_text *e = ERRORS; e->text; e++)
        if (e->family == family && e->code == code)
            return e->text;
    for (const struct error_text *e = ERRORS; e->text; e++) /* fax and others have voice's too */
        if (e->family == DLG_VOICE && e->code == code)
            return e->text;
    return "Unknown error";
}

DLG_EXPORT char *ATDV_ERRMSGP(long ddd)
{
    pthread_mutex_lock(&dlg_lock);
    struct dlg_device *d = dlg_find(ddd, 0);
    char family = d ? family_of(d->kind) : 'S';
    long code = d ? d->lasterr : srl_error;
    pthread_mutex_unlock(&dlg_lock);
    if (!d && ddd != SRL_DEVICE)
        return (char *)"Unknown error: invalid device handle";
    return (char *)dlg_text(family, code);
}

DLG_EXPORT char *ATDV_NAMEP(long ddd)
{
    pthread_mutex_lock(&dlg_lock);
    struct dlg_device *d = dlg_find(ddd, 0);
    char *name = d ? d->name : NULL;
    pthread_mutex_unlock(&dlg_lock);
    return name;
}

DLG_EXPORT long ATDV_SUBDEVS(long ddd)
{
    pthread_mutex_lock(&dlg_lock);
    struct dlg_device *d = dlg_find(ddd, 0);
    long n = d ? d->subdevices : AT_FAILURE;
    pthread_mutex_unlock(&dlg_lock);
    return n;
}

DLG_EXPORT long ATDV_IOPORT(long ddd)
{
    (void)ddd;
    return AT_FAILURE; /* no such thing on the bus */
}

DLG_EXPORT long ATDV_IRQNUM(long ddd)
{
    (void)ddd;
    return AT_FAILURE;
}

/* What isn't supported says so. */
int dlg_unsupported(char family, long handle)
{
    if (family == DLG_LINEDEV)
        return gc_failed(EGC_UNSUPPORTED);
    pthread_mutex_lock(&dlg_lock);
    long error = family == 'S' ? ESR_NOTIMP : EDX_NOTIMP;
    dlg_set_error(family == 'S' ? SRL_DEVICE : handle, error);
    pthread_mutex_unlock(&dlg_lock);
    return -1;
}
