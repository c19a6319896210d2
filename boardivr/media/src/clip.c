/* Clips: audio that lies in memory once for all ports, in the engine's law, so
 * that playing is copying. Freed when its owner and the last player let go. */

#include <stdlib.h> // malloc

#include "engine.h"

static uint8_t sample_code(const bi_engine *e, const void *data, int64_t i, int encoding)
{
    if (encoding == BI_LINEAR)
        return bi_law_encode(e, ((const int16_t *)data)[i]);
    int16_t linear;
    bi_decode(encoding, (const uint8_t *)data + i, &linear, 1);
    return bi_law_encode(e, linear);
}

bi_clip *bi_clip_alloc(bi_engine *e, const void *data, int64_t bytes, int encoding)
{
    int64_t size = encoding == BI_LINEAR ? bytes / 2 : bytes;
    struct bi_clip *c = malloc(sizeof(*c) + (size_t)size);
    if (!c)
        return NULL;
    c->engine = e;
    bi_engine_hold(e);
    c->refs = 1;
    c->size = size;
    if (encoding == e->law)
        memcpy(c->data, data, (size_t)size);
    else
        for (int64_t i = 0; i < size; i++)
            c->data[i] = sample_code(e, data, i, encoding);
    pthread_mutex_lock(&e->lock);
    c->id = ++e->next_clip;
    e->stats.clips++;
    e->stats.clip_bytes += size;
    pthread_mutex_unlock(&e->lock);
    return c;
}

/* Returns true where the clip is gone, and its hold on the engine is to be dropped. */
static bool let_go(bi_engine *e, bi_clip *c)
{
    if (--c->refs > 0)
        return false;
    e->stats.clips--;
    e->stats.clip_bytes -= c->size;
    free(c);
    return true;
}

void bi_clip_release(bi_clip *c)
{
    struct bi_engine *e = c->engine;
    pthread_mutex_lock(&e->lock);
    bool is_gone = let_go(e, c);
    pthread_mutex_unlock(&e->lock);
    if (is_gone)
        bi_engine_drop(e);
}

int bi_clip_id(const bi_clip *c)
{
    return c->id;
}

void bi_playlist_drop(struct bi_engine *e, struct bi_port *p)
{
    if (!p->list)
        return;
    for (int i = 0; i < p->list->count; i++)
        if (let_go(e, p->list->clips[i]))
            __atomic_sub_fetch(&e->holders, 1, __ATOMIC_RELAXED); /* never the last one: whoever plays holds the engine */
    free(p->list);
    p->list = NULL;
}
