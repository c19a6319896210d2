/* What boards there are: SRL's device mapper, and counts. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dlg.h"

#define PHYSICAL "brdB1"
#define AUID_OF_BOARD 0x10001

struct listed {
    char name[DLG_NAME];
    int type, subdevices;
};

/* Put a page of the firmware's list behind `n` of them. Returns how many there are then, or -1. */
static int add_page(struct dlg_message *m, struct listed **list, int n)
{
    char *rest = NULL;
    size_t size = m->size - DLG_HEAD, lines = 1;
    m->data[size < DLG_DATA ? size : DLG_DATA - 1] = 0;
    for (const uint8_t *at = m->data; *at; at++)
        lines += *at == '\n';
    struct listed *more = realloc(*list, ((size_t)n + lines) * sizeof(**list));
    if (!more)
        return -1;
    *list = more;
    for (char *line = strtok_r((char *)m->data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (sscanf(line, "%63s %d %d", more[n].name, &more[n].type, &more[n].subdevices) == 3)
            n++;
    return n;
}

/* Ask the firmware for all devices. Returns how many, or -1; the list is the caller's. */
static int list_devices(struct listed **out)
{
    struct dlg_message m = {0};
    int n = 0;
    *out = NULL;
    pthread_mutex_lock(&dlg_lock);
    bool ok = dlg_connect();
    do {
        m = (struct dlg_message){.op = DLG_BOARDS, .a = {m.a[1]}};
        ok = ok && dlg_ask(&m, NULL, 0, -1) == 0 && (n = add_page(&m, out, n)) >= 0;
    } while (ok && m.a[1] > 0);
    if (!ok)
        dlg_set_error(SRL_DEVICE, ESR_SYS);
    pthread_mutex_unlock(&dlg_lock);
    if (ok)
        return n;
    free(*out);
    *out = NULL;
    return -1;
}

static bool is_board(int type)
{
    return type == TYPE_R4_VOX_BOARD || type == TYPE_R4_DTI_BOARD || type == TYPE_R4_MSI_BOARD ||
           type == TYPE_R4_DCB_BOARD || type == TYPE_R4_IPT_BOARD || type == TYPE_R4_IPM_BOARD ||
           type == TYPE_R4_CNF_BOARD;
}

/* Count the boards of a kind: "dxxx", "dti", "msi", "dcb", "ipt" ... */
DLG_EXPORT long sr_getboardcnt(char *brdname, int *brdcnt)
{
    struct listed *list;
    if (!brdname || !brdcnt)
        return dlg_unsupported('S', SRL_DEVICE);
    int n = list_devices(&list), count = 0;
    size_t length = strlen(brdname);
    if (n < 0)
        return -1;
    for (int i = 0; i < n; i++)
        count += is_board(list[i].type) && strncmp(list[i].name, brdname, length) == 0 &&
                 list[i].name[length] == 'B';
    free(list);
    *brdcnt = count;
    return 0;
}

static long room(int *there, int wanted)
{
    bool fits = *there >= wanted;
    *there = wanted;
    if (fits)
        return 0;
    pthread_mutex_lock(&dlg_lock);
    dlg_set_error(SRL_DEVICE, ESR_INSUFBUF);
    pthread_mutex_unlock(&dlg_lock);
    return -1;
}

DLG_EXPORT long SRLGetAllPhysicalBoards(int *piNum, AUID *pPhysicalBoards)
{
    struct listed *list;
    if (!piNum || !pPhysicalBoards)
        return dlg_unsupported('S', SRL_DEVICE);
    if (list_devices(&list) < 0)
        return -1;
    free(list);
    if (room(piNum, 1) < 0)
        return -1;
    pPhysicalBoards[0] = AUID_OF_BOARD;
    return 0;
}

DLG_EXPORT long SRLGetAllAuid(AUID *lpAuid, int *lpLen)
{
    return SRLGetAllPhysicalBoards(lpLen, lpAuid);
}

DLG_EXPORT long SRLGetPhysicalBoardName(AUID physicalBoard, int *piLen, char *szName)
{
    if (physicalBoard != AUID_OF_BOARD || !piLen || !szName)
        return dlg_unsupported('S', SRL_DEVICE);
    if (room(piLen, (int)sizeof(PHYSICAL)) < 0)
        return -1;
    strcpy(szName, PHYSICAL);
    return 0;
}

static long give(const struct listed *list, int n, int *count, SRLDEVICEINFO *out)
{
    if (room(count, n) < 0)
        return -1;
    for (int i = 0; i < n; i++) {
        memset(&out[i], 0, sizeof(out[i]));
        memcpy(out[i].szDevName, list[i].name, sizeof(out[i].szDevName) - 1);
        out[i].iDevType = list[i].type;
    }
    return 0;
}

DLG_EXPORT long SRLGetVirtualBoardsOnPhysicalBoard(AUID physicalBoard, int *piNum, SRLDEVICEINFO *pInfo)
{
    struct listed *list;
    if (physicalBoard != AUID_OF_BOARD || !piNum || !pInfo)
        return dlg_unsupported('S', SRL_DEVICE);
    int n = list_devices(&list), boards = 0;
    if (n < 0)
        return -1;
    for (int i = 0; i < n; i++)
        if (is_board(list[i].type))
            list[boards++] = list[i];
    long result = give(list, boards, piNum, pInfo);
    free(list);
    return result;
}

DLG_EXPORT long SRLGetSubDevicesOnVirtualBoard(char *szVirtualBoard, int *piNum, SRLDEVICEINFO *pInfo)
{
    struct listed *list;
    if (!szVirtualBoard || !piNum || !pInfo)
        return dlg_unsupported('S', SRL_DEVICE);
    int n = list_devices(&list), found = 0;
    size_t length = strlen(szVirtualBoard);
    bool known = false;
    if (n < 0)
        return -1;
    for (int i = 0; i < n; i++) {
        known |= strcmp(list[i].name, szVirtualBoard) == 0;
        bool is_below = strncmp(list[i].name, szVirtualBoard, length) == 0 && list[i].name[length] &&
                        strchr("CTDS", list[i].name[length]);
        if (is_below)
            list[found++] = list[i];
    }
    long result = known ? give(list, found, piNum, pInfo) : dlg_unsupported('S', SRL_DEVICE);
    free(list);
    return result;
}

/* All devices of a board, whatever they are below. */
DLG_EXPORT long SRLGetDevices(AUID auBrd, LPSRLDEVICEINFO lpSrlDev, int *lpLen)
{
    struct listed *list;
    if (auBrd != AUID_OF_BOARD || !lpSrlDev || !lpLen)
        return dlg_unsupported('S', SRL_DEVICE);
    int n = list_devices(&list);
    long result = n < 0 ? -1 : give(list, n, lpLen, lpSrlDev);
    free(list);
    return result;
}

/* The jack of a span's board or timeslot is the span's; others' aren't known. */
DLG_EXPORT long SRLGetJackForR4Device(char *szR4Device, int *piJackNum)
{
    struct listed *list;
    int n = szR4Device && piJackNum ? list_devices(&list) : -1, jack = 0;
    if (n < 0)
        return dlg_unsupported('S', SRL_DEVICE);
    for (int i = 0; i < n && !jack; i++)
        if (strcmp(list[i].name, szR4Device) == 0)
            sscanf(list[i].name, "dtiB%d", &jack);
    free(list);
    if (!jack)
        return dlg_unsupported('S', SRL_DEVICE);
    *piJackNum = jack;
    return 0;
}
