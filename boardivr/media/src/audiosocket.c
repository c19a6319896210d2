/* AudioSocket: a far end that is another program, on a TCP connection.
 *
 *   kind (1 byte)  length (2 bytes, high first)  payload
 *   0x00 hang-up · 0x01 id, 16 bytes · 0x03 one key · 0x10 linear 8 kHz, low byte first
 *   0xff the other side's error
 *
 * Read and written in the tick, never waiting: what the kernel has no room for is
 * dropped, and what isn't this protocol ends the connection, not the board. */

#include <stdlib.h>     // calloc
#include <sys/socket.h> // recv, send

#include "engine.h"

#define HEAD 3
#define LONGEST 4096 /* bytes of a payload; 20 ms are 320 */
#define ROOM 8192    /* samples: one second, so that a burst is heard late, not lost */
#define START 320    /* samples that are gathered before they are played: 40 ms */
#define PATIENCE 2   /* frames after which fewer are played, too: they were the last ones */

enum { KIND_HANG_UP = 0x00, KIND_ID = 0x01, KIND_KEY = 0x03, KIND_AUDIO = 0x10, KIND_ERROR = 0xff };

struct bi_fifo {
    int fd;
    bool over, playing;
    int have; /* bytes of the message so far */
    uint8_t message[HEAD + LONGEST];
    uint32_t put, got;
    int waited; /* frames, for more to play */
    int16_t ring[ROOM];
    bool sending; /* keys that came are sent as tones */
    struct bi_dtmfsend keys;
    int unsent_size; /* of a message that the kernel took half of */
    uint8_t unsent[HEAD + 2 * BI_FRAME];
};

static void end(struct bi_engine *e, struct bi_port *p, int why)
{
    p->fifo->over = true;
    bi_post(e, p, BI_EV_AUDIOSOCKET, KIND_HANG_UP, why);
}

static int payload_length(const struct bi_fifo *f)
{
    return f->message[1] << 8 | f->message[2];
}

static int take_key(struct bi_fifo *f, char key)
{
    char keys[2] = {key, 0};
    if (bi_key_number(key) < 0)
        return -EPROTO;
    if (!f->sending) {
        bi_dtmfsend_init(&f->keys);
        f->sending = true;
    }
    return bi_dtmfsend_put(&f->keys, keys);
}

static void take_audio(struct bi_fifo *f, const uint8_t *x, int bytes)
{
    for (int i = 0; i + 1 < bytes; i += 2) {
        if (f->put - f->got == ROOM)
            f->got++; /* the oldest goes */
        f->ring[f->put++ % ROOM] = (int16_t)(x[i] | x[i + 1] << 8);
    }
}

/* A whole message; a negative errno where it can't be meant. */
static int take_message(struct bi_engine *e, struct bi_port *p)
{
    struct bi_fifo *f = p->fifo;
    int length = payload_length(f);
    switch (f->message[0]) {
    case KIND_HANG_UP:
        end(e, p, 0);
        return 0;
    case KIND_ID:
        return length == 16 ? 0 : -EPROTO;
    case KIND_KEY:
        return length == 1 ? take_key(f, (char)f->message[HEAD]) : -EPROTO;
    case KIND_AUDIO:
        if (length % 2)
            return -EPROTO;
        take_audio(f, f->message + HEAD, length);
        return 0;
    case KIND_ERROR:
        end(e, p, 0);
        return 0;
    default:
        return -EPROTO;
    }
}

/* Whether a header can be the beginning of a message of ours. */
static int check_head(const struct bi_fifo *f)
{
    switch (f->message[0]) {
    case KIND_HANG_UP: case KIND_ID: case KIND_KEY: case KIND_AUDIO: case KIND_ERROR:
        return payload_length(f) <= LONGEST ? 0 : -EPROTO;
    default:
        return -EPROTO;
    }
}

static void receive(struct bi_engine *e, struct bi_port *p)
{
    struct bi_fifo *f = p->fifo;
    for (int messages = 0; !f->over && messages < 64;) {
        int want = f->have < HEAD ? HEAD : HEAD + payload_length(f);
        ssize_t n = want == f->have ? 0 : recv(f->fd, f->message + f->have, (size_t)(want - f->have), MSG_DONTWAIT);
        if (want != f->have && n <= 0) {
            if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
                end(e, p, n == 0 ? 0 : errno);
            return;
        }
        f->have += (int)n;
        int error = f->have == HEAD ? check_head(f) : 0;
        if (!error && f->have >= HEAD && f->have == HEAD + payload_length(f)) {
            error = take_message(e, p);
            f->have = 0;
            messages++;
        }
        if (error)
            end(e, p, -error);
    }
}

/* What the far end says in this tick: its keys as tones, else its audio. */
int bi_fifo_fill(struct bi_engine *e, struct bi_port *p, uint8_t *out)
{
    struct bi_fifo *f = p->fifo;
    int16_t x[BI_FRAME] = {0};
    if (!f->over)
        receive(e, p);
    if (f->sending) {
        f->sending = bi_dtmfsend_fill(&f->keys, x, BI_FRAME) == BI_FRAME;
    } else {
        uint32_t have = f->put - f->got;
        f->waited = have && !f->playing ? f->waited + 1 : 0;
        f->playing = f->playing ? have > 0 : have >= START || f->waited > PATIENCE;
        if (!f->playing)
            return 0;
        for (int i = 0; i < BI_FRAME && f->got != f->put; i++)
            x[i] = f->ring[f->got++ % ROOM];
    }
    for (int i = 0; i < BI_FRAME; i++)
        out[i] = bi_law_encode(e, x[i]);
    return BI_FRAME;
}

/* Returns how much the kernel took; 0 where it has no room, or the connection ended. */
static int push(struct bi_engine *e, struct bi_port *p, const uint8_t *data, int size)
{
    ssize_t n = send(p->fifo->fd, data, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        end(e, p, errno);
    return n < 0 ? 0 : (int)n;
}

/* Half a message must be followed by its other half. Returns whether nothing is left. */
static bool push_rest(struct bi_engine *e, struct bi_port *p)
{
    struct bi_fifo *f = p->fifo;
    int n = f->unsent_size ? push(e, p, f->unsent, f->unsent_size) : 0;
    f->unsent_size -= n;
    memmove(f->unsent, f->unsent + n, (size_t)f->unsent_size);
    return !f->over && f->unsent_size == 0;
}

/* What it hears in this tick, idle or not: a frame every 20 ms is its clock. */
void bi_fifo_take(struct bi_engine *e, struct bi_port *p)
{
    struct bi_fifo *f = p->fifo;
    uint8_t message[HEAD + 2 * BI_FRAME] = {KIND_AUDIO, 2 * BI_FRAME >> 8, 2 * BI_FRAME & 0xff};
    if (f->over || !push_rest(e, p))
        return;
    for (int i = 0; i < BI_FRAME; i++) {
        uint16_t x = (uint16_t)e->decode[p->in[i]];
        message[HEAD + 2 * i] = (uint8_t)x;
        message[HEAD + 2 * i + 1] = (uint8_t)(x >> 8);
    }
    int n = push(e, p, message, sizeof(message));
    if (n > 0 && n < (int)sizeof(message)) {
        f->unsent_size = (int)sizeof(message) - n;
        memcpy(f->unsent, message + n, (size_t)f->unsent_size);
    }
}

void bi_fifo_free(struct bi_engine *e, struct bi_port *p)
{
    (void)e;
    free(p->fifo);
    p->fifo = NULL;
    if (p->source == SRC_FIFO)
        p->source = SRC_NONE;
}

/* Let a connected socket be what the port says and hears; NULL fd (-1) ends it.
 * The caller keeps the socket, and closes it after that. */
int bi_audiosocket(bi_engine *e, int port, int fd)
{
    struct bi_fifo *f = fd >= 0 ? calloc(1, sizeof(*f)) : NULL;
    if (fd >= 0 && !f)
        return -ENOMEM;
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p) {
        bi_fifo_free(e, p);
        p->fifo = f;
        if (f) {
            f->fd = fd;
            p->source = SRC_FIFO;
        }
        e->live++;
    }
    pthread_mutex_unlock(&e->lock);
    if (!p)
        free(f);
    return p ? 0 : -EBADF;
}
