/* The physical board, what is on it, devices that are connected one way, and coders. */
#include <srllib.h>
#include <dxxxlib.h>
#include <dtilib.h>
#include <devmgmt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int result, const char *what)
{
    if (result == -1) {
        printf("%s: %s\n", what, brd_ErrorMsg());
        exit(1);
    }
}

static const char *error(void)
{
    static DEV_ERRINFO info;
    dev_ErrorInfo(&info);
    return info.dev_Msg;
}

int main(void)
{
    int mode = SR_POLLMODE, n = 0, size = 20, jack = 0, board, one, two, line;
    SRLDEVICEINFO boards[1], devices[200];
    AUID auid;
    char name[20];

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    printf("boards %d", brd_GetAllPhysicalBoards(boards, &n));
    printf(" %s of %d\n", brd_ErrorMsg(), n);
    must(brd_GetAllPhysicalBoards(boards, &n), "brd_GetAllPhysicalBoards");
    must(brd_VirtualToPhysicalName("dxxxB1", name, &size), "brd_VirtualToPhysicalName");
    printf("%s is on %s %d\n", "dxxxB1", name, strcmp(name, boards[0].szDevName));
    n = brd_VirtualToPhysicalName("dxxxB99", name, &size);
    printf("dxxxB99 %d %d\n", n, brd_ErrorValue() == EBRD_INVALIDVIRTUALNAME);
    must(board = brd_Open(name, 0), "brd_Open");
    printf("alive %d", brd_SendAlive(board, EV_SYNC));
    printf(" %s", brd_ErrorMsg());
    must(brd_SendAliveEnable(board, 10, 3, EV_SYNC), "brd_SendAliveEnable");
    printf(" %d", brd_SendAlive(board, EV_SYNC));
    printf(" %d", brd_SendAliveDisable(board, EV_SYNC));
    printf(" %d %d\n", brd_Close(board), brd_SendAlive(board, EV_SYNC));
    n = 1;
    SRLGetAllPhysicalBoards(&n, &auid);
    n = 3;
    jack = (int)SRLGetDevices(auid, devices, &n);
    printf("too few %d", jack);
    jack = (int)SRLGetDevices(auid, devices, &n);
    printf(", all %d %d\n", jack, n > 70);
    printf("jack %ld", SRLGetJackForR4Device("dtiB1T5", &jack));
    printf(" %d, %ld\n", jack, SRLGetJackForR4Device("dxxxB1C1", &jack));

    one = dx_open("dxxxB1C3", 0); /* without lines of their own */
    two = dx_open("dxxxB1C4", 0);
    must(dev_Connect(one, two, DM_HALFDUP, EV_SYNC), "dev_Connect");
    dx_dial(two, "12", NULL, EV_SYNC);
    dx_dial(one, "345", NULL, EV_SYNC);
    printf("keys %ld and %ld\n", (long)ATDX_BUFDIGS(one), (long)ATDX_BUFDIGS(two));
    printf("type %d", dev_Connect(one, two, 7, EV_SYNC));
    printf(" %s", error());
    printf(", itself %d", dev_Connect(one, one, DM_FULLDUP, EV_SYNC));
    printf(" %s\n", error());

    DEV_RESOURCE_RESERVATIONINFO info = {0, RESOURCE_IPM_G711_20MS, 9, 9, 9};
    printf("coder of a voice channel %d", dev_ReserveResource(one, RESOURCE_IPM_G711_20MS, EV_SYNC));
    printf(" %s\n", error());
    must(line = dt_open("iptB1T1", 0), "dt_open");
    must(dev_ReserveResource(line, RESOURCE_IPM_G711_20MS, EV_ASYNC), "dev_ReserveResource");
    n = sr_waitevt(1000) >= 0;
    printf("event %d %d\n", n, sr_getevttype() == DMEV_RESERVE_RESOURCE);
    must(dev_GetResourceReservationInfo(line, &info, EV_SYNC), "dev_GetResourceReservationInfo");
    printf("reserved %d of %d\n", info.curReserveCount, info.maxReservePoolCount);
    printf("G.729 %d", dev_ReserveResource(line, RESOURCE_IPM_G729, EV_SYNC));
    printf(" %s\n", error());
    must(dev_ReleaseResource(line, RESOURCE_IPM_G711_20MS, EV_SYNC), "dev_ReleaseResource");
    printf("twice %d", dev_ReleaseResource(line, RESOURCE_IPM_G711_20MS, EV_SYNC));
    printf(" %s\n", error());
    dx_close(one);
    dx_close(two);
    dt_close(line);
    return 0;
}
