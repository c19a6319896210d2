/* Voice and silence on a line, frame by frame. */
#ifndef BI_VAD_H
#define BI_VAD_H

#include <stdint.h>

#define BI_VAD_EVENTS 1
#define BI_VAD_THRESHOLD_DBM0 -38.0f

enum bi_vad_kind { BI_VOICE_BEGIN = 1, BI_VOICE_END = 2 };

struct bi_vad_event {
    int8_t kind;
    int32_t ms;      /* how long the silence or the voice was that has ended */
    float level;     /* dBm0 of this frame (begin), of the loudest one (end) */
};

/* Whether anything is heard. All fields are its own but those said to be read. */
struct bi_vad {
    float threshold;       /* dBm0: what is fainter is silence */
    float level;           /* read: dBm0 of the last frame */
    float floor;           /* read: dBm0 of the noise under it all */
    float lowest[2], top;  /* least levels of this span and the last; loudest of the voice */
    int32_t span, above;   /* frames of this span; frames in a row above the threshold */
    int8_t voice;          /* read: 1 while there is voice */
    int32_t silence_ms;    /* read: since when it has been silent, 0 while there is voice */
    int32_t voice_ms;      /* read: since when there has been voice, 0 while it is silent */
    int32_t faint_ms;      /* since the last frame above the threshold */
};

/* Begin in silence. Returns 0, or -EINVAL if the threshold isn't between -70 and 0 dBm0. */
int bi_vad_init(struct bi_vad *v, float threshold);

/* Hear a frame of 160 samples. Returns the number of events, at most BI_VAD_EVENTS.
 *
 * Voice begins with the second loud frame in a row and counts from the first; it ends when
 * 200 ms were faint, and the silence counts from where it became so. Loud is over the
 * threshold, and 6 dB over the noise (the least level of the last 2 to 4 s) as long as that
 * is at most 6 dB over the threshold: a steady tone is not silence. */
int bi_vad_frame(struct bi_vad *v, const int16_t *x, struct bi_vad_event *out);

#endif
