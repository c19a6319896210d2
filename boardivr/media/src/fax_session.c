/* What happens in a fax session, told by the frames that pass (T.30, 5.3.6): its phase,
 * the pages, a trace; and the watchdog, for spandsp has states without a timer. */

#include "fax.h"

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

static void frame_passed(t30_state_t *t, void *user, int incoming, const uint8_t *frame,
                         int length)
{
    struct bi_fax *f = user;
    (void)t;
    f->moved = f->engine->now;
    if (length < 3)
        return;
    keep(f, frame, length, !incoming);
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

static int negotiated(t30_state_t *t, void *user, int kind)
{
    struct bi_fax *f = user;
    const char *password = t30_get_rx_password(t);
    /* spandsp sends and takes a password with polling only */
    if (kind == T30_DTC && f->wanted_password[0] &&
        (!password || strcmp(password, f->wanted_password) != 0))
        return T30_ERR_PWD_UNACCEPTABLE;
    if (COMMAND(kind) == T30_DIS)
        bound_rate(f, t);
    return T30_ERR_OK;
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

void bi_fax_observe(struct bi_fax *f)
{
    t30_state_t *t = &f->fax->t30;
    t30_set_real_time_frame_handler(t, frame_passed, f);
    t30_set_phase_b_handler(t, negotiated, f);
    t30_set_phase_d_handler(t, page_told, f);
    t30_set_phase_e_handler(t, session_over, f);
}

/* Tell each page that was confirmed since the last tick. */
void bi_fax_count_pages(struct bi_fax *f)
{
    const t30_state_t *t = &f->fax->t30;
    bi_fax_result *r = &f->result;
    bool is_sent = t->tx_page_number > r->pages_confirmed;
    if (!is_sent && t->rx_page_number <= r->pages_received)
        return;
    r->pages_confirmed = t->tx_page_number;
    r->pages_received = t->rx_page_number;
    r->bad_rows += f->stats.bad_rows;
    f->paged = f->engine->now;
    if (f->port)
        bi_post(f->engine, f->port, BI_EV_FAXPAGE, is_sent ? r->pages_confirmed : r->pages_received,
                f->stats.bad_rows);
}

void bi_fax_watch(struct bi_fax *f)
{
    int64_t now = f->engine->now;
    bi_fax_result *r = &f->result;
    bool has_frames = r->phase != 'C' || f->fax->t30.error_correcting_mode;
    if (has_frames && now - f->moved >= f->idle_limit)
        r->watchdog = BI_FAX_IDLE;
    else if (now - f->paged >= f->page_limit)
        r->watchdog = BI_FAX_PAGE;
    else if (now - r->began >= f->total_limit)
        r->watchdog = BI_FAX_TOTAL;
    if (r->watchdog)
        t30_terminate(&f->fax->t30); /* tells session_over() */
}
