/* Parameters, features, and what a channel says of itself. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "voice.h"

void *dlg_voice_more(void)
{
    struct dlg_voice_more *more = calloc(1, sizeof(*more));
    if (!more)
        return NULL;
    for (int table = 0; table < 2; table++)
        for (int i = 0; i < 10; i++) { /* speed in tenths; volume in steps of 2 dB */
            int far = 10 - i;
            more->tables[table].decrease[i] = (char)(table == 0 ? far > 5 ? -128 : -10 * far : -2 * far);
            more->tables[table].increase[i] = (char)(i >= 5 ? -128 : table == 0 ? 10 * (i + 1) : 2 * (i + 1));
        }
    return more;
}

/* The type of a parameter is in its number. */
static long read_value(unsigned long id, const void *valuep)
{
    switch (id & PRM_DATTYP) {
    case PM_BYTE:
        return *(const unsigned char *)valuep;
    case PM_INT:
        return *(const int *)valuep;
    case PM_LONG:
        return *(const long *)valuep;
    default:
        return *(const unsigned short *)valuep;
    }
}

static void write_value(unsigned long id, long value, void *valuep)
{
    switch (id & PRM_DATTYP) {
    case PM_BYTE:
        *(unsigned char *)valuep = (unsigned char)value;
        break;
    case PM_INT:
        *(int *)valuep = (int)value;
        break;
    case PM_LONG:
        *(long *)valuep = value;
        break;
    default:
        *(unsigned short *)valuep = (unsigned short)value;
    }
}

static int find(struct dlg_voice_more *more, unsigned long id)
{
    for (int i = 0; i < more->parameter_count; i++)
        if (more->parameters[i].id == id)
            return i;
    return -1;
}

long dlg_parameter(struct dlg_device *d, unsigned long id, long otherwise)
{
    int i = find(dlg_more(d), id);
    return i < 0 ? otherwise : dlg_more(d)->parameters[i].value;
}

static bool is_text(unsigned long id)
{
    return (id & PRM_DATTYP) == (PM_VLSTR & PRM_DATTYP) || (id & PRM_DATTYP) == (PM_FLSTR & PRM_DATTYP);
}

DLG_EXPORT int dx_setparm(int Dev, unsigned long parm, const void *valuep)
{
    struct dlg_device *d = dlg_enter(Dev, DLG_VOICE);
    if (!d)
        return -1;
    parm &= 0xffffffff;
    struct dlg_voice_more *more = dlg_more(d);
    int i = find(more, parm);
    if (!valuep || parm == 0 || is_text(parm))
        return dlg_leave(d, EDX_BADPARM);
    if (i < 0 && more->parameter_count == DLG_PARAMETERS)
        return dlg_leave(d, EDX_BADPARM);
    if (i < 0)
        i = more->parameter_count++;
    more->parameters[i].id = parm;
    more->parameters[i].value = read_value(parm, valuep);
    if (parm == DXCH_RINGCNT)
        d->v.rings_needed = (unsigned)more->parameters[i].value;
    if (parm == DXCH_DIGBUFMODE)
        d->v.digit_mode = (int)more->parameters[i].value;
    if (parm == DXCH_CALLID)
        d->v.caller_id = (int)more->parameters[i].value;
    return dlg_leave(d, 0);
}

DLG_EXPORT int dx_getparm(int dev, unsigned long parm, void *valuep)
{
    static const struct { unsigned long id; long value; } DEFAULTS[] = {
        {DXCH_PLAYDRATE, 6000}, {DXCH_RECRDRATE, 6000}, {DXCH_RINGCNT, 1}, {DXCH_CALLID, 0},
        {DXCH_DIGBUFMODE, DX_DIGTRUNC}, {DXBD_R_IRD, 80}, {DXBD_R_ON, 3}, {DXBD_R_OFF, 5},
        {DXBD_FLASHTM, 50}, {DXBD_PAUSETM, 200}, {DXBD_FLASHCHR, '&'}, {DXBD_TTDATA, 10},
        {DXBD_T_IDD, 5}, {DXBD_OFFHDLY, 50}, {DXBD_MINLCOFF, 0}, {DXCH_TTDATA, 10}, {DXCH_T_IDD, 5},
        {DXBD_CHNUM, 4}, {DXBD_HWTYPE, TYP_D41}, {DXBD_SYSCFG, CFG_LOOP}, {DXCH_WINKDLY, 15},
        {DXCH_WINKLEN, 15}, {DXCH_MAXRWINK, 20}, {DXCH_XFERBUFSIZE, 8192}};
    struct dlg_device *d = dlg_enter(dev, DLG_VOICE);
    if (!d)
        return -1;
    parm &= 0xffffffff;
    int i = find(dlg_more(d), parm);
    if (!valuep || is_text(parm))
        return dlg_leave(d, EDX_BADPARM);
    for (size_t k = 0; i < 0 && k < sizeof(DEFAULTS) / sizeof(*DEFAULTS); k++)
        if (DEFAULTS[k].id == parm) {
            write_value(parm, DEFAULTS[k].value, valuep);
            return dlg_leave(d, 0);
        }
    if (i < 0)
        return dlg_leave(d, EDX_BADPARM);
    write_value(parm, dlg_more(d)->parameters[i].value, valuep);
    return dlg_leave(d, 0);
}

DLG_EXPORT int dx_setchxfercnt(int chDev, int bufnum)
{
    struct dlg_device *d = dlg_enter(chDev, DLG_VOICE);
    if (!d)
        return -1;
    return dlg_leave(d, bufnum < 0 || bufnum > BUF_1_5K ? EDX_BADPARM : 0);
}

DLG_EXPORT int dx_getfeaturelist(int chDev, FEATURE_TABLE *feature_tablep)
{
    struct dlg_device *d = dlg_enter(chDev, DLG_VOICE);
    if (!d)
        return -1;
    if (!feature_tablep)
        return dlg_leave(d, EDX_BADPARM);
    memset(feature_tablep, 0, sizeof(*feature_tablep));
    unsigned short sound = FT_ADPCM | FT_PCM | FT_ALAW | FT_ULAW | FT_LINEAR | FT_DRT6KHZ | FT_DRT8KHZ | FT_DRT11KHZ;
    feature_tablep->ft_play = feature_tablep->ft_record = sound;
    feature_tablep->ft_tone = FT_GTDENABLED | FT_GTGENABLED | FT_CADENCE_TONE;
    feature_tablep->ft_e2p_brd_cfg = FT_CALLP;
    feature_tablep->ft_fax = FT_FAX | FT_VFX40E_PLUS;
    feature_tablep->ft_front_end = FT_ROUTEABLE | (d->type == TYPE_R4_VOX_CHANNEL ? FT_ANALOG | FT_ANALOG_CID : 0);
    feature_tablep->ft_misc = FT_CALLERID;
    return dlg_leave(d, 0);
}

/* Names: "dxxxB1C2" is channel 2 of board "dxxxB1". */

int dlg_channel_of(const struct dlg_device *d)
{
    const char *c = strrchr(d->name, 'C');
    return c ? atoi(c + 1) : 0;
}

DLG_EXPORT char *ATDX_BDNAMEP(int SrlDevice)
{
    struct dlg_device *d = dlg_enter(SrlDevice, DLG_VOICE);
    if (!d)
        return NULL;
    struct dlg_voice_more *more = dlg_more(d);
    memcpy(more->name_room[0], d->name, DLG_NAME);
    char *c = strrchr(more->name_room[0], 'C');
    if (c)
        *c = 0;
    pthread_mutex_unlock(&dlg_lock);
    return more->name_room[0];
}

DLG_EXPORT char **ATDX_CHNAMES(int SrlDevice)
{
    struct dlg_device *d = dlg_enter(SrlDevice, DLG_VOICE);
    if (!d)
        return NULL;
    struct dlg_voice_more *more = dlg_more(d);
    int n = d->subdevices < 32 ? d->subdevices : 32;
    for (int i = 0; i < n; i++) {
        more->names[i] = more->name_room[i + 1];
        int base = (int)strlen(d->name) < DLG_NAME - 8 ? (int)strlen(d->name) : DLG_NAME - 8;
        snprintf(more->names[i], DLG_NAME, "%.*sC%d", base, d->name, i + 1);
    }
    more->names[n] = NULL;
    pthread_mutex_unlock(&dlg_lock);
    return n ? more->names : NULL;
}

/* Files, under the names that programs from Windows use. */
