/* cnf_*: how its functions end, and what happens by itself. */

#include <stdio.h>
#include <string.h>

#include "cnf.h"

#define MOST_NAMES 64

static long last_error;

int cnf_fail(long error)
{
    last_error = error < 0 ? ECNF_SYSTEM : error;
    return CNF_ERROR;
}

int cnf_leave(struct dlg_device *d, long error)
{
    int result = error ? cnf_fail(error) : CNF_SUCCESS;
    d->lasterr = error < 0 ? ECNF_SYSTEM : error;
    pthread_mutex_unlock(&dlg_lock);
    return result;
}

struct cnf_more *cnf_of(struct dlg_device *d)
{
    return d->more;
}

struct dlg_device *cnf_enter(long handle, enum cnf_role role)
{
    struct dlg_device *d = dlg_enter(handle, DLG_CNF);
    if (d && cnf_of(d) && (role == CNF_ANY || cnf_of(d)->role == role))
        return d;
    if (d)
        pthread_mutex_unlock(&dlg_lock);
    pthread_mutex_lock(&dlg_lock);
    cnf_fail(d ? ECNF_INVALID_DEVICE : ECNF_INVALID_HANDLE);
    pthread_mutex_unlock(&dlg_lock);
    return NULL;
}

/* Ask about a board, a conference or a party; m->a[3] and m->a[4] are attribute and number. */
long cnf_ask(struct dlg_device *d, int verb, const int *parties, int n, struct dlg_message *m)
{
    struct cnf_more *more = d->more;
    m->op = DLG_CNF_ASK;
    m->device = d->number;
    m->a[0] = verb;
    m->a[1] = more->role == CNF_CONFERENCE ? more->id : 0;
    m->a[2] = more->role == CNF_PARTY ? more->id : 0;
    return dlg_ask(m, parties, (size_t)n * sizeof(*parties), -1);
}

struct dlg_device *cnf_find(uint32_t board, enum cnf_role role, int id)
{
    struct dlg_device *d = dlg_by_number(board, 1);
    for (; d; d = dlg_by_number(board, (int)d->handle + 1))
        if (d->kind == DLG_CNF && cnf_of(d) && cnf_of(d)->role == role && cnf_of(d)->id == id)
            return d;
    return NULL;
}

/* Names outlive the handles: they are in the data of events. */
const char *cnf_name(enum cnf_role role, int id)
{
    static char names[2][MOST_NAMES][DLG_NAME];
    char *name = names[role == CNF_PARTY][id % MOST_NAMES];
    if (!*name)
        snprintf(name, DLG_NAME, "cnfB1%c%d", role == CNF_PARTY ? 'P' : 'C', id);
    return name;
}

/* The one place that says which device is told how a function ended: the one that it was called
 * on (the board, for what was opened through it). Nothing published says so. */
void *cnf_post(const struct dlg_device *called_on, long event, const void *data, size_t size, void *user)
{
    return dlg_post(called_on->handle, (unsigned long)event, data, (long)size, user, NULL);
}

/* An asynchronous function is over: its event, or the one that says it failed; lock held, let go.
 * `copy`, where it is given, is left with the lock held, to mend pointers in the event's data. */
int cnf_end(long handle, long error, long event, const void *data, size_t size, void *user, void **copy)
{
    struct dlg_device *d = dlg_find(handle, DLG_CNF); /* closed meanwhile: nobody is told */
    void *made = NULL;
    if (d) {
        d->lasterr = error < 0 ? ECNF_SYSTEM : error;
        made = cnf_post(d, error ? event - CNFEV_BASE + CNFEV_ERROR_BASE : event, error ? NULL : data,
                        error ? 0 : size, user);
    }
    if (error)
        cnf_fail(error);
    if (copy)
        *copy = error ? NULL : made;
    else
        pthread_mutex_unlock(&dlg_lock);
    return CNF_SUCCESS;
}

static int event_bit(enum cnf_role role, int event)
{
    int bit = event - (role == CNF_BOARD ? CNF_BRD_EVT_BASE : CNF_CONF_EVT_BASE);
    return role != CNF_PARTY && bit >= 0 && bit <= (role == CNF_BOARD ? 4 : 3) ? bit : -1;
}

/* Tell what has happened, where the program wants to know. */
void cnf_notify(long handle, int event, long type, const void *data, size_t size)
{
    struct dlg_device *d = dlg_find(handle, DLG_CNF);
    int bit = d && cnf_of(d) ? event_bit(cnf_of(d)->role, event) : -1;
    if (bit >= 0 && cnf_of(d)->events >> bit & 1)
        dlg_post(handle, (unsigned long)type, data, (long)size, NULL, NULL);
}

static CNF_RETURN set_events(long handle, const struct CNF_EVENT_INFO *info, void *user, bool on)
{
    struct dlg_device *d = cnf_enter(handle, CNF_ANY);
    unsigned bits = 0;
    if (!d)
        return CNF_ERROR;
    if (!info || (info->unEventCount && !info->punEventList))
        return cnf_leave(d, ECNF_INVALID_PARM);
    for (unsigned i = 0; i < info->unEventCount; i++) {
        int bit = event_bit(cnf_of(d)->role, (int)info->punEventList[i]);
        if (bit < 0)
            return cnf_leave(d, ECNF_INVALID_EVENT);
        bits |= 1u << bit;
    }
    cnf_of(d)->events = on ? cnf_of(d)->events | bits : cnf_of(d)->events & ~bits;
    return cnf_end(handle, 0, on ? CNFEV_ENABLE_EVENT : CNFEV_DISABLE_EVENT, NULL, 0, user, NULL);
}

DLG_EXPORT CNF_RETURN cnf_EnableEvents(SRL_DEVICE_HANDLE a_DevHandle, CPCNF_EVENT_INFO a_pEventInfo, void *a_pUserInfo)
{
    return set_events(a_DevHandle, a_pEventInfo, a_pUserInfo, true);
}

DLG_EXPORT CNF_RETURN cnf_DisableEvents(SRL_DEVICE_HANDLE a_DevHandle, CPCNF_EVENT_INFO a_pEventInfo, void *a_pUserInfo)
{
    return set_events(a_DevHandle, a_pEventInfo, a_pUserInfo, false);
}

DLG_EXPORT CNF_RETURN cnf_GetErrorInfo(PCNF_ERROR_INFO a_pErrorInfo)
{
    if (!a_pErrorInfo)
        return CNF_ERROR;
    pthread_mutex_lock(&dlg_lock);
    a_pErrorInfo->unVersion = CNF_ERROR_INFO_VERSION_0;
    a_pErrorInfo->unErrorCode = (unsigned)last_error;
    a_pErrorInfo->szErrorString = dlg_text(DLG_CNF, last_error);
    a_pErrorInfo->szAdditionalInfo = "";
    pthread_mutex_unlock(&dlg_lock);
    return CNF_SUCCESS;
}

static void hear_digit(struct dlg_device *d, const struct dlg_message *m)
{
    struct dlg_device *party = cnf_find(d->number, CNF_PARTY, (int)m->a[2]);
    struct CNF_DTMF_EVENT_INFO info = {.unVersion = CNF_DTMF_EVENT_INFO_VERSION_0};
    info.PartyHandle = party ? party->handle : 0;
    info.eDigit = (ECNF_DTMF_DIGIT)m->a[3];
    cnf_notify(d->handle, ECNF_CONF_EVT_DTMF_DETECTION, CNFEV_DTMF_DETECTED, &info, sizeof(info));
}

/* What the firmware tells; each handle takes what is its own. */
void cnf_hear(struct dlg_device *d, const struct dlg_message *m)
{
    struct cnf_more *more = d->more;
    bool is_own = more && more->role == CNF_CONFERENCE && more->id == m->a[1];
    if (m->a[0] == CNFEV_DTMF_DETECTED && is_own)
        hear_digit(d, m);
    if (m->a[0] != CNFEV_ACTIVE_TALKER || !more || !(is_own || more->role == CNF_BOARD))
        return;
    int event = more->role == CNF_BOARD ? ECNF_BRD_EVT_ACTIVE_TALKER : ECNF_CONF_EVT_ACTIVE_TALKER;
    if (more->events >> event_bit(more->role, event) & 1)
        cnf_post_parties(d, CNFEV_ACTIVE_TALKER, m, NULL);
}
