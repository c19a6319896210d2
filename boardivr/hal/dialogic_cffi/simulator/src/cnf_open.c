/* cnf_*: boards, conferences and parties are opened and closed. */

#include <stdlib.h>
#include <string.h>

#include "cnf.h"

static void describe(struct dlg_device *d, enum cnf_role role, int id, long board)
{
    struct cnf_more *more = dlg_zeroed(sizeof(*more));
    if (more)
        *more = (struct cnf_more){.role = role, .id = id, .board = board};
    d->more = more;
    d->part = role == CNF_PARTY ? id : 0;
    d->hear = cnf_hear;
}

static SRL_DEVICE_HANDLE open_board(const char *name, void *user, bool is_told)
{
    long error;
    struct dlg_device *d = dlg_open(name, DLG_CNF, &error);
    pthread_mutex_lock(&dlg_lock);
    if (!d)
        cnf_fail(error == EDX_BADPARM ? ECNF_INVALID_NAME : ECNF_SYSTEM);
    if (d) {
        describe(d, CNF_BOARD, 0, d->handle);
        if (is_told)
            cnf_post(d, CNFEV_OPEN, NULL, 0, user);
    }
    pthread_mutex_unlock(&dlg_lock);
    return d ? d->handle : CNF_ERROR;
}

DLG_EXPORT SRL_DEVICE_HANDLE cnf_Open(const char *a_szBrdName, CPCNF_OPEN_INFO a_pOpenInfo, void *a_pUserInfo)
{
    (void)a_pOpenInfo;
    return open_board(a_szBrdName, a_pUserInfo, true);
}

DLG_EXPORT SRL_DEVICE_HANDLE cnf_OpenEx(const char *a_szBrdName, CPCNF_OPEN_INFO a_pOpenInfo, void *a_pUserInfo,
                                        unsigned short a_usMode)
{
    (void)a_pOpenInfo;
    return open_board(a_szBrdName, a_pUserInfo, (a_usMode & EV_ASYNC) != 0);
}

/* The number in a name: cnfB1C3 or cnfB1P3. Returns 0 for no name, -1 for one that can't be. */
static int number_of(const char *name, enum cnf_role role)
{
    if (!name || !*name)
        return 0;
    char *end;
    if (strncmp(name, role == CNF_PARTY ? "cnfB1P" : "cnfB1C", 6) != 0)
        return -1;
    long n = strtol(name + 6, &end, 10);
    return *end || n < 1 || n > 9999 ? -1 : (int)n;
}

/* Open what the firmware has for a board's conference or party; the lock is taken, and held where
 * there is one. */
static struct dlg_device *open_part(long board, const char *name, enum cnf_role role, long *error)
{
    int wanted = number_of(name, role);
    struct dlg_message m = {.a = {0, 0, 0, 0, wanted}};
    struct dlg_device *b = cnf_enter(board, CNF_BOARD);
    if (!b)
        return NULL;
    if (wanted < 0) {
        cnf_leave(b, ECNF_INVALID_NAME);
        return NULL;
    }
    char board_name[DLG_NAME];
    memcpy(board_name, b->name, sizeof(board_name));
    pthread_mutex_unlock(&dlg_lock);
    struct dlg_device *d = dlg_open(board_name, DLG_CNF, error);
    pthread_mutex_lock(&dlg_lock);
    if (!d) {
        cnf_fail(ECNF_SYSTEM);
        pthread_mutex_unlock(&dlg_lock);
        return NULL;
    }
    describe(d, role, 0, board);
    *error = d->more ? cnf_ask(d, role == CNF_PARTY ? DLG_CNF_OPEN_PARTY : DLG_CNF_OPEN_CONFERENCE, NULL, 0, &m)
                     : ECNF_MEMORY_ALLOC;
    if (*error) {
        cnf_fail(*error);
        dlg_close(d);
        return NULL;
    }
    cnf_of(d)->id = d->part = (int)m.a[1];
    strcpy(d->name, cnf_name(role, cnf_of(d)->id));
    return d;
}

DLG_EXPORT SRL_DEVICE_HANDLE cnf_OpenConference(SRL_DEVICE_HANDLE a_BrdHandle, const char *a_szCnfName,
                                                CPCNF_OPEN_CONF_INFO a_pOpenInfo, void *a_pUserInfo)
{
    long error;
    (void)a_pOpenInfo;
    struct dlg_device *d = open_part(a_BrdHandle, a_szCnfName, CNF_CONFERENCE, &error);
    if (!d)
        return CNF_ERROR;
    long handle = d->handle;
    struct CNF_OPEN_CONF_RESULT result = {CNF_OPEN_CONF_RESULT_VERSION_0, cnf_name(CNF_CONFERENCE, cnf_of(d)->id), handle};
    struct CNF_CONF_OPENED_EVENT_INFO told = {CNF_CONF_OPENED_EVENT_INFO_VERSION_0, handle, result.szConfName};
    cnf_notify(a_BrdHandle, ECNF_BRD_EVT_CONF_OPENED, CNFEV_CONF_OPENED, &told, sizeof(told));
    cnf_end(a_BrdHandle, 0, CNFEV_OPEN_CONF, &result, sizeof(result), a_pUserInfo, NULL);
    return handle;
}

DLG_EXPORT SRL_DEVICE_HANDLE cnf_OpenParty(SRL_DEVICE_HANDLE a_BrdHandle, const char *a_szPtyName,
                                           CPCNF_OPEN_PARTY_INFO a_pOpenInfo, void *a_pUserInfo)
{
    long error;
    (void)a_pOpenInfo;
    struct dlg_device *d = open_part(a_BrdHandle, a_szPtyName, CNF_PARTY, &error);
    if (!d)
        return CNF_ERROR;
    long handle = d->handle;
    struct CNF_OPEN_PARTY_RESULT result = {CNF_OPEN_PARTY_RESULT_VERSION_0, cnf_name(CNF_PARTY, cnf_of(d)->id), handle};
    cnf_end(a_BrdHandle, 0, CNFEV_OPEN_PARTY, &result, sizeof(result), a_pUserInfo, NULL);
    return handle;
}

/* A conference is over: its parties are in none. Lock held. */
static void forget_conference(struct dlg_device *d)
{
    struct cnf_more *more = d->more;
    struct CNF_CONF_CLOSED_EVENT_INFO told = {CNF_CONF_CLOSED_EVENT_INFO_VERSION_0, cnf_name(CNF_CONFERENCE, more->id)};
    struct dlg_device *p = dlg_by_number(d->number, 1);
    for (; p; p = dlg_by_number(d->number, (int)p->handle + 1))
        if (p->kind == DLG_CNF && cnf_of(p) && cnf_of(p)->conference == d->handle)
            cnf_of(p)->conference = 0;
    cnf_notify(more->board, ECNF_BRD_EVT_CONF_CLOSED, CNFEV_CONF_CLOSED, &told, sizeof(told));
}

/* Lock held, and let go. */
static CNF_RETURN close_part(struct dlg_device *d)
{
    struct dlg_message m = {0};
    bool is_party = cnf_of(d)->role == CNF_PARTY;
    long handle = d->handle;
    if (!is_party)
        forget_conference(d);
    if (!d->gone)
        cnf_ask(d, is_party ? DLG_CNF_CLOSE_PARTY : DLG_CNF_CLOSE_CONFERENCE, NULL, 0, &m);
    if (dlg_find(handle, DLG_CNF) == d)
        dlg_close(d);
    else
        pthread_mutex_unlock(&dlg_lock);
    return CNF_SUCCESS;
}

DLG_EXPORT CNF_RETURN cnf_CloseConference(SRL_DEVICE_HANDLE a_CnfHandle, CPCNF_CLOSE_CONF_INFO a_pCloseInfo)
{
    (void)a_pCloseInfo;
    struct dlg_device *d = cnf_enter(a_CnfHandle, CNF_CONFERENCE);
    return d ? close_part(d) : CNF_ERROR;
}

DLG_EXPORT CNF_RETURN cnf_CloseParty(SRL_DEVICE_HANDLE a_PtyHandle, CPCNF_CLOSE_PARTY_INFO a_pCloseInfo)
{
    (void)a_pCloseInfo;
    struct dlg_device *d = cnf_enter(a_PtyHandle, CNF_PARTY);
    return d ? close_part(d) : CNF_ERROR;
}

/* The next conference or party that was opened through a board; lock held. */
static struct dlg_device *part_of(long board)
{
    for (long handle = 1; handle < DLG_HANDLES; handle++) {
        struct dlg_device *d = dlg_find(handle, DLG_CNF);
        if (d && cnf_of(d) && cnf_of(d)->role != CNF_BOARD && cnf_of(d)->board == board)
            return d;
    }
    return NULL;
}

/* Close all that was opened through a board, whether the firmware is there or not; the lock is held,
 * and again afterwards. */
static void close_parts(long board)
{
    for (struct dlg_device *d; (d = part_of(board)); pthread_mutex_lock(&dlg_lock))
        close_part(d);
}

DLG_EXPORT CNF_RETURN cnf_Close(SRL_DEVICE_HANDLE a_BrdHandle, CPCNF_CLOSE_INFO a_pCloseInfo)
{
    (void)a_pCloseInfo;
    struct dlg_device *d = cnf_enter(a_BrdHandle, CNF_BOARD);
    if (!d)
        return CNF_ERROR;
    close_parts(a_BrdHandle);
    d = dlg_find(a_BrdHandle, DLG_CNF);
    if (d)
        dlg_close(d);
    else
        pthread_mutex_unlock(&dlg_lock);
    return CNF_SUCCESS;
}

DLG_EXPORT CNF_RETURN cnf_ResetDevices(SRL_DEVICE_HANDLE a_BrdHandle, CPCNF_RESET_DEVICES_INFO a_pResetInfo,
                                       void *a_pUserInfo)
{
    (void)a_pResetInfo;
    struct dlg_device *d = cnf_enter(a_BrdHandle, CNF_BOARD);
    if (!d)
        return CNF_ERROR;
    close_parts(a_BrdHandle);
    return cnf_end(a_BrdHandle, 0, CNFEV_RESET_DEVICES, NULL, 0, a_pUserInfo, NULL);
}
