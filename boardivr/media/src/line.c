/* What a line does to speech on its way to a port: loss, noise, delay, echo of one's
 * own voice, lost frames. Faults on request, the same ones for the same seed. */

#include <math.h>   // powf
#include <stdlib.h> // calloc

#include "engine.h"

#define DELAY_ROOM 8192 /* samples; a power of two over the longest delay and a frame */
#define ECHO_ROOM 2048 /* samples; a power of two over the longest delay and a frame */

struct bi_line_state {
    bi_line line;
    float gain, echo_gain, noise;
    uint32_t random;
    uint32_t at;
    int16_t sent[ECHO_ROOM]; /* what the port sent, for its echo */
    int16_t on_its_way[DELAY_ROOM];
};

static uint32_t random_next(struct bi_line_state *s)
{
    s->random = s->random * 1664525u + 1013904223u; /* Numerical Recipes' LCG */
    return s->random >> 8;
}

/* Twelve even random numbers make a good normal one, of variance 1. */
static float noise(struct bi_line_state *s)
{
    float sum = -6.0f;
    for (int i = 0; i < 12; i++)
        sum += (float)random_next(s) / 16777216.0f;
    return sum * s->noise;
}

static void echo_of(struct bi_engine *e, const struct bi_port *p, struct bi_line_state *s,
                    float *x)
{
    for (int i = 0; i < BI_FRAME; i++) {
        uint32_t at = s->at + (uint32_t)i;
        s->sent[at % ECHO_ROOM] = p->out_idle ? 0 : e->decode[p->out[i]];
        x[i] += s->echo_gain * s->sent[(at - (uint32_t)s->line.echo_delay) % ECHO_ROOM];
    }
}

/* What comes in now, of what went in a while ago. */
static void carry(struct bi_engine *e, const struct bi_port *from, bool lost,
                  struct bi_line_state *s, float *x)
{
    bool is_idle = !from || from->out_idle || lost;
    for (int i = 0; i < BI_FRAME; i++) {
        uint32_t at = s->at + (uint32_t)i;
        s->on_its_way[at % DELAY_ROOM] = is_idle ? 0 : e->decode[from->out[i]];
        x[i] = s->gain * s->on_its_way[(at - (uint32_t)s->line.delay) % DELAY_ROOM];
    }
}

void bi_line_apply(struct bi_engine *e, struct bi_port *p, const struct bi_port *from)
{
    struct bi_line_state *s = p->line;
    float x[BI_FRAME] = {0};
    bool lost = s->line.drop > 0 && (float)random_next(s) / 16777216.0f < s->line.drop;
    carry(e, from, lost, s, x);
    if (s->echo_gain > 0)
        echo_of(e, p, s, x);
    s->at += BI_FRAME;
    p->in_idle = true;
    for (int i = 0; i < BI_FRAME; i++) {
        float sample = s->noise > 0 ? x[i] + noise(s) : x[i];
        p->in[i] = bi_law_encode(e, (int32_t)lrintf(sample));
        p->in_idle = p->in_idle && p->in[i] == e->idle;
    }
}

void bi_line_free(struct bi_port *p)
{
    free(p->line);
    p->line = NULL;
}

int bi_line_set(bi_engine *e, int port, const bi_line *line)
{
    if (line && (line->delay < 0 || line->delay > DELAY_ROOM - BI_FRAME || line->echo_delay < 0 || line->echo_delay > ECHO_ROOM - 2 * BI_FRAME ||
                 line->drop < 0 || line->drop > 1))
        return -EINVAL;
    struct bi_line_state *s = line ? calloc(1, sizeof(*s)) : NULL;
    if (line && !s)
        return -ENOMEM;
    if (s) {
        s->line = *line;
        s->gain = powf(10.0f, -line->loss_db / 20.0f);
        s->echo_gain = line->echo_db > 0 ? powf(10.0f, -line->echo_db / 20.0f) : 0;
        /* a mean square of so many dBm0 is an amplitude over the square root of two */
        s->noise = line->noise_dbm0 > -90 ? bi_amplitude(line->noise_dbm0) / sqrtf(2.0f) : 0;
        s->random = line->seed;
    }
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p) {
        bi_line_free(p);
        p->line = s;
        e->live++;
    }
    pthread_mutex_unlock(&e->lock);
    if (!p)
        free(s);
    return p ? 0 : -EBADF;
}
