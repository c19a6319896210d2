/* Global Call, one event loop: answer what comes, play, and drop when it was heard or the
 * caller goes. Ends after so many calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <srllib.h>
#include <dxxxlib.h>
#include <gclib.h>
#include <gcerr.h>

struct line {
    LINEDEV dev;
    CRN crn;
    int voice;
    DX_IOTT iott;
};

static int calls_left;
static const char *prompt;

static void die(const char *what)
{
    GC_INFO info;
    gc_ErrorInfo(&info);
    printf("%s failed: 0x%x %s / %s 0x%lx %s\n", what, info.gcValue, info.gcMsg, info.ccLibName,
           info.ccValue, info.ccMsg);
    exit(1);
}

static void play(struct line *l)
{
    static DX_XPB xpb;
    static DV_TPT tpt;
    memset(&l->iott, 0, sizeof(l->iott));
    l->iott.io_type = IO_DEV | IO_EOT;
    l->iott.io_length = -1;
    l->iott.io_fhandle = open(prompt, O_RDONLY);
    xpb.wFileFormat = FILE_FORMAT_VOX;
    xpb.wDataFormat = DATA_FORMAT_MULAW;
    xpb.nSamplesPerSec = DRT_8KHZ;
    xpb.wBitsPerSample = 8;
    dx_clrtpt(&tpt, 1);
    tpt.tp_type = IO_EOT;
    tpt.tp_termno = DX_MAXDTMF;
    tpt.tp_length = 1;
    tpt.tp_flags = TF_MAXDTMF;
    if (dx_playiottdata(l->voice, &l->iott, &tpt, &xpb, EV_ASYNC) == -1)
        printf("play: %s\n", ATDV_ERRMSGP(l->voice));
}

static void global_call(METAEVENT *m)
{
    struct line *l = m->usrattr;
    char ani[GC_ADDRSIZE + 1], dnis[GC_ADDRSIZE + 1];
    GC_INFO info;
    int state;

    switch (m->evttype) {
    case GCEV_OPENEX:
        printf("open\n");
        break;
    case GCEV_UNBLOCKED:
        if (gc_GetResourceH(m->linedev, &l->voice, GC_VOICEDEVICE) != GC_SUCCESS)
            die("gc_GetResourceH");
        if (gc_WaitCall(m->linedev, NULL, NULL, 0, EV_ASYNC) != GC_SUCCESS)
            die("gc_WaitCall");
        printf("waiting\n");
        break;
    case GCEV_OFFERED:
        l->crn = m->crn;
        gc_GetCallInfo(m->crn, ORIGINATION_ADDRESS, ani);
        gc_GetDNIS(m->crn, dnis);
        gc_GetCallState(m->crn, &state);
        printf("offered from %s to %s, state %d\n", ani, dnis, state);
        if (gc_AcceptCall(m->crn, 0, EV_ASYNC) != GC_SUCCESS)
            die("gc_AcceptCall");
        break;
    case GCEV_ACCEPT:
        if (gc_AnswerCall(m->crn, 0, EV_ASYNC) != GC_SUCCESS)
            die("gc_AnswerCall");
        break;
    case GCEV_ANSWERED:
        printf("answered\n");
        play(l);
        break;
    case GCEV_DISCONNECTED:
        gc_ResultInfo(m, &info);
        printf("disconnected: 0x%x, cause %ld\n", info.gcValue, info.ccValue & 0x7f);
        dx_stopch(l->voice, EV_ASYNC);
        if (gc_DropCall(m->crn, GC_NORMAL_CLEARING, EV_ASYNC) != GC_SUCCESS)
            die("gc_DropCall");
        break;
    case GCEV_DROPCALL:
        if (gc_ReleaseCallEx(m->crn, EV_ASYNC) != GC_SUCCESS)
            die("gc_ReleaseCallEx");
        break;
    case GCEV_RELEASECALL:
        printf("released\n");
        calls_left--;
        break;
    case GCEV_TASKFAIL:
        die("a task");
    }
}

int main(int argc, char **argv)
{
    static struct line line;
    METAEVENT m;
    int mode = SR_POLLMODE;

    if (argc < 4)
        return 2;
    prompt = argv[2];
    calls_left = atoi(argv[3]);
    sr_setparm(SRL_DEVICE, SR_MODEID, &mode);
    if (gc_Start(NULL) != GC_SUCCESS)
        die("gc_Start");
    if (gc_OpenEx(&line.dev, argv[1], EV_ASYNC, &line) != GC_SUCCESS)
        die("gc_OpenEx");
    while (calls_left > 0) {
        if (sr_waitevt(20000) == -1) {
            printf("nothing for 20 s\n");
            return 1;
        }
        if (gc_GetMetaEvent(&m) != GC_SUCCESS)
            die("gc_GetMetaEvent");
        if (m.flags & GCME_GC_EVENT) {
            global_call(&m);
        } else if (m.evttype == TDX_PLAY) {
            printf("played, ended by 0x%lx\n", ATDX_TERMMSK((int)m.evtdev));
            if (!(ATDX_TERMMSK((int)m.evtdev) & TM_USRSTOP) &&
                gc_DropCall(line.crn, GC_NORMAL_CLEARING, EV_ASYNC) != GC_SUCCESS)
                die("gc_DropCall");
        }
    }
    if (gc_Close(line.dev) != GC_SUCCESS || gc_Stop() != GC_SUCCESS)
        die("ending");
    printf("done\n");
    return 0;
}
