/* Recordings: what a port hears or says, into a file that is valid at any moment.
 *
 * The tick puts samples into a ring; a thread of its own writes them (in
 * virtual time whoever ticks does), and brings the header's sizes up to date
 * each time, so that a recording can be played after a crash. */

#include <stdlib.h> // calloc
#include <sys/socket.h> // send
#include <time.h>   // clock_gettime
#include <unistd.h> // pwrite

#include "adpcm.h"
#include "engine.h"

#define RING 16384 /* samples: two seconds, more than a slow disk is waited for */
#define CHUNK 2048
#define HEADER_ROOM 64

struct bi_recording {
    struct bi_engine *engine;
    struct bi_recording *next;
    struct bi_port *port; /* NULL: detached */
    int fd, encoding, error;
    bool muted, busy; /* busy: the writer has it, and the lock not */
    uint8_t header[HEADER_ROOM];
    int header_size;
    int64_t samples, bytes; /* taken; written */
    uint32_t put, got;
    struct bi_adpcm vox;
    int16_t ring[RING];
};

static void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static int write_all(int fd, const uint8_t *data, size_t size, int64_t at)
{
    while (size > 0) {
        ssize_t n = pwrite(fd, data, size, at);
        if (n < 0 && errno == ESPIPE) /* a socket: whoever wants it as it comes */
            n = send(fd, data, size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        data += n;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

static int64_t coded(struct bi_recording *r, const int16_t *x, int n, uint8_t *out)
{
    if (r->encoding == BI_VOX)
        return bi_adpcm_encode(&r->vox, x, n, out, 2 * CHUNK);
    if (r->encoding != BI_LINEAR) {
        bi_encode(r->encoding, x, out, n);
        return n;
    }
    for (int i = 0; i < n; i++) {
        out[2 * i] = (uint8_t)x[i];
        out[2 * i + 1] = (uint8_t)((uint16_t)x[i] >> 8);
    }
    return 2 * (int64_t)n;
}

/* A RIFF header says the file's length at 4 and the data's in its last four bytes. */
static int write_header(struct bi_recording *r)
{
    if (r->header_size == 0)
        return 0;
    put32(r->header + 4, (uint32_t)(r->header_size - 8 + r->bytes));
    put32(r->header + r->header_size - 4, (uint32_t)r->bytes);
    return write_all(r->fd, r->header, (size_t)r->header_size, 0);
}

/* Write what is in the ring. The lock is let go of while the disk works, but in
 * virtual time, where nobody waits for it. */
static void drain(struct bi_recording *r, bool unlocked)
{
    struct bi_engine *e = r->engine;
    int16_t x[CHUNK];
    uint8_t out[2 * CHUNK];
    while (r->got != r->put && !r->error) {
        int n = 0;
        while (n < CHUNK && r->got != r->put)
            x[n++] = r->ring[r->got++ % RING];
        if (unlocked)
            pthread_mutex_unlock(&e->lock);
        int64_t size = coded(r, x, n, out);
        int error = write_all(r->fd, out, (size_t)size, r->header_size + r->bytes);
        r->bytes += size;
        if (!error)
            error = write_header(r);
        if (unlocked)
            pthread_mutex_lock(&e->lock);
        if (!r->error) /* the tick may have found the ring full meanwhile */
            r->error = error;
    }
}

static void take_sample(struct bi_recording *r, int32_t x)
{
    r->ring[r->put++ % RING] = (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : x);
}

static void take(struct bi_engine *e, struct bi_port *p, struct bi_recording *r, int side)
{
    bool in = side & BI_SIDE_IN && !p->in_idle && !p->concealed && !r->muted;
    bool out = side & BI_SIDE_OUT && !p->out_idle && !r->muted;
    if (r->put - r->got > RING - BI_FRAME) {
        if (!e->is_virtual && e->speed == 1) {
            r->error = -ENOSPC; /* the disk didn't keep up for two seconds */
            return;
        }
        drain(r, false);
    }
    for (int i = 0; i < BI_FRAME; i++)
        take_sample(r, (in ? e->decode[p->in[i]] : 0) + (out ? e->decode[p->out[i]] : 0));
    r->samples += BI_FRAME;
}

void bi_recorders_take(struct bi_engine *e, struct bi_port *p)
{
    for (int i = 0; i < BI_RECORDERS; i++)
        if (p->recorders[i] && !p->recorders[i]->error)
            take(e, p, p->recorders[i], p->recorder_sides[i]);
    if (p->op == OP_RECORD)
        p->played += BI_FRAME;
}

int bi_recording_error(const struct bi_recording *r)
{
    return r->error;
}

void bi_recorder_detach(struct bi_engine *e, struct bi_recording *r)
{
    (void)e;
    for (int i = 0; r->port && i < BI_RECORDERS; i++)
        if (r->port->recorders[i] == r)
            r->port->recorders[i] = NULL;
    r->port = NULL;
}

static int attach(struct bi_port *p, struct bi_recording *r, int side)
{
    for (int i = 0; i < BI_RECORDERS; i++) {
        if (p->recorders[i])
            continue;
        p->recorders[i] = r;
        p->recorder_sides[i] = side;
        r->port = p;
        return 0;
    }
    return -EBUSY;
}

bi_recording *bi_recording_open(bi_engine *e, int fd, int encoding, const uint8_t *header,
                                int header_size)
{
    if (header_size > HEADER_ROOM || (header_size > 0 && header_size < 44))
        return NULL;
    struct bi_recording *r = calloc(1, sizeof(*r));
    if (!r)
        return NULL;
    r->engine = e;
    r->fd = fd;
    r->encoding = encoding;
    r->header_size = header_size;
    if (header_size)
        memcpy(r->header, header, (size_t)header_size);
    r->error = encoding == BI_VOX ? bi_adpcm_init(&r->vox, 8000) : 0;
    if (!r->error)
        r->error = write_header(r);
    pthread_mutex_lock(&e->lock);
    r->next = e->recordings;
    e->recordings = r;
    pthread_mutex_unlock(&e->lock);
    return r;
}

int bi_record(bi_engine *e, int port, bi_recording *r, const bi_until *until)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = !p ? -EBADF : p->op != OP_NONE ? -EBUSY : attach(p, r, BI_SIDE_IN);
    if (result == 0) {
        p->op_recording = r;
        result = bi_op_begin(e, p, OP_RECORD, until);
        if (p->op == OP_RECORD)
            p->op_recording = r;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_record_attach(bi_engine *e, int port, bi_recording *r, int side)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p ? attach(p, r, side) : -EBADF;
    e->live++;
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_recording_mute(bi_engine *e, bi_recording *r, int on)
{
    pthread_mutex_lock(&e->lock);
    r->muted = on;
    pthread_mutex_unlock(&e->lock);
    return 0;
}

/* Detach, write the rest, free. Returns how many samples the file has, or a
 * negative errno of the first write that failed. The caller closes the file. */
int64_t bi_recording_close(bi_engine *e, bi_recording *r)
{
    pthread_mutex_lock(&e->lock);
    bi_recorder_detach(e, r);
    while (r->busy)
        pthread_cond_wait(&e->writer_cond, &e->lock);
    struct bi_recording **at = &e->recordings;
    while (*at && *at != r)
        at = &(*at)->next;
    if (*at)
        *at = r->next;
    pthread_mutex_unlock(&e->lock);
    drain(r, false);
    int64_t result = r->error ? r->error : r->samples;
    bi_adpcm_release(&r->vox);
    free(r);
    return result;
}

static struct bi_recording *fullest(struct bi_engine *e)
{
    struct bi_recording *found = NULL;
    for (struct bi_recording *r = e->recordings; r; r = r->next)
        if (!r->busy && !r->error && r->put - r->got >= 5 * BI_FRAME &&
            (!found || r->put - r->got > found->put - found->got))
            found = r;
    return found;
}

static void *writer_main(void *argument)
{
    struct bi_engine *e = argument;
    pthread_mutex_lock(&e->lock);
    while (!e->closing) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 200000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&e->writer_cond, &e->lock, &until);
        bi_faxes_keep(e, true);
        for (struct bi_recording *r; (r = fullest(e)) != NULL;) {
            r->busy = true;
            drain(r, true);
            r->busy = false;
            pthread_cond_broadcast(&e->writer_cond);
        }
    }
    pthread_mutex_unlock(&e->lock);
    return NULL;
}

int bi_writer_start(struct bi_engine *e)
{
    return -pthread_create(&e->writer_thread, NULL, writer_main, e);
}

void bi_writer_stop(struct bi_engine *e)
{
    pthread_join(e->writer_thread, NULL);
}
