/* What the files of the voice library share. */

#ifndef DLG_VOICE_H
#define DLG_VOICE_H

#include "dlg.h"

#define DLG_MOST_TONES 10
#define DLG_PARAMETERS 64
#define DLG_SV_DIGITS 20

/* A tone of the user's, as the firmware takes it; Hz, and times of 10 ms. */
struct dlg_tone {
    int32_t id, low1, high1, low2, high2, on, on_dev, off, off_dev, repeats, mode, digit, digit_type, events;
};

/* A voice device's own, behind `more`. */
struct dlg_voice_more {
    struct dlg_tone tones[DLG_MOST_TONES];
    int tone_count;
    struct { unsigned long id; long value; } parameters[DLG_PARAMETERS];
    int parameter_count;
    DX_SVMT tables[2]; /* speed, volume */
    int last[2];       /* position before the last change */
    DX_SVCB digits[DLG_SV_DIGITS];
    int digit_count;
    char *board, *names[33];
    char name_room[33][DLG_NAME];
};

void *dlg_voice_more(void);
static inline struct dlg_voice_more *dlg_more(struct dlg_device *d)
{
    return d->more;
}
void dlg_voice_hear(struct dlg_device *d, const struct dlg_message *m);
bool dlg_tone_is_wanted(struct dlg_device *d, int id, int event);
void dlg_adjust_by_digit(struct dlg_device *d, char digit);
int dlg_channel_of(const struct dlg_device *d);
long dlg_parameter(struct dlg_device *d, unsigned long id, long otherwise);

#endif
