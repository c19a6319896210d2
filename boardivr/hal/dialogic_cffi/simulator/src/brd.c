/* brd_*: the physical board that all devices are on. */

#include <string.h>

#include "devmgmt.h"
#include "dlg.h"

#define MOST 256

/* A board's own: whether the program tells that it is alive. Nothing happens where it doesn't. */
struct board {
    bool is_enabled;
};

static int last;

static int fail(int error)
{
    pthread_mutex_lock(&dlg_lock);
    last = error;
    pthread_mutex_unlock(&dlg_lock);
    return BRD_FAILURE;
}

DLG_EXPORT int brd_ErrorValue(void)
{
    pthread_mutex_lock(&dlg_lock);
    int error = last;
    pthread_mutex_unlock(&dlg_lock);
    return error;
}

DLG_EXPORT char *brd_ErrorMsg(void)
{
    return (char *)dlg_text(DLG_BOARD, brd_ErrorValue());
}

DLG_EXPORT int brd_GetAllPhysicalBoards(SRLDEVICEINFO *physicalDevs, int *count)
{
    AUID boards[1];
    int n = 1, room = sizeof(physicalDevs->szDevName);
    if (!physicalDevs || !count)
        return fail(EBRD_NULLPOINTERARGUMENT);
    if (SRLGetAllPhysicalBoards(&n, boards) < 0)
        return fail(EBRD_DEVICEMAPPERFAILED);
    int had = *count;
    *count = n;
    if (had < n)
        return fail(EBRD_BUFFERTOOSMALL);
    memset(physicalDevs, 0, sizeof(*physicalDevs));
    physicalDevs->iDevType = TYPE_R4_PHYSICAL_BOARD;
    return SRLGetPhysicalBoardName(boards[0], &room, physicalDevs->szDevName) < 0 ? fail(EBRD_DEVICEMAPPERFAILED) : 0;
}

DLG_EXPORT int brd_VirtualToPhysicalName(char *virt, char *physical, int *len)
{
    SRLDEVICEINFO board, boards[MOST];
    int one = 1, n = MOST;
    if (!virt || !physical || !len)
        return fail(EBRD_NULLPOINTERARGUMENT);
    if (brd_GetAllPhysicalBoards(&board, &one) < 0)
        return BRD_FAILURE;
    AUID auid;
    if (SRLGetAllPhysicalBoards(&one, &auid) < 0 || SRLGetVirtualBoardsOnPhysicalBoard(auid, &n, boards) < 0)
        return fail(EBRD_DEVICEMAPPERFAILED);
    bool found = false;
    for (int i = 0; i < n; i++)
        found |= strcmp(boards[i].szDevName, virt) == 0;
    int had = *len, wanted = (int)strlen(board.szDevName) + 1;
    if (!found)
        return fail(EBRD_INVALIDVIRTUALNAME);
    *len = wanted;
    if (had < wanted)
        return fail(EBRD_BUFFERTOOSMALL);
    strcpy(physical, board.szDevName);
    return 0;
}

DLG_EXPORT int brd_Open(char *physical, long mode)
{
    long error;
    (void)mode;
    struct dlg_device *d = physical ? dlg_open(physical, DLG_BOARD, &error) : NULL;
    if (!d)
        return fail(!physical ? EBRD_NULLPOINTERARGUMENT
                    : error == EDX_BADPARM ? EBRD_INVALIDPHYSICALNAME
                                           : EBRD_DEVICEMAPPERFAILED);
    pthread_mutex_lock(&dlg_lock);
    d->more = dlg_zeroed(sizeof(struct board));
    pthread_mutex_unlock(&dlg_lock);
    return (int)d->handle;
}

DLG_EXPORT int brd_Close(int ddd)
{
    struct dlg_device *d = dlg_enter(ddd, DLG_BOARD);
    return d ? dlg_close(d) : fail(EBRD_INVALIDDEVICEHANDLE);
}

/* What a function on a board comes to; the lock is let go of. */
static int leave(struct dlg_device *d, int error)
{
    d->lasterr = error;
    pthread_mutex_unlock(&dlg_lock);
    return error ? fail(error) : 0;
}

static struct dlg_device *enter(int ddd, long mode)
{
    struct dlg_device *d = dlg_enter(ddd, DLG_BOARD);
    if (!d || !d->more)
        fail(EBRD_INVALIDDEVICEHANDLE);
    else if (mode != EV_SYNC) /* no event of theirs is known */
        leave(d, EBRD_COMMANDNOTSUPPORTED);
    else
        return d;
    return NULL;
}

DLG_EXPORT int brd_SendAliveEnable(int ddd, unsigned short interval, unsigned short threshold, long mode)
{
    struct dlg_device *d = enter(ddd, mode);
    if (!d)
        return BRD_FAILURE;
    int error = !interval ? EBRD_INVALIDINTERVAL : !threshold ? EBRD_INVALIDTHRESHOLD : 0;
    if (!error)
        ((struct board *)d->more)->is_enabled = true;
    return leave(d, error);
}

DLG_EXPORT int brd_SendAliveDisable(int ddd, long mode)
{
    struct dlg_device *d = enter(ddd, mode);
    if (!d)
        return BRD_FAILURE;
    bool was = ((struct board *)d->more)->is_enabled;
    ((struct board *)d->more)->is_enabled = false;
    return leave(d, was ? 0 : EBRD_SENDALIVENOTENABLED);
}

/* The firmware is asked: where it doesn't answer, the board is gone. */
DLG_EXPORT int brd_SendAlive(int ddd, long mode)
{
    struct dlg_message m = {.op = DLG_HELLO};
    struct dlg_device *d = enter(ddd, mode);
    if (!d)
        return BRD_FAILURE;
    if (!((struct board *)d->more)->is_enabled)
        return leave(d, EBRD_SENDALIVENOTENABLED);
    long error = d->gone ? -1 : dlg_ask(&m, NULL, 0, -1);
    d = dlg_find(ddd, DLG_BOARD);
    if (d)
        return leave(d, error ? EBRD_DEVICEMAPPERFAILED : 0);
    pthread_mutex_unlock(&dlg_lock);
    return fail(EBRD_INVALIDDEVICEHANDLE);
}
