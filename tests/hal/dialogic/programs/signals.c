/* Signal mode: handlers run while main sleeps; an event that a handler keeps is left for later. */
#include <srllib.h>
#include <dxxxlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile int played, own;
static DX_IOTT iott;
static char sound[4000];

int play_handler() /* as in old programs: no prototype, an int */
{
    printf("handler: %s %lx\n", ATDV_NAMEP(sr_getevtdev()), sr_getevttype());
    played++;
    return 0;
}

long own_handler(unsigned long event)
{
    (void)event;
    printf("own %ld: %s\n", sr_getevtlen(), (char *)sr_getevtdatap());
    own++;
    return 1; /* keep it */
}

int main()
{
    int mode = SR_SIGMODE, dev, i;
    if (sr_setparm(SRL_DEVICE, SR_MODEID, &mode) == -1)
        return 1;
    if ((dev = dx_open("dxxxB1C1", 0)) == -1)
        return 2;
    sr_enbhdlr(dev, TDX_PLAY, (long (*)())play_handler);
    sr_enbhdlr(EV_ANYDEV, 1234, own_handler);
    iott.io_type = IO_MEM | IO_EOT;
    iott.io_bufp = sound;
    iott.io_length = sizeof(sound);
    if (dx_play(dev, &iott, NULL, EV_ASYNC | MD_PCM | PM_SR8) == -1)
        return 3;
    while (!played)
        pause();
    if (sr_putevt(dev, 1234, 6, "hello", 0) == -1)
        return 4;
    for (i = 0; i < 50 && !own; i++)
        usleep(100000);
    if (sr_waitevt(1000) == -1)
        return 5;
    printf("kept: %ld %s\n", sr_getevttype(), (char *)sr_getevtdatap());
    sr_hold();
    sr_putevt(dev, 1234, 6, "again", 0);
    usleep(200000);
    printf("held: %d\n", own);
    sr_release();
    for (i = 0; i < 50 && own < 2; i++)
        usleep(100000);
    printf("released: %d\n", own);
    dx_close(dev);
    return 0;
}
