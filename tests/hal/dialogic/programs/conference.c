/* Three channels that have been called in one conference, with a monitor; then a station. */
#include <srllib.h>
#include <dxxxlib.h>
#include <dtilib.h>
#include <msilib.h>
#include <dcblib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int result, const char *what, int dev)
{
    if (result == -1) {
        printf("%s: %ld %s\n", what, ATDV_LASTERR(dev), ATDV_ERRMSGP(dev));
        exit(1);
    }
}

int main(void)
{
    int mode = SR_POLLMODE, dsp, lines[3], i, id, n, free, station, board;
    long slot, monitor;
    SC_TSINFO info = {1, &slot};
    MS_CDT parties[3], others[60];
    char name[20];

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    must(dsp = dcb_open("dcbB1D1", 0), "dcb_open", SRL_DEVICE);
    memset(parties, 0, sizeof(parties));
    for (i = 0; i < 3; i++) {
        sprintf(name, "dxxxB1C%d", i + 1);
        must(lines[i] = dx_open(name, 0), "dx_open", SRL_DEVICE);
        must(dx_wtring(lines[i], 1, DX_OFFHOOK, 30), "dx_wtring", lines[i]);
        must(ag_getxmitslot(lines[i], &info), "ag_getxmitslot", lines[i]);
        parties[i].chan_num = (int)slot;
        parties[i].chan_sel = MSPN_TS;
        parties[i].chan_attr = MSPA_NULL;
    }
    must(dcb_estconf(dsp, parties, 2, MSCA_NULL, &id), "dcb_estconf", dsp);
    must(dcb_addtoconf(dsp, id, &parties[2]), "dcb_addtoconf", dsp);
    for (i = 0; i < 3; i++) {
        slot = parties[i].chan_lts;
        must(ag_listen(lines[i], &info), "ag_listen", lines[i]);
    }
    must(dcb_setdigitmsk(dsp, id, CBMM_ALL, CBA_SETMSK), "dcb_setdigitmsk", dsp);
    unsigned char on = ACTID_ON, off = 0;
    must(dcb_setbrdparm(dsp, MSG_ACTID, &on), "dcb_setbrdparm", dsp);
    must(dcb_getbrdparm(dsp, MSG_ACTID, &off), "dcb_getbrdparm", dsp);
    if (off != ACTID_ON || dcb_setbrdparm(dsp, MSG_RING, &on) != -1)
        printf("parameters!\n");
    must(dcb_monconf(dsp, id, &monitor), "dcb_monconf", dsp);
    must(dcb_getcnflist(dsp, id, &n, others), "dcb_getcnflist", dsp);
    must(dcb_dsprescount(dsp, &free), "dcb_dsprescount", dsp);
    printf("parties %d, room for %d, monitor differs %d\n", n, free, monitor != parties[0].chan_lts);
    printf("talking\n");
    fflush(stdout);
    if (sr_waitevt(15000) == -1)
        printf("no digit\n");
    else {
        DCB_DIGITS *digits = (DCB_DIGITS *)sr_getevtdatap();
        printf("event %lx, digit %s of party %d\n", sr_getevttype(), digits->digits,
               digits->chan_num == others[0].chan_num);
    }
    others[0].chan_attr = MSPA_RO;
    must(dcb_setcde(dsp, id, &others[0]), "dcb_setcde", dsp);
    if (dcb_addtoconf(dsp, id, &parties[2]) != -1 || ATDV_LASTERR(dsp) != E_MSTSASNCNF)
        printf("twice in it!\n");
    must(dcb_remfromconf(dsp, id, &others[0]), "dcb_remfromconf", dsp);
    must(dcb_unmonconf(dsp, id), "dcb_unmonconf", dsp);
    must(dcb_delconf(dsp, id), "dcb_delconf", dsp);
    i = dcb_delconf(dsp, id);
    printf("gone %d %s\n", i, ATDV_ERRMSGP(dsp));
    for (i = 0; i < 3; i++)
        must(dx_sethook(lines[i], DX_ONHOOK, EV_SYNC), "dx_sethook", lines[i]);

    must(board = ms_open("msiB1", 0), "ms_open", SRL_DEVICE);
    must(station = ms_open("msiB1C1", 0), "ms_open", SRL_DEVICE);
    printf("stations %d, hook %ld\n", ATMS_NUMCHAN(board), ATMS_TSSGBIT(station));
    must(ms_setevtmsk(station, MSEV_SIGMSK, MSMM_OFFHOOK | MSMM_ONHOOK | MSMM_RNGOFFHK, 0), "ms_setevtmsk", station);
    must(ms_genring(station, 3, EV_ASYNC), "ms_genring", station);
    printf("ringing\n");
    fflush(stdout);
    for (i = 0; i < 3 && sr_waitevt(20000) != -1; i++)
        printf("station %lx %x\n", sr_getevttype(), *(unsigned short *)sr_getevtdatap());
    ms_close(station);
    ms_close(board);
    dcb_close(dsp);
    return 0;
}
