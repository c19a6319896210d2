/* A fax terminal as an operation of a port: spandsp's T.30 machine, fed and asked in every tick.
 *
 * It is in C as all audio is, and T.30's timers count the samples that it is fed. Its page
 * files are read and written inside the tick, a line or a block at a time: what spandsp does.
 * No call of it comes back to Python; what happened is kept, and asked for. */

#include <stdlib.h> // calloc, free

#include "fax.h"

#define LINGER 8000 /* samples after the end: the far end is to hear our last frame out */

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
    /* a longer name would be cut, and the file be elsewhere */
    return (tx > 0) != (rx > 0) && tx <= 255 && rx <= 255 && strlen(s->ident) <= 20 &&
           strlen(s->header) <= 50 && strlen(s->sub_address) <= 20 && strlen(s->password) <= 20 &&
           strlen(s->wanted_password) <= 20 && s->first_page >= -1 && s->last_page >= -1;
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
    if (s->tx_file[0])
        t30_set_tx_file(t, s->tx_file, s->first_page, s->last_page);
    else
        t30_set_rx_file(t, s->rx_file, -1);
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
    strcpy(f->wanted_password, s->wanted_password);
    f->idle_limit = s->idle_limit;
    f->page_limit = s->page_limit;
    f->total_limit = s->total_limit;
    f->result.code = -1;
    f->result.phase = 'A';
    bi_fax_guard(f);
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
        f->result.began = f->moved = f->paged = e->now;
        p->fax = f;
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
    int n = fax_tx(p->fax->fax, x, BI_FRAME);
    memset(x + n, 0, (size_t)(BI_FRAME - n) * sizeof(*x));
}

/* What was heard in this tick; silence counts too, T.30's timers run on it. */
void bi_fax_take(struct bi_engine *e, struct bi_port *p)
{
    struct bi_fax *f = p->fax;
    int16_t x[BI_FRAME] = {0}; /* of its own: fax_rx() changes it */
    if (!p->in_idle)
        for (int i = 0; i < BI_FRAME; i++)
            x[i] = e->decode[p->in[i]];
    fax_rx(f->fax, x, BI_FRAME);
    bi_fax_count_pages(f);
    if (f->result.code < 0)
        bi_fax_watch(f);
    if (f->result.code >= 0 && (f->result.watchdog || e->now - f->result.ended >= LINGER))
        bi_op_end(e, p, BI_END_OF_DATA);
}

static void copy(char *out, size_t size, const char *text)
{
    if (text)
        strncpy(out, text, size - 1);
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
