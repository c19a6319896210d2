/* Three voice channels in a conference of the newer kind: what one dials, the others collect;
 * one that has left hears nothing. With an argument it leaves without closing anything. */
#include <srllib.h>
#include <dxxxlib.h>
#include <cnflib.h>
#include <devmgmt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CNF_ERROR_INFO why;

static void must(long result, const char *what)
{
    if (result == -1) {
        cnf_GetErrorInfo(&why);
        printf("%s: %u %s\n", what, why.unErrorCode, why.szErrorString);
        exit(1);
    }
}

/* The next event; it has to be on this device. */
static void *event(long device, unsigned long type)
{
    if (sr_waitevt(10000) == -1 || sr_getevtdev() != device || (unsigned long)sr_getevttype() != type) {
        printf("%lx on %ld instead of %lx on %ld\n", sr_getevttype(), sr_getevtdev(), type, device);
        exit(1);
    }
    return sr_getevtdatap();
}

static void hear(int channel, const char *keys)
{
    DV_TPT tpt[2];
    DV_DIGIT digits;
    memset(tpt, 0, sizeof(tpt));
    tpt[0].tp_type = IO_CONT;
    tpt[0].tp_termno = DX_MAXDTMF;
    tpt[0].tp_length = 2;
    tpt[0].tp_flags = TF_MAXDTMF;
    tpt[1].tp_type = IO_EOT;
    tpt[1].tp_termno = DX_MAXTIME;
    tpt[1].tp_length = 10;
    tpt[1].tp_flags = TF_MAXTIME;
    must(dx_getdig(channel, tpt, &digits, EV_SYNC), "dx_getdig");
    printf("%s heard %s, expected %s\n", ATDV_NAMEP(channel), digits.dg_value, keys);
}

int main(int argc, char **argv)
{
    (void)argv;
    int mode = SR_POLLMODE, i, voices[3], context;
    long board, conference, handles[3];
    char name[20];
    unsigned told[] = {ECNF_CONF_EVT_PARTY_ADDED, ECNF_CONF_EVT_PARTY_REMOVED, ECNF_CONF_EVT_DTMF_DETECTION};
    CNF_EVENT_INFO events = {CNF_EVENT_INFO_VERSION_0, 3, told};
    CNF_ATTR mask = {CNF_ATTR_VERSION_0, ECNF_CONF_ATTR_DTMF_MASK, ECNF_DTMF_MASK_OP_SET | ECNF_DTMF_DIGIT_7};
    CNF_ATTR_INFO attributes = {CNF_ATTR_INFO_VERSION_0, 1, &mask};
    CNF_PARTY_INFO parties = {CNF_PARTY_INFO_VERSION_0, 3, handles}, *list;

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    if (cnf_Open("cnfB9", NULL, NULL) != CNF_ERROR || cnf_GetErrorInfo(&why) || why.unErrorCode != ECNF_INVALID_NAME)
        printf("a board that isn't there!\n");
    must(board = cnf_Open("cnfB1", NULL, &context), "cnf_Open");
    event(board, CNFEV_OPEN);
    printf("context %d\n", sr_getUserContext() == &context);
    must(conference = cnf_OpenConference(board, NULL, NULL, NULL), "cnf_OpenConference");
    CNF_OPEN_CONF_RESULT *opened = event(board, CNFEV_OPEN_CONF);
    printf("opened %s %d\n", opened->szConfName, opened->ConfHandle == conference);
    must(cnf_EnableEvents(conference, &events, NULL), "cnf_EnableEvents");
    event(conference, CNFEV_ENABLE_EVENT);
    must(cnf_SetAttributes(conference, &attributes, NULL), "cnf_SetAttributes");
    event(conference, CNFEV_SET_ATTRIBUTE);
    for (i = 0; i < 3; i++) {
        sprintf(name, "dxxxB1C%d", i + 1);
        must(voices[i] = dx_open(name, 0), "dx_open");
        must(handles[i] = cnf_OpenParty(board, NULL, NULL, NULL), "cnf_OpenParty");
        event(board, CNFEV_OPEN_PARTY);
        must(dev_Connect((int)handles[i], voices[i], DM_FULLDUP, EV_ASYNC), "dev_Connect");
        event(handles[i], DMEV_CONNECT);
    }
    long twins[] = {handles[0], handles[0]};
    CNF_PARTY_INFO twice = {CNF_PARTY_INFO_VERSION_0, 2, twins};
    must(cnf_AddParty(conference, &twice, NULL), "cnf_AddParty");
    event(conference, CNFEV_ADD_PARTY_FAIL);
    printf("twins: %s\n", (cnf_GetErrorInfo(&why), why.szErrorString));
    must(cnf_AddParty(conference, &parties, NULL), "cnf_AddParty");
    for (i = 0; i < 3; i++)
        printf("added %s\n", ((CNF_PARTY_ADDED_EVENT_INFO *)event(conference, CNFEV_PARTY_ADDED))->szPartyName);
    event(conference, CNFEV_ADD_PARTY);
    if (argc > 1) {
        printf("left\n");
        return 0;
    }
    must(cnf_GetPartyList(conference, NULL), "cnf_GetPartyList");
    list = event(conference, CNFEV_GET_PARTY_LIST);
    printf("parties %u, %d\n", list->unPartyCount, list->pPartyList[2] == handles[2]);
    must(cnf_GetDeviceCount(board, NULL), "cnf_GetDeviceCount");
    CNF_DEVICE_COUNT_INFO *count = event(board, CNFEV_GET_DEVICE_COUNT);
    printf("parties left %u of %u\n", count->unFreePartyCount, count->unMaxPartyCount);

    must(dx_dial(voices[0], "47", NULL, EV_SYNC), "dx_dial");
    hear(voices[1], "47");
    hear(voices[2], "47");
    CNF_DTMF_EVENT_INFO *digit = event(conference, CNFEV_DTMF_DETECTED);
    printf("digit %d of the first %d\n", digit->eDigit, digit->PartyHandle == handles[0]);

    must(cnf_AddParty(conference, &parties, NULL), "cnf_AddParty");
    event(conference, CNFEV_ADD_PARTY_FAIL);
    printf("twice: %s\n", (cnf_GetErrorInfo(&why), why.szErrorString));
    parties.unPartyCount = 1;
    parties.pPartyList = &handles[2];
    must(cnf_RemoveParty(conference, &parties, NULL), "cnf_RemoveParty");
    event(conference, CNFEV_PARTY_REMOVED);
    event(conference, CNFEV_REMOVE_PARTY);
    must(dx_dial(voices[1], "58", NULL, EV_SYNC), "dx_dial");
    hear(voices[0], "58");
    printf("outside: %d keys\n", ATDX_BUFDIGS(voices[2]));
    must(dev_Disconnect(voices[0], EV_SYNC), "dev_Disconnect");
    must(dx_dial(voices[1], "69", NULL, EV_SYNC), "dx_dial");
    printf("disconnected: %d keys\n", ATDX_BUFDIGS(voices[0]));

    DEV_ERRINFO error;
    printf("again %d,", dev_Disconnect(voices[0], EV_SYNC));
    dev_ErrorInfo(&error);
    printf(" %s\n", error.dev_Msg);
    mask = (CNF_ATTR){CNF_ATTR_VERSION_0, ECNF_PARTY_ATTR_COACH, 1};
    must(cnf_SetAttributes(handles[0], &attributes, NULL), "cnf_SetAttributes");
    event(handles[0], CNFEV_SET_ATTRIBUTE_FAIL);
    printf("coach: %s\n", (cnf_GetErrorInfo(&why), why.szErrorString));
    must(cnf_CloseConference(conference, NULL), "cnf_CloseConference");
    printf("closed: %d", cnf_GetPartyList(conference, NULL));
    printf(" %s\n", (cnf_GetErrorInfo(&why), why.szErrorString));
    must(cnf_CloseParty(handles[0], NULL), "cnf_CloseParty");
    must(cnf_Close(board, NULL), "cnf_Close");
    printf("parties too: %d\n", cnf_CloseParty(handles[1], NULL));
    for (i = 0; i < 3; i++)
        dx_close(voices[i]);
    return 0;
}
