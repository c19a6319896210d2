/* A fax on a port: T.30 in both directions. Times are samples at 8 kHz. */

typedef struct bi_fax bi_fax;

enum { BI_FAX_FRAMES = 256 };

enum bi_fax_watchdog {
    BI_FAX_IDLE = 1,  /* no frame for so long, outside a page */
    BI_FAX_PAGE = 2,  /* no page was finished for so long */
    BI_FAX_TOTAL = 3, /* the whole fax took so long */
};

/* What is asked for; masks are spandsp's (T30_SUPPORT_*). Strings may be empty. */
typedef struct {
    const char *tx_file, *rx_file; /* one of them is empty */
    int32_t first_page, last_page; /* to send, from 0; -1: no limit */
    int32_t is_caller;             /* T.30's calling terminal: sends CNG, waits for DIS */
    int32_t ecm, modems, compressions, resolutions, sizes;
    int32_t max_rate;              /* bit/s; it bounds what is sent */
    const char *ident, *header, *timezone, *sub_address, *password;
    const char *wanted_password;   /* who polls must send it */
    int64_t idle_limit, page_limit, total_limit;
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
    int64_t began, ended;
    char ident[24], sub_address[24];
    char country[64], vendor[64], model[64];
} bi_fax_result;

int bi_fax_pages(const char *path);
bi_fax *bi_fax_alloc(bi_engine *e, const bi_fax_setup *setup);
void bi_fax_free(bi_fax *f);
int bi_fax_start(bi_fax *f, int port);
void bi_fax_status(bi_fax *f, bi_fax_result *out);
int bi_fax_trace(bi_fax *f, bi_fax_frame *out, int max);
const char *bi_fax_words(int code);
const char *bi_fax_frame_name(int kind);
int bi_fax_size(void);
int bi_fax_phase(bi_engine *e, int port);
int bi_fax_guarded(bi_fax *f, const uint8_t *frame, int length);
