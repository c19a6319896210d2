/* Random verbs on many channels, sync and async, for so many simulated seconds: every operation
 * must end, and at the end all channels are idle. Arguments: channels, seconds, seed. */
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64

static int channels[MOST], hooks[MOST], started[MOST], ended[MOST];
static DV_DIGIT digits[MOST];
static DX_IOTT iotts[MOST];
static char memory[MOST][16000];
static DV_TPT tpts[MOST];
static DX_XPB xpb = {FILE_FORMAT_VOX, DATA_FORMAT_ALAW, DRT_8KHZ, 8};
static unsigned long seed;
static long busy, refused, events;

static int random_below(int n)
{
    seed = (seed * 1103515245u + 12345u) & 0x7fffffff;
    return (int)((seed >> 8) % (unsigned long)n);
}

static void start(int i)
{
    int dev = channels[i], what = random_below(9), result;
    char number[32];
    DX_CAP cap;
    TN_GEN tone;
    DV_TPT *tpt = &tpts[i];
    DX_IOTT *iott = &iotts[i];

    memset(tpt, 0, sizeof(*tpt));
    tpt->tp_type = IO_EOT;
    tpt->tp_termno = DX_MAXTIME;
    tpt->tp_length = (unsigned short)(1 + random_below(30));
    memset(iott, 0, sizeof(*iott));
    iott->io_type = IO_MEM | IO_EOT;
    iott->io_bufp = memory[i];
    iott->io_length = 100 + random_below(15000);
    dx_clrcap(&cap);
    switch (what) {
    case 0:
        result = dx_playiottdata(dev, iott, tpt, &xpb, EV_ASYNC | (random_below(2) ? PM_TONE : 0));
        break;
    case 1:
        result = dx_reciottdata(dev, iott, tpt, &xpb, EV_ASYNC);
        break;
    case 2:
        result = dx_getdig(dev, tpt, &digits[i], EV_ASYNC);
        break;
    case 3:
    case 4:
        hooks[i] = !hooks[i];
        result = dx_sethook(dev, hooks[i], EV_ASYNC);
        break;
    case 5:
        sprintf(number, "9558%03d", 801 + random_below(20));
        result = dx_dial(dev, number, &cap, (random_below(2) ? DX_CALLP : 0) | EV_ASYNC);
        break;
    case 6:
        dx_bldtngen(&tone, 400, 700, -12, -12, (short)(1 + random_below(100)));
        result = dx_playtone(dev, &tone, NULL, EV_ASYNC);
        break;
    default:
        dx_clrdigbuf(dev);
        ATDX_BUFDIGS(dev);
        dx_stopch(dev, EV_ASYNC);
        return;
    }
    if (result == 0)
        started[i]++;
    else if (ATDV_LASTERR(dev) == EDX_BUSY)
        busy++;
    else
        refused++;
}

static int index_of(int dev, int n)
{
    int i;
    for (i = 0; i < n; i++)
        if (channels[i] == dev)
            return i;
    return -1;
}

static void take(int n)
{
    int i = index_of((int)sr_getevtdev(), n);
    events++;
    if (i >= 0 && sr_getevttype() != TDX_CST)
        ended[i]++;
    else if (i >= 0 && ((DX_CST *)sr_getevtdatap())->cst_event == DE_RINGS && !hooks[i] &&
             ATDX_STATE(channels[i]) == CS_IDLE && dx_sethook(channels[i], DX_OFFHOOK, EV_ASYNC) == 0) {
        hooks[i] = 1;
        started[i]++;
    }
}

int main(int argc, char **argv)
{
    int mode = SR_POLLMODE, n = argc > 1 ? atoi(argv[1]) : 4, i, left, wedged = 0;
    int steps = 10 * (argc > 2 ? atoi(argv[2]) : 20);
    char name[20];

    seed = argc > 3 ? (unsigned long)atoi(argv[3]) : 1;
    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    for (i = 0; i < n; i++) {
        sprintf(name, "dxxxB%dC%d", i / 4 + 1, i % 4 + 1);
        if ((channels[i] = dx_open(name, 0)) == -1)
            return 2;
        dx_setevtmsk(channels[i], DM_RINGS | DM_LCOFF | DM_DIGITS);
    }
    for (; steps > 0; steps--) {
        for (left = 1 + random_below(n); left > 0; left--)
            start(random_below(n));
        while (sr_waitevt(100) != -1)
            take(n);
    }
    for (i = 0; i < n; i++)
        dx_stopch(channels[i], EV_ASYNC);
    while (sr_waitevt(15000) != -1)
        take(n);
    for (i = 0; i < n; i++)
        if (started[i] != ended[i] || ATDX_STATE(channels[i]) != CS_IDLE) {
            printf("%s: %d started, %d ended, state %ld\n", ATDV_NAMEP(channels[i]), started[i], ended[i],
                   ATDX_STATE(channels[i]));
            wedged++;
        }
    for (i = 0; i < n; i++) {
        if (dx_sethook(channels[i], DX_ONHOOK, EV_SYNC) == -1)
            wedged++;
        dx_close(channels[i]);
    }
    printf("%d wedged; events %d busy %d refused %ld\n", wedged, events > 0, busy > 0, refused);
    return wedged > 0;
}
