/* What the files of the fax library share. */

#ifndef FX_H
#define FX_H

#include "dlg.h"
#include "faxlib.h"

#define FX_TEXT 64
#define FX_PARAMETERS 32

/* A fax device's own; `more` of a device of kind DLG_FAX. */
struct fx_more {
    bool is_set; /* fx_initstat() was called for the session to come */
    int state;   /* DF_TX, DF_RX */
    unsigned long wanted; /* DF_PHASEB and DF_PHASED, of what runs */
    char local[FX_TEXT], remote[FX_TEXT], header[FX_TEXT], header2[FX_TEXT];
    char sub_address[FX_TEXT], remote_sub_address[FX_TEXT];
    unsigned short tx_rate, rx_rate, tx_coding, rx_coding, header_attribute;
    struct { unsigned long id; long value; } parameters[FX_PARAMETERS];
    int count;
    long bstat, estat, command, reply, pages, speed, width, resolution, coding, ecm;
    long rows, bad_rows, termmsk;
    DF_IOTT *last, *bad;
};

static inline struct fx_more *fx_more_of(struct dlg_device *d)
{
    return d->more;
}

#endif
