/* A fax terminal on a port; private to the fax_*.c files. */

#ifndef BI_FAX_H
#define BI_FAX_H

#define SPANDSP_EXPOSE_INTERNAL_STRUCTURES /* for the guard, and for the rate */
#include <spandsp.h>

#include "engine.h"

#include "../decl/fax.h"

struct bi_fax {
    struct bi_engine *engine; /* held */
    struct bi_port *port;     /* NULL: not on one */
    fax_state_t *fax;
    t30_set_handler_t *set_rx_type; /* spandsp's own, behind the guard */

    int max_rate;
    char wanted_password[24];
    int64_t idle_limit, page_limit, total_limit;

    int64_t moved, paged; /* when the last frame passed, the last page was finished */
    int command;          /* the last post-message command: EOP, MPS, EOM; 0: part of a page */
    t30_stats_t stats;    /* of the last page */
    int frame_first;
    bi_fax_frame frames[BI_FAX_FRAMES];
    bi_fax_result result;
};

/* fax_guard.c */
void bi_fax_guard(struct bi_fax *f);

/* fax_session.c */
void bi_fax_observe(struct bi_fax *f);
void bi_fax_count_pages(struct bi_fax *f);
void bi_fax_watch(struct bi_fax *f);

#endif
