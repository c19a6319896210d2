/* Frames become segments (one sound, silence, anything else), segments become cadences. */
#include "cpt.h"

#include <errno.h>
#include <math.h>   // fminf, fmaxf
#include <string.h> // memset, memcpy

#include "cpt_sound.h"

#define FRAME_MS 20
#define BELIEVED_MS 40    /* a new sound is believed after two frames */
#define MUDDLE_MS 100     /* frames that don't agree for so long are voice */
#define CONTINUOUS_MS 700
#define SETTLE_MS 400     /* a last pause needs no more to be one */
#define SIT_LEAST_MS 150
#define SIT_MOST_MS 500
#define SIT_GAP_MS 60
#define OTHER_MOST_MS 60000

/* Cadences may be 10 % off, and frames cut them by 20 ms and a bit of doubt. */
static int least_of(int ms)
{
    return ms - ms / 10 - 30;
}

static int most_of(int ms)
{
    return ms + ms / 10 + 30;
}

static int cadence_length(const struct bi_cpt_tone *t)
{
    int n = 0;

    while (n < BI_CPT_CADENCE && t->cadence_ms[n] != 0)
        n++;
    return n;
}

static int tone_is_valid(const struct bi_cpt_tone *t)
{
    const int n = cadence_length(t);
    int i;

    if (t->parts < 1 || t->parts > 3 || t->cycles < 1 || t->cycles > 8 || n % 2 == 1
        || (t->parts == 3 && n) || n * t->cycles >= BI_CPT_HISTORY || !(t->off_share >= 0.0f)
        || !(t->off_hz >= 0.0f))
        return 0;
    for (i = 0; i < t->parts; i++)
        if (!(t->hz[i] >= 200.0f && t->hz[i] <= 3800.0f))
            return 0;
    for (i = 0; i < BI_CPT_CADENCE; i++)
        if (t->cadence_ms[i] < 0 || t->cadence_ms[i] > 60000 || (i >= n && t->cadence_ms[i]))
            return 0;
    return t->parts != 2 || fabsf(t->hz[0] - t->hz[1]) >= 30.0f;
}

/* Return the number of a sound, found or added; -1 if there is no room. */
static int sound_number(struct bi_cpt *c, const struct bi_cpt_sound *s)
{
    int i;

    for (i = 0; i < c->sound_count; i++)
        if (c->sounds[i].parts == s->parts && c->sounds[i].hz[0] == s->hz[0]
            && c->sounds[i].hz[1] == s->hz[1])
            return i;
    if (c->sound_count == BI_CPT_SOUNDS)
        return -1;
    c->sounds[c->sound_count] = *s;
    return c->sound_count++;
}

/* Note the sounds that tone i is made of: one, or three for SIT. */
static int add_sounds(struct bi_cpt *c, int i)
{
    const struct bi_cpt_tone *t = c->tones + i;
    const int together = t->parts == 3 ? 1 : t->parts, times = t->parts == 3 ? 3 : 1;
    const int usual = t->off_share == 0.0f && t->off_hz == 0.0f;
    int k, j;

    for (k = 0; k < times; k++) {
        struct bi_cpt_sound s = {.parts = together};

        for (j = 0; j < together; j++) {
            s.hz[j] = t->hz[k + j];
            s.most_off[j] = usual ? 0.02f * s.hz[j] + 3.0f
                                  : t->off_share * s.hz[j] + t->off_hz;
        }
        c->sound_of[i][k] = sound_number(c, &s);
        if (c->sound_of[i][k] < 0)
            return -EINVAL;
    }
    return 0;
}

/* A continuous tone must last longer than any burst of the same sound. */
static int least_continuous(const struct bi_cpt *c, int tone)
{
    int i, k, least = CONTINUOUS_MS;

    if (c->tones[tone].least_ms > 0)
        return c->tones[tone].least_ms;
    for (i = 0; i < c->tone_count; i++) {
        const int n = cadence_length(c->tones + i);

        for (k = 0; k < n && c->sound_of[i][0] == c->sound_of[tone][0]; k += 2) {
            const int more = most_of(c->tones[i].cadence_ms[k]) + 2 * FRAME_MS;

            least = more > least ? more : least;
        }
    }
    return least;
}

int bi_cpt_init(struct bi_cpt *c, const struct bi_cpt_tone *tones, int n)
{
    int i;

    if (n < 1 || n > BI_CPT_TONES)
        return -EINVAL;
    memset(c, 0, sizeof(*c));
    for (i = 0; i < n; i++) {
        if (!tone_is_valid(tones + i))
            return -EINVAL;
        c->tones[i] = tones[i];
        if (add_sounds(c, i) < 0)
            return -EINVAL;
    }
    c->tone_count = n;
    for (i = 0; i < n; i++)
        c->least_ms[i] = least_continuous(c, i);
    c->past[0].sound = BI_CPT_SILENCE;
    for (i = 1; i < BI_CPT_HISTORY; i++)
        c->past[i].sound = BI_CPT_OTHER;
    c->level = -99.0f;
    return 0;
}

/* The segment `back` before the open one. */
static const struct bi_cpt_segment *past(const struct bi_cpt *c, int back)
{
    return c->past + (c->last - back + BI_CPT_HISTORY) % BI_CPT_HISTORY;
}

static void open_segment(struct bi_cpt *c, int sound, int ms)
{
    c->last = (c->last + 1) % BI_CPT_HISTORY;
    c->past[c->last] = (struct bi_cpt_segment){.sound = sound, .ms = ms};
    c->told = 0;
    c->odd_ms = c->unsettled_ms = 0;
}

/* Put a frame into the segments. A frame that lies across an edge is neither: it is shared. */
static void add_frame(struct bi_cpt *c, int sound)
{
    struct bi_cpt_segment *open = c->past + c->last;

    if (sound == open->sound) {
        open->ms += FRAME_MS + c->odd_ms + c->unsettled_ms;
        c->odd_ms = c->unsettled_ms = 0;
        return;
    }
    if (c->odd_ms && sound != c->odd) {
        c->unsettled_ms += c->odd_ms;
        c->odd_ms = 0;
    }
    c->odd = sound;
    c->odd_ms += FRAME_MS;
    if (c->odd_ms >= BELIEVED_MS) {
        const int share = c->unsettled_ms / 2;

        open->ms += share;
        open_segment(c, sound, c->odd_ms + c->unsettled_ms - share);
    } else if (c->odd_ms + c->unsettled_ms >= MUDDLE_MS) {
        open_segment(c, BI_CPT_OTHER, c->odd_ms + c->unsettled_ms);
    }
}

/* Count the whole cycles of tone i that end with the open segment; ms gets their length. */
static int count_cycles(const struct bi_cpt *c, int i, int *ms)
{
    const struct bi_cpt_tone *t = c->tones + i;
    const int n = cadence_length(t), settle = least_of(t->cadence_ms[n - 1]);
    int back = 0, cycles = 0, k;

    *ms = 0;
    if (past(c, 0)->sound != BI_CPT_SILENCE
        || past(c, 0)->ms < (settle < SETTLE_MS ? settle : SETTLE_MS))
        return 0;
    for (;; cycles++) {
        int length = 0;

        for (k = n - 1; k >= 0; k--, back++) {
            const struct bi_cpt_segment *s = past(c, back);
            const int sound = k % 2 ? BI_CPT_SILENCE : c->sound_of[i][0];

            if (back >= BI_CPT_HISTORY || s->sound != sound)
                return cycles;
            if (back > 0
                && (s->ms < least_of(t->cadence_ms[k]) || s->ms > most_of(t->cadence_ms[k])))
                return cycles;
            length += s->ms;
        }
        *ms += length;
    }
}

/* Whether the last three sounds are those of SIT, in order; ms gets their length. */
static int is_sit(const struct bi_cpt *c, int i, int *ms)
{
    int back = 0, k;

    *ms = 0;
    for (k = 2; k >= 0; k--, back++) {
        if (k < 2 && past(c, back)->sound == BI_CPT_SILENCE && past(c, back)->ms <= SIT_GAP_MS)
            back++;
        if (past(c, back)->sound != c->sound_of[i][k] || past(c, back)->ms < SIT_LEAST_MS
            || past(c, back)->ms > SIT_MOST_MS)
            return 0;
        *ms += past(c, back)->ms;
    }
    return 1;
}

/* Whether tone i is heard in full now; count and ms for its event. */
static int is_heard(struct bi_cpt *c, int i, int *count, int *ms)
{
    const struct bi_cpt_tone *t = c->tones + i;
    int cycles;

    *count = 1;
    if (t->parts == 3)
        return is_sit(c, i, ms);
    if (cadence_length(t) == 0) {
        *ms = past(c, 0)->ms;
        return past(c, 0)->sound == c->sound_of[i][0] && *ms >= c->least_ms[i];
    }
    cycles = count_cycles(c, i, ms);
    if (cycles < t->cycles)
        return 0;
    c->run[i] = cycles > t->cycles && c->run[i] > 0 ? c->run[i] + 1 : 1;
    *count = c->run[i];
    return 1;
}

/* Whether tone i, which was told, sounds no longer: another sound, or a pause longer than its own. */
static int has_ended(const struct bi_cpt *c, int i)
{
    const int n = cadence_length(c->tones + i);
    const struct bi_cpt_segment *open = past(c, 0);

    if (open->sound == c->sound_of[i][0])
        return 0;
    return n == 0 || open->sound != BI_CPT_SILENCE
        || open->ms > most_of(c->tones[i].cadence_ms[n - 1]);
}

int bi_cpt_frame(struct bi_cpt *c, const int16_t *x, struct bi_cpt_event *out)
{
    float level;
    const int sound = bi_cpt_sound(c->sounds, c->sound_count, x, c->level, &level);
    int i, count, ms, n = 0;

    add_frame(c, sound);
    if (sound >= 0) {
        c->level = level;
    } else if (sound == BI_CPT_OTHER && c->other_ms < OTHER_MOST_MS) {
        c->other_ms += FRAME_MS;
    }
    for (i = 0; i < c->tone_count && n < BI_CPT_EVENTS; i++) {
        if (c->sounding & 1 << i && has_ended(c, i)) {
            c->sounding &= ~(1 << i);
            out[n++] = (struct bi_cpt_event){.id = c->tones[i].id, .level = c->level};
            continue;
        }
        if (c->told & 1 << i || !is_heard(c, i, &count, &ms))
            continue;
        c->told |= 1 << i;
        c->sounding |= c->tones[i].tells_end ? 1 << i : 0;
        c->other_ms = 0;
        out[n++] = (struct bi_cpt_event){
            .id = c->tones[i].id, .count = count, .ms = ms, .level = c->level};
    }
    return n;
}
