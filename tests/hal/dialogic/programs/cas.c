/* T1-like signalling: timeslot 1 seizes and dials timeslot 2 with tones, 2 answers by its bits;
 * the voice channels are routed to them by hand; then 1 hangs up. */
#include <dtilib.h>
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>
#include <stdlib.h>

static void must(int result, const char *what, int dev)
{
    if (result == -1) {
        printf("%s: %ld %s\n", what, ATDV_LASTERR(dev), ATDV_ERRMSGP(dev));
        exit(1);
    }
}

static unsigned short wait_for(int dev, long type)
{
    while (sr_waitevt(5000) != -1)
        if (sr_getevtdev() == dev && sr_getevttype() == type)
            return sr_getevtlen() >= 2 ? *(unsigned short *)sr_getevtdatap() : 0;
    printf("no event %lx on %s\n", type, ATDV_NAMEP(dev));
    exit(1);
}

static void join(int voice, int line)
{
    long slot;
    SC_TSINFO info = {1, &slot};
    must(dx_getxmitslot(voice, &info), "dx_getxmitslot", voice);
    must(dt_listen(line, &info), "dt_listen", line);
    must(dt_getxmitslot(line, &info), "dt_getxmitslot", line);
    must(dx_listen(voice, &info), "dx_listen", voice);
}

int main(void)
{
    int mode = SR_POLLMODE, one, two, voice, other, n;
    unsigned short mask = DTMM_AON | DTMM_AOFF | DTMM_WINK;
    DV_DIGIT digits;
    DV_TPT tpt[2] = {{.tp_type = IO_CONT, .tp_termno = DX_MAXDTMF, .tp_length = 2, .tp_flags = TF_MAXDTMF},
                     {.tp_type = IO_EOT, .tp_termno = DX_MAXTIME, .tp_length = 80}};

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    must(one = dt_open((char *)"dtiB1T1", 0), "dt_open", SRL_DEVICE);
    must(two = dt_open((char *)"dtiB1T2", 0), "dt_open", SRL_DEVICE);
    must(voice = dx_open("dxxxB1C1", 0), "dx_open", SRL_DEVICE);
    must(other = dx_open("dxxxB1C2", 0), "dx_open", SRL_DEVICE);
    must(dt_setevtmsk(one, DTG_SIGEVT, mask, DTA_SETMSK), "dt_setevtmsk", one);
    must(dt_setevtmsk(two, DTG_SIGEVT, mask, DTA_SETMSK), "dt_setevtmsk", two);
    join(voice, one);
    join(other, two);
    must(dt_settssig(one, DTB_ABIT | DTB_BBIT, DTA_SETMSK), "dt_settssig", one);
    printf("wink %x\n", wait_for(one, DTEV_SIG));
    must(dx_dial(voice, "9558802", NULL, EV_SYNC), "dx_dial", voice);
    printf("seized %x, bits %lx\n", wait_for(two, DTEV_SIG), ATDT_TSSGBIT(two));
    must(dt_xmitwink(two, EV_ASYNC), "dt_xmitwink", two);
    wait_for(two, DTEV_WINKCPLT);
    must(dt_settssig(two, DTB_ABIT | DTB_BBIT, DTA_ADDMSK), "dt_settssig", two);
    printf("answered %x\n", wait_for(one, DTEV_SIG));
    must(dx_dial(voice, "42", NULL, EV_ASYNC), "dx_dial", voice);
    n = dx_getdig(other, tpt, &digits, EV_SYNC);
    printf("digits %d %s\n", n, digits.dg_value);
    wait_for(voice, TDX_DIAL);
    must(dt_settssig(one, DTB_ABIT | DTB_BBIT, DTA_SUBMSK), "dt_settssig", one);
    printf("gone %x\n", wait_for(two, DTEV_SIG));
    must(dt_settssig(two, DTB_ABIT | DTB_BBIT, DTA_SUBMSK), "dt_settssig", two);
    printf("idle %lx\n", ATDT_TSSGBIT(two));
    dt_close(one);
    dt_close(two);
    dx_close(voice);
    dx_close(other);
    return 0;
}
