/* Pages that came are kept before they are confirmed.
 *
 * spandsp writes a TIFF file within the tick; that file is in memory. From there each page is
 * brought to the disk by the thread that writes recordings (in virtual time by whoever ticks):
 * its data first, then, once those are safe, the four octets that link it to the page before.
 * So the file on the disk is a whole TIFF of all pages that were confirmed, whenever the
 * process dies. The terminal is mute meanwhile: MCF goes out when the page is safe. */

#include <sys/stat.h> // fstat
#include <unistd.h>   // pread, fdatasync

#include "fax.h"

#define HEADER 8
#define ENTRY 12
#define MOST_ENTRIES 60
#define STRIP_OFFSETS 273
#define CHUNK 65536

/* A page's directory: a count, the entries, the offset of the next one (TIFF 6.0, section 2). */
struct directory {
    int64_t at;
    int entries;
    uint8_t octets[2 + MOST_ENTRIES * ENTRY + 4];
};

static uint32_t get32(const uint8_t *at)
{
    return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static int read_at(int fd, void *to, size_t size, int64_t at)
{
    ssize_t n = pread(fd, to, size, at);
    return n < 0 ? -errno : (size_t)n == size ? 0 : -EIO;
}

static int write_at(int fd, const uint8_t *from, size_t size, int64_t at)
{
    while (size > 0) {
        ssize_t n = pwrite(fd, from, size, at);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            from += n;
            at += n;
            size -= (size_t)n;
        }
    }
    return 0;
}

static int read_directory(int fd, struct directory *d, int64_t at)
{
    uint8_t count[2];
    int error = read_at(fd, count, 2, at);
    d->at = at;
    d->entries = count[0] | count[1] << 8;
    if (error || d->entries > MOST_ENTRIES)
        return error ? error : -EINVAL;
    return read_at(fd, d->octets, 2 + (size_t)d->entries * ENTRY + 4, at);
}

static uint8_t *link_of(struct directory *d)
{
    return d->octets + 2 + d->entries * ENTRY;
}

/* Find the last page; returns how many there are, or a negative errno. */
static int last_directory(int fd, struct directory *d)
{
    uint8_t header[HEADER];
    int error = read_at(fd, header, HEADER, 0), pages = 0;
    if (!error && (header[0] != 'I' || header[1] != 'I'))
        error = -EINVAL;
    for (int64_t at = error ? 0 : get32(header + 4); !error && at > 0; at = get32(link_of(d))) {
        error = read_directory(fd, d, at);
        if (error)
            break;
        pages++;
    }
    return error ? error : pages;
}

static int copy(const struct bi_fax_keep *k, int64_t from, int64_t end, int64_t to)
{
    uint8_t octets[CHUNK];
    int error = 0;
    while (from < end && !error) {
        size_t n = end - from < CHUNK ? (size_t)(end - from) : CHUNK;
        error = read_at(k->from_fd, octets, n, from);
        if (!error)
            error = write_at(k->to_fd, octets, n, to);
        from += (int64_t)n;
        to += (int64_t)n;
    }
    return error;
}

/* What a directory points to has moved so far. */
static void move(struct directory *d, int64_t by)
{
    static const int SIZES[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
    for (uint8_t *entry = d->octets + 2; entry < link_of(d); entry += ENTRY) {
        unsigned tag = entry[0] | entry[1] << 8, type = entry[2] | entry[3] << 8;
        uint32_t size = type < 13 ? (uint32_t)SIZES[type] * get32(entry + 4) : 0;
        if (size > 4 || tag == STRIP_OFFSETS)
            put32(entry + 8, (uint32_t)(get32(entry + 8) + by));
    }
    put32(link_of(d), 0);
}

/* Bring the newest page over. */
int bi_fax_keep_page(struct bi_fax_keep *k)
{
    struct directory d;
    struct stat in_memory;
    int pages = last_directory(k->from_fd, &d);
    if (pages < 1 || fstat(k->from_fd, &in_memory) < 0)
        return pages < 0 ? pages : -EIO;
    if (pages != k->pages + 1 || k->from == 0) /* begun anew, as after RTN at the last page */
        k->from = HEADER;
    if (k->size == 0)
        k->size = HEADER;
    int64_t by = k->size - k->from, at = d.at + by;
    int error = copy(k, k->from, in_memory.st_size, k->size);
    move(&d, by);
    if (!error)
        error = write_at(k->to_fd, d.octets, 2 + (size_t)d.entries * ENTRY + 4, at);
    if (!error && fdatasync(k->to_fd) < 0)
        error = -errno;
    uint8_t link[HEADER] = {'I', 'I', 42, 0};
    put32(link + 4, (uint32_t)at);
    if (!error)
        error = k->link ? write_at(k->to_fd, link + 4, 4, k->link)
                        : write_at(k->to_fd, link, HEADER, 0);
    if (!error && fdatasync(k->to_fd) < 0)
        error = -errno;
    k->pages = pages;
    k->size += in_memory.st_size - k->from;
    k->size += k->size & 1; /* a directory begins at an even octet */
    k->from = in_memory.st_size;
    k->link = at + 2 + (int64_t)d.entries * ENTRY;
    return error;
}

/* The lock is held. */
static void keep(struct bi_fax *f, bool unlocked)
{
    struct bi_engine *e = f->engine;
    f->is_due = false;
    f->is_kept = true;
    if (unlocked)
        pthread_mutex_unlock(&e->lock);
    int error = bi_fax_keep_page(&f->keep);
    if (unlocked)
        pthread_mutex_lock(&e->lock);
    f->is_kept = false;
    f->keep_error = error;
    if (!error)
        bi_fax_page_kept(f);
    pthread_cond_broadcast(&e->writer_cond);
}

/* Keep all pages that are due; the lock is held, and let go of while the disk works. */
void bi_faxes_keep(struct bi_engine *e, bool unlocked)
{
    for (struct bi_fax *f; (f = e->faxes_due) != NULL;) {
        e->faxes_due = f->next_due;
        keep(f, unlocked);
    }
}

/* A page has come. */
void bi_fax_due(struct bi_fax *f)
{
    struct bi_engine *e = f->engine;
    if (f->is_due || f->is_kept)
        return; /* can't be: the far end waits for the one before to be confirmed */
    f->is_due = true;
    f->next_due = e->faxes_due;
    e->faxes_due = f;
    if (e->is_virtual)
        bi_faxes_keep(e, false);
    else
        pthread_cond_broadcast(&e->writer_cond);
}

/* Wait until no page is due or being kept; the lock is held. */
void bi_fax_undue(struct bi_fax *f)
{
    while ((f->is_due || f->is_kept) && !f->engine->closing)
        pthread_cond_wait(&f->engine->writer_cond, &f->engine->lock);
    while (f->is_kept)
        pthread_cond_wait(&f->engine->writer_cond, &f->engine->lock);
    if (f->is_due) { /* the writer has ended */
        struct bi_fax **at = &f->engine->faxes_due;
        while (*at != f)
            at = &(*at)->next_due;
        *at = f->next_due;
        keep(f, false);
    }
}
