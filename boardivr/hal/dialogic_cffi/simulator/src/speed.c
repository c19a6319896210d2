/* Volume and speed of what is played. */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "voice.h"

/* What a position of a table stands for: percent or dB; -128: nothing. */
static int at(const DX_SVMT *table, int position)
{
    return position == 0 ? table->origin : position < 0 ? (signed char)table->decrease[10 + position]
                                                        : (signed char)table->increase[position - 1];
}

static int *position_of(struct dlg_device *d, int table)
{
    return table == SV_SPEEDTBL ? &d->v.speed : &d->v.volume;
}

static void adjustment(struct dlg_device *d, struct dlg_message *m)
{
    struct dlg_voice_more *more = dlg_more(d);
    *m = (struct dlg_message){.op = DLG_ADJUST, .device = d->number};
    m->a[0] = at(&more->tables[1], d->v.volume);
    m->a[1] = 100 + at(&more->tables[0], d->v.speed);
}

/* Returns 0 or the error; the position is set where it is one of the table's. */
static long move(struct dlg_device *d, int table, int action, int size)
{
    struct dlg_voice_more *more = dlg_more(d);
    int *position = position_of(d, table), *last = &more->last[table == SV_VOLUMETBL];
    int wanted;
    if (table != SV_SPEEDTBL && table != SV_VOLUMETBL)
        return EDX_BADPARM;
    if (action == SV_ABSPOS)
        wanted = size;
    else if (action == SV_RELCURPOS)
        wanted = *position + size;
    else if (action == SV_TOGGLE)
        wanted = size == SV_TOGORIGIN || size == SV_RESETORIG ? 0 : *last;
    else
        return EDX_BADPARM;
    if (wanted < -10 || wanted > 10 || at(&more->tables[table == SV_VOLUMETBL], wanted) == -128)
        return action == SV_RELCURPOS ? 0 : EDX_BADPARM; /* at the end of the table it stays */
    if (wanted != *position)
        *last = *position;
    *position = wanted;
    return 0;
}

DLG_EXPORT int dx_adjsv(int chdev, unsigned short tabletype, unsigned short action, unsigned short adjsize)
{
    struct dlg_message m;
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    if (!d)
        return -1;
    long error = move(d, tabletype, action, (short)adjsize);
    if (error)
        return dlg_leave(d, error);
    adjustment(d, &m);
    return dlg_leave(d, dlg_ask(&m, NULL, 0, -1));
}

DLG_EXPORT int dx_getcursv(int chdev, int *curvolp, int *curspeedp)
{
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    if (!d)
        return -1;
    if (!curvolp || !curspeedp)
        return dlg_leave(d, EDX_BADPARM);
    *curvolp = d->v.volume;
    *curspeedp = d->v.speed;
    return dlg_leave(d, 0);
}

DLG_EXPORT int dx_getsvmt(int ChDev, unsigned short tableType, DX_SVMT *svmtp)
{
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    if (!svmtp || (tableType != SV_SPEEDTBL && tableType != SV_VOLUMETBL))
        return dlg_leave(d, EDX_BADPARM);
    *svmtp = dlg_more(d)->tables[tableType == SV_VOLUMETBL];
    return dlg_leave(d, 0);
}

static long check_table(const DX_SVMT *t, int type)
{
    int most = type == SV_SPEEDTBL ? 50 : 30;
    for (int i = -10; i <= 10; i++)
        if (at(t, i) != -128 && (at(t, i) > most || at(t, i) < -most))
            return EDX_SVMTRANGE;
    return 0;
}

DLG_EXPORT int dx_setsvmt(int ChDev, unsigned short TableType, const DX_SVMT *svmtp, unsigned short flag)
{
    struct dlg_device *d = dlg_enter(ChDev, DLG_VOICE);
    if (!d)
        return -1;
    if (TableType != SV_SPEEDTBL && TableType != SV_VOLUMETBL)
        return dlg_leave(d, EDX_BADPARM);
    struct dlg_voice_more *fresh = flag & SV_SETDEFAULT ? dlg_voice_more() : NULL;
    const DX_SVMT *table = fresh ? &fresh->tables[TableType == SV_VOLUMETBL] : svmtp;
    long error = !table ? EDX_BADPARM : check_table(table, TableType);
    if (!error) {
        dlg_more(d)->tables[TableType == SV_VOLUMETBL] = *table;
        *position_of(d, TableType) = 0;
    }
    free(fresh);
    return dlg_leave(d, error);
}

/* Keys that change them while something is played: the channel doesn't keep them. */

static long tell_keys(struct dlg_device *d)
{
    static const char KEYS[] = "0123456789*#ABCD";
    struct dlg_message m = {.op = DLG_DIGITS_ACT, .device = d->number};
    for (int i = 0; i < dlg_more(d)->digit_count; i++) {
        int digit = toupper(dlg_more(d)->digits[i].digit);
        const char *at = digit ? strchr(KEYS, digit) : NULL;
        m.a[0] |= at ? 1 << (at - KEYS) : 0;
    }
    return dlg_ask(&m, NULL, 0, -1);
}

DLG_EXPORT int dx_setsvcond(int chdev, unsigned short numblk, const DX_SVCB *svcbp)
{
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    if (!d)
        return -1;
    struct dlg_voice_more *more = dlg_more(d);
    if (!svcbp || numblk < 1 || more->digit_count + numblk > DLG_SV_DIGITS)
        return dlg_leave(d, svcbp && numblk ? EDX_SVADJBLKS : EDX_BADPARM);
    for (int i = 0; i < numblk; i++)
        more->digits[more->digit_count++] = svcbp[i];
    return dlg_leave(d, tell_keys(d));
}

DLG_EXPORT int dx_clrsvcond(int chdev)
{
    struct dlg_device *d = dlg_enter(chdev, DLG_VOICE);
    if (!d)
        return -1;
    dlg_more(d)->digit_count = 0;
    return dlg_leave(d, tell_keys(d));
}

static int add_digit(int chdev, int table, char digit, short value)
{
    DX_SVCB block = {.type = (unsigned short)(table | (value == SV_NORMAL ? SV_ABSPOS : SV_RELCURPOS)),
                     .adjsize = value == SV_NORMAL ? 0 : value, .digit = (unsigned char)digit};
    return dx_setsvcond(chdev, 1, &block);
}

DLG_EXPORT int dx_addspddig(int chdev, char digit, short adjval)
{
    return add_digit(chdev, SV_SPEEDTBL, digit, adjval);
}

DLG_EXPORT int dx_addvoldig(int chdev, char digit, short adjval)
{
    return add_digit(chdev, SV_VOLUMETBL, digit, adjval);
}

/* In the reader's thread, with the lock held: nothing is waited for. */
void dlg_adjust_by_digit(struct dlg_device *d, char digit)
{
    struct dlg_voice_more *more = dlg_more(d);
    if (!more || !d->op.active || d->op.state != CS_PLAY)
        return;
    for (int i = 0; i < more->digit_count; i++) {
        const DX_SVCB *block = &more->digits[i];
        struct dlg_message m;
        if ((char)block->digit != digit)
            continue;
        if (block->type & (SV_PAUSE | SV_RESUME)) {
            m = (struct dlg_message){.op = DLG_PAUSE, .device = d->number, .a = {(block->type & SV_PAUSE) != 0}};
        } else {
            move(d, block->type & (SV_SPEEDTBL | SV_VOLUMETBL), block->type & (SV_RELCURPOS | SV_TOGGLE),
                 block->adjsize);
            adjustment(d, &m);
        }
        dlg_tell(&m, NULL, 0);
    }
}

static int pause_or_resume(int device, int on)
{
    struct dlg_message m = {.op = DLG_PAUSE, .a = {on}};
    struct dlg_device *d = dlg_enter(device, DLG_VOICE);
    if (!d)
        return -1;
    if (!d->op.active || d->op.state != CS_PLAY)
        return dlg_leave(d, EDX_IDLE);
    m.device = d->number;
    return dlg_leave(d, dlg_ask(&m, NULL, 0, -1));
}

DLG_EXPORT int dx_pause(int chDev)
{
    return pause_or_resume(chDev, 1);
}

DLG_EXPORT int dx_resume(int chDev)
{
    return pause_or_resume(chDev, 0);
}
