/* cnf_*: who is in a conference, who talks, attributes, counts. */

#include <stdlib.h>
#include <string.h>

#include "cnf.h"

#define MOST 64

/* Post a list of parties, as the firmware has it; lock held. */
void cnf_post_parties(struct dlg_device *d, long event, const struct dlg_message *m, void *user)
{
    struct { struct CNF_PARTY_INFO info; SRL_DEVICE_HANDLE list[MOST]; } data = {0}, *copy;
    int ids[MOST], n = (int)((m->size - DLG_HEAD) / sizeof(*ids));
    n = n < MOST ? n : MOST;
    memcpy(ids, m->data, (size_t)n * sizeof(*ids));
    data.info.unVersion = CNF_PARTY_INFO_VERSION_0;
    for (int i = 0; i < n; i++) {
        struct dlg_device *party = cnf_find(d->number, CNF_PARTY, ids[i]);
        if (party)
            data.list[data.info.unPartyCount++] = party->handle;
    }
    copy = cnf_post(d, event, &data, sizeof(data), user);
    if (copy)
        copy->info.pPartyList = copy->list;
}

static CNF_RETURN ask_parties(struct dlg_device *d, int verb, long event, void *user)
{
    struct dlg_message m = {0};
    long handle = d->handle, error = cnf_ask(d, verb, NULL, 0, &m);
    if (error)
        return cnf_end(handle, error, event, NULL, 0, user, NULL);
    d = dlg_find(handle, DLG_CNF);
    if (d)
        cnf_post_parties(d, event, &m, user);
    pthread_mutex_unlock(&dlg_lock);
    return CNF_SUCCESS;
}

DLG_EXPORT CNF_RETURN cnf_GetPartyList(SRL_DEVICE_HANDLE a_CnfHandle, void *a_pUserInfo)
{
    struct dlg_device *d = cnf_enter(a_CnfHandle, CNF_CONFERENCE);
    return d ? ask_parties(d, DLG_CNF_LIST, CNFEV_GET_PARTY_LIST, a_pUserInfo) : CNF_ERROR;
}

/* Those who talk in a conference, or on a whole board. */
DLG_EXPORT CNF_RETURN cnf_GetActiveTalkerList(SRL_DEVICE_HANDLE a_DevHandle, void *a_pUserInfo)
{
    struct dlg_device *d = cnf_enter(a_DevHandle, CNF_ANY);
    if (!d)
        return CNF_ERROR;
    if (cnf_of(d)->role == CNF_PARTY)
        return cnf_leave(d, ECNF_INVALID_DEVICE);
    return ask_parties(d, DLG_CNF_TALKERS, CNFEV_GET_ACTIVE_TALKER, a_pUserInfo);
}

/* What is told of a party that came or went: to the conference, and to its board. */
static void tell(struct dlg_device *conference, struct dlg_device *party, bool came)
{
    struct CNF_PARTY_ADDED_EVENT_INFO told = {
        came ? CNF_PARTY_ADDED_EVENT_INFO_VERSION_0 : CNF_PARTY_REMOVED_EVENT_INFO_VERSION_0,
        conference->handle, cnf_name(CNF_CONFERENCE, cnf_of(conference)->id),
        party->handle, cnf_name(CNF_PARTY, cnf_of(party)->id),
    };
    long type = came ? CNFEV_PARTY_ADDED : CNFEV_PARTY_REMOVED;
    cnf_of(party)->conference = came ? conference->handle : 0;
    cnf_notify(conference->handle, came ? ECNF_CONF_EVT_PARTY_ADDED : ECNF_CONF_EVT_PARTY_REMOVED, type, &told, sizeof(told));
    cnf_notify(cnf_of(conference)->board, came ? ECNF_BRD_EVT_PARTY_ADDED : ECNF_BRD_EVT_PARTY_REMOVED, type, &told, sizeof(told));
}

/* The firmware's numbers of a program's parties; an error where one isn't a party. */
static long ids_of(const struct CNF_PARTY_INFO *info, int *ids)
{
    if (!info || !info->pPartyList || info->unPartyCount < 1 || info->unPartyCount > MOST)
        return ECNF_INVALID_PARM;
    for (unsigned i = 0; i < info->unPartyCount; i++) {
        struct dlg_device *p = dlg_find(info->pPartyList[i], DLG_CNF);
        if (!p || !cnf_of(p) || cnf_of(p)->role != CNF_PARTY)
            return ECNF_INVALID_HANDLE;
        ids[i] = cnf_of(p)->id;
    }
    return 0;
}

static CNF_RETURN change(long conference, const struct CNF_PARTY_INFO *info, void *user, bool comes)
{
    int ids[MOST], n = info ? (int)info->unPartyCount : 0;
    struct dlg_message m = {0};
    struct dlg_device *d = cnf_enter(conference, CNF_CONFERENCE);
    if (!d)
        return CNF_ERROR;
    long error = ids_of(info, ids);
    if (error)
        return cnf_leave(d, error);
    uint32_t board = d->number;
    error = cnf_ask(d, comes ? DLG_CNF_ADD : DLG_CNF_REMOVE, ids, n, &m);
    d = dlg_find(conference, DLG_CNF);
    for (int i = 0; i < n && d && !error; i++) {
        struct dlg_device *party = cnf_find(board, CNF_PARTY, ids[i]);
        if (party)
            tell(d, party, comes);
    }
    long event = comes ? CNFEV_ADD_PARTY : CNFEV_REMOVE_PARTY;
    if (error || !d)
        return cnf_end(conference, error, event, NULL, 0, user, NULL);
    m.size = (uint32_t)(DLG_HEAD + (size_t)n * sizeof(*ids));
    memcpy(m.data, ids, (size_t)n * sizeof(*ids));
    cnf_post_parties(d, event, &m, user);
    pthread_mutex_unlock(&dlg_lock);
    return CNF_SUCCESS;
}

DLG_EXPORT CNF_RETURN cnf_AddParty(SRL_DEVICE_HANDLE a_CnfHandle, CPCNF_PARTY_INFO a_pPtyInfo, void *a_pUserInfo)
{
    return change(a_CnfHandle, a_pPtyInfo, a_pUserInfo, true);
}

DLG_EXPORT CNF_RETURN cnf_RemoveParty(SRL_DEVICE_HANDLE a_CnfHandle, CPCNF_PARTY_INFO a_pPtyInfo, void *a_pUserInfo)
{
    return change(a_CnfHandle, a_pPtyInfo, a_pUserInfo, false);
}

DLG_EXPORT CNF_RETURN cnf_GetDeviceCount(SRL_DEVICE_HANDLE a_BrdHandle, void *a_pUserInfo)
{
    struct dlg_message m = {0};
    struct dlg_device *d = cnf_enter(a_BrdHandle, CNF_BOARD);
    if (!d)
        return CNF_ERROR;
    long error = cnf_ask(d, DLG_CNF_COUNT, NULL, 0, &m);
    struct CNF_DEVICE_COUNT_INFO info = {
        CNF_DEVICE_COUNT_INFO_VERSION_0, (unsigned)m.a[1], (unsigned)m.a[2], (unsigned)m.a[3], (unsigned)m.a[4],
    };
    return cnf_end(a_BrdHandle, error, CNFEV_GET_DEVICE_COUNT, &info, sizeof(info), a_pUserInfo, NULL);
}

/* Attributes, one after the other; the first that fails ends it. */
static CNF_RETURN attributes(long handle, const struct CNF_ATTR_INFO *info, void *user, bool is_set)
{
    struct { struct CNF_ATTR_INFO info; struct CNF_ATTR list[MOST]; } data = {0}, *copy = NULL;
    struct dlg_device *d = cnf_enter(handle, CNF_ANY);
    long error = 0;
    if (!d)
        return CNF_ERROR;
    if (!info || !info->pAttrList || info->unAttrCount < 1 || info->unAttrCount > MOST)
        return cnf_leave(d, ECNF_INVALID_PARM);
    unsigned n = info->unAttrCount;
    data.info.unVersion = CNF_ATTR_INFO_VERSION_0;
    data.info.unAttrCount = n;
    memcpy(data.list, info->pAttrList, n * sizeof(*data.list));
    for (unsigned i = 0; i < n && !error; i++) {
        struct dlg_message m = {.a = {0, 0, 0, data.list[i].unAttribute, data.list[i].unValue}};
        d = dlg_find(handle, DLG_CNF);
        error = d ? cnf_ask(d, is_set ? DLG_CNF_SET : DLG_CNF_GET, NULL, 0, &m) : ECNF_INVALID_HANDLE;
        if (!error && !is_set)
            data.list[i].unValue = (unsigned)m.a[1];
    }
    cnf_end(handle, error, is_set ? CNFEV_SET_ATTRIBUTE : CNFEV_GET_ATTRIBUTE, &data, sizeof(data), user, (void **)&copy);
    if (copy)
        copy->info.pAttrList = copy->list;
    pthread_mutex_unlock(&dlg_lock);
    return CNF_SUCCESS;
}

DLG_EXPORT CNF_RETURN cnf_SetAttributes(SRL_DEVICE_HANDLE a_DevHandle, CPCNF_ATTR_INFO a_pAttrInfo, void *a_pUserInfo)
{
    return attributes(a_DevHandle, a_pAttrInfo, a_pUserInfo, true);
}

DLG_EXPORT CNF_RETURN cnf_GetAttributes(SRL_DEVICE_HANDLE a_DevHandle, CPCNF_ATTR_INFO a_pAttrInfo, void *a_pUserInfo)
{
    return attributes(a_DevHandle, a_pAttrInfo, a_pUserInfo, false);
}

/* Keys that change a party's volume aren't there. */

static CNF_RETURN not_there(long board)
{
    struct dlg_device *d = cnf_enter(board, CNF_BOARD);
    return d ? cnf_leave(d, ECNF_UNSUPPORTED_FUNC) : CNF_ERROR;
}

DLG_EXPORT CNF_RETURN cnf_GetDTMFControl(SRL_DEVICE_HANDLE a_BrdHandle, void *a_pUserInfo)
{
    (void)a_pUserInfo;
    return not_there(a_BrdHandle);
}

DLG_EXPORT CNF_RETURN cnf_SetDTMFControl(SRL_DEVICE_HANDLE a_BrdHandle, CPCNF_DTMF_CONTROL_INFO a_pDTMFInfo,
                                         void *a_pUserInfo)
{
    (void)a_pDTMFInfo;
    (void)a_pUserInfo;
    return not_there(a_BrdHandle);
}
