/* Who hears whom: wires to the far end, and the bus between lines.
 *
 * A bus hop takes one tick: what goes out is made of the frames of the tick
 * before, so that ports can be worked in any order. */

#include "engine.h"

static void mix(const struct bi_engine *e, uint8_t *out, const uint8_t *a, const uint8_t *b)
{
    for (int i = 0; i < BI_FRAME; i++)
        out[i] = bi_law_encode(e, e->decode[a[i]] + e->decode[b[i]]);
}

/* What a port puts on its slot of the bus; NULL where that is idle. */
static const uint8_t *slot(const struct bi_engine *e, int port, int side)
{
    const struct bi_port *from = e->ports[port];
    if (side == BI_SIDE_IN)
        return from->was_in_idle ? NULL : from->was_in;
    return from->was_out_idle ? NULL : from->was_out;
}

/* The frame that the bus brings; NULL where it is idle. `room` is for a mixed one. */
static const uint8_t *from_bus(struct bi_engine *e, struct bi_port *p, uint8_t *room)
{
    struct bi_port *peer = p->route == ROUTE_CONFERENCE ? NULL : e->ports[p->peer];
    switch (p->route) {
    case ROUTE_BRIDGE:
        return peer->was_in_idle ? NULL : peer->was_in;
    case ROUTE_LISTEN:
        if (peer->was_in_idle)
            return peer->was_out_idle ? NULL : peer->was_out;
        if (peer->was_out_idle)
            return peer->was_in;
        mix(e, room, peer->was_in, peer->was_out);
        return room;
    case ROUTE_CONFERENCE:
        for (int i = 0; i < BI_FRAME; i++) {
            int32_t own = p->was_in_idle ? 0 : e->decode[p->was_in[i]];
            room[i] = bi_law_encode(e, e->conferences[p->peer].sum[i] - own);
        }
        return room;
    case ROUTE_SLOT:
        return slot(e, p->peer, p->side);
    case ROUTE_NONE:
        break;
    }
    return NULL;
}

void bi_route_produce(struct bi_engine *e, struct bi_port *p, bool has_voice)
{
    uint8_t room[BI_FRAME];
    const uint8_t *bus = p->route == ROUTE_NONE ? NULL : from_bus(e, p, room);
    if (bus && has_voice)
        mix(e, p->out, p->out, bus);
    else if (bus)
        memcpy(p->out, bus, BI_FRAME);
    else if (!has_voice && !p->out_idle)
        memset(p->out, e->idle, BI_FRAME);
    p->out_idle = !bus && !has_voice;
}

void bi_conferences_mix(struct bi_engine *e)
{
    if (!e->open_conferences)
        return;
    for (int c = 0; c < e->max_conferences; c++) {
        struct bi_conference *conference = &e->conferences[c];
        if (conference->open && conference->members)
            memset(conference->sum, 0, sizeof(conference->sum));
    }
    for (int i = 0; i < e->port_count; i++) {
        struct bi_port *p = e->ports[i];
        if (!p->open || p->route != ROUTE_CONFERENCE || p->was_in_idle)
            continue;
        int32_t *sum = e->conferences[p->peer].sum;
        for (int n = 0; n < BI_FRAME; n++)
            sum[n] += e->decode[p->was_in[n]];
    }
}

void bi_wire_carry(struct bi_engine *e, struct bi_port *p)
{
    const struct bi_port *from = p->wire >= 0 ? e->ports[p->wire] : NULL;
    if (p->line) {
        bi_line_apply(e, p, from);
        return;
    }
    const uint8_t *heard = p->hears >= 0                  ? slot(e, p->hears, p->hears_side)
                           : !from || from->out_idle ? NULL
                                                     : from->out;
    bool idle = !heard;
    if (!idle)
        memcpy(p->in, heard, BI_FRAME);
    else if (!p->in_idle)
        memset(p->in, e->idle, BI_FRAME);
    p->in_idle = idle;
}

int bi_wire(bi_engine *e, int a, int b)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *pa = bi_port_at(e, a), *pb = bi_port_at(e, b);
    int result = pa && pb && a != b ? 0 : -EBADF;
    if (result == 0) {
        if (pa->wire >= 0 && pa->wire != b)
            e->ports[pa->wire]->wire = -1;
        if (pb->wire >= 0 && pb->wire != a)
            e->ports[pb->wire]->wire = -1;
        pa->wire = b;
        pb->wire = a;
        e->live++;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_unwire(bi_engine *e, int a)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, a);
    if (p && p->wire >= 0) {
        e->ports[p->wire]->wire = -1;
        p->wire = -1;
        e->live++;
    }
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

void bi_route_clear(struct bi_engine *e, struct bi_port *p)
{
    if (p->route == ROUTE_CONFERENCE)
        e->conferences[p->peer].members--;
    if (p->route == ROUTE_BRIDGE && e->ports[p->peer]->route == ROUTE_BRIDGE &&
        e->ports[p->peer]->peer == p->index)
        e->ports[p->peer]->route = ROUTE_NONE;
    p->route = ROUTE_NONE;
}

static void route(struct bi_engine *e, struct bi_port *p, enum bi_route kind, int peer)
{
    bi_route_clear(e, p);
    p->route = kind;
    p->peer = peer;
    e->live++;
}

int bi_bridge(bi_engine *e, int a, int b)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *pa = bi_port_at(e, a), *pb = bi_port_at(e, b);
    int result = pa && pb && a != b ? 0 : -EBADF;
    if (result == 0) {
        route(e, pa, ROUTE_BRIDGE, b);
        bi_route_clear(e, pb);
        pb->route = ROUTE_BRIDGE;
        pb->peer = a;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_listen(bi_engine *e, int port, int target)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p && bi_port_at(e, target) && port != target ? 0 : -EBADF;
    if (result == 0)
        route(e, p, ROUTE_LISTEN, target);
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* Hear what another port puts on its slot, in place of what the wire brings; -1: nothing. */
int bi_slot_hear(bi_engine *e, int port, int from, int side)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p && (from == -1 || bi_port_at(e, from)) ? 0 : -EBADF;
    if (result == 0) {
        p->hears = from;
        p->hears_side = side;
        e->live++;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* Say what another port puts on its slot, its own voice on top; -1: nothing. */
int bi_slot_say(bi_engine *e, int port, int from, int side)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p && (from == -1 || bi_port_at(e, from)) ? 0 : -EBADF;
    if (result == 0 && from == -1)
        bi_route_clear(e, p);
    else if (result == 0) {
        route(e, p, ROUTE_SLOT, from);
        p->side = side;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_conceal(bi_engine *e, int port, int on)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p) {
        p->concealed = p->concealed || on;
        p->revealing = p->concealed && !on;
        e->live++;
    }
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

int bi_unroute(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p)
        bi_route_clear(e, p);
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

int bi_conference_open(bi_engine *e)
{
    pthread_mutex_lock(&e->lock);
    int c = 0;
    while (c < e->max_conferences && e->conferences[c].open)
        c++;
    if (c < e->max_conferences) {
        memset(&e->conferences[c], 0, sizeof(e->conferences[c]));
        e->conferences[c].open = true;
        e->open_conferences++;
    }
    pthread_mutex_unlock(&e->lock);
    return c < e->max_conferences ? c : -ENOSPC;
}

int bi_conference_join(bi_engine *e, int conference, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = p && conference >= 0 && conference < e->max_conferences && e->conferences[conference].open
                     ? 0
                     : -EBADF;
    if (result == 0) {
        route(e, p, ROUTE_CONFERENCE, conference);
        e->conferences[conference].members++;
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

int bi_conference_leave(bi_engine *e, int conference, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    if (p && p->route == ROUTE_CONFERENCE && p->peer == conference)
        bi_route_clear(e, p);
    pthread_mutex_unlock(&e->lock);
    return p ? 0 : -EBADF;
}

int bi_conference_close(bi_engine *e, int conference)
{
    pthread_mutex_lock(&e->lock);
    for (int i = 0; i < e->port_count; i++)
        if (e->ports[i]->open && e->ports[i]->route == ROUTE_CONFERENCE &&
            e->ports[i]->peer == conference)
            bi_route_clear(e, e->ports[i]);
    if (conference >= 0 && conference < e->max_conferences && e->conferences[conference].open) {
        e->conferences[conference].open = false;
        e->open_conferences--;
    }
    pthread_mutex_unlock(&e->lock);
    return 0;
}
