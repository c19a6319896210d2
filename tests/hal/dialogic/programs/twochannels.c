/* Asynchronous, one loop, handlers: channel 1 dials channel 2's number; 2 answers, plays from
 * memory; 1 presses keys by dialling; 2 collects them and hangs up; 1 sees the loop go. */
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int caller, called, finished, rang, answered, dropped;
static char sound[24000];
static DX_IOTT iott;
static DV_TPT tpt[2];
static DX_XPB xpb;
static DV_DIGIT digits;
static DX_CAP cap;

static void must(int result, const char *what, int dev)
{
    if (result == -1) {
        printf("%s: %s\n", what, ATDV_ERRMSGP(dev));
        exit(1);
    }
}

static long on_cst(void *unused)
{
    int dev = (int)sr_getevtdev();
    DX_CST *cst = (DX_CST *)sr_getevtdatap();
    (void)unused;
    if (cst->cst_event == DE_RINGS && !rang) {
        rang = 1;
        printf("rings, length %ld\n", sr_getevtlen());
        must(dx_sethook(dev, DX_OFFHOOK, EV_ASYNC), "dx_sethook", dev);
    } else if (cst->cst_event == DE_LCOFF && dev == caller) {
        printf("loop off\n");
        dropped = 1;
        if (ATDX_STATE(dev) != CS_IDLE)
            must(dx_stopch(dev, EV_ASYNC), "dx_stopch", dev);
        else
            must(dx_sethook(dev, DX_ONHOOK, EV_ASYNC), "dx_sethook", dev);
    } else if (cst->cst_event == DE_DIGITS) {
        printf("digit %c\n", cst->cst_data & 0xff);
    }
    return 0;
}

static long on_hook(void *unused)
{
    int dev = (int)sr_getevtdev();
    DX_CST *cst = (DX_CST *)sr_getevtdatap();
    (void)unused;
    printf("%s %s\n", ATDV_NAMEP(dev), cst->cst_event == DX_OFFHOOK ? "off-hook" : "on-hook");
    if (dev == caller && cst->cst_event == DX_OFFHOOK) {
        dx_clrcap(&cap);
        must(dx_dial(dev, "T9558802", &cap, DX_CALLP | EV_ASYNC), "dx_dial", dev);
        printf("state %ld\n", ATDX_STATE(dev));
    } else if (dev == called && cst->cst_event == DX_OFFHOOK && !answered) {
        answered = 1;
        must(dx_playiottdata(dev, &iott, NULL, &xpb, EV_ASYNC), "dx_playiottdata", dev);
        if (dx_playiottdata(dev, &iott, NULL, &xpb, EV_ASYNC) != -1 || ATDV_LASTERR(dev) != EDX_BUSY)
            printf("two at a time!\n");
    } else if (cst->cst_event == DX_ONHOOK && dev == caller && dropped) {
        finished = 1;
    }
    return 0;
}

static long on_play(void *unused)
{
    int dev = (int)sr_getevtdev();
    (void)unused;
    printf("played %ld, %lx\n", ATDX_TRCOUNT(dev), ATDX_TERMMSK(dev));
    must(dx_getdig(dev, tpt, &digits, EV_ASYNC), "dx_getdig", dev);
    return 0;
}

static long on_callp(void *unused)
{
    int dev = (int)sr_getevtdev();
    (void)unused;
    printf("call progress %ld, connected by %ld\n", ATDX_CPTERM(dev), ATDX_CONNTYPE(dev));
    must(dx_dial(dev, ",12#", NULL, EV_ASYNC), "dx_dial", dev);
    return 0;
}

static long on_digits(void *unused)
{
    int dev = (int)sr_getevtdev();
    (void)unused;
    printf("digits %s, %lx\n", digits.dg_value, ATDX_TERMMSK(dev));
    must(dx_sethook(dev, DX_ONHOOK, EV_ASYNC), "dx_sethook", dev);
    return 0;
}

static long on_any(void *unused)
{
    (void)unused;
    printf("event %lx on %s\n", sr_getevttype(), ATDV_NAMEP(sr_getevtdev()));
    return 0;
}

int main(void)
{
    int mode = SR_POLLMODE, i;
    for (i = 0; i < (int)sizeof(sound); i++)
        sound[i] = i % 8 < 4 ? 40 : (char)200;
    memset(&iott, 0, sizeof(iott));
    iott.io_type = IO_MEM | IO_EOT;
    iott.io_bufp = sound;
    iott.io_length = sizeof(sound);
    memset(&xpb, 0, sizeof(xpb));
    xpb.wFileFormat = FILE_FORMAT_VOX;
    xpb.wDataFormat = DATA_FORMAT_PCM;
    xpb.nSamplesPerSec = DRT_8KHZ;
    xpb.wBitsPerSample = 8;
    memset(tpt, 0, sizeof(tpt));
    tpt[0].tp_type = IO_CONT;
    tpt[0].tp_termno = DX_DIGMASK;
    tpt[0].tp_length = DM_P;
    tpt[0].tp_flags = TF_DIGMASK;
    tpt[1].tp_type = IO_EOT;
    tpt[1].tp_termno = DX_MAXTIME;
    tpt[1].tp_length = 150;

    must((int)sr_setparm(SRL_DEVICE, SR_MODEID, &mode), "sr_setparm", SRL_DEVICE);
    must(caller = dx_open("dxxxB1C1", 0), "dx_open", SRL_DEVICE);
    must(called = dx_open("dxxxB1C2", 0), "dx_open", SRL_DEVICE);
    must((int)sr_enbhdlr(EV_ANYDEV, EV_ANYEVT, on_any), "sr_enbhdlr", SRL_DEVICE);
    must((int)sr_dishdlr(EV_ANYDEV, EV_ANYEVT, on_any), "sr_dishdlr", SRL_DEVICE);
    must((int)sr_enbhdlr(EV_ANYDEV, TDX_CST, on_cst), "sr_enbhdlr", SRL_DEVICE);
    must((int)sr_enbhdlr(EV_ANYDEV, TDX_SETHOOK, on_hook), "sr_enbhdlr", SRL_DEVICE);
    must((int)sr_enbhdlr(called, TDX_PLAY, on_play), "sr_enbhdlr", SRL_DEVICE);
    must((int)sr_enbhdlr(caller, TDX_CALLP, on_callp), "sr_enbhdlr", SRL_DEVICE);
    must((int)sr_enbhdlr(called, TDX_GETDIG, on_digits), "sr_enbhdlr", SRL_DEVICE);
    must(dx_setevtmsk(called, DM_RINGS | DM_LCOFF | DM_DIGITS), "dx_setevtmsk", called);
    must(dx_setevtmsk(caller, DM_LCOFF), "dx_setevtmsk", caller);
    must(dx_sethook(caller, DX_OFFHOOK, EV_ASYNC), "dx_sethook", caller);
    for (i = 0; i < 300 && !finished; i++)
        sr_waitevt(100);
    printf("%s\n", finished ? "done" : "not finished");
    dx_close(caller);
    dx_close(called);
    return !finished;
}
