/* A caller and two stations in a conference of the station board; it ends as a station hangs up. */
#include <srllib.h>
#include <dxxxlib.h>
#include <dtilib.h>
#include <msilib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int line, board, station[2], lifted, hung_up;

static long heard(unsigned long parm)
{
    unsigned short *bits = (unsigned short *)sr_getevtdatap();
    int i, dev = (int)sr_getevtdev();

    (void)parm;
    for (i = 0; i < 2; i++)
        if (station[i] == dev && *bits == MSMM_RNGOFFHK)
            lifted++;
        else if (station[i] == dev && *bits == MSMM_ONHOOK)
            printf("station %d hangs up\n", i + 1), hung_up++;
    return 0;
}

static void fail(const char *what, int dev)
{
    printf("%s failed: %s\n", what, ATDV_ERRMSGP(dev));
    exit(1);
}

static void report(int id)
{
    MS_CDT all[60];
    int n, i;

    if (ms_getcnflist(board, id, &n, all) == -1)
        fail("ms_getcnflist", board);
    printf("%d parties:", n);
    for (i = 0; i < n; i++)
        printf(" %s%s", all[i].chan_sel == MSPN_STATION ? "station" : "slot",
               all[i].chan_attr & MSPA_RO ? " listens" : "");
    printf("\n");
    fflush(stdout);
}

int main(void)
{
    MS_CDT parties[3];
    SC_TSINFO ts;
    char name[16];
    long slot;
    int i, id, free, mode = SR_POLLMODE;

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    if ((line = dx_open("dxxxB1C1", 0)) == -1 || (board = ms_open("msiB1", 0)) == -1)
        fail("open", SRL_DEVICE);
    for (i = 0; i < 2; i++) {
        sprintf(name, "msiB1C%d", i + 1);
        if ((station[i] = ms_open(name, 0)) == -1)
            fail("ms_open", SRL_DEVICE);
        if (sr_enbhdlr(station[i], MSEV_SIGEVT, heard) == -1)
            fail("sr_enbhdlr", SRL_DEVICE);
        if (ms_setevtmsk(station[i], MSEV_SIGMSK, MSMM_ONHOOK | MSMM_RNGOFFHK, DTA_SETMSK) == -1)
            fail("ms_setevtmsk", station[i]);
    }
    if (dx_wtring(line, 1, DX_OFFHOOK, 30) == -1)
        fail("dx_wtring", line);
    for (i = 0; i < 2; i++)
        if (ms_genring(station[i], 5, EV_ASYNC) == -1)
            fail("ms_genring", station[i]);
    for (i = 0; lifted < 2 && i < 60; i++)
        sr_waitevt(500);

    ts.sc_numts = 1;
    ts.sc_tsarrayp = &slot;
    if (ag_getxmitslot(line, &ts) == -1)
        fail("ag_getxmitslot", line);
    memset(parties, 0, sizeof(parties));
    for (i = 0; i < 2; i++) {
        parties[i].chan_num = i + 1;
        parties[i].chan_sel = MSPN_STATION;
    }
    parties[2].chan_num = (int)slot;
    parties[2].chan_sel = MSPN_TS;
    if (ms_estconf(board, parties, 2, MSCA_ND, &id) == -1)
        fail("ms_estconf", board);
    if (ms_addtoconf(board, id, &parties[2]) == -1)
        fail("ms_addtoconf", board);
    slot = parties[2].chan_lts;
    if (ag_listen(line, &ts) == -1)
        fail("ag_listen", line);
    report(id);
    for (i = 0; hung_up < 1 && i < 60; i++)
        sr_waitevt(500);

    parties[0].chan_num = 1;
    if (ms_remfromconf(board, id, &parties[0]) == -1)
        fail("ms_remfromconf", board);
    parties[1].chan_attr = MSPA_RO;
    if (ms_setcde(board, id, &parties[1]) == -1)
        fail("ms_setcde", board);
    report(id);
    parties[0].chan_num = 99;
    if (ms_addtoconf(board, id, &parties[0]) != -1)
        printf("no such station!\n");
    for (i = 0; hung_up < 2 && i < 60; i++)
        sr_waitevt(500);
    if (ms_delconf(board, id) == -1 || ms_dsprescount(board, &free) == -1)
        fail("ms_delconf", board);
    printf("room for %d\n", free);
    dx_sethook(line, DX_ONHOOK, EV_SYNC);
    for (i = 0; i < 2; i++)
        ms_close(station[i]);
    ms_close(board);
    return dx_close(line);
}
