/* Digital lines' timeslots: opening them. */

#include "dlg.h"

DLG_EXPORT int dt_open(char *name, int oflags)
{
    long error;
    (void)oflags;
    struct dlg_device *d = dlg_open(name, DLG_NETWORK, &error);
    return d ? (int)d->handle : -1;
}

DLG_EXPORT int dt_close(int device)
{
    struct dlg_device *d = dlg_enter(device, DLG_NETWORK);
    return d ? dlg_close(d) : -1;
}
