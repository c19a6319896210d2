/* What happens in a fax session, told by the frames that pass (T.30, 5.3.6): its phase,
 * the pages, a trace; and the watchdog, for spandsp has states without a timer. */

#include "fax.h"

#define PATIENCE 80000 /* samples in which a page is to be safe */
#define COMMAND(kind) ((kind) & 0xFE) /* without the X bit: who sent DIS */

/* Does this end a page, and how? 0: a part of a page (PPS-NULL). */
static bool is_post_message(int kind, const uint8_t *frame, int length, int *command)
{
    *command = kind;
    if (kind == T30_PPS || kind == T30_EOR)
        *command = length > 3 ? COMMAND(frame[3]) : 0;
    return kind == T30_PPS || kind == T30_EOR || kind == T30_EOP || kind == T30_MPS ||
           kind == T30_EOM;
}

static int phase_after_confirmation(const struct bi_fax *f, int kind)
{
    if (f->command == T30_EOP)
        return 'E';
    return f->command == T30_EOM || kind == T30_RTP ? 'B' : 'C';
}

static void follow(struct bi_fax *f, const uint8_t *frame, int length, bool outgoing)
{
    bi_fax_result *r = &f->result;
    int kind = COMMAND(frame[2]), command;
    if (outgoing && r->phase == 'A') /* nobody has answered yet */
        return;
    if (is_post_message(kind, frame, length, &command)) {
        f->command = command;
        r->phase = 'D';
        if (outgoing && command) /* it may be printed over there, whatever comes now */
            r->pages_sent = r->pages_confirmed + 1;
    } else if (kind == T30_DIS || kind == T30_DCS || kind == T30_FTT || kind == T30_CSI ||
               kind == T30_TSI) {
        r->phase = 'B';
    } else if (kind == T30_CFR || kind == T30_CTR || kind == T30_PPR) {
        r->phase = 'C';
        r->resent += kind == T30_PPR;
    } else if (kind == T30_MCF || kind == T30_RTP) {
        r->phase = phase_after_confirmation(f, kind);
    } else if (r->phase == 'A') { /* NSF, a polling address ... */
        r->phase = 'B';
    }
}

static void keep(struct bi_fax *f, const uint8_t *octets, int length, bool outgoing)
{
    bi_fax_result *r = &f->result;
    int before = (f->frame_first + r->frames + BI_FAX_FRAMES - 1) % BI_FAX_FRAMES;
    bi_fax_frame *last = &f->frames[before];
    int kind = octets[2];
    if (r->frames > 0 && last->kind == kind && last->outgoing == outgoing &&
        (kind == T4_FCD || kind == T4_RCP)) {
        last->count++;
        return;
    }
    if (r->frames == BI_FAX_FRAMES) {
        f->frame_first = (f->frame_first + 1) % BI_FAX_FRAMES;
        r->frames--;
        r->frames_lost++;
    }
    bi_fax_frame *frame = &f->frames[(f->frame_first + r->frames++) % BI_FAX_FRAMES];
    *frame = (bi_fax_frame){.at = f->engine->now - r->began, .outgoing = outgoing, .kind = kind,
                            .length = length, .count = 1};
    int n = length < (int)sizeof(frame->octets) ? length : (int)sizeof(frame->octets);
    memcpy(frame->octets, octets, (size_t)n);
}

/* What both can do is wanted long after the trace has lost it. */
static void keep_abilities(struct bi_fax *f, const uint8_t *octets, int length, bool outgoing)
{
    int kind = COMMAND(octets[2]);
    bi_fax_frame *frame = kind == T30_DCS ? &f->result.dcs : &f->result.dis;
    if ((kind != T30_DIS && kind != T30_DCS) || (kind == T30_DIS && outgoing))
        return;
    *frame = (bi_fax_frame){.at = f->engine->now - f->result.began, .outgoing = outgoing,
                            .kind = octets[2], .length = length, .count = 1};
    int n = length < (int)sizeof(frame->octets) ? length : (int)sizeof(frame->octets);
    memcpy(frame->octets, octets, (size_t)n);
}

static void frame_passed(t30_state_t *t, void *user, int incoming, const uint8_t *frame,
                         int length)
{
    struct bi_fax *f = user;
    (void)t;
    f->moved = f->engine->now;
    if (length < 3)
        return;
    keep(f, frame, length, !incoming);
    keep_abilities(f, frame, length, !incoming);
    if (COMMAND(frame[2]) == T30_DCN && !f->goodbye)
        f->goodbye = f->engine->now;
    follow(f, frame, length, !incoming);
}

/* The fastest that is not over max_rate, of the modems that both have. spandsp chose the
 * fastest of all; its table is 14400, 12000, 9600 (V.17), 9600 (V.29), 7200 (V.17),
 * 7200 (V.29), 4800, 2400 (V.27ter). */
static void bound_rate(const struct bi_fax *f, t30_state_t *t)
{
    static const struct {
        int rate, modem;
    } RATES[] = {{14400, T30_SUPPORT_V17},   {12000, T30_SUPPORT_V17}, {9600, T30_SUPPORT_V17},
                 {9600, T30_SUPPORT_V29},    {7200, T30_SUPPORT_V17},  {7200, T30_SUPPORT_V29},
                 {4800, T30_SUPPORT_V27TER}, {2400, T30_SUPPORT_V27TER}};
    const int count = sizeof(RATES) / sizeof(*RATES);
    int i = t->current_fallback;
    while (i < count - 1 &&
           (RATES[i].rate > f->max_rate || !(RATES[i].modem & t->current_permitted_modems)))
        i++;
    t->current_fallback = i;
}

static bool is_text(const char *text, const char *wanted)
{
    return strcmp(text ? text : "", wanted) == 0;
}

/* Which of the offers does a poll mean? */
static int polled(struct bi_fax *f, t30_state_t *t)
{
    const char *address = t30_get_rx_selective_polling_address(t);
    for (int i = 0; i < f->offer_count; i++) {
        const struct bi_fax_offered *offer = &f->offers[i];
        if (!is_text(address, offer->address))
            continue;
        /* spandsp sends and takes a password with polling only */
        if (offer->password[0] && !is_text(t30_get_rx_password(t), offer->password))
            return T30_ERR_PWD_UNACCEPTABLE;
        f->result.offer = i;
        t30_set_tx_file(t, offer->file, -1, -1);
        return T30_ERR_OK;
    }
    return f->offer_count == 0 ? T30_ERR_OK : address ? T30_ERR_SEP_UNACCEPTABLE : T30_ERR_NOPOLL;
}

static int negotiated(t30_state_t *t, void *user, int kind)
{
    struct bi_fax *f = user;
    int status = kind == T30_DTC ? polled(f, t) : T30_ERR_OK;
    if (status == T30_ERR_OK && COMMAND(kind) == T30_DIS)
        bound_rate(f, t);
    return status;
}

static int page_told(t30_state_t *t, void *user, int kind)
{
    struct bi_fax *f = user;
    t30_stats_t stats;
    (void)kind;
    t30_get_transfer_statistics(t, &stats);
    if (stats.width > 0)
        f->stats = stats;
    return T30_ERR_OK;
}

static void session_over(t30_state_t *t, void *user, int code)
{
    struct bi_fax *f = user;
    if (f->result.code >= 0)
        return;
    page_told(t, f, 0);
    f->result.code = code;
    f->result.ended = f->engine->now;
}

/* The goodbye is said, and spandsp doesn't come to its end: it has its reason already. */
void bi_fax_end(struct bi_fax *f)
{
    t30_state_t *t = &f->fax->t30;
    if (t->current_status != T30_ERR_OK)
        session_over(t, f, t->current_status);
    t30_terminate(t);
}

void bi_fax_observe(struct bi_fax *f)
{
    t30_state_t *t = &f->fax->t30;
    t30_set_real_time_frame_handler(t, frame_passed, f);
    t30_set_phase_b_handler(t, negotiated, f);
    t30_set_phase_d_handler(t, page_told, f);
    t30_set_phase_e_handler(t, session_over, f);
}

/* Tell each page that was confirmed since the last tick, or came. */
void bi_fax_count_pages(struct bi_fax *f)
{
    const t30_state_t *t = &f->fax->t30;
    bi_fax_result *r = &f->result;
    if (t->tx_page_number > r->pages_confirmed) {
        r->pages_confirmed = t->tx_page_number;
        f->paged = f->engine->now;
        if (f->port)
            bi_post(f->engine, f->port, BI_EV_FAXPAGE, r->pages_confirmed, f->stats.bad_rows);
    }
    if (t->rx_page_number > f->taken) {
        f->taken = t->rx_page_number;
        f->paged = f->taken_at = f->engine->now;
        bi_fax_run_out(f);
        bi_fax_due(f);
    }
}

/* The page that came last is safe: now it may be confirmed. */
void bi_fax_page_kept(struct bi_fax *f)
{
    f->kept = f->result.pages_received = f->taken;
    f->result.bad_rows += f->stats.bad_rows;
    if (f->port)
        bi_post(f->engine, f->port, BI_EV_FAXPAGE, f->kept, f->stats.bad_rows);
}

/* What takes too long, if anything does; T.30's own timers end most of it before. */
static int overdue(struct bi_fax *f)
{
    int64_t now = f->engine->now;
    const bi_fax_result *r = &f->result;
    bool has_frames = r->phase != 'C' || f->fax->t30.error_correcting_mode;
    if (f->phase != r->phase) {
        if (f->port)
            bi_post(f->engine, f->port, BI_EV_FAXPHASE, r->phase, f->phase);
        f->phase = r->phase;
        f->phased = now;
    }
    if (f->keep_error || (f->kept < f->taken && now - f->taken_at >= PATIENCE))
        return BI_FAX_DISK;
    if (has_frames && now - f->moved >= f->idle_limit)
        return BI_FAX_IDLE;
    if (r->phase != 'C' && now - f->phased >= f->phase_limit)
        return BI_FAX_PHASE;
    if (now - f->paged >= f->page_limit)
        return BI_FAX_PAGE;
    return now - r->began >= f->total_limit ? BI_FAX_TOTAL : 0;
}

void bi_fax_watch(struct bi_fax *f)
{
    f->result.watchdog = overdue(f);
    if (f->result.watchdog)
        t30_terminate(&f->fax->t30); /* tells session_over() */
}
