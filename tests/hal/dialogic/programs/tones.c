/* Tones: channel 1 plays them to channel 2 over the bus; 2 is told, by event and by the table. */
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int result, const char *what, int dev)
{
    if (result == -1) {
        printf("%s: %s\n", what, ATDV_ERRMSGP(dev));
        exit(1);
    }
}

int main(void)
{
    TN_GEN tone;
    TN_GENCAD cadence;
    DV_TPT tpt;
    DV_DIGIT digits;
    SC_TSINFO info;
    long slot, left = 0;
    int mode = SR_POLLMODE, one, two, ended = 0;

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    must(one = dx_open("dxxxB1C1", 0), "dx_open", SRL_DEVICE);
    must(two = dx_open("dxxxB1C2", 0), "dx_open", SRL_DEVICE);
    info.sc_tsarrayp = &slot; /* sc_numts is left as it is */
    must(dx_getxmitslot(one, &info), "dx_getxmitslot", one);
    must(dx_listen(two, &info), "dx_listen", two);

    must(dx_blddt(101, 440, 20, 620, 20, TN_LEADING), "dx_blddt", two);
    must(dx_addtone(two, '7', 0), "dx_addtone", two);
    must(dx_bldstcad(102, 1000, 30, 25, 5, 25, 5, 2), "dx_bldstcad", two);
    must(dx_addtone(two, 0, 0), "dx_addtone", two);
    if (dx_addtone(two, 0, 0) != -1 || ATDV_LASTERR(two) != EDX_TONEID)
        printf("the same tone twice!\n");
    must(dx_distone(two, 102, DM_TONEOFF), "dx_distone", two);

    memset(&tpt, 0, sizeof(tpt));
    tpt.tp_type = IO_EOT;
    tpt.tp_termno = DX_TONE;
    tpt.tp_length = 101;
    tpt.tp_flags = TF_TONE;
    tpt.tp_data = DX_TONEON;
    must(dx_getdig(two, &tpt, &digits, EV_ASYNC), "dx_getdig", two);
    dx_bldtngen(&tone, 440, 620, -15, -15, 60);
    must(dx_playtone(one, &tone, NULL, EV_ASYNC), "dx_playtone", one);
    while (ended < 4 && (left = sr_waitevt(5000)) != -1) {
        DX_CST *cst = (DX_CST *)sr_getevtdatap();
        if (sr_getevttype() == TDX_CST)
            printf("tone %d %s\n", cst->cst_data, cst->cst_event == DE_TONEON ? "on" : "off");
        else
            printf("%s: %lx ended with %lx\n", ATDV_NAMEP(sr_getevtdev()), sr_getevttype(),
                   ATDX_TERMMSK(sr_getevtdev()));
        ended++;
    }
    printf("digits %s\n", digits.dg_value);

    memset(&cadence, 0, sizeof(cadence));
    cadence.cycles = 3;
    cadence.numsegs = 1;
    cadence.offtime[0] = 25;
    dx_bldtngen(&cadence.tone[0], 1000, 0, -12, 0, 25);
    must(dx_playtoneEx(one, &cadence, NULL, EV_ASYNC), "dx_playtoneEx", one);
    for (ended = 0; ended < 2 && (left = sr_waitevt(5000)) != -1; ended++)
        printf("%s: %lx\n", ATDV_NAMEP(sr_getevtdev()), sr_getevttype());
    must(dx_deltones(two), "dx_deltones", two);
    dx_bldtngen(&tone, 440, 0, -12, 0, -1);
    must(dx_playtone(one, &tone, NULL, EV_ASYNC), "dx_playtone", one);
    must(dx_stopch(one, EV_SYNC), "dx_stopch", one);
    left = sr_waitevt(2000);
    printf("stopped: %lx, %s\n", ATDX_TERMMSK(one), left >= 0 && sr_getevttype() == TDX_PLAYTONE ? "told" : "?");
    left = sr_waitevt(200);
    printf("then %ld, error %ld\n", left, ATDV_LASTERR(SRL_DEVICE));
    dx_bldtngen(&tone, 50, 0, -12, 0, 10);
    ended = dx_playtone(one, &tone, NULL, EV_SYNC);
    printf("bad: %d %d\n", ended, ATDV_LASTERR(one) == EDX_FREQGEN);
    dx_close(one);
    dx_close(two);
    return 0;
}
