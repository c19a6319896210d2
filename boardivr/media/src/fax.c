/* A fax terminal as an operation of a port: spandsp's T.30 machine, fed and asked in every tick.
 *
 * It is in C as all audio is, and T.30's timers count the samples that it is fed. Its page
 * files are in memory, for spandsp reads and writes them in the tick; fax_keep.c brings what
 * came to the disk. To code a page takes spandsp some milliseconds, all at once: where a
 * tick has too many of them, terminals hear their frames later, but always speak in time.
 * No call of it comes back to Python; what happened is kept, and asked for. */

#include <stdlib.h> // calloc, free

#include "fax.h"

#define LINGER 8000 /* samples after the end: the far end is to hear our last frame out */
#define GOODBYE 36000 /* samples after DCN, whatever spandsp still waits for: it takes 1.5 s to send */

int bi_fax_size(void)
{
    return (int)(sizeof(struct bi_fax) + sizeof(fax_state_t));
}

const char *bi_fax_words(int code)
{
    return t30_completion_code_to_str(code);
}

const char *bi_fax_frame_name(int kind)
{
    return t30_frametype((uint8_t)kind);
}

/* How many pages a TIFF file has; -EINVAL where it isn't one. */
int bi_fax_pages(const char *path)
{
    TIFFSetErrorHandler(NULL); /* or libtiff writes to stderr; of the whole process */
    TIFFSetWarningHandler(NULL);
    TIFF *tiff = TIFFOpen(path, "r");
    if (!tiff)
        return -EINVAL;
    int pages = (int)TIFFNumberOfDirectories(tiff);
    TIFFClose(tiff);
    return pages;
}

static bool are_valid(const bi_fax_setup *s)
{
    size_t tx = strlen(s->tx_file), rx = strlen(s->rx_file);
    bool ok = s->offer_count >= 0 && s->offer_count <= BI_FAX_OFFERS;
    for (int i = 0; ok && i < s->offer_count; i++)
        ok = strlen(s->offers[i].file) < sizeof(((struct bi_fax_offered *)0)->file) &&
             strlen(s->offers[i].address) <= 20 && strlen(s->offers[i].password) <= 20;
    /* a longer name would be cut, and the file be elsewhere */
    return ok && (tx > 0 || rx > 0 || s->offer_count > 0) && !(tx > 0 && rx > 0) && tx <= 255 &&
           rx <= 255 && strlen(s->ident) <= 20 && strlen(s->header) <= 50 &&
           strlen(s->sub_address) <= 20 && strlen(s->password) <= 20 &&
           strlen(s->poll_address) <= 20 && s->first_page >= -1 && s->last_page >= -1;
}

static void take_offers(struct bi_fax *f, const bi_fax_setup *s)
{
    f->offer_count = s->offer_count;
    for (int i = 0; i < s->offer_count; i++) {
        strcpy(f->offers[i].file, s->offers[i].file);
        strcpy(f->offers[i].address, s->offers[i].address);
        strcpy(f->offers[i].password, s->offers[i].password);
    }
    if (s->offer_count > 0) /* which one is told by the poll; that there is one, by DIS */
        t30_set_tx_file(&f->fax->t30, s->offers[0].file, -1, -1);
}

static void set_up(struct bi_fax *f, const bi_fax_setup *s)
{
    t30_state_t *t = &f->fax->t30;
    int features = T30_SUPPORT_IDENTIFICATION | T30_SUPPORT_SELECTIVE_POLLING |
                   T30_SUPPORT_SUB_ADDRESSING;
    fax_set_transmit_on_idle(f->fax, 1);
    t30_set_supported_t30_features(t, features);
    t30_set_supported_modems(t, s->modems);
    t30_set_supported_compressions(t, s->compressions);
    t30_set_supported_resolutions(t, s->resolutions);
    t30_set_supported_image_sizes(t, s->sizes);
    t30_set_ecm_capability(t, s->ecm);
    t30_set_tx_ident(t, s->ident);
    if (s->header[0])
        t30_set_tx_page_header_info(t, s->header);
    if (s->timezone[0])
        t30_set_tx_page_header_tz(t, s->timezone);
    if (s->sub_address[0])
        t30_set_tx_sub_address(t, s->sub_address);
    if (s->password[0])
        t30_set_tx_password(t, s->password);
    if (s->poll_address[0])
        t30_set_tx_selective_polling_address(t, s->poll_address);
    if (s->tx_file[0])
        t30_set_tx_file(t, s->tx_file, s->first_page, s->last_page);
    if (s->rx_file[0])
        t30_set_rx_file(t, s->rx_file, -1);
    t->retransmit_capable = 1; /* a page that was refused (RTN) is sent again, slower */
    take_offers(f, s);
}

bi_fax *bi_fax_alloc(bi_engine *e, const bi_fax_setup *s)
{
    struct bi_fax *f = are_valid(s) ? calloc(1, sizeof(*f)) : NULL;
    if (!f)
        return NULL;
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    f->fax = fax_init(NULL, s->is_caller);
    if (!f->fax) {
        free(f);
        return NULL;
    }
    f->engine = e;
    bi_engine_hold(e);
    f->max_rate = s->max_rate;
    f->keep = (struct bi_fax_keep){.from_fd = s->memory_fd, .to_fd = s->keep_fd};
    f->faults = s->faults;
    f->idle_limit = s->idle_limit;
    f->phase_limit = s->phase_limit;
    f->page_limit = s->page_limit;
    f->total_limit = s->total_limit;
    f->result.code = -1;
    f->result.phase = f->phase = 'A';
    f->result.offer = -1;
    bi_fax_guard(f);
    bi_fax_misbehave(f);
    bi_fax_observe(f);
    set_up(f, s);
    return f;
}

void bi_fax_free(bi_fax *f)
{
    struct bi_engine *e = f->engine;
    pthread_mutex_lock(&e->lock);
    if (f->port) { /* the engine was closed on it */
        f->port->op = OP_NONE;
        bi_fax_leave(f->port);
    }
    bi_fax_undue(f);
    pthread_mutex_unlock(&e->lock);
    fax_free(f->fax);
    free(f);
    bi_engine_drop(e);
}

int bi_fax_start(bi_fax *f, int port)
{
    struct bi_engine *e = f->engine;
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = !p ? -EBADF : p->op != OP_NONE || f->port || f->result.code >= 0 ? -EBUSY : 0;
    if (result == 0) {
        bi_voice_stop(e, p);
        f->port = p;
        f->result.began = f->moved = f->paged = f->phased = e->now;
        p->fax = f;
        p->fax_calls = false;
        p->source = SRC_FAX;
        p->subscribed |= BI_EV_FAXPAGE;
        result = bi_op_begin(e, p, OP_FAX, NULL);
    }
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* The operation is over, by whatever it was ended. */
void bi_fax_leave(struct bi_port *p)
{
    struct bi_fax *f = p->fax;
    p->fax = NULL;
    p->source = SRC_NONE;
    if (f->result.code < 0)
        t30_terminate(&f->fax->t30);
    bi_fax_count_pages(f);
    f->port = NULL;
}

void bi_fax_fill(struct bi_port *p, int16_t *x)
{
    struct bi_fax *f = p->fax;
    bool is_mute = f->kept < f->taken; /* nothing is confirmed that isn't safe */
    int n = is_mute ? 0 : fax_tx(f->fax, x, BI_FRAME);
    if (bi_fax_is_in(f, f->faults.mute_in, f->faults.mute_after))
        n = 0;
    memset(x + n, 0, (size_t)(BI_FRAME - n) * sizeof(*x));
}

/* Silence counts too: T.30's timers run on it. */
static void hear(struct bi_fax *f, const uint8_t *frame, bool is_idle)
{
    int16_t x[BI_FRAME] = {0}; /* of its own: fax_rx() changes it */
    if (!is_idle && !bi_fax_is_in(f, f->faults.deaf_in, f->faults.deaf_after))
        for (int i = 0; i < BI_FRAME; i++)
            x[i] = f->engine->decode[frame[i]];
    fax_rx(f->fax, x, BI_FRAME);
    bi_fax_count_pages(f);
}

static void put_late(struct bi_fax *f, const struct bi_port *p)
{
    int at = (f->late_first + f->late_count++) % BI_FAX_LATE;
    f->late_idle[at] = p->in_idle;
    if (!p->in_idle)
        memcpy(f->late[at], p->in, BI_FRAME);
}

static void hear_late(struct bi_fax *f)
{
    int at = f->late_first;
    f->late_first = (at + 1) % BI_FAX_LATE;
    f->late_count--;
    hear(f, f->late[at], f->late_idle[at]);
}

/* What was heard in this tick: it is worked on while the tick has time for it. */
void bi_fax_take(struct bi_engine *e, struct bi_port *p)
{
    struct bi_fax *f = p->fax;
    put_late(f, p);
    while (f->late_count == BI_FAX_LATE ||
           (f->late_count > 0 && bi_monotonic_ns() - e->tick_began_ns < e->fax_ns))
        hear_late(f);
    bool is_late = f->goodbye && e->now - f->goodbye >= GOODBYE;
    if (f->result.code < 0 && is_late)
        bi_fax_end(f);
    if (f->result.code < 0)
        bi_fax_watch(f);
    if (f->result.code >= 0 &&
        (f->result.watchdog || is_late || e->now - f->result.ended >= LINGER))
        bi_op_end(e, p, BI_END_OF_DATA);
}

/* For tests: how much of a tick may pass before faxes wait for the next one. */
void bi_fax_haste(bi_engine *e, int64_t ns)
{
    pthread_mutex_lock(&e->lock);
    e->fax_ns = ns;
    pthread_mutex_unlock(&e->lock);
}

static void copy(char *out, size_t size, const char *text)
{
    if (text)
        strncpy(out, text, size - 1);
}

/* Wait until what came is kept; once the fax is over. */
void bi_fax_settle(bi_fax *f)
{
    pthread_mutex_lock(&f->engine->lock);
    bi_fax_undue(f);
    pthread_mutex_unlock(&f->engine->lock);
}

/* What came of it, or how far it is; from any thread. */
void bi_fax_status(bi_fax *f, bi_fax_result *out)
{
    t30_state_t *t = &f->fax->t30;
    t30_stats_t stats;
    pthread_mutex_lock(&f->engine->lock);
    t30_get_transfer_statistics(t, &stats);
    *out = f->result;
    out->rate = stats.bit_rate;
    out->ecm = stats.error_correcting_mode;
    out->encoding = f->stats.encoding;
    out->width = f->stats.width;
    out->x_resolution = f->stats.x_resolution;
    out->y_resolution = f->stats.y_resolution;
    copy(out->ident, sizeof(out->ident), t30_get_rx_ident(t));
    copy(out->sub_address, sizeof(out->sub_address), t30_get_rx_sub_address(t));
    copy(out->poll_address, sizeof(out->poll_address), t30_get_rx_selective_polling_address(t));
    copy(out->country, sizeof(out->country), t30_get_rx_country(t));
    copy(out->vendor, sizeof(out->vendor), t30_get_rx_vendor(t));
    copy(out->model, sizeof(out->model), t30_get_rx_model(t));
    pthread_mutex_unlock(&f->engine->lock);
}

/* The phase of the fax that is on a port, 'A' to 'E'; 0 where there is none. */
int bi_fax_phase(bi_engine *e, int port)
{
    pthread_mutex_lock(&e->lock);
    struct bi_port *p = bi_port_at(e, port);
    int result = !p ? -EBADF : p->fax ? p->fax->result.phase : 0;
    pthread_mutex_unlock(&e->lock);
    return result;
}

/* The frames that passed, oldest first. */
int bi_fax_trace(bi_fax *f, bi_fax_frame *out, int max)
{
    pthread_mutex_lock(&f->engine->lock);
    int n = f->result.frames < max ? f->result.frames : max;
    for (int i = 0; i < n; i++)
        out[i] = f->frames[(f->frame_first + i) % BI_FAX_FRAMES];
    pthread_mutex_unlock(&f->engine->lock);
    return n;
}
