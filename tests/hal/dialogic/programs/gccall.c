/* Global Call, outgoing: sync calls to numbers of the command line, what became of each; and
 * parameter blocks. */
#include <stdio.h>
#include <string.h>
#include <srllib.h>
#include <gclib.h>
#include <gcerr.h>

static void told(const char *what)
{
    int error, library;
    long more;
    gc_ErrorValue(&error, &library, &more);
    printf("%s: 0x%x\n", what, error);
}

static void blocks(void)
{
    GC_PARM_BLKP block = NULL, copy = NULL;
    GC_PARM_DATAP at = NULL;
    unsigned short wide;

    gc_util_insert_parm_val(&block, 1, 2, sizeof(char), 7);
    gc_util_insert_parm_val(&block, 1, 3, sizeof(short), 4711);
    gc_util_insert_parm_ref(&block, 2, 1, 6, (void *)"hello");
    gc_util_copy_parm_blk(&copy, block);
    gc_util_delete_parm_blk(block);
    while ((at = gc_util_next_parm(copy, at)))
        printf("parm %d/%d, %d bytes\n", at->set_ID, at->parm_ID, at->value_size);
    at = gc_util_find_parm(copy, 1, 3);
    memcpy(&wide, at->value_buf, sizeof(wide));
    printf("1/3 is %d, 9/9 is %s\n", wide, gc_util_find_parm(copy, 9, 9) ? "there" : "not there");
    gc_util_delete_parm_blk(copy);
}

static void configuration(LINEDEV line)
{
    GC_PARM_BLKP set = NULL, got = NULL;
    METAEVENT m;
    long request = 0;
    short value = 0;

    gc_util_insert_parm_val(&set, 0x1234, 7, sizeof(short), 99);
    gc_util_insert_parm_ref(&got, 0x1234, 7, sizeof(value), &value);
    if (gc_GetConfigData(GCTGT_CCLIB_CHAN, line, got, 0, &request, EV_SYNC) != GC_SUCCESS)
        told("not set yet");
    gc_SetConfigData(GCTGT_CCLIB_CHAN, line, set, 0, GCUPDATE_IMMEDIATE, &request, EV_ASYNC);
    while (sr_waitevt(5000) != -1 && gc_GetMetaEvent(&m) == GC_SUCCESS)
        if (m.evttype == GCEV_SETCONFIGDATA) {
            GC_RTCM_EVTDATA *data = m.extevtdatap;
            printf("set, request %s\n", data->request_ID == request ? "the same" : "another");
            break;
        }
    gc_GetConfigData(GCTGT_CCLIB_CHAN, line, got, 0, NULL, EV_SYNC);
    memcpy(&value, gc_util_find_parm(got, 0x1234, 7)->value_buf, sizeof(value));
    printf("got %d\n", value);
    gc_SetUserInfo(GCTGT_GCLIB_CHAN, line, set, GC_ALLCALLS);
    gc_util_delete_parm_blk(got);
    gc_GetUserInfo(GCTGT_GCLIB_CHAN, line, &got);
    printf("user info %s\n", gc_util_find_parm(got, 0x1234, 7) ? "kept" : "lost");
    gc_util_delete_parm_blk(set);
    gc_util_delete_parm_blk(got);
}

int main(int argc, char **argv)
{
    LINEDEV line;
    CRN crn;
    int i, state, mode = SR_POLLMODE;

    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    blocks();
    if (gc_OpenEx(&line, argv[1], EV_SYNC, NULL) != GC_SUCCESS)
        told("before gc_Start");
    gc_Start(NULL);
    if (gc_OpenEx(&line, (char *)":N_dtiB9T9:P_isdn", EV_SYNC, NULL) != GC_SUCCESS)
        told("no such device");
    if (gc_OpenEx(&line, argv[1], EV_SYNC, NULL) != GC_SUCCESS)
        return 1;
    configuration(line);
    for (i = 2; i < argc; i++) {
        if (gc_MakeCall(line, &crn, argv[i], NULL, 3, EV_SYNC) == GC_SUCCESS) {
            gc_GetCallState(crn, &state);
            printf("%s: connected, state %d\n", argv[i], state);
            if (gc_ReleaseCallEx(crn, EV_SYNC) != GC_SUCCESS)
                told("released too early");
        } else {
            told(argv[i]);
        }
        if (gc_DropCall(crn, GC_NORMAL_CLEARING, EV_SYNC) != GC_SUCCESS)
            told("gc_DropCall");
        if (gc_ReleaseCallEx(crn, EV_SYNC) != GC_SUCCESS)
            told("gc_ReleaseCallEx");
    }
    if (gc_DropCall(crn, GC_NORMAL_CLEARING, EV_SYNC) != GC_SUCCESS)
        told("a call that is over");
    if (gc_SndMsg(line, 0, 0, NULL) != GC_SUCCESS)
        told("gc_SndMsg");
    gc_Close(line);
    gc_Stop();
    return 0;
}
