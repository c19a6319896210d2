/* Synchronous: wait for a call, play, collect four keys, record, say it again, hang up. */
#include <dtilib.h>
#include <srllib.h>
#include <dxxxlib.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fail(const char *what, int dev)
{
    printf("%s failed: %ld %s errno %d\n", what, ATDV_LASTERR(dev), ATDV_ERRMSGP(dev), errno);
    exit(1);
}

int main(int argc, char **argv)
{
    DX_IOTT iott;
    DV_TPT tpt[3];
    DX_XPB xpb;
    DV_DIGIT digits;
    int dev, n, mode = SR_POLLMODE, file;

    (void)argc;
    if (sr_setparm(SRL_DEVICE, SR_MODEID, &mode) == -1)
        fail("sr_setparm", SRL_DEVICE);
    if ((dev = dx_open("dxxxB1C1", 0)) == -1) {
        printf("dx_open: %d\n", errno);
        return 2;
    }
    printf("opened %s\n", ATDV_NAMEP(dev));
    if (dx_sethook(dev, DX_ONHOOK, EV_SYNC) == -1)
        fail("dx_sethook", dev);
    if (dx_wtring(dev, 1, DX_OFFHOOK, 20) == -1)
        fail("dx_wtring", dev);
    printf("answered, hook %ld\n", ATDX_HOOKST(dev));

    memset(&iott, 0, sizeof(iott));
    iott.io_type = IO_DEV | IO_EOT;
    iott.io_length = -1;
    iott.io_fhandle = open(argv[1], O_RDONLY);
    memset(&xpb, 0, sizeof(xpb));
    xpb.wFileFormat = FILE_FORMAT_VOX;
    xpb.wDataFormat = DATA_FORMAT_MULAW;
    xpb.nSamplesPerSec = DRT_8KHZ;
    xpb.wBitsPerSample = 8;
    dx_clrtpt(tpt, 3);
    tpt[0].tp_type = IO_EOT;
    tpt[0].tp_termno = DX_MAXDTMF;
    tpt[0].tp_length = 1;
    tpt[0].tp_flags = TF_MAXDTMF;
    if (dx_playiottdata(dev, &iott, tpt, &xpb, EV_SYNC) == -1)
        fail("dx_playiottdata", dev);
    printf("played %ld, ended by %s\n", ATDX_TRCOUNT(dev),
           ATDX_TERMMSK(dev) & TM_MAXDTMF ? "key" : ATDX_TERMMSK(dev) & TM_EOD ? "end" : "else");

    tpt[0].tp_type = IO_CONT;
    tpt[0].tp_length = 4;
    tpt[1].tp_type = IO_EOT;
    tpt[1].tp_termno = DX_MAXTIME;
    tpt[1].tp_length = 50;
    tpt[1].tp_flags = TF_MAXTIME;
    n = dx_getdig(dev, tpt, &digits, EV_SYNC);
    printf("digits %d: %s, type %d\n", n, digits.dg_value, digits.dg_type[0]);

    file = open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0644);
    iott.io_fhandle = file;
    dx_clrtpt(tpt, 3);
    tpt[0].tp_type = IO_EOT;
    tpt[0].tp_termno = DX_MAXTIME;
    tpt[0].tp_length = 10;
    tpt[0].tp_flags = TF_MAXTIME;
    if (dx_reciottdata(dev, &iott, tpt, &xpb, EV_SYNC | RM_TONE) == -1)
        fail("dx_reciottdata", dev);
    printf("recorded %ld, ended by %lx\n", ATDX_TRCOUNT(dev), ATDX_TERMMSK(dev));
    if (dx_sethook(dev, DX_ONHOOK, EV_SYNC) == -1)
        fail("dx_sethook", dev);
    if (dx_close(dev) == -1)
        return 1;
    printf("done\n");
    return 0;
}
