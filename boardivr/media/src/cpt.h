/* Call-progress tones: dial tone, ringback, busy, congestion, SIT of any country's plan. */
#ifndef BI_CPT_H
#define BI_CPT_H

#include <stdint.h>

#define BI_CPT_TONES 12    /* most that are listened for */
#define BI_CPT_SOUNDS 12   /* most different sounds that they are made of */
#define BI_CPT_CADENCE 8   /* times of a cadence: on, off, on, off ... */
#define BI_CPT_HISTORY 32  /* segments that are remembered */
#define BI_CPT_EVENTS 4    /* most that one frame can make */

/* A tone of a plan. */
struct bi_cpt_tone {
    int32_t id;                          /* given back in events */
    int32_t parts;                       /* 1 or 2 together; 3 one after the other (SIT) */
    float hz[3];
    float off_share, off_hz;             /* by how much each may be off; 0, 0: 2 % + 3 Hz */
    int32_t cadence_ms[BI_CPT_CADENCE];  /* on, off, ...; all 0: continuous (or SIT) */
    int32_t cycles;                      /* of the cadence before it is told, 1 or more */
    int32_t least_ms;                    /* of a continuous one before it is told; 0: as usual */
    int32_t tells_end;                   /* 1: an event with count 0 when it ends */
};

struct bi_cpt_event {
    int32_t id;
    int32_t count;   /* 1 when it is recognised, then each further cycle: rings, say; 0: it ended */
    int32_t ms;      /* since the first of these cycles began */
    float level;     /* dBm0 */
};

/* What may sound at one moment: one sine or two. */
struct bi_cpt_sound {
    int32_t parts;
    float hz[2];
    float most_off[2];  /* Hz */
};

/* A stretch of one sound, of silence, or of anything else. */
struct bi_cpt_segment {
    int32_t sound; /* number of a sound, BI_CPT_SILENCE or BI_CPT_OTHER */
    int32_t ms;
};

enum { BI_CPT_SILENCE = -1, BI_CPT_OTHER = -2 };

struct bi_cpt {
    struct bi_cpt_tone tones[BI_CPT_TONES];
    struct bi_cpt_sound sounds[BI_CPT_SOUNDS];
    int32_t tone_count, sound_count;
    int32_t sound_of[BI_CPT_TONES][3]; /* which sounds a tone is made of */
    int32_t least_ms[BI_CPT_TONES];    /* of a continuous tone */
    struct bi_cpt_segment past[BI_CPT_HISTORY]; /* a ring; the last one is still open */
    int32_t last;                      /* its index */
    int32_t told;                      /* bit i: tone i has been told of the open segment */
    int32_t sounding;                  /* bit i: the end of tone i is still to be told */
    int32_t run[BI_CPT_TONES];         /* cycles told in a row */
    int32_t odd, odd_ms, unsettled_ms; /* another sound, not yet believed; and before it */
    float level;                       /* dBm0 of the last tone */
    int32_t other_ms;                  /* read: how long voice or the like has been heard */
};

/* Listen for n tones. Returns 0, or -EINVAL: too many, or a frequency, cadence or count that
 * makes no sense. */
int bi_cpt_init(struct bi_cpt *c, const struct bi_cpt_tone *tones, int n);

/* Hear a frame of 160 samples. Returns the number of events, at most BI_CPT_EVENTS. */
int bi_cpt_frame(struct bi_cpt *c, const int16_t *x, struct bi_cpt_event *out);

#endif
