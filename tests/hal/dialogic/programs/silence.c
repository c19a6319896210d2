/* Recordings that silence ends: at once, after a longer silence at the beginning, after speech. */
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>
#include <string.h>

static char memory[80000];

static void record(int one, int two, unsigned short initial, int speaks)
{
    DX_IOTT iott = {.io_type = IO_MEM | IO_EOT, .io_bufp = memory, .io_length = sizeof(memory)};
    DX_XPB xpb = {FILE_FORMAT_VOX, DATA_FORMAT_MULAW, DRT_8KHZ, 8};
    DV_TPT tpt = {.tp_type = IO_EOT, .tp_termno = DX_MAXSIL, .tp_length = 10, .tp_flags = TF_MAXSIL};
    TN_GEN tone;
    long ends = 0;

    if (initial) {
        tpt.tp_flags |= TF_SETINIT;
        tpt.tp_data = initial;
    }
    dx_bldtngen(&tone, 500, 0, -12, 0, 50);
    dx_reciottdata(two, &iott, &tpt, &xpb, EV_ASYNC);
    if (speaks) {
        sr_waitevt(1500);
        dx_playtone(one, &tone, NULL, EV_SYNC);
    }
    while (sr_waitevt(8000) != -1)
        if (sr_getevttype() == TDX_RECORD) {
            ends = 1;
            break;
        }
    printf("ended %ld by %lx after %ld s\n", ends, ATDX_TERMMSK(two), (ATDX_TRCOUNT(two) + 4000) / 8000);
}

int main(void)
{
    long slot;
    SC_TSINFO info = {1, &slot};
    int mode = SR_POLLMODE, one, two;

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    if ((one = dx_open("dxxxB1C1", 0)) == -1 || (two = dx_open("dxxxB1C2", 0)) == -1)
        return 1;
    dx_getxmitslot(one, &info);
    dx_listen(two, &info);
    record(one, two, 0, 0);
    record(one, two, 30, 0);
    record(one, two, 30, 1);
    dx_close(one);
    dx_close(two);
    return 0;
}
