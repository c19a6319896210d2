/* Operations: what a device does for its program, sync or async. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dlg.h"

/* Take the device for an operation; lock held. Returns 0, or the error. */
int dlg_begin(struct dlg_device *d, int state, unsigned mode, long event,
              long (*finish)(struct dlg_device *, struct dlg_op *, const struct dlg_message *))
{
    if (d->gone)
        return EDX_SYSTEM;
    if (d->op.active)
        return EDX_BUSY;
    memset(&d->op, 0, offsetof(struct dlg_op, told));
    d->op.active = true;
    d->op.sync = !(mode & EV_ASYNC);
    d->op.state = state;
    d->op.event = event;
    d->op.finish = finish;
    d->op.token = dlg_token();
    return 0;
}

static int wait_for_end(struct dlg_device *d)
{
    long handle = d->handle;
    uint32_t token = d->op.token;
    while (dlg_find(handle, 0) == d && d->op.token == token && !d->op.done)
        dlg_wait(INT64_MAX);
    return dlg_find(handle, 0) == d && d->op.token == token ? d->op.result : -1;
}

/* Have the firmware begin what dlg_begin() took the device for; lock held, and let go.
 * The descriptor goes to the firmware: ours is closed, or its end would never be seen. */
int dlg_run(struct dlg_device *d, struct dlg_message *m, const void *data, size_t size, int fd)
{
    long handle = d->handle;
    m->device = d->number;
    m->token = d->op.token;
    long error = dlg_ask(m, data, size, fd);
    if (fd >= 0)
        close(fd);
    if (dlg_find(handle, 0) != d) { /* closed meanwhile */
        pthread_mutex_unlock(&dlg_lock);
        return -1;
    }
    if (error) {
        if (d->op.has_media)
            dlg_pump_drop(d);
        d->op.active = false;
        return dlg_leave(d, error);
    }
    d->lasterr = 0;
    int result = d->op.sync ? wait_for_end(d) : 0;
    pthread_mutex_unlock(&dlg_lock);
    return result;
}

void dlg_told(struct dlg_device *d, const struct dlg_message *m)
{
    size_t size = m->size < sizeof(*m) && m->size >= DLG_HEAD ? m->size : DLG_HEAD;
    memcpy(&d->op.told, m, size);
    d->op.told.size = (uint32_t)size;
    d->op.is_told = true;
    if (d->op.has_media)
        dlg_pump_told(d);
    else
        dlg_finish(d);
}

void dlg_finish(struct dlg_device *d)
{
    struct dlg_op *op = &d->op;
    if (!op->active)
        return;
    long other = op->finish ? op->finish(d, op, &op->told) : 0;
    op->active = false;
    op->done = true;
    if (!op->sync && op->event)
        dlg_post(d->handle, (unsigned long)(other ? other : op->event), op->event_data, op->event_size,
                 NULL, NULL);
    pthread_cond_broadcast(&dlg_changed);
}

/* End what runs; its own event comes. Where nothing runs, `nostop` is posted, if given. */
int dlg_stop(struct dlg_device *d, unsigned mode, long nostop)
{
    struct dlg_message m = {.op = DLG_STOP, .device = d->number};
    long handle = d->handle;
    uint32_t token = d->op.token;
    if (!d->op.active) {
        if (nostop)
            dlg_post(handle, (unsigned long)nostop, NULL, 0, NULL, NULL);
        return dlg_leave(d, d->gone ? EDX_SYSTEM : 0);
    }
    long error = dlg_ask(&m, NULL, 0, -1);
    if (!error && !(mode & EV_ASYNC) && !dlg_in_pump())
        while (dlg_find(handle, 0) == d && d->op.token == token && d->op.active)
            dlg_wait(INT64_MAX);
    if (dlg_find(handle, 0) != d) {
        pthread_mutex_unlock(&dlg_lock);
        return -1;
    }
    return dlg_leave(d, error);
}
