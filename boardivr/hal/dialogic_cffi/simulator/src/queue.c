/* The process's event queue, its handlers, and how they are called.
 *
 * Polled mode: handlers run in sr_waitevt, in the caller's thread. Signal mode: a thread of
 * ours runs them while the program sleeps; what they keep is left for sr_waitevt. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dlg.h"

#define ANY 0xffffffffu
#define HANDLERS 512
#define GROUP 1024

typedef long (*handler)(unsigned long);

struct event {
    struct event *next;
    long device, type, size;
    void *data, *extra;
    void (*release)(void *);
    bool seen; /* by the handlers, which kept it */
};

static struct event *first, *last;
static struct {
    long device;
    unsigned type;
    handler call;
} handlers[HANDLERS];
static int handler_count;
static int mode = SR_SIGMODE;
static int polling, held;
static bool dispatcher_runs, dispatching;
static pthread_t dispatcher_thread;
static pthread_key_t current_key;
static pthread_once_t current_once = PTHREAD_ONCE_INIT;
static long parameters[16];

static void free_event(void *argument)
{
    struct event *e = argument;
    if (e && e->release)
        e->release(e->extra);
    if (e)
        free(e->data);
    free(e);
}

static void make_key(void)
{
    pthread_key_create(&current_key, free_event);
}

static struct event *current(void)
{
    pthread_once(&current_once, make_key);
    return pthread_getspecific(current_key);
}

static void set_current(struct event *e)
{
    free_event(current());
    pthread_setspecific(current_key, e);
}

static void put(struct event *e)
{
    if (last)
        last->next = e;
    else
        first = e;
    last = e;
    pthread_cond_broadcast(&dlg_changed);
}

static struct event *make(long device, unsigned long type, const void *data, long size)
{
    struct event *e = calloc(1, sizeof(*e));
    if (!e)
        return NULL;
    e->device = device;
    e->type = (long)type;
    if (data && size > 0) {
        e->data = malloc((size_t)size);
        e->size = e->data ? size : 0;
        if (e->data)
            memcpy(e->data, data, (size_t)size);
    }
    return e;
}

void *dlg_post(long device, unsigned long type, const void *data, long size, void *extra,
               void (*release)(void *))
{
    struct event *e = make(device, type, data, size);
    if (e) {
        e->extra = extra;
        e->release = release;
        put(e);
    } else if (release) {
        release(extra);
    }
    return e ? e->data : NULL;
}

static void unlink_event(struct event *e, struct event *before)
{
    if (before)
        before->next = e->next;
    else
        first = e->next;
    if (last == e)
        last = before;
    e->next = NULL;
}

/* A closed device's events are nobody's any more. */
void dlg_drop_events(long device)
{
    struct event *before = NULL;
    for (struct event *e = first, *next; e; e = next) {
        next = e->next;
        if (e->device == device) {
            unlink_event(e, before);
            free_event(e);
        } else {
            before = e;
        }
    }
}

static bool listed(long device, const long *list, int count)
{
    for (int i = 0; i < count; i++)
        if (list[i] == device || (int)list[i] == EV_ANYDEV)
            return true;
    return !list || count <= 0;
}

static struct event *get(const long *list, int count)
{
    struct event *before = NULL;
    for (struct event *e = first; e; before = e, e = e->next)
        if (listed(e->device, list, count)) {
            unlink_event(e, before);
            return e;
        }
    return NULL;
}

static bool matches(int i, const struct event *e, int step)
{
    bool any_device = handlers[i].device == EV_ANYDEV, any_type = handlers[i].type == ANY;
    if (any_device != (step >= 2) || any_type != (step % 2 == 1))
        return false;
    return (any_device || handlers[i].device == e->device) &&
           (any_type || handlers[i].type == (unsigned)e->type);
}

/* The handlers for an event, the most specific first. Returns how many. */
static int handlers_for(const struct event *e, handler *out)
{
    int n = 0;
    for (int step = 0; step < 4; step++)
        for (int i = 0; i < handler_count; i++)
            if (matches(i, e, step))
                out[n++] = handlers[i].call;
    return n;
}

/* Call an event's handlers; lock held, let go of meanwhile. Returns whether it is kept. */
static bool handle(struct event *e)
{
    handler calls[HANDLERS];
    int n = e->seen ? 0 : handlers_for(e, calls);
    bool kept = n == 0;
    e->seen = true;
    pthread_mutex_unlock(&dlg_lock);
    for (int i = 0; i < n; i++)
        kept |= calls[i]((unsigned long)(uintptr_t)e) != 0;
    pthread_mutex_lock(&dlg_lock);
    return kept;
}

static long wait_event(const long *list, int count, long timeout_ms)
{
    int64_t deadline = timeout_ms < 0 ? INT64_MAX : dlg_deadline((double)timeout_ms / 1000);
    struct event *e = NULL;
    long left = -1;
    pthread_mutex_lock(&dlg_lock);
    set_current(NULL);
    polling++;
    while (!(e = get(list, count)) && (timeout_ms < 0 || dlg_now() < deadline))
        dlg_wait(deadline);
    if (e) {
        set_current(e);
        handle(e);
        int64_t ns = deadline == INT64_MAX ? 0 : deadline - dlg_now();
        left = ns > 0 ? (long)(ns * dlg_speed / 1000000) : 0;
    } else {
        dlg_set_error(SRL_DEVICE, ESR_TMOUT);
    }
    polling--;
    pthread_cond_broadcast(&dlg_changed);
    pthread_mutex_unlock(&dlg_lock);
    return left;
}

DLG_EXPORT long sr_waitevt(long tmout)
{
    return wait_event(NULL, 0, (int)tmout);
}

DLG_EXPORT long sr_waitevtEx(long *handlep, int count, long tmout, long *evthp)
{
    if (wait_event(handlep, handlep ? count : 0, (int)tmout) < 0)
        return -1;
    if (evthp)
        *evthp = (long)(uintptr_t)current();
    return 0;
}

/* A program that sleeps in pause() or sigsuspend() wakes after its handler ran, as by the
 * signal of the real library; one in sleep() sleeps on. */
static void wake_main(void)
{
    char path[64], call[32] = "";
    snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)getpid());
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, call, sizeof(call) - 1) : -1;
    if (fd >= 0)
        close(fd);
    long number = n > 0 && call[0] >= '0' && call[0] <= '9' ? strtol(call, NULL, 10) : -1;
    if (number == SYS_pause || number == SYS_rt_sigsuspend)
        syscall(SYS_tgkill, getpid(), getpid(), SIGIO);
}

static void nothing(int number)
{
    (void)number;
}

static struct event *next_to_dispatch(struct event **before)
{
    handler calls[HANDLERS];
    *before = NULL;
    for (struct event *e = first; e; *before = e, e = e->next)
        if (!e->seen && handlers_for(e, calls) > 0)
            return e;
    return NULL;
}

static void *dispatcher(void *argument)
{
    (void)argument;
    pthread_mutex_lock(&dlg_lock);
    for (;;) {
        struct event *before, *e = NULL;
        while (mode != SR_SIGMODE || polling || held || !(e = next_to_dispatch(&before)))
            pthread_cond_wait(&dlg_changed, &dlg_lock);
        unlink_event(e, before);
        set_current(e);
        dispatching = true;
        bool kept = handle(e);
        dispatching = false;
        if (kept) {
            pthread_setspecific(current_key, NULL);
            e->next = first; /* the next that sr_waitevt finds */
            first = e;
            last = last ? last : e;
        }
        wake_main();
        pthread_cond_broadcast(&dlg_changed);
    }
    return NULL;
}

static void start_dispatcher(void)
{
    struct sigaction now;
    if (dispatcher_runs || mode != SR_SIGMODE)
        return;
    if (sigaction(SIGIO, NULL, &now) == 0 && now.sa_handler == SIG_DFL) {
        struct sigaction ours = {.sa_handler = nothing};
        sigaction(SIGIO, &ours, NULL);
    }
    dispatcher_thread = dlg_thread(dispatcher, NULL);
    dispatcher_runs = dispatcher_thread != 0;
}

DLG_EXPORT long sr_enbhdlr(long ddd, unsigned long event_type, handler hdlr)
{
    pthread_mutex_lock(&dlg_lock);
    long result = -1;
    int device = (int)ddd;
    if (!hdlr)
        dlg_set_error(SRL_DEVICE, ESR_BADPARM);
    else if (device != EV_ANYDEV && device != SRL_DEVICE && !dlg_find(device, 0))
        dlg_set_error(SRL_DEVICE, ESR_BADDEV);
    else if (handler_count == HANDLERS)
        dlg_set_error(SRL_DEVICE, ESR_NOMEM);
    else {
        handlers[handler_count].device = device;
        handlers[handler_count].type = (unsigned)event_type;
        handlers[handler_count++].call = hdlr;
        start_dispatcher();
        pthread_cond_broadcast(&dlg_changed);
        result = 0;
    }
    pthread_mutex_unlock(&dlg_lock);
    return result;
}

DLG_EXPORT long sr_dishdlr(long ddd, unsigned long event_type, handler hdlr)
{
    pthread_mutex_lock(&dlg_lock);
    long result = -1;
    for (int i = 0; i < handler_count && result < 0; i++)
        if (handlers[i].device == (int)ddd && handlers[i].type == (unsigned)event_type &&
            handlers[i].call == hdlr) {
            memmove(&handlers[i], &handlers[i + 1], (size_t)(--handler_count - i) * sizeof(*handlers));
            result = 0;
        }
    if (result < 0)
        dlg_set_error(SRL_DEVICE, ESR_NOHDLR);
    pthread_mutex_unlock(&dlg_lock);
    return result;
}

/* The argument, where there is one, is the current event's: it is this thread's anyway. */

DLG_EXPORT long sr_getevtdev(unsigned long evt)
{
    (void)evt;
    return current() ? current()->device : -1;
}

DLG_EXPORT long sr_getevttype(unsigned long evt)
{
    (void)evt;
    return current() ? current()->type : -1;
}

DLG_EXPORT long sr_getevtlen(unsigned long evt)
{
    (void)evt;
    return current() ? current()->size : 0;
}

DLG_EXPORT void *sr_getevtdatap(unsigned long evt)
{
    (void)evt;
    return current() ? current()->data : NULL;
}

bool dlg_current(long *device, long *type, long *size, void **data)
{
    struct event *e = current();
    if (!e)
        return false;
    *device = e->device;
    *type = e->type;
    *size = e->size;
    *data = e->data;
    return true;
}

void *dlg_current_extra(void)
{
    return current() ? current()->extra : NULL;
}

DLG_EXPORT void *sr_getUserContext(void)
{
    struct event *e = current();
    return e && !e->release ? e->extra : NULL;
}

DLG_EXPORT long sr_putevtUserContext(long dev, unsigned long evt, long len, void *datap, long err,
                                     void *context)
{
    struct event *e = len < 0 ? NULL : make((int)dev, (unsigned)evt, datap, len);
    pthread_mutex_lock(&dlg_lock);
    if (e && err)
        dlg_set_error((int)dev, err);
    if (e) {
        e->extra = context;
        put(e);
    } else {
        dlg_set_error(SRL_DEVICE, len < 0 ? ESR_DATASZ : ESR_NOMEM);
    }
    pthread_mutex_unlock(&dlg_lock);
    return e ? 0 : -1;
}

DLG_EXPORT long sr_putevt(long dev, unsigned long evt, long len, void *datap, long err)
{
    return sr_putevtUserContext(dev, evt, len, datap, err, NULL);
}

/* Nothing is delivered between these two, in signal mode; handlers that run are waited for. */

DLG_EXPORT long sr_hold(void)
{
    pthread_mutex_lock(&dlg_lock);
    held++;
    while (dispatching && !pthread_equal(pthread_self(), dispatcher_thread))
        pthread_cond_wait(&dlg_changed, &dlg_lock);
    pthread_mutex_unlock(&dlg_lock);
    return 0;
}

DLG_EXPORT long sr_release(void)
{
    pthread_mutex_lock(&dlg_lock);
    held -= held > 0;
    pthread_cond_broadcast(&dlg_changed);
    pthread_mutex_unlock(&dlg_lock);
    return 0;
}

/* Programs hand over the address of an int. */

DLG_EXPORT long sr_setparm(long ddd, long parmid, void *valuep)
{
    int parameter = (int)parmid;
    pthread_mutex_lock(&dlg_lock);
    long error = (int)ddd != SRL_DEVICE                   ? ESR_BADDEV
                 : parameter < 1 || parameter >= 16       ? ESR_PARMID
                 : !valuep                                ? ESR_NULL_DATAP
                                                          : 0;
    int value = error || parameter == SR_USERCONTEXT ? 0 : *(int *)valuep;
    if (!error && parameter == SR_MODEID && value != SR_POLLMODE && value != SR_SIGMODE)
        error = ESR_MODE;
    if (!error && parameter == SR_MODEID) {
        mode = value;
        if (handler_count)
            start_dispatcher();
    }
    if (!error && parameter == SR_MODELTYPE)
        mode = value == SR_STASYNC ? SR_POLLMODE : SR_SIGMODE;
    if (!error)
        parameters[parameter] = value;
    if (error)
        dlg_set_error(SRL_DEVICE, error);
    pthread_cond_broadcast(&dlg_changed);
    pthread_mutex_unlock(&dlg_lock);
    return error ? -1 : 0;
}

DLG_EXPORT long sr_getparm(long ddd, long parmid, void *valuep)
{
    int parameter = (int)parmid;
    pthread_mutex_lock(&dlg_lock);
    long error = (int)ddd != SRL_DEVICE             ? ESR_BADDEV
                 : parameter < 1 || parameter >= 16 ? ESR_PARMID
                 : !valuep                          ? ESR_NULL_DATAP
                                                    : 0;
    if (!error)
        *(int *)valuep = parameter == SR_MODEID ? mode : (int)parameters[parameter];
    else
        dlg_set_error(SRL_DEVICE, error);
    pthread_mutex_unlock(&dlg_lock);
    return error ? -1 : 0;
}

/* Groups of devices that a thread waits for. */

static __thread long *group;
static __thread int group_size;

DLG_EXPORT int sr_CreateThreadDeviceGroup(long *handlep, int count)
{
    if (!handlep || count < 1 || count > GROUP || group) {
        dlg_unsupported('S', SRL_DEVICE);
        return -1;
    }
    group = calloc(GROUP, sizeof(*group));
    if (!group)
        return -1;
    memcpy(group, handlep, (size_t)count * sizeof(*group));
    group_size = count;
    return 0;
}

DLG_EXPORT int sr_AddtoThreadDeviceGroup(long *handlep, int count)
{
    if (!group || !handlep || count < 1 || group_size + count > GROUP)
        return dlg_unsupported('S', SRL_DEVICE);
    memcpy(group + group_size, handlep, (size_t)count * sizeof(*group));
    group_size += count;
    return 0;
}

DLG_EXPORT int sr_RemoveFromThreadDeviceGroup(long *handlep, int count)
{
    if (!group || !handlep)
        return dlg_unsupported('S', SRL_DEVICE);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < group_size; k++)
            if (group[k] == handlep[i])
                group[k] = group[--group_size];
    return 0;
}

DLG_EXPORT int sr_GetThreadDeviceGroup(long *handlep, int *count)
{
    if (!group || !handlep || !count)
        return dlg_unsupported('S', SRL_DEVICE);
    *count = group_size;
    memcpy(handlep, group, (size_t)group_size * sizeof(*group));
    return 0;
}

DLG_EXPORT int sr_DeleteThreadDeviceGroup(void)
{
    if (!group)
        return dlg_unsupported('S', SRL_DEVICE);
    free(group);
    group = NULL;
    group_size = 0;
    return 0;
}

DLG_EXPORT int sr_WaitThreadDeviceGroup(long tmout)
{
    return group ? (int)wait_event(group, group_size, (int)tmout) : dlg_unsupported('S', SRL_DEVICE);
}

DLG_EXPORT void sr_cleanup(void)
{
    /* Nothing is kept for a thread but its current event, which goes with it. */
}
