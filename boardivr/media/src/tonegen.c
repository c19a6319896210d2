#include "tonegen.h"

#include <errno.h>
#include <string.h> // memcpy, memset

#include "level.h" // BI_RATE

#define PER_MS (BI_RATE / 1000)
#define CHUNK 160
#define LONGEST_MS 3600000 /* so that no count of samples overflows */

static int step_is_valid(const struct bi_tone_step *s)
{
    int i;

    if (s->parts < 0 || s->parts > BI_TONE_PARTS || s->on_ms < -1 || s->on_ms > LONGEST_MS
        || s->off_ms < 0 || s->off_ms > LONGEST_MS)
        return 0;
    for (i = 0; i < s->parts; i++)
        if (!(s->hz[i] > 0.0f && s->hz[i] < BI_RATE / 2 && s->dbm0[i] <= 6.0f
              && s->dbm0[i] >= -99.0f))
            return 0;
    return 1;
}

/* Begin to sound step i. */
static void enter(struct bi_tonegen *g, int i)
{
    const struct bi_tone_step *s = g->steps + i;
    int k;

    g->step = i;
    g->silent = 0;
    g->left = s->on_ms < 0 ? -1 : s->on_ms * PER_MS;
    for (k = 0; k < s->parts; k++)
        bi_osc_init(g->osc + k, s->hz[k], s->dbm0[k]);
}

/* Go on to what follows when nothing is left of the present part. */
static void advance(struct bi_tonegen *g)
{
    if (!g->silent) {
        g->silent = 1;
        g->left = g->steps[g->step].off_ms * PER_MS;
    } else if (g->step + 1 < g->count) {
        enter(g, g->step + 1);
    } else if (g->repeat_from >= 0) {
        enter(g, g->repeat_from);
    } else {
        g->ended = 1;
    }
}

int bi_tonegen_init(struct bi_tonegen *g, const struct bi_tone_step *steps, int n,
                    int repeat_from)
{
    int i, repeats = 0;

    if (n < 1 || n > BI_TONE_STEPS || repeat_from < -1 || repeat_from >= n)
        return -EINVAL;
    for (i = 0; i < n; i++) {
        if (!step_is_valid(steps + i))
            return -EINVAL;
        repeats |= i >= repeat_from && (steps[i].on_ms != 0 || steps[i].off_ms > 0);
    }
    if (repeat_from >= 0 && !repeats)
        return -EINVAL;
    memset(g, 0, sizeof(*g));
    memcpy(g->steps, steps, sizeof(*steps) * (size_t)n);
    g->count = n;
    g->repeat_from = repeat_from;
    enter(g, 0);
    return 0;
}

/* Sound what is left of the present part, n samples at most. */
static int sound(struct bi_tonegen *g, int16_t *x, int n)
{
    const int now = g->left >= 0 && g->left < n ? g->left : n;
    const int parts = g->silent ? 0 : g->steps[g->step].parts;
    float y[CHUNK];
    int i;

    memset(y, 0, sizeof(*y) * (size_t)now);
    for (i = 0; i < parts; i++)
        bi_osc_add(g->osc + i, y, now);
    bi_osc_round(y, x, now);
    if (g->left > 0)
        g->left -= now;
    return now;
}

int bi_tonegen_fill(struct bi_tonegen *g, int16_t *x, int n)
{
    int done = 0;

    while (done < n && !g->ended) {
        if (g->left == 0)
            advance(g);
        else
            done += sound(g, x + done, n - done < CHUNK ? n - done : CHUNK);
    }
    return done;
}
