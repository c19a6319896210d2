/* Faxes: opening the resource, sending, receiving, and what is told meanwhile. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fx.h"

#define WORDS 512

static void keep(char *to, const char *from, size_t room)
{
    size_t n = strnlen(from, room < FX_TEXT - 1 ? room : FX_TEXT - 1);
    memcpy(to, from, n);
    to[n] = 0;
}

/* Who is there: an ident and a sub-address, each with its NUL. */
static void keep_who(struct fx_more *fx, const struct dlg_message *m)
{
    const char *data = (const char *)m->data;
    size_t size = m->size > DLG_HEAD ? m->size - DLG_HEAD : 0, ident = strnlen(data, size);
    keep(fx->remote, data, ident);
    if (ident + 1 < size)
        keep(fx->remote_sub_address, data + ident + 1, size - ident - 1);
    fx->bstat |= (fx->remote[0] ? DFS_REMOTEID : 0) |
                 (fx->remote_sub_address[0] ? DFS_REMOTESUBADDR : 0);
}

static void hear(struct dlg_device *d, const struct dlg_message *m)
{
    struct fx_more *fx = fx_more_of(d);
    if (!fx || !d->op.active)
        return;
    if (m->a[0] == DLG_FAX_PHASE_B) {
        fx->bstat |= DFS_DIS; /* DCS, for who receives: the same bit */
        fx->speed = (long)m->a[1];
        fx->ecm = m->a[2] ? DFS_ECM : DFS_NOECM;
        fx->coding = (long)m->a[3];
        keep_who(fx, m);
        if (fx->wanted & DF_PHASEB)
            dlg_post(d->handle, TFX_PHASEB, NULL, 0, NULL, NULL);
    } else if (m->a[0] == DLG_FAX_PHASE_D) {
        fx->pages = (long)m->a[1];
        fx->width = (long)m->a[2];
        fx->resolution = (long)m->a[3];
        fx->rows = (long)m->a[4];
        fx->bad_rows = (long)m->a[5];
        fx->command = (long)m->a[6];
        fx->reply = (long)m->a[7];
        if (fx->wanted & DF_PHASED)
            dlg_post(d->handle, TFX_PHASED, NULL, 0, NULL, NULL);
    }
}

DLG_EXPORT int fx_open(const char *name, int oflags)
{
    long error;
    (void)oflags;
    struct fx_more *fx = calloc(1, sizeof(*fx));
    struct dlg_device *d = fx ? dlg_open(name, DLG_FAX, &error) : NULL;
    if (!d) {
        free(fx);
        return -1;
    }
    pthread_mutex_lock(&dlg_lock);
    fx->tx_rate = fx->rx_rate = DF_MAXBAUD;
    fx->tx_coding = fx->rx_coding = DF_MMR | DF_ECM;
    d->more = fx;
    d->hear = hear;
    pthread_mutex_unlock(&dlg_lock);
    return (int)d->handle;
}

DLG_EXPORT int fx_close(int dev)
{
    struct dlg_device *d = dlg_enter(dev, DLG_FAX);
    return d ? dlg_close(d) : -1;
}

DLG_EXPORT int fx_initstat(int dev, int state)
{
    struct dlg_device *d = dlg_enter(dev, DLG_FAX);
    if (!d)
        return -1;
    if (state != DF_TX && state != DF_RX)
        return dlg_leave(d, state == DF_T38GW ? EFX_UNSUPPORTED : EFX_BADSTATE);
    if (d->op.active)
        return dlg_leave(d, EFX_NOTIDLE);
    fx_more_of(d)->is_set = true;
    fx_more_of(d)->state = state;
    return dlg_leave(d, 0);
}

DLG_EXPORT void fx_setiott(DF_IOTT *iotp, int fhandle, unsigned short dtype, unsigned short cont)
{
    if (!iotp)
        return;
    memset(iotp, 0, sizeof(*iotp));
    iotp->io_type = IO_DEV | IO_CONT;
    iotp->io_fhandle = fhandle;
    iotp->io_datatype = dtype;
    iotp->io_phdcont = cont;
    iotp->io_length = (unsigned long)-1; /* all pages, all bytes */
    iotp->io_width = DF_WID1728;
    iotp->io_resln = DF_RESHI;
    iotp->io_coding = DF_MH;
}

/* The documents */

/* A file that holds what a table entry has in memory, or its own; -1: neither. */
static int file_of(const DF_IOTT *entry, bool *is_ours)
{
    *is_ours = false;
    if (entry->io_type & IO_UIO)
        return -1;
    if (!(entry->io_type & IO_MEM))
        return entry->io_fhandle;
    int file = memfd_create("fax", MFD_CLOEXEC);
    if (file < 0 || !entry->io_bufferp ||
        write(file, entry->io_bufferp + entry->io_offset, entry->io_length) < 0) {
        if (file >= 0)
            close(file);
        return -1;
    }
    lseek(file, 0, SEEK_SET);
    *is_ours = true;
    return file;
}

/* Give one document to the firmware, as a file that is read from its beginning. */
static long give(struct dlg_device *d, const DF_IOTT *entry, bool is_first)
{
    bool pages = entry->io_datatype == DF_TIFF && !(entry->io_type & IO_MEM), is_ours;
    struct dlg_message m = {
        .op = DLG_FAX_DOCUMENT, .device = d->number,
        .a = {entry->io_datatype, pages ? (long)entry->io_offset : 0,
              pages ? (long)entry->io_length : -1, is_first}};
    int file = file_of(entry, &is_ours);
    if (file < 0)
        return EFX_BADIOTT;
    off_t place = lseek(file, 0, SEEK_CUR);
    if (pages) /* a document of another kind is read from where it stands */
        lseek(file, 0, SEEK_SET);
    long error = dlg_ask(&m, NULL, 0, file);
    if (is_ours)
        close(file);
    else if (place >= 0)
        lseek(file, place, SEEK_SET);
    return error;
}

static DF_IOTT *next_of(DF_IOTT *entry)
{
    return entry->io_type & IO_EOT ? NULL : entry->io_type & IO_LINK ? entry->io_nextp : entry + 1;
}

static long give_all(struct dlg_device *d, DF_IOTT *list)
{
    struct fx_more *fx = fx_more_of(d);
    long handle = d->handle;
    if (!list)
        return EFX_BADIOTT;
    for (DF_IOTT *entry = list; entry; entry = next_of(entry)) {
        long error = give(d, entry, entry == list);
        if (dlg_find(handle, DLG_FAX) != d)
            return EFX_LIBERROR;
        fx->last = entry;
        if (error) {
            fx->bad = entry;
            return error;
        }
    }
    return 0;
}

/* Sending and receiving */

static long over(struct dlg_device *d, struct dlg_op *op, const struct dlg_message *m)
{
    struct fx_more *fx = fx_more_of(d);
    long error = d->gone ? EFX_LIBERROR : (long)m->a[0];
    fx->is_set = false; /* fx_initstat() is for one session */
    fx->estat = (long)m->a[1];
    fx->pages = (long)m->a[2];
    if (m->a[3])
        fx->speed = (long)m->a[3];
    if (m->a[4]) {
        fx->width = (long)m->a[4];
        fx->resolution = (long)m->a[5];
        fx->ecm = m->a[6] ? DFS_ECM : DFS_NOECM;
        fx->coding = (long)m->a[7];
    }
    if (!d->gone)
        keep_who(fx, m);
    d->lasterr = error;
    fx->termmsk = error == EFX_POLLED ? TM_POLLED : TM_FXTERM;
    op->result = error ? -1 : 0;
    return error ? TFX_FAXERROR : 0;
}

static unsigned rate_of(unsigned short rate)
{
    static const unsigned rates[] = {14400, 12000, 9600, 7200, 4800, 2400};
    for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
        if (rates[i] <= rate)
            return rates[i];
    return 2400;
}

static size_t words_of(char *out, const struct fx_more *fx, unsigned long flags)
{
    bool sends = fx->state == DF_TX;
    unsigned short coding = sends ? fx->tx_coding : fx->rx_coding;
    const char *header = fx->header_attribute & DF_HDRDISABLE ? "" : fx->header;
    int width = flags & DF_1728MAX ? 1728 : flags & DF_2048MAX ? 2048 : 0;
    return (size_t)snprintf(
        out, WORDS,
        "ident=%s\nheader=%s\nsub_address=%s\nrate=%u\ncoding=%d\necm=%d\npoll=%d\nfine=%d\nwidth=%d\n",
        fx->local, sends ? header : "", sends && flags & DF_TXSUBADDR ? fx->sub_address : "",
        rate_of(sends ? fx->tx_rate : fx->rx_rate), coding & 3, (coding & DF_ECM) != 0,
        (flags & DF_POLL) != 0, (flags & (sends ? DF_TXRESLO : DF_RXRESLO)) == 0,
        sends ? 0 : width);
}

/* Take the device for a session; lock held. Returns 0 or the error. */
static long begin(struct dlg_device *d, int state, unsigned long flags, long event)
{
    struct fx_more *fx = fx_more_of(d);
    if (!fx->is_set)
        return EFX_NOSTATE;
    if (fx->state != state)
        return EFX_BADSTATE;
    long error = dlg_begin(d, state == DF_TX ? CS_SENDFAX : CS_RECVFAX, (unsigned)flags, event, over);
    if (error)
        return error == EDX_BUSY ? EFX_NOTIDLE : EFX_LIBERROR;
    fx->wanted = flags & (DF_PHASEB | DF_PHASED);
    fx->remote[0] = fx->remote_sub_address[0] = 0;
    fx->bstat = fx->estat = fx->command = fx->reply = fx->pages = fx->speed = 0;
    fx->width = fx->resolution = fx->coding = fx->ecm = 0;
    fx->rows = fx->bad_rows = fx->termmsk = 0;
    fx->last = fx->bad = NULL;
    return 0;
}

DLG_EXPORT int fx_sendfax(int dev, DF_IOTT *iotp, unsigned long sndflag)
{
    struct dlg_message m = {.op = DLG_FAX_SEND};
    char words[WORDS];
    struct dlg_device *d = dlg_enter(dev, DLG_FAX);
    if (!d)
        return -1;
    long error = begin(d, DF_TX, sndflag, TFX_FAXSEND);
    if (error)
        return dlg_leave(d, error);
    error = give_all(d, iotp);
    if (dlg_find(dev, DLG_FAX) != d) {
        pthread_mutex_unlock(&dlg_lock);
        return -1;
    }
    if (error) {
        d->op.active = false;
        return dlg_leave(d, error);
    }
    return dlg_run(d, &m, words, words_of(words, fx_more_of(d), sndflag), -1);
}

DLG_EXPORT int fx_rcvfax2(int dev, int fd, unsigned long rcvflag)
{
    struct dlg_message m = {.op = DLG_FAX_RECEIVE};
    char words[WORDS];
    struct dlg_device *d = dlg_enter(dev, DLG_FAX);
    if (!d)
        return -1;
    if (fd < 0 || fcntl(fd, F_GETFL) < 0)
        return dlg_leave(d, EFX_INVALARG);
    if (rcvflag & DF_RAW)
        return dlg_leave(d, EFX_UNSUPPORTED);
    long error = begin(d, DF_RX, rcvflag, TFX_FAXRECV);
    if (error)
        return dlg_leave(d, error);
    return dlg_run(d, &m, words, words_of(words, fx_more_of(d), rcvflag), fd);
}

DLG_EXPORT int fx_rcvfax(int dev, const char *faxname, unsigned long rcvflag)
{
    struct dlg_device *d = dlg_enter(dev, DLG_FAX);
    if (!d)
        return -1;
    int file = faxname ? open(faxname, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (file < 0)
        return dlg_leave(d, EFX_INVALARG);
    pthread_mutex_unlock(&dlg_lock);
    int result = fx_rcvfax2(dev, file, rcvflag);
    int kept = errno;
    close(file); /* the firmware has it, too */
    errno = kept;
    return result;
}

DLG_EXPORT int fx_stopch(int dev, int mode)
{
    struct dlg_device *d = dlg_enter(dev, DLG_FAX);
    return d ? dlg_stop(d, (unsigned)mode, 0) : -1;
}
