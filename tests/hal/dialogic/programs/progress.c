/* Call analysis of a tone that the exchange's country hasn't: before and after it is defined. */
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>

static int reach(int dev, const char *number)
{
    DX_CAP cap;
    if (dx_sethook(dev, DX_OFFHOOK, EV_SYNC) == -1)
        return -1;
    dx_clrcap(&cap);
    cap.ca_intflg = DX_OPTDIS;
    cap.ca_cnosig = 600;
    int result = dx_dial(dev, number, &cap, DX_CALLP | EV_SYNC);
    dx_sethook(dev, DX_ONHOOK, EV_SYNC);
    return result;
}

int main(int argc, char **argv)
{
    int dev = dx_open("dxxxB1C1", 0), count;

    if (argc < 2 || dev == -1 || dx_initcallp(dev) == -1)
        return 1;
    printf("busy before: %d\n", reach(dev, argv[1]) == CR_BUSY);
    if (dx_chgfreq(TID_BUSY1, 1400, 30, 0, 0) == -1 || dx_chgdur(TID_BUSY1, 20, 5, 20, 5) == -1 ||
        dx_chgrepcnt(TID_BUSY1, 3) == -1)
        return 1;
    printf("busy untold: %d\n", reach(dev, argv[1]) == CR_BUSY);
    if (dx_initcallp(dev) == -1)
        return 1;
    printf("busy told: %d\n", reach(dev, argv[1]) == CR_BUSY);
    printf("tone %ld\n", ATDX_CRTNID(dev));
    printf("others: %d %d %d\n", dx_chgfreq(TID_SIT_VC, 900, 30, 0, 0), dx_chgfreq(TID_BUSY1, 20, 5, 0, 0),
           dx_chgdur(TID_BUSY1, 0, 0, 0, 0));
    if (dx_chgfreq(TID_BUSY2, 1400, 30, 0, 0) == -1 || dx_chgdur(TID_BUSY2, 20, 5, 20, 5) == -1)
        return 1;
    printf("restored: %d\n", dx_chgfreq(TID_BUSY2, 480, 30, 620, 30));
    sr_getboardcnt("dti", &count);
    printf("spans %d, ", count);
    sr_getboardcnt("dxxx", &count);
    printf("voice boards %d\n", count);
    return dx_close(dev);
}
