/* Call a number, send TIFF files as one fax with phase events, tell what came of it. */
#include <stdio.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>
#include <srllib.h>
#include <dxxxlib.h>
#include <faxlib.h>

static int wait_for(long type)
{
    while (sr_waitevt(60000) != -1) {
        long got = sr_getevttype();
        int dev = (int)sr_getevtdev();
        if (got == TFX_PHASEB) {
            char who[64] = "";
            fx_getparm(dev, FC_REMOTEID, who);
            printf("phase B: %s, %ld bit/s\n", who, ATFX_SPEED(dev));
        } else if (got == TFX_PHASED) {
            printf("phase D: page %ld, %ld wide, %ld rows, %s, reply %ld\n", ATFX_PGXFER(dev),
                   ATFX_WIDTH(dev), ATFX_SCANLINES(dev),
                   ATFX_PHDCMD(dev) == DFS_EOP ? "the last" : "more", ATFX_PHDRPY(dev));
        } else if (got == type) {
            return 1;
        } else if (got == TFX_FAXERROR) {
            printf("fax error %ld %s, status %ld\n", ATDV_LASTERR(dev), ATDV_ERRMSGP(dev),
                   ATFX_ESTAT(dev));
            return 0;
        }
    }
    printf("nothing came\n");
    return 0;
}

int main(int argc, char **argv)
{
    DF_IOTT iott[4];
    DX_CAP cap;
    unsigned short coding = DF_MMR | DF_ECM;
    int voice, fax, i, mode = SR_POLLMODE;

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    voice = dx_open("dxxxB1C1", 0);
    fax = fx_open("dxxxB1C1", 0);
    if (voice == -1 || fax == -1)
        return 1;
    dx_sethook(voice, DX_OFFHOOK, EV_SYNC);
    dx_clrcap(&cap);
    i = dx_dial(voice, argv[1], &cap, DX_CALLP | EV_SYNC);
    if (i != CR_CNCT && i != CR_FAXTONE) {
        printf("not connected: %d\n", i);
        return 1;
    }
    if (fx_sendfax(fax, iott, EV_ASYNC) == -1)
        printf("before fx_initstat: %ld\n", ATDV_LASTERR(fax));
    fx_initstat(fax, DF_TX);
    fx_setparm(fax, FC_LOCALID, "95588");
    fx_setparm(fax, FC_TXCODING, &coding);
    for (i = 2; i < argc; i++) {
        fx_setiott(&iott[i - 2], open(argv[i], O_RDONLY), DF_TIFF, i + 1 < argc ? DFC_MPS : DFC_EOP);
        iott[i - 2].io_type = IO_DEV | (i + 1 < argc ? IO_CONT : IO_EOT);
    }
    if (fx_sendfax(fax, iott, EV_ASYNC | DF_PHASEB | DF_PHASED) == -1) {
        printf("fx_sendfax: %ld %s\n", ATDV_LASTERR(fax), ATDV_ERRMSGP(fax));
        return 1;
    }
    if (wait_for(TFX_FAXSEND))
        printf("sent %ld pages, ECM %ld, coding %ld\n", ATFX_PGXFER(fax), ATFX_ECM(fax),
               ATFX_CODING(fax));
    dx_sethook(voice, DX_ONHOOK, EV_SYNC);
    fx_close(fax);
    dx_close(voice);
    return 0;
}
