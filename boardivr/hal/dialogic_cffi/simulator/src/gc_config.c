/* Global Call's configuration: sets of parameters that are kept for a target, and given back.
 *
 * The simulated network does nothing by them; a program finds what it has set. */

#include <stdlib.h>
#include <string.h>

#include "gc.h"

#define ENTRY_HEAD offsetof(GC_PARM_DATA, value_buf)

enum { CONFIGURED, OF_CALLS };

/* What is kept, by target. */
struct kept {
    struct kept *next;
    int what, type;
    long id;
    GC_PARM_BLKP block;
};

static struct kept *all;
static long last_request;

static struct kept *find(int what, int type, long id)
{
    struct kept *k = all;
    while (k && (k->what != what || k->type != type || k->id != id))
        k = k->next;
    return k;
}

static struct kept *find_or_add(int what, int type, long id)
{
    struct kept *k = find(what, type, id);
    if (k || !(k = calloc(1, sizeof(*k))))
        return k;
    k->what = what;
    k->type = type;
    k->id = id;
    k->next = all;
    return all = k;
}

/* Put every set of a block into another, in the place of the one that it had. */
static int merge(GC_PARM_BLKP *into, GC_PARM_BLKP from)
{
    GC_PARM_BLKP made = NULL;
    GC_PARM_DATAP at = NULL;
    while ((at = gc_util_next_parm(*into, at)))
        if (!gc_util_find_parm(from, at->set_ID, at->parm_ID) &&
            gc_util_insert_parm_ref(&made, at->set_ID, at->parm_ID, at->value_size, at->value_buf))
            goto failed;
    while ((at = gc_util_next_parm(from, at)))
        if (gc_util_insert_parm_ref(&made, at->set_ID, at->parm_ID, at->value_size, at->value_buf))
            goto failed;
    gc_util_delete_parm_blk(*into);
    *into = made;
    return 0;
failed:
    gc_util_delete_parm_blk(made);
    return -1;
}

/* Whether a target is there; its line in `line`, 0 for what belongs to none. Lock held. */
static int check(int type, long id, long *line)
{
    *line = 0;
    if (!gc_started)
        return EGC_GCNOTSTARTED;
    switch (type) {
    case GCTGT_GCLIB_SYSTEM: case GCTGT_CCLIB_SYSTEM: case GCTGT_PROTOCOL_SYSTEM:
    case GCTGT_FIRMWARE_SYSTEM:
        return 0;
    case GCTGT_GCLIB_CRN: case GCTGT_CCLIB_CRN: {
        const struct gc_call *call = gc_find(id);
        *line = call ? call->line : 0;
        return call ? 0 : EGC_INVTARGETID;
    }
    case GCTGT_GCLIB_NETIF: case GCTGT_CCLIB_NETIF: case GCTGT_PROTOCOL_NETIF:
    case GCTGT_FIRMWARE_NETIF: case GCTGT_GCLIB_CHAN: case GCTGT_CCLIB_CHAN:
    case GCTGT_PROTOCOL_CHAN: case GCTGT_FIRMWARE_CHAN:
        *line = id;
        return dlg_find(id, DLG_LINEDEV) ? 0 : EGC_INVTARGETID;
    default:
        return EGC_INVTARGETTYPE;
    }
}

static void tell(long line, long event, int type, long id, long request, int result,
                 GC_PARM_BLKP block)
{
    struct dlg_device *d = dlg_find(line, DLG_LINEDEV);
    GC_RTCM_EVTDATA *data = calloc(1, sizeof(*data));
    if (!d || !data) { /* a target without a line: nothing to post it on */
        free(data);
        return;
    }
    data->request_ID = request;
    data->gc_result = result;
    data->cclib_ID = gc_line_of(d)->library_id;
    data->additional_msg = (char *)"";
    data->retrieved_parmblkp = block;
    data->target_type = type;
    data->target_id = id;
    gc_post_block(d, event, 0, data);
}

DLG_EXPORT int gc_SetConfigData(int target_type, long target_id, GC_PARM_BLKP target_datap,
                                int time_out, int update_cond, long *request_idp,
                                unsigned long mode)
{
    long line;
    (void)time_out;
    if (!target_datap || (update_cond != GCUPDATE_IMMEDIATE && update_cond != GCUPDATE_ATNULL))
        return gc_failed(target_datap ? EGC_INVUPDATEFLAG : EGC_INVPARMBLK);
    pthread_mutex_lock(&dlg_lock);
    int error = check(target_type, target_id, &line);
    if (!error && mode & EV_ASYNC && !line)
        error = EGC_ASYNC; /* there is no line device to tell it on */
    if (error)
        return gc_fail(error);
    struct kept *k = find_or_add(CONFIGURED, target_type, target_id);
    if (!k || merge(&k->block, target_datap))
        return gc_fail(EGC_NOMEM);
    last_request++;
    if (request_idp)
        *request_idp = last_request;
    if (mode & EV_ASYNC)
        tell(line, GCEV_SETCONFIGDATA, target_type, target_id, last_request, EGC_NOERR, NULL);
    return gc_done();
}

/* Fill what a program asks for, set by set; the block stays the program's. */
static int fill(GC_PARM_BLKP asked, GC_PARM_BLKP kept)
{
    for (GC_PARM_DATAP at = NULL; (at = gc_util_next_parm(asked, at));) {
        GC_PARM_DATAP found = gc_util_find_parm(kept, at->set_ID, at->parm_ID);
        if (!found)
            return EGC_INVPARMID;
        if (found->value_size != at->value_size)
            return EGC_PARM_VALUESIZE_ERR;
        memcpy((char *)at + ENTRY_HEAD, (char *)found + ENTRY_HEAD, at->value_size);
    }
    return 0;
}

DLG_EXPORT int gc_GetConfigData(int target_type, long target_id, GC_PARM_BLKP target_datap,
                                int time_out, long *request_idp, unsigned long mode)
{
    long line;
    (void)time_out;
    if (!target_datap)
        return gc_failed(EGC_INVPARMBLK);
    pthread_mutex_lock(&dlg_lock);
    int error = check(target_type, target_id, &line);
    if (!error && mode & EV_ASYNC && !line)
        error = EGC_ASYNC;
    if (error)
        return gc_fail(error);
    struct kept *k = find(CONFIGURED, target_type, target_id);
    error = fill(target_datap, k ? k->block : NULL);
    last_request++;
    if (request_idp)
        *request_idp = last_request;
    if (!(mode & EV_ASYNC))
        return error ? gc_fail(error) : gc_done();
    tell(line, error ? GCEV_GETCONFIGDATA_FAIL : GCEV_GETCONFIGDATA, target_type, target_id,
         last_request, error, error ? NULL : target_datap);
    return gc_done();
}

/* What goes with the next call, or with all of a line. */

DLG_EXPORT int gc_SetUserInfo(int target_type, long target_id, GC_PARM_BLKP infoparmblkp,
                              int duration)
{
    long line;
    if (!infoparmblkp || (duration != GC_SINGLECALL && duration != GC_ALLCALLS))
        return gc_failed(infoparmblkp ? EGC_INVPARM : EGC_INVPARMBLK);
    pthread_mutex_lock(&dlg_lock);
    int error = check(target_type, target_id, &line);
    struct kept *k = error ? NULL : find_or_add(OF_CALLS, target_type, target_id);
    if (!error && (!k || merge(&k->block, infoparmblkp)))
        error = EGC_NOMEM;
    return error ? gc_fail(error) : gc_done();
}

DLG_EXPORT int gc_GetUserInfo(int target_type, long target_id, GC_PARM_BLKP *infoparmblkp)
{
    long line;
    if (!infoparmblkp)
        return gc_failed(EGC_INVPARMBLK);
    pthread_mutex_lock(&dlg_lock);
    int error = check(target_type, target_id, &line);
    struct kept *k = error ? NULL : find(OF_CALLS, target_type, target_id);
    *infoparmblkp = NULL;
    if (!error && k && k->block && gc_util_copy_parm_blk(infoparmblkp, k->block))
        error = EGC_NOMEM;
    return error ? gc_fail(error) : gc_done();
}

/* Forget what was kept for a line that is closed, and for its calls. */
void gc_forget_config(long line)
{
    for (struct kept **at = &all; *at;) {
        struct kept *k = *at;
        bool is_line = k->type >= GCTGT_GCLIB_NETIF && k->type <= GCTGT_FIRMWARE_CHAN;
        bool is_gone = is_line ? k->id == line
                               : (k->type == GCTGT_GCLIB_CRN || k->type == GCTGT_CCLIB_CRN) &&
                                     !gc_find(k->id);
        if (!is_gone) {
            at = &k->next;
            continue;
        }
        *at = k->next;
        gc_util_delete_parm_blk(k->block);
        free(k);
    }
}
