/* A fax terminal on a port; private to the fax_*.c files. */

#ifndef BI_FAX_H
#define BI_FAX_H

#define SPANDSP_EXPOSE_INTERNAL_STRUCTURES /* for the guard, and for the rate */
#include <spandsp.h>

#include "engine.h"

#include "../decl/fax.h"

#define BI_FAX_LATE 25 /* frames that a terminal may be behind: half a second */

struct bi_fax_offered {
    char file[64], address[24], password[24];
};

/* Where the pages are that came: spandsp's file in memory, and the one on the disk. */
struct bi_fax_keep {
    int from_fd, to_fd;
    int64_t from, size, link; /* kept of the one, length of the other, where its last link is */
    int pages;                /* of those that are in the one */
};

struct bi_fax {
    struct bi_engine *engine; /* held */
    struct bi_port *port;     /* NULL: not on one */
    fax_state_t *fax;
    t30_set_handler_t *set_rx_type;       /* spandsp's own, behind the guard */
    t30_send_hdlc_handler_t *send_hdlc;   /* spandsp's own, behind the faults */

    int max_rate;
    int64_t idle_limit, phase_limit, page_limit, total_limit;
    int offer_count;
    struct bi_fax_offered offers[BI_FAX_OFFERS];
    bi_fax_faults faults;
    int said, missed; /* frames that a fault was for */

    /* what was heard and not worked on yet: a ring */
    uint8_t late[BI_FAX_LATE][BI_FRAME];
    bool late_idle[BI_FAX_LATE];
    int late_first, late_count;

    struct bi_fax_keep keep;
    int taken, kept;      /* pages that came, and that are on the disk */
    int64_t taken_at;
    int keep_error;
    bool is_due, is_kept; /* waits for the writer; the writer is at it */
    struct bi_fax *next_due;

    int64_t moved, paged; /* when the last frame passed, the last page was finished */
    int64_t phased;       /* when this phase began */
    int64_t goodbye;      /* when DCN was sent or came; 0: not yet */
    int phase;            /* which that is */
    int command;          /* the last post-message command: EOP, MPS, EOM; 0: part of a page */
    t30_stats_t stats;    /* of the last page */
    int frame_first;
    bi_fax_frame frames[BI_FAX_FRAMES];
    bi_fax_result result;
};

/* fax_guard.c */
void bi_fax_guard(struct bi_fax *f);

/* fax_keep.c */
int bi_fax_keep_page(struct bi_fax_keep *k);
void bi_fax_due(struct bi_fax *f);
void bi_fax_undue(struct bi_fax *f);

/* fax_faults.c */
void bi_fax_misbehave(struct bi_fax *f);
void bi_fax_run_out(struct bi_fax *f);
bool bi_fax_misses(struct bi_fax *f, const uint8_t *frame, int length);
bool bi_fax_is_in(const struct bi_fax *f, int phase, int after);

/* fax_session.c */
void bi_fax_observe(struct bi_fax *f);
void bi_fax_count_pages(struct bi_fax *f);
void bi_fax_page_kept(struct bi_fax *f);
void bi_fax_watch(struct bi_fax *f);
void bi_fax_end(struct bi_fax *f);

#endif
