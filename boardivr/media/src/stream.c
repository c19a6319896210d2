/* A voice that comes as it is played: linear samples from a socket, read in the tick
 * without waiting. The socket's buffer is the read-ahead; its end is the voice's end.
 * What the board's volume and speed are set to is done here, and takes effect at once. */

#include <math.h>       // powf
#include <stdlib.h>     // calloc
#include <sys/socket.h> // recv

#define SPANDSP_EXPOSE_INTERNAL_STRUCTURES
#include <spandsp.h> // time_scale: faster and slower, at the same pitch

#include "engine.h"

#define ROOM (6 * BI_FRAME) /* samples that one frame can become, and what was left */

struct bi_stream {
    int fd;
    bool ended, paused;
    int bytes; /* of a frame that hasn't come whole */
    uint8_t raw[2 * BI_FRAME];
    float gain, speed;
    time_scale_state_t *scale;
    int have; /* samples, ready to be played */
    int16_t ready[ROOM];
};

/* Returns how many samples there are: a whole frame, the last few, or none yet. */
static int receive(struct bi_stream *s)
{
    while (!s->ended && s->bytes < (int)sizeof(s->raw)) {
        ssize_t n = recv(s->fd, s->raw + s->bytes, sizeof(s->raw) - (size_t)s->bytes, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            return 0;
        if (n <= 0)
            s->ended = true;
        else
            s->bytes += (int)n;
    }
    return s->bytes / 2;
}

static void amplify(const struct bi_stream *s, int16_t *x, int n)
{
    for (int i = 0; s->gain != 1.0f && i < n; i++) {
        float y = s->gain * x[i];
        x[i] = (int16_t)(y > 32767.0f ? 32767.0f : y < -32768.0f ? -32768.0f : y);
    }
}

/* Make what has come ready to be played. Returns how many samples came. */
static int take(struct bi_stream *s)
{
    int16_t x[BI_FRAME];
    int n = receive(s);
    for (int i = 0; i < n; i++)
        x[i] = (int16_t)(s->raw[2 * i] | s->raw[2 * i + 1] << 8);
    if (n)
        s->bytes = 0;
    amplify(s, x, n);
    if (n && s->scale && s->speed != 1.0f) {
        s->have += time_scale(s->scale, s->ready + s->have, x, n);
    } else {
        memcpy(s->ready + s->have, x, (size_t)n * sizeof(*x));
        s->have += n;
    }
    return n;
}

int bi_stream_fill(struct bi_engine *e, struct bi_port *p, uint8_t *out)
{
    struct bi_stream *s = p->stream;
    int came = 0, n;
    if (s->paused)
        return 0;
    while (s->have < BI_FRAME && (n = take(s)) > 0)
        came += n;
    n = s->have < BI_FRAME ? s->have : BI_FRAME;
    if (n < BI_FRAME && !s->ended)
        n = 0; /* late: silence, and the frame whole in a later tick */
    for (int i = 0; i < n; i++)
        out[i] = bi_law_encode(e, s->ready[i]);
    s->have -= n;
    memmove(s->ready, s->ready + n, (size_t)s->have * sizeof(*s->ready));
    p->played += came - n; /* what is told is what came, whatever the speed */
    return n;
}

bool bi_stream_is_over(const struct bi_port *p)
{
    return p->stream->ended && p->stream->have == 0 && !p->stream->paused;
}

static struct bi_stream *stream_of(struct bi_port *p)
{
    if (p && !p->stream) {
        p->stream = calloc(1, sizeof(*p->stream));
        if (p->stream)
            p->stream->gain = p->stream->speed = 1.0f;
    }
    return p ? p->stream : NULL;
}

/* Play linear samples, low byte first, that come through a socket, up to its end. The caller
 * closes it when the operation has ended. */
int bi_play_stream(bi_engine *e, int port, int fd, const bi_until *until)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    struct bi_stream *s = stream_of(p);
    int result = !p ? -EBADF : !s ? -ENOMEM : p->op != OP_NONE ? -EBUSY : 0;
    if (result == 0) {
        bi_voice_stop(e, p);
        s->fd = fd;
        s->ended = s->paused = false;
        s->bytes = s->have = 0;
        p->source = SRC_STREAM;
        result = bi_op_begin(e, p, OP_PLAY, until);
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* Louder or fainter, faster or slower (1 is as it comes), from now on. */
int bi_stream_adjust(bi_engine *e, int port, float gain_db, float speed)
{
    if (speed < 0.4f || speed > 2.1f)
        return -EINVAL;
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    struct bi_stream *s = stream_of(p);
    int result = !p ? -EBADF : !s ? -ENOMEM : 0;
    if (result == 0 && !s->scale && speed != 1.0f)
        s->scale = time_scale_init(NULL, 8000, 1.0f / speed);
    else if (result == 0 && s->scale)
        time_scale_rate(s->scale, 1.0f / speed);
    if (result == 0 && !s->scale && speed != 1.0f)
        result = -ENOMEM;
    if (result == 0) {
        s->gain = powf(10.0f, gain_db / 20.0f);
        s->speed = speed;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_stream_pause(bi_engine *e, int port, int on)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p && p->stream && p->source == SRC_STREAM ? 0 : -EBADF;
    if (result == 0)
        p->stream->paused = on;
    pthread_mutex_unlock(&e->lock);
    return result;
}

void bi_stream_free(struct bi_port *p)
{
    if (p->stream && p->stream->scale)
        time_scale_free(p->stream->scale);
    free(p->stream);
    p->stream = NULL;
    if (p->source == SRC_STREAM)
        p->source = SRC_NONE;
}
