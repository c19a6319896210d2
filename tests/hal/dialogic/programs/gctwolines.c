/* Two lines of one program: the first calls the second, three times, by a handler for all
 * events; they drop in turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <srllib.h>
#include <dxxxlib.h>
#include <gclib.h>
#include <gcerr.h>

#define ROUNDS 3

static LINEDEV line[2];
static CRN crn[2];
static int ready, rounds, released, number[2];

static void check(int result, const char *what)
{
    GC_INFO info;
    if (result == GC_SUCCESS)
        return;
    gc_ErrorInfo(&info);
    printf("%s: 0x%x %s\n", what, info.gcValue, info.gcMsg);
    exit(1);
}

static void call(void)
{
    GC_MAKECALL_BLK block;
    GCLIB_MAKECALL_BLK more;
    memset(&more, 0, sizeof(more));
    strcpy(more.origination.address, "4711");
    block.gclib = &more;
    block.cclib = NULL;
    released = 0;
    check(gc_MakeCall(line[0], &crn[0], (char *)"9558802", &block, 30, EV_ASYNC), "gc_MakeCall");
}

static long handle(void *unused)
{
    METAEVENT m;
    char ani[GC_ADDRSIZE + 1];
    int i;

    (void)unused;
    check(gc_GetMetaEvent(&m), "gc_GetMetaEvent");
    if (!(m.flags & GCME_GC_EVENT))
        return 0;
    i = *(int *)m.usrattr;
    switch (m.evttype) {
    case GCEV_UNBLOCKED:
        if (i == 1)
            check(gc_WaitCall(m.linedev, NULL, NULL, 0, EV_ASYNC), "gc_WaitCall");
        if (++ready == 2)
            call();
        break;
    case GCEV_OFFERED:
        crn[i] = m.crn;
        check(gc_GetANI(m.crn, ani), "gc_GetANI");
        printf("offered from %s\n", ani);
        check(gc_AnswerCall(m.crn, 0, EV_ASYNC), "gc_AnswerCall");
        break;
    case GCEV_CONNECTED:
        if (rounds % 2 == 0)
            check(gc_DropCall(m.crn, GC_NORMAL_CLEARING, EV_ASYNC), "gc_DropCall");
        break;
    case GCEV_ANSWERED:
        if (rounds % 2 == 1)
            check(gc_DropCall(m.crn, GC_NORMAL_CLEARING, EV_ASYNC), "gc_DropCall");
        break;
    case GCEV_DISCONNECTED:
        printf("line %d sees the end\n", i);
        check(gc_DropCall(m.crn, GC_NORMAL_CLEARING, EV_ASYNC), "gc_DropCall");
        break;
    case GCEV_DROPCALL:
        check(gc_ReleaseCallEx(m.crn, EV_ASYNC), "gc_ReleaseCallEx");
        break;
    case GCEV_RELEASECALL:
        if (++released == 2 && ++rounds < ROUNDS)
            call();
        break;
    case GCEV_TASKFAIL:
        printf("a task failed\n");
        exit(1);
    }
    return 0; /* consumed */
}

int main(void)
{
    char names[2][64] = {":N_iptB1T1:P_SIP", ":N_iptB1T2:P_SIP:V_dxxxB1C1"};
    int i, tries, mode = SR_POLLMODE;

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    sr_enbhdlr(EV_ANYDEV, EV_ANYEVT, handle);
    check(gc_Start(NULL), "gc_Start");
    for (i = 0; i < 2; i++) {
        number[i] = i;
        check(gc_OpenEx(&line[i], names[i], EV_ASYNC, &number[i]), "gc_OpenEx");
    }
    for (tries = 0; rounds < ROUNDS && tries < 400; tries++)
        sr_waitevt(100);
    sr_dishdlr(EV_ANYDEV, EV_ANYEVT, handle);
    for (i = 0; i < 2; i++)
        check(gc_Close(line[i]), "gc_Close");
    check(gc_Stop(), "gc_Stop");
    printf("%d rounds\n", rounds);
    return rounds != ROUNDS;
}
