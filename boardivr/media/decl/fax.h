/* A fax on a port: T.30 in both directions. Times are samples at 8 kHz. */

typedef struct bi_fax bi_fax;

enum { BI_FAX_FRAMES = 256, BI_FAX_OFFERS = 16 };

enum bi_fax_watchdog {
    BI_FAX_IDLE = 1,  /* no frame for so long, outside a page */
    BI_FAX_PAGE = 2,  /* no page was finished for so long */
    BI_FAX_TOTAL = 3, /* the whole fax took so long */
    BI_FAX_PHASE = 4, /* a phase other than a page's took so long */
    BI_FAX_DISK = 5,  /* a page that came couldn't be kept */
};

/* What is given to who polls with this address and password; empty: without one. */
typedef struct {
    const char *file, *address, *password;
} bi_fax_offer;

/* How a machine misbehaves, for tests of others. Kinds are T.30's; 0: not at all. */
typedef struct {
    int32_t instead_of, says;         /* its frames of one kind go out as another ... */
    int32_t says_after, says_times;   /* ... after so many good ones, so often; -1: always */
    int32_t misses, misses_after, misses_times; /* frames of a kind it doesn't hear */
    int32_t mute_in, mute_after;      /* silent from this phase on ('B' to 'D'), after n pages */
    int32_t deaf_in, deaf_after;      /* hears nothing from there on */
    int32_t no_paper;                 /* its DIS says that it can't take anything */
    int32_t not_ready_after;          /* RNR from then on; -1: never */
    int32_t is_slow;                  /* V.27ter at 2400 bit/s only */
} bi_fax_faults;

/* What is asked for; masks are spandsp's (T30_SUPPORT_*). Strings may be empty. Files are
 * in memory: spandsp reads and writes them in the tick. */
typedef struct {
    const char *tx_file, *rx_file; /* one of them is empty, but where rx has offers */
    int32_t memory_fd, keep_fd;    /* of rx_file, and of the file that its pages are kept in */
    const bi_fax_offer *offers;
    int32_t offer_count;
    int32_t first_page, last_page; /* to send, from 0; -1: no limit */
    int32_t is_caller;             /* T.30's calling terminal: sends CNG, waits for DIS */
    int32_t ecm, modems, compressions, resolutions, sizes;
    int32_t max_rate;              /* bit/s; it bounds what is sent */
    const char *ident, *header, *timezone, *sub_address, *password, *poll_address;
    int64_t idle_limit, phase_limit, page_limit, total_limit;
    bi_fax_faults faults;
} bi_fax_setup;

/* A frame as it passed; the same ones in a row (image data) are one entry with a count. */
typedef struct {
    int64_t at;
    int32_t outgoing, kind, length, count;
    uint8_t octets[24];
} bi_fax_frame;

typedef struct {
    int32_t code;     /* T.30 completion (T30_ERR_*); -1 while it runs */
    int32_t watchdog; /* enum bi_fax_watchdog, or 0 */
    int32_t phase;    /* 'A' to 'E', where it is, or ended */
    int32_t pages_sent, pages_confirmed, pages_received;
    int32_t rate, ecm, encoding, width, x_resolution, y_resolution, bad_rows, resent;
    int32_t frames, frames_lost, frames_refused;
    int32_t offer; /* which was polled; -1: none */
    int64_t began, ended;
    bi_fax_frame dis, dcs; /* the last that passed; no length: none */
    char ident[24], sub_address[24], poll_address[24];
    char country[64], vendor[64], model[64];
} bi_fax_result;

int bi_fax_pages(const char *path);
bi_fax *bi_fax_alloc(bi_engine *e, const bi_fax_setup *setup);
void bi_fax_free(bi_fax *f);
int bi_fax_start(bi_fax *f, int port);
void bi_fax_settle(bi_fax *f);
void bi_fax_status(bi_fax *f, bi_fax_result *out);
int bi_fax_trace(bi_fax *f, bi_fax_frame *out, int max);
const char *bi_fax_words(int code);
const char *bi_fax_frame_name(int kind);
int bi_fax_size(void);
int bi_fax_phase(bi_engine *e, int port);
int bi_fax_guarded(bi_fax *f, const uint8_t *frame, int length);
void bi_fax_haste(bi_engine *e, int64_t ns);
