/* Wait for a call, receive a fax into a file, sync; phases are told by a handler. */
#include <stdio.h>
#include <srllib.h>
#include <dxxxlib.h>
#include <faxlib.h>

static long told(void *unused)
{
    (void)unused;
    printf("%s\n", sr_getevttype() == TFX_PHASEB ? "phase B" : "phase D");
    return 0;
}

int main(int argc, char **argv)
{
    int voice = dx_open("dxxxB1C1", 0), fax = fx_open("dxxxB1C1", 0), result;
    char who[64] = "";

    (void)argc;
    if (voice == -1 || fax == -1)
        return 1;
    sr_enbhdlr(fax, TFX_PHASEB, told);
    sr_enbhdlr(fax, TFX_PHASED, told);
    dx_sethook(voice, DX_ONHOOK, EV_SYNC);
    if (dx_wtring(voice, 1, DX_OFFHOOK, 30) == -1)
        return 1;
    fx_initstat(fax, DF_RX);
    fx_setparm(fax, FC_LOCALID, "95588");
    result = fx_rcvfax(fax, argv[1], EV_SYNC | DF_PHASEB | DF_PHASED | DF_TIFF | DF_NOMAXLEN);
    fx_getparm(fax, FC_REMOTEID, who);
    printf("received: %d, %ld pages from %s, status %ld\n", result, ATFX_PGXFER(fax), who,
           ATFX_ESTAT(fax));
    dx_sethook(voice, DX_ONHOOK, EV_SYNC);
    fx_close(fax);
    dx_close(voice);
    return 0;
}
