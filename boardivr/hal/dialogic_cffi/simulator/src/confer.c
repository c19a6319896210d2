/* Conferences and stations: dcb_* and ms_*. Both have the same parties and the same verbs. */

#include <string.h>

#include "dcblib.h"
#include "dlg.h"

#define PARTIES 60
#define BOARDS "CM" /* kinds of device that have conferences */

enum verb { ESTABLISH = 1, ADD, REMOVE, DELETE, MONITOR, UNMONITOR, LIST, ATTRIBUTES, DIGITS, COUNT, TALKERS, CLEAR };

static struct dlg_device *enter(int device)
{
    struct dlg_device *d = dlg_enter(device, 0);
    if (d && !strchr(BOARDS, d->kind)) {
        pthread_mutex_unlock(&dlg_lock);
        d = NULL;
    }
    return d;
}

/* Ask for something about `n` parties; what comes back is put over them. */
static int confer(int device, enum verb verb, int64_t id, int64_t a, int64_t b, MS_CDT *parties, int n,
                  int room, struct dlg_message *m)
{
    struct dlg_device *d = enter(device);
    if (!d)
        return -1;
    if (n < 0 || n > PARTIES || (n > 0 && !parties))
        return dlg_leave(d, E_MSINVPTYCNT);
    *m = (struct dlg_message){.op = DLG_CONFER, .device = d->number, .a = {verb, id, a, b}};
    long error = dlg_ask(m, parties, (size_t)n * sizeof(*parties), -1);
    size_t size = error ? 0 : m->size - DLG_HEAD;
    if (size > (size_t)room * sizeof(*parties))
        size = (size_t)room * sizeof(*parties);
    if (size)
        memcpy(parties, m->data, size);
    return dlg_leave(d, error);
}

static int establish(int device, MS_CDT *parties, int n, int *id)
{
    struct dlg_message m;
    int result = confer(device, ESTABLISH, 0, 0, 0, parties, id ? n : -1, n, &m);
    if (result == 0)
        *id = (int)m.a[1];
    return result;
}

static int one(int device, enum verb verb, int id, int a, MS_CDT *party)
{
    struct dlg_message m;
    return confer(device, verb, id, a, 0, party, party ? 1 : -1, verb == REMOVE ? 0 : 1, &m);
}

static int plain(int device, enum verb verb, int id, int64_t a, int64_t b, long *value)
{
    struct dlg_message m;
    int result = confer(device, verb, id, a, b, NULL, 0, 0, &m);
    if (result == 0 && value)
        *value = (long)m.a[1];
    return result;
}

static int list(int device, enum verb verb, int id, int *n, MS_CDT *parties)
{
    struct dlg_message m;
    int result = confer(device, verb, id, 0, 0, parties, n && parties ? 0 : -1, PARTIES, &m);
    if (result == 0)
        *n = (int)m.a[1];
    return result;
}

static int number(int device, enum verb verb, int id, int64_t a, int64_t b, int *out)
{
    long value;
    int result = plain(device, verb, id, a, b, &value);
    if (result == 0 && out)
        *out = (int)value;
    return result;
}

#define CONFERENCES(prefix)                                                                        \
    DLG_EXPORT int prefix##_estconf(int d, MS_CDT *parties, int n, int attributes, int *id)        \
    {                                                                                              \
        (void)attributes;                                                                          \
        return establish(d, parties, n, id);                                                       \
    }                                                                                              \
    DLG_EXPORT int prefix##_addtoconf(int d, int id, MS_CDT *party)                                \
    {                                                                                              \
        return one(d, ADD, id, 0, party);                                                          \
    }                                                                                              \
    DLG_EXPORT int prefix##_remfromconf(int d, int id, MS_CDT *party)                              \
    {                                                                                              \
        return one(d, REMOVE, id, 0, party);                                                       \
    }                                                                                              \
    DLG_EXPORT int prefix##_delconf(int d, int id)                                                 \
    {                                                                                              \
        return plain(d, DELETE, id, 0, 0, NULL);                                                   \
    }                                                                                              \
    DLG_EXPORT int prefix##_monconf(int d, int id, long *slot)                                     \
    {                                                                                              \
        return plain(d, MONITOR, id, 0, 0, slot);                                                  \
    }                                                                                              \
    DLG_EXPORT int prefix##_unmonconf(int d, int id)                                               \
    {                                                                                              \
        return plain(d, UNMONITOR, id, 0, 0, NULL);                                                \
    }                                                                                              \
    DLG_EXPORT int prefix##_getcnflist(int d, int id, int *n, MS_CDT *parties)                     \
    {                                                                                              \
        return list(d, LIST, id, n, parties);                                                      \
    }                                                                                              \
    DLG_EXPORT int prefix##_setcde(int d, int id, MS_CDT *party)                                   \
    {                                                                                              \
        return one(d, ATTRIBUTES, id, 1, party);                                                   \
    }                                                                                              \
    DLG_EXPORT int prefix##_getcde(int d, int id, MS_CDT *party)                                   \
    {                                                                                              \
        return one(d, ATTRIBUTES, id, 0, party);                                                   \
    }                                                                                              \
    DLG_EXPORT int prefix##_dsprescount(int d, int *count)                                         \
    {                                                                                              \
        return number(d, COUNT, 0, 0, 0, count);                                                   \
    }

CONFERENCES(dcb)
CONFERENCES(ms)

static void hear_digit(struct dlg_device *d, const struct dlg_message *m)
{
    DCB_DIGITS digits = {.dsp = 1, .confid = (int)m->a[1], .chan_num = (int)m->a[2],
                         .chan_sel = (int)m->a[3], .dig_type = DCB_DTMF};
    if (m->a[0] != DCBEV_DIGIT)
        return;
    digits.digits[0] = (unsigned char)m->a[4];
    dlg_post(d->handle, DCBEV_DIGIT, &digits, sizeof(digits), NULL, NULL);
}

DLG_EXPORT int dcb_open(char *name, int oflags)
{
    long error;
    (void)oflags;
    struct dlg_device *d = dlg_open(name, DLG_CONFERENCE, &error);
    if (!d)
        return -1;
    pthread_mutex_lock(&dlg_lock);
    d->hear = hear_digit;
    pthread_mutex_unlock(&dlg_lock);
    return (int)d->handle;
}

DLG_EXPORT int dcb_close(int device)
{
    struct dlg_device *d = dlg_enter(device, DLG_CONFERENCE);
    return d ? dlg_close(d) : -1;
}

DLG_EXPORT int dcb_setdigitmsk(int device, int id, unsigned short mask, int action)
{
    if (action < CBA_SETMSK || action > CBA_SUBMSK) {
        struct dlg_device *d = enter(device);
        return d ? dlg_leave(d, E_MSBADVAL) : -1;
    }
    return plain(device, DIGITS, id, action, mask, NULL);
}

DLG_EXPORT int dcb_getdigitmsk(int device, int id, unsigned short *mask)
{
    long value;
    int result = plain(device, DIGITS, id, 3, 0, &value);
    if (result == 0 && mask)
        *mask = (unsigned short)value;
    return result;
}

DLG_EXPORT int dcb_gettalkers(int device, int id, int *n, MS_CDT *parties)
{
    return list(device, TALKERS, id, n, parties);
}

DLG_EXPORT int dcb_DeleteAllConferences(int device, unsigned short mode, void *rfu)
{
    (void)rfu;
    int result = plain(device, CLEAR, 0, 0, 0, NULL);
    if (result == 0 && mode & EV_ASYNC) {
        pthread_mutex_lock(&dlg_lock);
        dlg_post(device, DCBEV_DELALLCONF, NULL, 0, NULL, NULL);
        pthread_mutex_unlock(&dlg_lock);
    }
    return result;
}

/* The board's parameters that don't change what is heard; the others aren't there. */

static bool is_kept(int parm)
{
    return parm == MSG_ACTID || parm == MSG_ALGORITHM || parm == MSG_LOUDENGTHR || parm == MSG_ACTTALKNOTIFYINTERVAL;
}

DLG_EXPORT int dcb_setbrdparm(int device, unsigned char parm, void *value)
{
    struct dlg_device *d = dlg_enter(device, DLG_CONFERENCE);
    if (!d)
        return -1;
    if (!value || !is_kept(parm))
        return dlg_leave(d, E_MSBADVAL);
    if (!d->more)
        d->more = dlg_zeroed(256);
    ((unsigned char *)d->more)[parm] = *(unsigned char *)value;
    return dlg_leave(d, 0);
}

DLG_EXPORT int dcb_getbrdparm(int device, unsigned char parm, void *value)
{
    struct dlg_device *d = dlg_enter(device, DLG_CONFERENCE);
    if (!d)
        return -1;
    if (!value || !is_kept(parm))
        return dlg_leave(d, E_MSBADVAL);
    *(unsigned char *)value = d->more ? ((unsigned char *)d->more)[parm] : 0;
    return dlg_leave(d, 0);
}
