/* Channel 1 dials to channel 2 over the bus: what 2 keeps of many keys, and of those that act. */
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS "12345678901234567890123456789012345"

static void must(int result, const char *what, int dev)
{
    if (result == -1) {
        printf("%s: %s\n", what, ATDV_ERRMSGP(dev));
        exit(1);
    }
}

static void collect(int dev, const char *what)
{
    DV_TPT tpt[2];
    DV_DIGIT digits;

    dx_clrtpt(tpt, 2);
    tpt[0].tp_type = IO_CONT;
    tpt[0].tp_termno = DX_MAXDTMF;
    tpt[0].tp_length = 31;
    tpt[0].tp_flags = TF_MAXDTMF;
    tpt[1].tp_type = IO_EOT;
    tpt[1].tp_termno = DX_MAXTIME;
    tpt[1].tp_length = 5;
    tpt[1].tp_flags = TF_MAXTIME;
    printf("%s: %ld kept, ", what, ATDX_BUFDIGS(dev));
    must(dx_getdig(dev, tpt, &digits, EV_SYNC), "dx_getdig", dev);
    printf("%s\n", digits.dg_value);
}

int main(void)
{
    static char sound[160000];
    int mode = SR_POLLMODE, one, two, volume, speed;
    long slot;
    SC_TSINFO info = {1, &slot};
    DX_IOTT iott;
    DV_TPT tpt;

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    must(one = dx_open("dxxxB1C1", 0), "dx_open", SRL_DEVICE);
    must(two = dx_open("dxxxB1C2", 0), "dx_open", SRL_DEVICE);
    must(dx_getxmitslot(one, &info), "dx_getxmitslot", one);
    must(dx_listen(two, &info), "dx_listen", two);

    must(dx_dial(one, KEYS, NULL, EV_SYNC), "dx_dial", one);
    collect(two, "truncated");
    must(dx_setdigbuf(two, DX_DIGCYCLIC), "dx_setdigbuf", two);
    must(dx_dial(one, KEYS, NULL, EV_SYNC), "dx_dial", one);
    collect(two, "cyclic");

    must(dx_addvoldig(two, '9', SV_ADD2DB), "dx_addvoldig", two);
    memset(sound, 0x55, sizeof(sound));
    memset(&iott, 0, sizeof(iott));
    iott.io_type = IO_MEM | IO_EOT;
    iott.io_bufp = sound;
    iott.io_length = sizeof(sound);
    dx_clrtpt(&tpt, 1);
    tpt.tp_type = IO_EOT;
    tpt.tp_termno = DX_MAXDTMF;
    tpt.tp_length = 1;
    tpt.tp_flags = TF_MAXDTMF;
    must(dx_play(two, &iott, &tpt, EV_ASYNC | PM_SR8), "dx_play", two);
    must(dx_dial(one, ",995", NULL, EV_SYNC), "dx_dial", one);
    while (sr_waitevt(5000) != -1 && sr_getevttype() != TDX_PLAY)
        ;
    must(dx_getcursv(two, &volume, &speed), "dx_getcursv", two);
    printf("ended by %lx, volume %d\n", ATDX_TERMMSK(two), volume);
    collect(two, "acting");
    must(dx_dial(one, "9", NULL, EV_SYNC), "dx_dial", one);
    collect(two, "idle");
    dx_close(one);
    return dx_close(two);
}
