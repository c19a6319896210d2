/* Tones of the user's: built, put on a channel, played. */

#include <string.h>

#include "voice.h"

static __thread struct dlg_tone template; /* what was built last, until dx_addtone */
static __thread bool has_template;

static int build(struct dlg_tone t)
{
    bool is_bad = t.id < 1 || t.low1 < 0 || t.high1 > 4000 || t.high2 > 4000;
    if (is_bad)
        return -1;
    template = t;
    has_template = true;
    return 0;
}

static int32_t low(unsigned f, unsigned deviation)
{
    return f == 0 ? 0 : (int32_t)f - (int32_t)deviation;
}

DLG_EXPORT int dx_blddt(unsigned int id, unsigned freq1, unsigned int fq1dev, unsigned int freq2,
                        unsigned int fq2dev, unsigned int mode)
{
    return build((struct dlg_tone){.id = (int)id, .low1 = low(freq1, fq1dev), .high1 = (int)(freq1 + fq1dev),
                                   .low2 = low(freq2, fq2dev), .high2 = (int)(freq2 + fq2dev), .mode = (int)mode});
}

DLG_EXPORT int dx_bldst(unsigned int ToneID, unsigned int freq, unsigned int fqdev, unsigned int mode)
{
    return dx_blddt(ToneID, freq, fqdev, 0, 0, mode);
}

DLG_EXPORT int dx_blddtcad(unsigned int ToneID, unsigned int freq1, unsigned int fq1dev,
                           unsigned int freq2, unsigned int fq2dev, unsigned int OnTime,
                           unsigned int OnTimeDev, unsigned int OffTime, unsigned int OffTimeDev,
                           unsigned int repcnt)
{
    return build((struct dlg_tone){
        .id = (int)ToneID, .low1 = low(freq1, fq1dev), .high1 = (int)(freq1 + fq1dev),
        .low2 = low(freq2, fq2dev), .high2 = (int)(freq2 + fq2dev), .on = (int)OnTime,
        .on_dev = (int)OnTimeDev, .off = (int)OffTime, .off_dev = (int)OffTimeDev, .repeats = (int)repcnt});
}

DLG_EXPORT int dx_bldstcad(unsigned int ToneID, unsigned int freq, unsigned int fqdev,
                           unsigned int OnTime, unsigned int OnTimeDev, unsigned int OffTime,
                           unsigned int OffTimeDev, unsigned int repcnt)
{
    return dx_blddtcad(ToneID, freq, fqdev, 0, 0, OnTime, OnTimeDev, OffTime, OffTimeDev, repcnt);
}

DLG_EXPORT void dx_setgtdamp(short Min1, short Max1, short Min2, short Max2)
{
    (void)Min1, (void)Max1, (void)Min2, (void)Max2; /* the detector takes what can be heard */
}

static int send_tones(struct dlg_device *d)
{
    struct dlg_voice_more *more = dlg_more(d);
    struct dlg_message m = {.op = DLG_TONES, .device = d->number};
    return dlg_leave(d, dlg_ask(&m, more->tones, (size_t)more->tone_count * sizeof(*more->tones), -1));
}

DLG_EXPORT int dx_addtone(int chdev, unsigned char digit, unsigned char digtype)
{
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    if (!d)
        return -1;
    struct dlg_voice_more *more = dlg_more(d);
    for (int i = 0; i < more->tone_count; i++)
        if (has_template && more->tones[i].id == template.id)
            return dlg_leave(d, EDX_TONEID);
    if (!has_template || more->tone_count == DLG_MOST_TONES)
        return dlg_leave(d, has_template ? EDX_MAXTMPLT : EDX_BADPARM);
    struct dlg_tone *tone = &more->tones[more->tone_count++];
    *tone = template;
    tone->digit = digit;
    tone->digit_type = digtype;
    tone->events = DM_TONEON | DM_TONEOFF;
    return send_tones(d);
}

static struct dlg_tone *tone_of(struct dlg_device *d, int id)
{
    struct dlg_voice_more *more = dlg_more(d);
    for (int i = 0; i < more->tone_count; i++)
        if (more->tones[i].id == id)
            return &more->tones[i];
    return NULL;
}

static int enable(int device, int id, int mask, bool on)
{
    struct dlg_device *d = dlg_enter(device, DLG_VOICE);
    if (!d)
        return -1;
    struct dlg_tone *tone = tone_of(d, id);
    if (!tone || mask & ~(DM_TONEON | DM_TONEOFF) || !mask)
        return dlg_leave(d, tone ? EDX_BADPARM : EDX_TONEID);
    tone->events = on ? tone->events | mask : tone->events & ~mask;
    return dlg_leave(d, 0);
}

DLG_EXPORT int dx_enbtone(int chdev, int ToneID, int evtMask)
{
    return enable(chdev, ToneID, evtMask, true);
}

DLG_EXPORT int dx_distone(int chdev, int toneID, int evtMask)
{
    return enable(chdev, toneID, evtMask, false);
}

DLG_EXPORT int dx_deltones(int chdev)
{
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    if (!d)
        return -1;
    dlg_more(d)->tone_count = 0;
    return send_tones(d);
}

bool dlg_tone_is_wanted(struct dlg_device *d, int id, int event)
{
    struct dlg_tone *tone = d->more ? tone_of(d, id) : NULL;
    return tone && tone->events & event;
}

/* Playing */

DLG_EXPORT void dx_bldtngen(TN_GEN *tngenp, unsigned short freq1, unsigned short freq2,
                            short amplitude1, short amplitude2, short duration)
{
    if (!tngenp)
        return;
    *tngenp = (TN_GEN){.tg_dflag = freq2 ? TN_DUAL : TN_SINGLE, .tg_freq1 = freq1, .tg_freq2 = freq2,
                       .tg_ampl1 = amplitude1, .tg_ampl2 = amplitude2, .tg_dur = duration};
}

static long tone_done(struct dlg_device *d, struct dlg_op *op, const struct dlg_message *m)
{
    d->v.termmsk = (long)m->a[0];
    op->result = m->a[0] & TM_ERROR ? -1 : 0;
    return m->a[0] & TM_ERROR ? TDX_ERROR : 0;
}

static long check(const TN_GEN *t)
{
    bool is_dual = t->tg_dflag == TN_DUAL;
    if (t->tg_dflag != TN_SINGLE && !is_dual)
        return EDX_FLAGGEN;
    if (t->tg_freq1 < 100 || t->tg_freq1 > 4000 || (is_dual && (t->tg_freq2 < 100 || t->tg_freq2 > 4000)))
        return EDX_FREQGEN;
    return t->tg_ampl1 > 0 || t->tg_ampl1 < -60 || (is_dual && (t->tg_ampl2 > 0 || t->tg_ampl2 < -60))
               ? EDX_AMPLGEN
               : 0;
}

/* Segments behind the conditions: frequencies, dB, and times of 10 ms (-1: for ever). */
struct segment {
    int32_t freq1, freq2, ampl1, ampl2, on, off;
};

static int play_segments(int device, const TN_GEN *tones, const short *off, int n, int cycles,
                         const DV_TPT *tpt, int mode)
{
    struct dlg_message m = {.op = DLG_TONE, .a = {cycles, n}};
    struct {
        struct dlg_until until;
        struct segment segments[4];
    } data;
    struct dlg_device *d = dlg_enter(device, DLG_VOICE);
    if (!d)
        return -1;
    long error = n < 1 || n > 4 ? EDX_BADPARM : dlg_until_of(tpt, &data.until);
    for (int i = 0; !error && i < n; i++) {
        error = check(&tones[i]);
        data.segments[i] = (struct segment){
            tones[i].tg_freq1, tones[i].tg_dflag == TN_DUAL ? tones[i].tg_freq2 : 0,
            tones[i].tg_ampl1, tones[i].tg_ampl2, tones[i].tg_dur, off ? off[i] : 0};
    }
    if (!error)
        error = dlg_begin(d, CS_TONE, (unsigned)mode, TDX_PLAYTONE, tone_done);
    if (error)
        return dlg_leave(d, error);
    d->v.termmsk = 0;
    return dlg_run(d, &m, &data, offsetof(__typeof__(data), segments) + (size_t)n * sizeof(struct segment), -1);
}

DLG_EXPORT int dx_playtone(int ChDev, const TN_GEN *tngenp, const DV_TPT *tptp, int mode)
{
    return play_segments(ChDev, tngenp, NULL, tngenp ? 1 : 0, 1, tptp, mode);
}

DLG_EXPORT int dx_playtoneEx(int ddd, const TN_GENCAD *tngencadp, const DV_TPT *tptp, int mode)
{
    if (!tngencadp)
        return play_segments(ddd, NULL, NULL, 0, 1, tptp, mode);
    return play_segments(ddd, tngencadp->tone, tngencadp->offtime, tngencadp->numsegs,
                         tngencadp->cycles == 255 ? -1 : tngencadp->cycles, tptp, mode);
}
