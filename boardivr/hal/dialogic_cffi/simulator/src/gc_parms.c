/* Parameter blocks, and the parameters of lines. */

#include <stdlib.h>
#include <string.h>

#include "gc.h"

/* A block is its size and then, one behind the other, sets: set, parameter, size, value. */

#define ENTRY_HEAD offsetof(GC_PARM_DATA, value_buf)
#define BLOCK_HEAD offsetof(GC_PARM_BLK, parm_data_buf)
#define MOST 65535u

static size_t size_of(GC_PARM_BLKP block)
{
    return block ? block->parm_data_size : 0;
}

static int insert(GC_PARM_BLKP *blockp, unsigned set, unsigned parameter, size_t size,
                  const void *value)
{
    if (!blockp || (size && !value) || size > 255)
        return gc_failed(EGC_INVPARM);
    size_t old = size_of(*blockp), entry = ENTRY_HEAD + size;
    if (old + entry > MOST)
        return gc_failed(EGC_INVDATABUFFSIZE);
    GC_PARM_BLKP block = realloc(*blockp, BLOCK_HEAD + old + entry);
    if (!block)
        return gc_failed(EGC_NOMEM);
    GC_PARM_DATA *at = (GC_PARM_DATA *)((char *)block + BLOCK_HEAD + old);
    at->set_ID = (unsigned short)set;
    at->parm_ID = (unsigned short)parameter;
    at->value_size = (unsigned char)size;
    memcpy((char *)at + ENTRY_HEAD, value, size);
    block->parm_data_size = (unsigned short)(old + entry);
    *blockp = block;
    return GC_SUCCESS;
}

DLG_EXPORT int gc_util_insert_parm_ref(GC_PARM_BLKP *parm_blkpp, unsigned short setID,
                                       unsigned short parmID, unsigned char data_size, void *datap)
{
    return insert(parm_blkpp, setID, parmID, data_size, datap);
}

DLG_EXPORT int gc_util_insert_parm_ref_ex(GC_PARM_BLKP *parm_blkpp, unsigned long setID,
                                          unsigned long parmID, unsigned long data_size,
                                          void *datap)
{
    if (setID > MOST || parmID > MOST)
        return gc_failed(EGC_INVPARM);
    return insert(parm_blkpp, (unsigned)setID, (unsigned)parmID, data_size, datap);
}

DLG_EXPORT int gc_util_insert_parm_val(GC_PARM_BLKP *parm_blkpp, unsigned short setID,
                                       unsigned short parmID, unsigned char data_size,
                                       unsigned long data)
{
    unsigned char one = (unsigned char)data;
    unsigned short two = (unsigned short)data;
    unsigned four = (unsigned)data;
    switch (data_size) {
    case sizeof(one):
        return insert(parm_blkpp, setID, parmID, sizeof(one), &one);
    case sizeof(two):
        return insert(parm_blkpp, setID, parmID, sizeof(two), &two);
    case sizeof(four):
        return insert(parm_blkpp, setID, parmID, sizeof(four), &four);
    default:
        return data_size == sizeof(data) ? insert(parm_blkpp, setID, parmID, data_size, &data)
                                         : gc_failed(EGC_INVPARM);
    }
}

DLG_EXPORT GC_PARM_DATAP gc_util_next_parm(GC_PARM_BLKP parm_blk, GC_PARM_DATAP cur_parm)
{
    if (!parm_blk)
        return NULL;
    char *begin = (char *)parm_blk + BLOCK_HEAD, *end = begin + parm_blk->parm_data_size;
    char *at = cur_parm ? (char *)cur_parm + ENTRY_HEAD + cur_parm->value_size : begin;
    if (at < begin || at + ENTRY_HEAD > end)
        return NULL;
    return at + ENTRY_HEAD + ((GC_PARM_DATAP)at)->value_size <= end ? (GC_PARM_DATAP)at : NULL;
}

DLG_EXPORT GC_PARM_DATAP gc_util_find_parm(GC_PARM_BLKP parm_blk, unsigned short setID,
                                           unsigned short parmID)
{
    GC_PARM_DATAP at = gc_util_next_parm(parm_blk, NULL);
    while (at && (at->set_ID != setID || at->parm_ID != parmID))
        at = gc_util_next_parm(parm_blk, at);
    return at;
}

static int describe(GC_PARM_DATAP at, GC_PARM_DATA_EXTP out)
{
    if (!at)
        return gc_failed(EGC_NO_MORE_PARMS);
    out->pInternal = at;
    out->set_ID = at->set_ID;
    out->parm_ID = at->parm_ID;
    out->data_size = at->value_size;
    out->pData = (char *)at + ENTRY_HEAD;
    return GC_SUCCESS;
}

DLG_EXPORT int gc_util_next_parm_ex(GC_PARM_BLKP parm_blk, GC_PARM_DATA_EXTP parm)
{
    if (!parm)
        return gc_failed(EGC_INVPARMDATAEXT);
    return describe(gc_util_next_parm(parm_blk, parm->pInternal), parm);
}

DLG_EXPORT int gc_util_find_parm_ex(GC_PARM_BLKP parm_blk, unsigned long setID,
                                    unsigned long parmID, GC_PARM_DATA_EXTP parm)
{
    if (!parm)
        return gc_failed(EGC_INVPARMDATAEXT);
    GC_PARM_DATAP at = gc_util_next_parm(parm_blk, parm->pInternal);
    while (at && (at->set_ID != setID || at->parm_ID != parmID))
        at = gc_util_next_parm(parm_blk, at);
    return describe(at, parm);
}

DLG_EXPORT int gc_util_copy_parm_blk(GC_PARM_BLKP *parm_blkpp, const GC_PARM_BLKP parm_blk)
{
    size_t size = BLOCK_HEAD + size_of(parm_blk);
    GC_PARM_BLKP copy = parm_blkpp && parm_blk ? malloc(size) : NULL;
    if (!copy)
        return gc_failed(parm_blkpp && parm_blk ? EGC_NOMEM : EGC_INVPARMBLK);
    memcpy(copy, parm_blk, size);
    *parm_blkpp = copy;
    return GC_SUCCESS;
}

DLG_EXPORT void gc_util_delete_parm_blk(GC_PARM_BLKP parm_blk)
{
    free(parm_blk);
}

/* Parameters of a line: kept, and given back. Which call is placed with what number is ours. */

static int place_of(const struct gc_line *line, int id)
{
    int i = 0;
    while (i < line->count && line->ids[i] != id)
        i++;
    return i;
}

static void keep_number(struct gc_line *line, const char *number)
{
    strncpy(line->calling, number, GC_ADDRSIZE);
    line->calling[GC_ADDRSIZE] = 0;
}

DLG_EXPORT int gc_SetParm(long linedev, int parm_id, GC_PARM value)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    struct gc_line *line = gc_line_of(d);
    if (parm_id == GCPR_CALLINGPARTY) {
        if (!value.paddress)
            return gc_fail(EGC_INVPARM);
        keep_number(line, value.paddress);
        return gc_done();
    }
    int i = place_of(line, parm_id);
    if (i == GC_PARAMETERS)
        return gc_fail(EGC_NOMEM);
    line->ids[i] = parm_id;
    line->values[i] = value;
    line->count += i == line->count;
    return gc_done();
}

DLG_EXPORT int gc_GetParm(long linedev, int parm_id, GC_PARM *valuep)
{
    struct dlg_device *d = gc_enter(linedev);
    if (!d)
        return GC_ERROR;
    struct gc_line *line = gc_line_of(d);
    if (!valuep)
        return gc_fail(EGC_INVPARM);
    if (parm_id == GCPR_CALLINGPARTY) {
        valuep->paddress = line->calling;
        return gc_done();
    }
    int i = place_of(line, parm_id);
    if (i == line->count)
        return gc_fail(EGC_INVPARM);
    *valuep = line->values[i];
    return gc_done();
}

DLG_EXPORT int gc_SetCallingNum(long linedev, char *calling_num)
{
    struct dlg_device *d = calling_num ? gc_enter(linedev) : NULL;
    if (!d)
        return calling_num ? GC_ERROR : gc_failed(EGC_INVPARM);
    keep_number(gc_line_of(d), calling_num);
    return gc_done();
}
