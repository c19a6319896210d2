/* Global Call: starting it, and the call control libraries that it has. */

#include <stdio.h>
#include <string.h>

#include "gc.h"

bool gc_started;

static const struct {
    int id;
    const char *name;
    const char *protocols; /* that it does, with a blank before and after each */
} LIBRARIES[] = {
    {GC_DM3CC_LIB, "GC_DM3CC_LIB", ""},
    {GC_ISDN_LIB, "GC_ISDN_LIB", " isdn ISDN qsig "},
    {GC_ICAPI_LIB, "GC_ICAPI_LIB", ""},
    {GC_PDKRT_LIB, "GC_PDKRT_LIB", " pdk "},
    {GC_ANAPI_LIB, "GC_ANAPI_LIB", ""},
    {GC_SS7_LIB, "GC_SS7_LIB", " SS7 ss7 "},
    {GC_IPM_LIB, "GC_IPM_LIB", ""},
    {GC_H3R_LIB, "GC_H3R_LIB", " SIP H323 IP sip "},
};
enum { LIBRARY_COUNT = sizeof(LIBRARIES) / sizeof(*LIBRARIES) };

int gc_library_id(const char *name)
{
    for (int i = 0; name && i < LIBRARY_COUNT; i++)
        if (strcmp(LIBRARIES[i].name, name) == 0)
            return LIBRARIES[i].id;
    return -1;
}

const char *gc_library_name(int id)
{
    for (int i = 0; i < LIBRARY_COUNT; i++)
        if (LIBRARIES[i].id == id)
            return LIBRARIES[i].name;
    return "GC_LIB";
}

void gc_choose_library(struct gc_line *line, const char *protocol)
{
    char word[DLG_NAME + 2];
    int chosen = 0, n = (int)strcspn(protocol, "_");
    snprintf(word, sizeof(word), " %.*s ", n, protocol);
    for (int i = 0; i < LIBRARY_COUNT; i++)
        if (n && strstr(LIBRARIES[i].protocols, word))
            chosen = i;
    line->library_id = LIBRARIES[chosen].id;
    strncpy(line->library, LIBRARIES[chosen].name, GC_MAX_CCLIBNAME_LEN);
}

/* Starting */

DLG_EXPORT int gc_Start(GC_START_STRUCT *startp)
{
    for (int i = 0; startp && startp->cclib_list && i < startp->num_cclibs; i++)
        if (gc_library_id(startp->cclib_list[i].cclib_name) < 0)
            return gc_failed(EGC_CCLIB_NOTFOUND);
    pthread_mutex_lock(&dlg_lock);
    if (gc_started)
        return gc_fail(EGC_GC_STARTED);
    if (!dlg_connect())
        return gc_fail(EGC_CCLIBSTART); /* the boards aren't started */
    gc_started = true;
    return gc_done();
}

DLG_EXPORT int gc_Stop(void)
{
    if (!gc_started)
        return gc_failed(EGC_GCNOTSTARTED);
    for (long handle = 1; handle < 4096; handle++) {
        struct dlg_device *d = dlg_enter(handle, DLG_LINEDEV);
        if (!d)
            continue;
        pthread_mutex_unlock(&dlg_lock);
        gc_Close(handle);
    }
    gc_started = false;
    return GC_SUCCESS;
}

DLG_EXPORT int gc_CCLibNameToID(char *lib_name, int *cclibidp)
{
    if (!cclibidp || gc_library_id(lib_name) < 0)
        return gc_failed(EGC_INVCCLIB);
    *cclibidp = gc_library_id(lib_name);
    return GC_SUCCESS;
}

DLG_EXPORT int gc_CCLibIDToName(int cclibid, char **lib_name)
{
    if (!lib_name || gc_library_id(gc_library_name(cclibid)) < 0)
        return gc_failed(EGC_INVCCLIB);
    *lib_name = (char *)gc_library_name(cclibid);
    return GC_SUCCESS;
}

DLG_EXPORT int gc_CCLibStatus(char *cclib_name, int *cclib_infop)
{
    if (!gc_started)
        return gc_failed(EGC_GCNOTSTARTED);
    if (!cclib_infop || gc_library_id(cclib_name) < 0)
        return gc_failed(EGC_INVCCLIB);
    *cclib_infop = GC_CCLIB_CONFIGURED | GC_CCLIB_AVL;
    return GC_SUCCESS;
}

DLG_EXPORT int gc_CCLibStatusEx(char *cclib_name, void *cclib_infop)
{
    if (!cclib_name || !cclib_infop)
        return gc_failed(EGC_INVPARM);
    if (strcmp(cclib_name, "GC_ALL_LIB") != 0)
        return gc_CCLibStatus(cclib_name, cclib_infop);
    if (!gc_started)
        return gc_failed(EGC_GCNOTSTARTED);
    GC_CCLIB_STATUSALL *all = cclib_infop;
    const size_t room = sizeof(all->cclib_state) / sizeof(*all->cclib_state);
    memset(all, 0, sizeof(*all));
    for (size_t i = 0; i < LIBRARY_COUNT && i < room; i++) {
        strncpy(all->cclib_state[i].name, LIBRARIES[i].name, GC_MAX_CCLIBNAME_LEN - 1);
        all->cclib_state[i].state = GC_CCLIB_CONFIGURED;
    }
    return GC_SUCCESS;
}
