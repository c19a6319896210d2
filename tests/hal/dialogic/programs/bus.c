/* Caller ID, then two calls joined over the bus both ways, a third channel that listens in and
 * records both sides; volume, speed and pause while it plays. */
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SC_VOX 1
#define SC_LSI 2
extern int nr_scroute(int, unsigned short, int, unsigned short, unsigned char);
extern int nr_scunroute(int, unsigned short, int, unsigned short, unsigned char);

static void must(int result, const char *what, int dev)
{
    if (result == -1) {
        printf("%s: %ld %s\n", what, ATDV_LASTERR(dev), ATDV_ERRMSGP(dev));
        exit(1);
    }
}

int main(void)
{
    int one, two, three, volume, speed;
    unsigned short on = DX_CALLIDENABLE;
    unsigned char number[260];
    long slots[2], far[2];
    SC_TSINFO info, both;
    DX_IOTT iott;
    DX_XPB xpb = {FILE_FORMAT_VOX, DATA_FORMAT_PCM, DRT_8KHZ, 8};
    DV_TPT tpt = {.tp_type = IO_EOT, .tp_termno = DX_MAXTIME, .tp_length = 15};
    DX_EBLK block;
    FEATURE_TABLE features;
    static char sound[16000];

    must(one = dx_open("dxxxB1C1", 0), "dx_open", SRL_DEVICE);
    must(two = dx_open("dxxxB1C2", 0), "dx_open", SRL_DEVICE);
    must(three = dx_open("dxxxB1C3", 0), "dx_open", SRL_DEVICE);
    must(dx_getfeaturelist(one, &features), "dx_getfeaturelist", one);
    printf("analog %d\n", (features.ft_front_end & FT_ANALOG) != 0);
    if (dx_gtcallid(one, number) != -1 || ATDV_LASTERR(one) != EDX_CLIDINFO)
        printf("a caller before the call!\n");
    must(dx_setparm(one, DXCH_CALLID, &on), "dx_setparm", one);
    must(dx_setevtmsk(one, DM_RINGS), "dx_setevtmsk", one);
    must(dx_getevt(one, &block, 20), "dx_getevt", one);
    printf("event %d\n", block.ev_event == DE_RINGS);
    must(dx_wtring(one, 2, DX_OFFHOOK, 20), "dx_wtring", one);
    must(dx_gtcallid(one, number), "dx_gtcallid", one);
    printf("caller %s\n", number);
    must(dx_wtring(two, 1, DX_OFFHOOK, 20), "dx_wtring", two);

    must(nr_scroute(one, SC_LSI, two, SC_LSI, 0), "nr_scroute", one);
    info.sc_tsarrayp = &slots[0];
    must(ag_getxmitslot(one, &info), "ag_getxmitslot", one);
    info.sc_tsarrayp = &slots[1];
    must(ag_getxmitslot(two, &info), "ag_getxmitslot", two);
    printf("slots differ %d\n", slots[0] != slots[1]);
    both.sc_numts = 2;
    both.sc_tsarrayp = slots;
    memset(&iott, 0, sizeof(iott));
    iott.io_type = IO_MEM | IO_EOT;
    iott.io_bufp = sound;
    iott.io_length = sizeof(sound);
    printf("joined\n");
    fflush(stdout);
    must(dx_mreciottdata(three, &iott, &tpt, &xpb, EV_SYNC, &both), "dx_mreciottdata", three);
    printf("recorded %ld\n", ATDX_TRCOUNT(three));
    must(nr_scunroute(one, SC_LSI, two, SC_LSI, 0), "nr_scunroute", one);

    /* One's own voice again: louder, slower, stopped and on; then as ever. */
    must(nr_scroute(one, SC_VOX, one, SC_LSI, 0), "nr_scroute", one);
    must(dx_adjsv(one, SV_VOLUMETBL, SV_RELCURPOS, SV_ADD4DB), "dx_adjsv", one);
    must(dx_adjsv(one, SV_SPEEDTBL, SV_ABSPOS, SV_ADD50PCT), "dx_adjsv", one);
    must(dx_getcursv(one, &volume, &speed), "dx_getcursv", one);
    printf("volume %d, speed %d\n", volume, speed);
    memset(sound, 90, 8000);
    iott.io_length = 12000;
    must(dx_playiottdata(one, &iott, NULL, &xpb, EV_ASYNC), "dx_playiottdata", one);
    must(dx_pause(one), "dx_pause", one);
    printf("paused: %ld\n", sr_waitevt(1700));
    must(dx_resume(one), "dx_resume", one);
    speed = sr_waitevt(1400) >= 0;
    printf("in time %d, %ld\n", speed, ATDX_TRCOUNT(one));
    far[0] = 9999;
    info.sc_tsarrayp = far;
    printf("no such slot %d\n", dx_listen(one, &info));
    printf("error %d\n", ATDV_LASTERR(one) == EDX_SH_BADEXTTS);
    must(dx_sethook(two, DX_ONHOOK, EV_SYNC), "dx_sethook", two);

    /* The far end hangs up while one waits for a key: the table says so. */
    DV_DIGIT digits;
    DV_TPT off = {.tp_type = IO_EOT, .tp_termno = DX_LCOFF, .tp_length = 1, .tp_flags = TF_LCOFF};
    must(dx_getdig(one, &off, &digits, EV_SYNC), "dx_getdig", one);
    printf("ended by the loop %d\n", ATDX_TERMMSK(one) == TM_LCOFF);
    dx_close(one);
    dx_close(two);
    dx_close(three);
    return 0;
}
