/* Termination parameter tables, as the firmware takes them. */

#include "dlg.h"

#define LONGEST 64 /* entries; more is a chain without end */

static int unit_ms(const DV_TPT *t)
{
    return t->tp_length * (t->tp_flags & TF_10MS ? 10 : 100);
}

/* Bits of DM_* for digits, in the engine's order of keys. */
static int key_mask(int dm)
{
    static const int order[] = {DM_0, DM_1, DM_2, DM_3, DM_4, DM_5, DM_6, DM_7,
                                DM_8, DM_9, DM_S, DM_P, DM_A, DM_B, DM_C, DM_D};
    int mask = 0;
    for (int i = 0; i < 16; i++)
        if (dm & order[i])
            mask |= 1 << i;
    return mask;
}

static int take(const DV_TPT *t, struct dlg_until *out)
{
    switch (t->tp_termno) {
    case DX_MAXDTMF:
        out->max_digits = t->tp_length;
        break;
    case DX_MAXSIL:
        out->max_silence = unit_ms(t);
        if (t->tp_flags & TF_SETINIT)
            out->initial_silence = t->tp_data * (t->tp_flags & TF_10MS ? 10 : 100);
        break;
    case DX_MAXNOSIL:
        out->max_non_silence = unit_ms(t);
        break;
    case DX_LCOFF:
        out->loop_off = unit_ms(t);
        break;
    case DX_IDDTIME:
        out->inter_digit = unit_ms(t);
        if (t->tp_flags & TF_FIRST)
            out->first_digit = unit_ms(t);
        break;
    case DX_MAXTIME:
        out->max_time = unit_ms(t);
        break;
    case DX_DIGMASK:
        out->digit_mask |= key_mask(t->tp_length);
        break;
    case DX_DIGTYPE:
        out->digit_type = t->tp_length & 0xffff;
        break;
    case DX_TONE:
        *(t->tp_data == DX_TONEOFF ? &out->tone_off : &out->tone_on) = t->tp_length;
        break;
    case DX_PMON: case DX_PMOFF: case DX_MAXDATA:
        break; /* taken, but nothing here meets them */
    default:
        return EDX_BADTPT;
    }
    return 0;
}

/* Returns 0, or EDX_BADTPT. No table: nothing is watched. */
int dlg_until_of(const DV_TPT *list, struct dlg_until *out)
{
    *out = (struct dlg_until){-1, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0};
    const DV_TPT *t = list;
    for (int n = 0; t; n++) {
        int linkage = t->tp_type & (IO_CONT | IO_LINK | IO_EOT);
        int error = n == LONGEST ? EDX_BADTPT : take(t, out);
        if (error)
            return error;
        if (linkage == IO_EOT)
            return 0;
        if (linkage != IO_CONT && linkage != IO_LINK)
            return EDX_BADTPT;
        t = linkage == IO_LINK ? t->tp_nextp : t + 1;
        if (!t)
            return EDX_BADTPT;
    }
    return 0;
}

DLG_EXPORT int dx_clrtpt(DV_TPT *tptp, int size)
{
    if (!tptp || size < 0)
        return -1;
    for (int i = 0; i < size; i++) {
        DV_TPT kept = tptp[i];
        tptp[i] = (DV_TPT){.tp_type = kept.tp_type, .tp_nextp = kept.tp_nextp};
    }
    return 0;
}
