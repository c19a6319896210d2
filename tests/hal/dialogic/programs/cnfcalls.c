/* Two calls from outside meet in a conference; who talks is told. */
#include <srllib.h>
#include <gclib.h>
#include <gcerr.h>
#include <cnflib.h>
#include <devmgmt.h>
#include <stdio.h>
#include <stdlib.h>

static void must(long result, const char *what)
{
    GC_INFO info;
    if (result == -1) {
        gc_ErrorInfo(&info);
        printf("%s failed: 0x%x %s\n", what, info.gcValue, info.gcMsg);
        exit(1);
    }
}

/* Wait for an event of this type; others go by. */
static void *wait_for(unsigned long type)
{
    while (sr_waitevt(15000) != -1)
        if ((unsigned long)sr_getevttype() == type)
            return sr_getevtdatap();
    printf("no event %lx\n", type);
    exit(1);
}

int main(void)
{
    int mode = SR_POLLMODE, i, network;
    long board, conference, parties[2];
    char name[40];
    LINEDEV lines[2];
    CRN calls[2];
    unsigned told = ECNF_CONF_EVT_ACTIVE_TALKER;
    CNF_EVENT_INFO events = {CNF_EVENT_INFO_VERSION_0, 1, &told};
    CNF_PARTY_INFO both = {CNF_PARTY_INFO_VERSION_0, 2, parties}, *talking;

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    must(gc_Start(NULL), "gc_Start");
    must(board = cnf_OpenEx("cnfB1", NULL, NULL, EV_SYNC), "cnf_OpenEx");
    must(conference = cnf_OpenConference(board, NULL, NULL, NULL), "cnf_OpenConference");
    must(cnf_EnableEvents(conference, &events, NULL), "cnf_EnableEvents");
    for (i = 0; i < 2; i++) {
        sprintf(name, ":N_iptB1T%d:P_SIP", i + 1);
        must(gc_OpenEx(&lines[i], name, EV_SYNC, NULL), "gc_OpenEx");
    }
    for (i = 0; i < 2; i++) {
        must(gc_WaitCall(lines[i], &calls[i], NULL, 20, EV_SYNC), "gc_WaitCall");
        must(gc_AnswerCall(calls[i], 0, EV_SYNC), "gc_AnswerCall");
        must(gc_GetResourceH(lines[i], &network, GC_NETWORKDEVICE), "gc_GetResourceH");
        must(parties[i] = cnf_OpenParty(board, NULL, NULL, NULL), "cnf_OpenParty");
        must(dev_Connect((int)parties[i], network, DM_FULLDUP, EV_SYNC), "dev_Connect");
    }
    must(cnf_AddParty(conference, &both, NULL), "cnf_AddParty");
    wait_for(CNFEV_ADD_PARTY);
    talking = wait_for(CNFEV_ACTIVE_TALKER);
    printf("talking %u, the second %d\n", talking->unPartyCount, talking->pPartyList[0] == parties[1]);
    must(cnf_GetActiveTalkerList(conference, NULL), "cnf_GetActiveTalkerList");
    talking = wait_for(CNFEV_GET_ACTIVE_TALKER);
    printf("asked %u, the second %d\n", talking->unPartyCount, talking->pPartyList[0] == parties[1]);
    wait_for(GCEV_DISCONNECTED);
    must(cnf_Close(board, NULL), "cnf_Close");
    printf("done\n");
    return 0;
}
