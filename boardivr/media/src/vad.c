#include "vad.h"

#include <errno.h>
#include <math.h>   // fminf, fmaxf
#include <string.h> // memset

#include "level.h" // bi_level_dbm0, BI_FRAME

#define FRAME_MS 20
#define BEGIN_FRAMES 2
#define HANGOVER_MS 200
#define SPAN_FRAMES 100 /* 2 s: speech pauses for a moment within it */
#define OVER_NOISE 6.0f
#define MOST_NOISE 6.0f /* over the threshold */

int bi_vad_init(struct bi_vad *v, float threshold)
{
    if (!(threshold >= -70.0f && threshold <= 0.0f))
        return -EINVAL;
    memset(v, 0, sizeof(*v));
    v->threshold = threshold;
    v->level = v->floor = v->lowest[0] = v->lowest[1] = -99.0f;
    return 0;
}

/* The noise is the least level of this span and the one before. */
static void follow_noise(struct bi_vad *v)
{
    if (v->span++ == SPAN_FRAMES) {
        v->lowest[1] = v->lowest[0];
        v->lowest[0] = v->level;
        v->span = 1;
    }
    v->lowest[0] = fminf(v->lowest[0], v->level);
    v->floor = fminf(v->lowest[0], v->lowest[1]);
}

static int is_loud(const struct bi_vad *v)
{
    const float noise = fminf(v->floor, v->threshold + MOST_NOISE);

    return v->level > fmaxf(v->threshold, noise + OVER_NOISE);
}

static void begin_voice(struct bi_vad *v, struct bi_vad_event *out)
{
    v->voice = 1;
    v->voice_ms = v->above * FRAME_MS;
    *out = (struct bi_vad_event){
        .kind = BI_VOICE_BEGIN, .ms = v->silence_ms - v->voice_ms, .level = v->level};
    v->silence_ms = 0;
    v->top = v->level;
}

static void end_voice(struct bi_vad *v, struct bi_vad_event *out)
{
    v->voice = 0;
    v->silence_ms = v->faint_ms;
    *out = (struct bi_vad_event){
        .kind = BI_VOICE_END, .ms = v->voice_ms - v->faint_ms, .level = v->top};
    v->voice_ms = 0;
}

int bi_vad_frame(struct bi_vad *v, const int16_t *x, struct bi_vad_event *out)
{
    v->level = bi_level_dbm0(x, BI_FRAME);
    follow_noise(v);
    if (is_loud(v)) {
        v->above++;
        v->faint_ms = 0;
    } else {
        v->above = 0;
        v->faint_ms += FRAME_MS;
    }
    if (v->voice) {
        v->voice_ms += FRAME_MS;
        v->top = fmaxf(v->top, v->level);
        if (v->faint_ms >= HANGOVER_MS) {
            end_voice(v, out);
            return 1;
        }
        return 0;
    }
    v->silence_ms += FRAME_MS;
    if (v->above < BEGIN_FRAMES)
        return 0;
    begin_voice(v, out);
    return 1;
}
