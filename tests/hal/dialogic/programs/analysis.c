/* Call analysis: dial each number given, print what became of it. */
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    DX_CAP cap;
    int i, dev = dx_open("dxxxB1C1", 0);
    char dial[64];

    if (dev == -1 || dx_initcallp(dev) == -1)
        return 1;
    for (i = 1; i < argc; i++) {
        if (dx_sethook(dev, DX_OFFHOOK, EV_SYNC) == -1)
            return 1;
        dx_clrcap(&cap);
        cap.ca_nbrdna = 2;
        cap.ca_intflg = DX_PAMDOPTEN;
        sprintf(dial, "L%s", argv[i]);
        int result = dx_dial(dev, dial, &cap, DX_CALLP | EV_SYNC);
        printf("%s: %d %ld connection %ld tone %ld hertz %ld answer %d\n", argv[i], result,
               ATDX_CPTERM(dev), ATDX_CONNTYPE(dev), ATDX_CRTNID(dev), ATDX_FRQHZ(dev),
               ATDX_ANSRSIZ(dev) > 0);
        if (dx_sethook(dev, DX_ONHOOK, EV_SYNC) == -1)
            return 1;
    }
    return dx_close(dev);
}
