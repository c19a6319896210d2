/* What a port says: clips, tones, keys, a modem, or audio from outside; one at
 * a time, 160 samples a tick. */

#include "engine.h"

static void clip_began(struct bi_engine *e, struct bi_port *p, const struct bi_clip *c, int n)
{
    if (p->wire >= 0)
        bi_post_at(e, e->ports[p->wire], BI_EV_CLIP_BEGIN, c->id, 0, e->now + n);
    p->list->told = true;
}

static void clip_ended(struct bi_engine *e, struct bi_port *p, int n)
{
    struct bi_playlist *list = p->list;
    if (list && list->told && p->wire >= 0)
        bi_post_at(e, e->ports[p->wire], BI_EV_CLIP_END, list->clips[list->at]->id,
                   (int)list->offset, e->now + n);
    if (list)
        list->told = false;
}

static int player_fill(struct bi_engine *e, struct bi_port *p, uint8_t *out)
{
    struct bi_playlist *list = p->list;
    int n = 0;
    while (n < BI_FRAME && list->at < list->count) {
        const struct bi_clip *c = list->clips[list->at];
        if (!list->told)
            clip_began(e, p, c, n);
        int64_t left = c->size - list->offset;
        int take = left < BI_FRAME - n ? (int)left : BI_FRAME - n;
        memcpy(out + n, c->data + list->offset, (size_t)take);
        n += take;
        list->offset += take;
        if (list->offset == c->size) {
            clip_ended(e, p, n);
            list->at++;
            list->offset = 0;
        }
    }
    return n;
}

static int encode(const struct bi_engine *e, const int16_t *linear, int n, uint8_t *out)
{
    for (int i = 0; i < n; i++)
        out[i] = bi_law_encode(e, linear[i]);
    return n;
}

/* Returns how many samples were made; fewer than a frame is the end. */
static int source_fill(struct bi_engine *e, struct bi_port *p, uint8_t *out)
{
    int16_t linear[BI_FRAME];
    switch (p->source) {
    case SRC_PLAYER:
        return player_fill(e, p, out);
    case SRC_TONE:
        return encode(e, linear, bi_tonegen_fill(&p->tone, linear, BI_FRAME), out);
    case SRC_SEND:
        return encode(e, linear, bi_dtmfsend_fill(&p->send, linear, BI_FRAME), out);
    case SRC_MODEM:
        return encode(e, linear, bi_callerid_tx_fill(&p->callerid_tx, linear, BI_FRAME), out);
    case SRC_FAX:
        bi_fax_fill(p, linear);
        return encode(e, linear, BI_FRAME, out);
    case SRC_FIFO:
        return bi_fifo_fill(e, p, out);
    case SRC_STREAM:
        return bi_stream_fill(e, p, out);
    case SRC_NONE:
        break;
    }
    return 0;
}

/* Fill the port's frame; returns 1 where there is any voice in it. */
int bi_voice_fill(struct bi_engine *e, struct bi_port *p, uint8_t *out)
{
    if (p->source == SRC_NONE)
        return 0;
    int n = source_fill(e, p, out);
    p->played += n;
    bool waits = p->source == SRC_FIFO || (p->source == SRC_STREAM && !bi_stream_is_over(p));
    bool is_over = p->source == SRC_PLAYER && p->list->at == p->list->count;
    if (n < BI_FRAME)
        memset(out + n, e->idle, (size_t)(BI_FRAME - n));
    if (is_over || (n < BI_FRAME && !waits))
        p->source = SRC_NONE; /* the list is dropped by the next verb: no free() in a tick */
    return n > 0;
}

void bi_voice_stop(struct bi_engine *e, struct bi_port *p)
{
    if (p->source == SRC_PLAYER)
        clip_ended(e, p, 0);
    if (p->source != SRC_FIFO)
        p->source = SRC_NONE;
}
