/* The pump: one thread that moves sound between the program's files, memory and functions,
 * and the firmware. A socket for each play or recording; its buffer is the read-ahead.
 *
 * What a program owns (buffers, descriptors, UIO functions) is touched here only, and no
 * more once its operation has ended: the end of an operation goes through this thread. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec.h"
#include "dlg.h"
#include "wave.h"

#define CHUNK 512      /* bytes of the program's at a time */
#define READ_AHEAD 8192
#define SEGMENTS 256

/* One entry of a DX_IOTT, and what of it was played. */
struct segment {
    int type, fd;
    uint8_t *memory;
    int64_t offset, length; /* length -1: to the end */
    int64_t first_sample, first_byte; /* in the whole, of the line and of the program's */
    int bits, rate;
};

struct job {
    struct job *next;
    struct dlg_device *device; /* NULL: dropped */
    uint32_t token;
    int socket;
    bool plays, told, drained, failed, is_wave, started_segment;
    DX_UIO uio;
    int count, at;
    int64_t in_segment; /* bytes done of the segment that is at hand */
    int64_t bytes, samples, limit;
    struct dlg_codec codec;
    bool has_codec;
    uint8_t pending[CHUNK * 10 + 16];
    int pending_size, pending_at;
    int64_t wave_left; /* bytes of data that its header promised; -1: no end */
    struct segment segments[SEGMENTS];
};

static struct job *jobs;
static int wakeup[2] = {-1, -1};
static bool runs;
static pthread_t thread;

bool dlg_in_pump(void)
{
    return runs && pthread_equal(pthread_self(), thread);
}

static void wake(void)
{
    char byte = 0;
    if (wakeup[1] >= 0 && write(wakeup[1], &byte, 1) < 0)
        return; /* full: it is awake */
}

/* Formats */

static int coding_of(int format, int bits, enum dlg_coding *out)
{
    switch (format) {
    case DATA_FORMAT_DIALOGIC_ADPCM:
        *out = DLG_OKI;
        return bits == 4 || bits == 0 ? 0 : -1;
    case DATA_FORMAT_ALAW:
        *out = DLG_ALAW;
        return bits == 8 || bits == 0 ? 0 : -1;
    case DATA_FORMAT_MULAW:
        *out = DLG_MULAW;
        return bits == 8 || bits == 0 ? 0 : -1;
    case DATA_FORMAT_PCM:
        *out = bits == 16 ? DLG_PCM16 : DLG_PCM8;
        return bits == 8 || bits == 16 ? 0 : -1;
    default:
        return -1;
    }
}

static int rate_of(unsigned long code)
{
    return code == DRT_6KHZ || code == 6000 ? 6000 : code == DRT_8KHZ || code == 8000 ? 8000
         : code == DRT_11KHZ || code == 11025 ? 11025 : 0;
}

/* What the mode bits say where there is no DX_XPB. */
static int plain_format(int mode, struct job *j)
{
    enum dlg_coding coding = !(mode & MD_PCM) ? DLG_OKI : mode & PM_ALAW ? DLG_ALAW : DLG_MULAW;
    return dlg_codec_init(&j->codec, coding, mode & PM_SR8 ? 8000 : 6000) == 0 ? 0 : EDX_SYSTEM;
}

static int set_format(struct job *j, const DX_XPB *x, int mode)
{
    enum dlg_coding coding;
    if (!x) {
        j->has_codec = true;
        return plain_format(mode, j);
    }
    j->is_wave = x->wFileFormat == FILE_FORMAT_WAVE;
    if (j->is_wave && j->plays)
        return 0; /* its header says it */
    if (x->wFileFormat != FILE_FORMAT_WAVE && x->wFileFormat != FILE_FORMAT_VOX &&
        x->wFileFormat != FILE_FORMAT_NONE)
        return EDX_XPBPARM;
    int rate = rate_of(x->nSamplesPerSec);
    if (!rate || coding_of(x->wDataFormat, x->wBitsPerSample, &coding) < 0)
        return EDX_XPBPARM;
    j->has_codec = true;
    return dlg_codec_init(&j->codec, coding, rate) == 0 ? 0 : EDX_SYSTEM;
}

/* The program's chain */

static int add_segment(struct job *j, const DX_IOTT *t)
{
    struct segment *s = &j->segments[j->count++];
    s->type = t->io_type & (IO_MEM | IO_UIO | IO_STREAM | IO_CACHED);
    s->fd = t->io_fhandle;
    s->memory = (uint8_t *)t->io_bufp;
    s->offset = (int64_t)t->io_offset;
    s->length = t->io_length == -1 ? -1 : (int64_t)t->io_length;
    if (s->type & (IO_STREAM | IO_CACHED))
        return EDX_BADIOTT;
    if (s->type == IO_MEM && (!s->memory || s->length < 0))
        return EDX_BADIOTT;
    if (s->type == IO_UIO && (j->plays ? !j->uio.u_read : !j->uio.u_write))
        return EDX_BADIOTT;
    if (s->type == IO_DEV && (s->fd < 0 || fcntl(s->fd, F_GETFD) < 0))
        return EDX_BADIOTT;
    return s->length < -1 ? EDX_BADIOTT : 0;
}

static int read_chain(struct job *j, const DX_IOTT *t)
{
    for (;;) {
        int linkage = t ? t->io_type & (IO_CONT | IO_LINK | IO_EOT) : 0;
        int error = !t || j->count == SEGMENTS ? EDX_BADIOTT : add_segment(j, t);
        if (error)
            return error;
        if (linkage == IO_EOT)
            return 0;
        if (linkage != IO_CONT && linkage != IO_LINK)
            return EDX_BADIOTT;
        t = linkage == IO_LINK ? t->io_nextp : t + 1;
    }
}

/* Bytes of a segment, from where it is */

static int64_t segment_read(struct job *j, struct segment *s, void *to, int64_t size)
{
    if (s->length >= 0 && size > s->length - j->in_segment)
        size = s->length - j->in_segment;
    if (size <= 0)
        return 0;
    int64_t n;
    if (s->type == IO_MEM) {
        memcpy(to, s->memory + s->offset + j->in_segment, (size_t)size);
        n = size;
    } else if (s->type == IO_UIO) {
        n = j->uio.u_read(s->fd, to, (unsigned)size);
    } else {
        n = pread(s->fd, to, (size_t)size, s->offset + j->in_segment);
        if (n < 0 && errno == ESPIPE)
            n = read(s->fd, to, (size_t)size);
    }
    if (n > 0)
        j->in_segment += n;
    return n;
}

static int64_t segment_write(struct job *j, struct segment *s, const void *from, int64_t size)
{
    int64_t n;
    if (s->type == IO_MEM) {
        memcpy(s->memory + s->offset + j->in_segment, from, (size_t)size);
        n = size;
    } else if (s->type == IO_UIO) {
        n = j->uio.u_write(s->fd, (char *)(uintptr_t)from, (unsigned)size);
    } else {
        n = pwrite(s->fd, from, (size_t)size, s->offset + j->in_segment);
        if (n < 0 && errno == ESPIPE)
            n = write(s->fd, from, (size_t)size);
    }
    if (n > 0)
        j->in_segment += n;
    return n;
}

static int read_wave(void *argument, void *to, int size)
{
    struct job *j = argument;
    return (int)segment_read(j, &j->segments[j->at], to, size);
}

/* A segment begins: a WAVE file says its format first. */
static bool start_segment(struct job *j)
{
    struct segment *s = &j->segments[j->at];
    j->in_segment = 0;
    j->wave_left = -1;
    if (s->type == IO_UIO && j->uio.u_seek)
        j->uio.u_seek(s->fd, (long)s->offset, SEEK_SET);
    if (j->is_wave && j->plays) {
        struct dlg_wave wave;
        enum dlg_coding coding;
        if (dlg_wave_read(read_wave, j, &wave) < 0 || coding_of(wave.format, wave.bits, &coding) < 0)
            return false;
        if (j->has_codec)
            dlg_codec_release(&j->codec);
        j->has_codec = dlg_codec_init(&j->codec, coding, wave.rate) == 0;
        if (!j->has_codec)
            return false;
        j->wave_left = wave.bytes;
    }
    dlg_codec_restart(&j->codec);
    s->first_sample = j->samples;
    s->first_byte = j->bytes;
    s->bits = dlg_codec_bits(&j->codec);
    s->rate = j->codec.rate;
    j->started_segment = true;
    return true;
}

/* Get the next bytes ready to be sent. Returns false at the end of all. */
static bool fill(struct job *j)
{
    uint8_t in[CHUNK];
    int16_t x[CHUNK * 5 + 2];
    while (j->at < j->count) {
        if (!j->started_segment && !start_segment(j)) {
            j->failed = true;
            return false;
        }
        int64_t want = j->wave_left >= 0 && j->wave_left < CHUNK ? j->wave_left : CHUNK;
        int64_t n = segment_read(j, &j->segments[j->at], in, want);
        if (n <= 0) {
            j->failed = n < 0;
            j->at = n < 0 ? j->count : j->at + 1;
            j->started_segment = false;
            continue;
        }
        j->wave_left -= j->wave_left >= 0 ? n : 0;
        j->bytes += n;
        int made = dlg_codec_decode(&j->codec, in, (int)n, x);
        j->samples += made;
        for (int i = 0; i < made; i++) {
            j->pending[2 * i] = (uint8_t)x[i];
            j->pending[2 * i + 1] = (uint8_t)((uint16_t)x[i] >> 8);
        }
        j->pending_size = 2 * made;
        j->pending_at = 0;
        if (made)
            return true;
    }
    return false;
}

static void shut(struct job *j)
{
    if (j->socket >= 0)
        close(j->socket);
    j->socket = -1;
    j->drained = true;
}

static void push(struct job *j)
{
    if (j->pending_at == j->pending_size && !fill(j)) {
        shut(j); /* the end of the data is the end of the voice */
        return;
    }
    ssize_t n = send(j->socket, j->pending + j->pending_at, (size_t)(j->pending_size - j->pending_at),
                     MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0)
        j->pending_at += (int)n;
    else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        shut(j);
}

/* Recordings */

static int64_t room(const struct job *j)
{
    const struct segment *s = &j->segments[j->at];
    return s->length < 0 ? INT64_MAX : s->length - j->in_segment;
}

static void store(struct job *j, const uint8_t *data, int64_t size)
{
    while (size > 0 && j->at < j->count && !j->failed) {
        if (!j->started_segment) {
            j->in_segment = 0;
            j->started_segment = true;
        }
        int64_t part = size < room(j) ? size : room(j);
        int64_t n = part > 0 ? segment_write(j, &j->segments[j->at], data, part) : 0;
        if (part > 0 && n <= 0)
            j->failed = true;
        data += n;
        size -= n;
        j->bytes += n;
        if (room(j) <= 0) {
            j->at++;
            j->started_segment = false;
        }
    }
}

static void pull(struct job *j)
{
    uint8_t in[2 * CHUNK], out[4 * CHUNK];
    int16_t x[CHUNK];
    ssize_t n = recv(j->socket, in + j->pending_size, sizeof(in) - (size_t)j->pending_size, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (n <= 0) {
        shut(j);
        return;
    }
    if (j->pending_size)
        in[0] = j->pending[0];
    n += j->pending_size;
    for (ssize_t i = 0; i < n / 2; i++)
        x[i] = (int16_t)(in[2 * i] | in[2 * i + 1] << 8);
    j->pending_size = (int)(n % 2);
    if (j->pending_size)
        j->pending[0] = in[n - 1];
    j->samples += n / 2;
    store(j, out, dlg_codec_encode(&j->codec, x, (int)(n / 2), out));
}

/* A WAVE file's header has its length: it is written at the end, over the one that was kept free. */
static void finish_wave(struct job *j)
{
    uint8_t header[DLG_WAVE_HEADER];
    struct segment *s = &j->segments[0];
    int format = j->codec.coding == DLG_OKI     ? DATA_FORMAT_DIALOGIC_ADPCM
                 : j->codec.coding == DLG_ALAW  ? DATA_FORMAT_ALAW
                 : j->codec.coding == DLG_MULAW ? DATA_FORMAT_MULAW
                                                : DATA_FORMAT_PCM;
    dlg_wave_header(header, format, dlg_codec_bits(&j->codec), j->codec.rate, j->bytes - DLG_WAVE_HEADER);
    if (s->type == IO_MEM)
        memcpy(s->memory + s->offset, header, sizeof(header));
    else if (s->type == IO_DEV && pwrite(s->fd, header, sizeof(header), s->offset) < 0)
        j->failed = true;
    else if (s->type == IO_UIO && j->uio.u_seek && j->uio.u_seek(s->fd, (long)s->offset, SEEK_SET) >= 0)
        j->uio.u_write(s->fd, (char *)header, sizeof(header));
}

static void free_job(struct job *j)
{
    struct job **at = &jobs;
    while (*at && *at != j)
        at = &(*at)->next;
    if (*at)
        *at = j->next;
    if (j->socket >= 0)
        close(j->socket);
    if (j->has_codec)
        dlg_codec_release(&j->codec);
    free(j);
}

/* How many of the program's bytes so many samples of the line are. */
static int64_t bytes_of(const struct job *j, int64_t samples)
{
    const struct segment *s = NULL;
    for (int i = 0; i <= j->at && i < j->count; i++)
        if (j->segments[i].rate && j->segments[i].first_sample <= samples)
            s = &j->segments[i];
    if (!s || samples >= j->samples)
        return j->bytes;
    int64_t n = s->first_byte + (samples - s->first_sample) * s->rate / 8000 * s->bits / 8;
    return n < j->bytes ? n : j->bytes;
}

/* The operation is over, and all of its sound is where it belongs. Lock held. */
static void end(struct job *j)
{
    struct dlg_device *d = j->device;
    if (d && d->op.active && d->op.token == j->token) {
        if (j->failed)
            d->op.told.a[0] |= TM_ERROR;
        d->v.trcount = (long)(j->plays ? bytes_of(j, d->op.told.a[1])
                              : j->is_wave && j->bytes ? j->bytes - DLG_WAVE_HEADER : j->bytes);
        d->v.trtime = (long)(d->op.told.a[1] / 8000);
        d->op.has_media = false;
        dlg_finish(d);
    }
    free_job(j);
}

static bool is_over(const struct job *j)
{
    return !j->device || (j->told && (j->plays || j->drained));
}

/* Lock not held: nobody else touches a job but to set `told` and `device`. */
static void work(struct pollfd *polled, struct job **which, int n)
{
    for (int i = 0; i < n; i++) {
        struct job *j = which[i];
        if (!polled[i + 1].revents || j->socket < 0)
            continue;
        if (j->plays)
            push(j);
        else
            pull(j);
    }
}

static void end_jobs(void)
{
    for (struct job *j = jobs, *next; j; j = next) {
        next = j->next;
        if (!is_over(j))
            continue;
        if (j->device && !j->plays && j->is_wave) {
            pthread_mutex_unlock(&dlg_lock);
            finish_wave(j);
            pthread_mutex_lock(&dlg_lock);
            next = j->next;
        }
        end(j);
    }
}

static void *pump(void *argument)
{
    (void)argument;
    static struct pollfd polled[4097];
    static struct job *which[4096];
    pthread_mutex_lock(&dlg_lock);
    for (;;) {
        end_jobs();
        int n = 0;
        polled[0] = (struct pollfd){.fd = wakeup[0], .events = POLLIN};
        for (struct job *j = jobs; j && n < 4096; j = j->next) {
            if (j->socket < 0)
                continue;
            which[n++] = j;
            polled[n] = (struct pollfd){.fd = j->socket, .events = j->plays ? POLLOUT : POLLIN};
        }
        pthread_mutex_unlock(&dlg_lock);
        char rest[64];
        if (poll(polled, (nfds_t)n + 1, -1) > 0) {
            if (polled[0].revents && read(wakeup[0], rest, sizeof(rest)) < 0)
                continue;
            work(polled, which, n);
        }
        pthread_mutex_lock(&dlg_lock);
    }
    return NULL;
}

static bool start_pump(void)
{
    if (!runs && pipe2(wakeup, O_CLOEXEC | O_NONBLOCK) == 0) {
        thread = dlg_thread(pump, NULL);
        runs = thread != 0;
    }
    return runs;
}

static int start(struct dlg_device *d, struct job *j, int *fd)
{
    int pair[2], size = READ_AHEAD * (dlg_speed < 32 ? dlg_speed : 32);
    if (!start_pump() || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return EDX_SYSTEM;
    if (j->plays)
        setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    j->socket = pair[0];
    *fd = pair[1];
    j->device = d;
    j->token = d->op.token;
    d->op.has_media = true;
    j->next = jobs;
    jobs = j;
    /* The first of it goes at once; but a program's function isn't called with the lock held. */
    if (j->plays && j->segments[0].type != IO_UIO && fill(j))
        push(j);
    wake();
    return 0;
}

static struct job *make_job(struct dlg_device *d, bool plays)
{
    struct job *j = calloc(1, sizeof(*j));
    if (j) {
        j->plays = plays;
        j->socket = -1;
        dlg_uio_of(d, &j->uio);
    }
    return j;
}

static int begin(struct job *j, const DX_IOTT *list, const DX_XPB *format, int mode)
{
    int error = !j ? EDX_SYSTEM : read_chain(j, list);
    return error ? error : set_format(j, format, mode);
}

static void discard(struct job *j)
{
    if (j && j->has_codec)
        dlg_codec_release(&j->codec);
    free(j);
}

/* Both return 0 or the error; lock held, the device taken by dlg_begin(). */

int dlg_pump_play(struct dlg_device *d, DX_IOTT *list, const DX_XPB *format, int mode, int *fd)
{
    struct job *j = make_job(d, true);
    int error = begin(j, list, format, mode);
    if (!error && j->is_wave && j->segments[0].type != IO_UIO) {
        if (!start_segment(j)) /* what isn't a WAVE file is refused at once */
            error = EDX_BADWAVEFILE;
    }
    if (!error)
        error = start(d, j, fd);
    if (error)
        discard(j);
    return error;
}

int dlg_pump_record(struct dlg_device *d, DX_IOTT *list, DX_XPB *format, int mode, int *fd,
                    int64_t *samples)
{
    static const uint8_t header[DLG_WAVE_HEADER];
    struct job *j = make_job(d, false);
    int error = begin(j, list, format, mode);
    int64_t bytes = 0;
    for (int i = 0; !error && i < j->count; i++)
        bytes = j->segments[i].length < 0 || bytes < 0 ? -1 : bytes + j->segments[i].length;
    if (!error && j->is_wave)
        store(j, header, sizeof(header));
    if (!error)
        *samples = bytes < 0 ? -1 : bytes * 8 / dlg_codec_bits(&j->codec) * 8000 / j->codec.rate;
    if (!error)
        error = start(d, j, fd);
    if (error)
        discard(j);
    return error;
}

void dlg_pump_told(struct dlg_device *d)
{
    for (struct job *j = jobs; j; j = j->next)
        if (j->device == d && j->token == d->op.token)
            j->told = true;
    wake();
}

void dlg_pump_drop(struct dlg_device *d)
{
    for (struct job *j = jobs; j; j = j->next)
        if (j->device == d)
            j->device = NULL;
    d->op.has_media = false;
    wake();
}
