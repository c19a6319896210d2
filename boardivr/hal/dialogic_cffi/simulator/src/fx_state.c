/* A fax resource's parameters, and what it tells of its last session. */

#include <string.h>

#include "fx.h"

static char *text_of(struct fx_more *fx, unsigned long id)
{
    return id == FC_LOCALID           ? fx->local
           : id == FC_REMOTEID        ? fx->remote
           : id == FC_HDRUSER         ? fx->header
           : id == FC_HDRUSER2        ? fx->header2
           : id == FC_TXSUBADDR       ? fx->sub_address
           : id == FC_REMOTESUBADDR   ? fx->remote_sub_address
                                      : NULL;
}

static unsigned short *number_of(struct fx_more *fx, unsigned long id)
{
    return id == FC_TXBAUDRATE    ? &fx->tx_rate
           : id == FC_RXBAUDRATE  ? &fx->rx_rate
           : id == FC_TXCODING    ? &fx->tx_coding
           : id == FC_RXCODING    ? &fx->rx_coding
           : id == FC_HDRATTRIB   ? &fx->header_attribute
                                  : NULL;
}

static bool is_known(unsigned long id)
{
    static const unsigned long known[] = {
        FC_RETRYCNT, FC_SENDCONT, FC_ENDDOC, FC_RTN, FC_RTP, FC_TFPGBASE, FC_TFTAGCHECK,
        FC_HDRSTARTPAGE, FC_HDRDATEFMT, FC_HDRTIMEFMT, FC_MDM_RX_LVL, FC_STOPCH, FC_BACKCOMPAT,
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (known[i] == id)
            return true;
    return false;
}

static int place_of(const struct fx_more *fx, unsigned long id)
{
    int i = 0;
    while (i < fx->count && fx->parameters[i].id != id)
        i++;
    return i;
}

DLG_EXPORT int fx_setparm(int dev, unsigned long parm, const void *valuep)
{
    struct dlg_device *d = dlg_enter(dev, DLG_FAX);
    if (!d)
        return -1;
    struct fx_more *fx = fx_more_of(d);
    parm &= 0xffffffff;
    char *text = text_of(fx, parm);
    unsigned short *number = number_of(fx, parm);
    if (!valuep || parm == FC_REMOTEID || parm == FC_REMOTESUBADDR)
        return dlg_leave(d, EFX_INVALARG);
    if (text) {
        size_t most = parm == FC_HDRUSER || parm == FC_HDRUSER2 ? 50 : 20;
        size_t n = strnlen(valuep, most);
        memcpy(text, valuep, n);
        text[n] = 0;
        return dlg_leave(d, 0);
    }
    if (number) {
        *number = *(const unsigned short *)valuep;
        return dlg_leave(d, 0);
    }
    int i = place_of(fx, parm);
    if (!is_known(parm) || i == FX_PARAMETERS)
        return dlg_leave(d, EFX_BADPARM);
    fx->parameters[i].id = parm;
    fx->parameters[i].value = *(const unsigned short *)valuep;
    fx->count += i == fx->count;
    return dlg_leave(d, 0);
}

DLG_EXPORT int fx_getparm(int dev, unsigned long parm, void *valuep)
{
    struct dlg_device *d = dlg_enter(dev, DLG_FAX);
    if (!d)
        return -1;
    struct fx_more *fx = fx_more_of(d);
    parm &= 0xffffffff;
    const char *text = text_of(fx, parm);
    const unsigned short *number = number_of(fx, parm);
    if (!valuep)
        return dlg_leave(d, EFX_INVALARG);
    if (text) {
        strcpy(valuep, text);
        return dlg_leave(d, 0);
    }
    int i = place_of(fx, parm);
    if (!number && (i == fx->count || !is_known(parm)))
        return dlg_leave(d, EFX_BADPARM);
    *(unsigned short *)valuep = number ? *number : (unsigned short)fx->parameters[i].value;
    return dlg_leave(d, 0);
}

#define ATTRIBUTE(name, value)                                                                     \
    DLG_EXPORT long ATFX_##name(int dev)                                                           \
    {                                                                                              \
        struct dlg_device *d = dlg_enter(dev, DLG_FAX);                                            \
        if (!d)                                                                                    \
            return AT_FAILURE;                                                                     \
        struct fx_more *fx = fx_more_of(d);                                                        \
        (void)fx;                                                                                  \
        long found = (value);                                                                      \
        pthread_mutex_unlock(&dlg_lock);                                                           \
        return found;                                                                              \
    }

ATTRIBUTE(BSTAT, fx->bstat)
ATTRIBUTE(ESTAT, fx->estat)
ATTRIBUTE(PHDCMD, fx->command)
ATTRIBUTE(PHDRPY, fx->reply)
ATTRIBUTE(PGXFER, fx->pages)
ATTRIBUTE(SPEED, fx->speed)
ATTRIBUTE(WIDTH, fx->width)
ATTRIBUTE(RESLN, fx->resolution)
ATTRIBUTE(CODING, fx->coding)
ATTRIBUTE(ECM, fx->ecm)
ATTRIBUTE(SCANLINES, fx->rows)
ATTRIBUTE(BADSCANLINES, fx->bad_rows)
ATTRIBUTE(TERMMSK, fx->termmsk)
ATTRIBUTE(STATE, d->op.active ? d->op.state : CS_IDLE)
ATTRIBUTE(CHTYPE, DFS_FAXDM3)

static DF_IOTT *entry_of(int dev, bool bad)
{
    struct dlg_device *d = dlg_enter(dev, DLG_FAX);
    if (!d)
        return NULL;
    DF_IOTT *entry = bad ? fx_more_of(d)->bad : fx_more_of(d)->last;
    pthread_mutex_unlock(&dlg_lock);
    return entry;
}

DLG_EXPORT DF_IOTT *ATFX_BADIOTT(int dev)
{
    return entry_of(dev, true);
}

DLG_EXPORT DF_IOTT *ATFX_LASTIOTT(int dev)
{
    return entry_of(dev, false);
}

DLG_EXPORT const char *fx_getversion(int dev, int flag)
{
    (void)dev, (void)flag;
    return "BoardIVR simulated fax library";
}

DLG_EXPORT const char *ATFX_FXVERSION(int dev)
{
    return fx_getversion(dev, 0);
}
