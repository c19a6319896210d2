/* G.711, Dialogic's OKI ADPCM, linear, and 6 and 11 kHz. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

/* OKI ADPCM: 49 steps, each a tenth more (Dialogic ADPCM Algorithm, application note). */
static const int STEPS[49] = {
    16,  17,  19,  21,  23,  25,  28,  31,  34,  37,  41,  45,  50,  55,  60,  66,   73,
    80,  88,  97,  107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307,  337,  371,
    408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552};
static const int MOVES[8] = {-1, -1, -1, -1, 2, 4, 6, 8};

static int limit(int x, int low, int high)
{
    return x < low ? low : x > high ? high : x;
}

static int16_t oki_decode(struct dlg_codec *c, int code)
{
    int step = STEPS[c->step];
    int change = step / 8 + (code & 4 ? step : 0) + (code & 2 ? step / 2 : 0) + (code & 1 ? step / 4 : 0);
    c->signal = limit(c->signal + (code & 8 ? -change : change), -2048, 2047);
    c->step = limit(c->step + MOVES[code & 7], 0, 48);
    return (int16_t)(c->signal * 16);
}

static int oki_encode(struct dlg_codec *c, int16_t x)
{
    int left = (x >> 4) - c->signal, step = STEPS[c->step], code = left < 0 ? 8 : 0;
    left = left < 0 ? -left : left;
    for (int bit = 4; bit; bit >>= 1, step /= 2)
        if (left >= step) {
            code |= bit;
            left -= step;
        }
    oki_decode(c, code);
    return code;
}

/* ITU-T G.711. */

static int16_t alaw_decode(uint8_t a)
{
    a ^= 0x55;
    int exponent = a >> 4 & 7, x = (a & 15) << 4;
    x = exponent ? (x + 0x108) << (exponent - 1) : x + 8;
    return (int16_t)(a & 0x80 ? x : -x);
}

static uint8_t alaw_encode(int16_t linear)
{
    int sign = linear >= 0 ? 0x80 : 0, x = linear >= 0 ? linear : -(linear + 1), exponent = 0;
    if (x > 0x7fff)
        x = 0x7fff;
    for (int rest = x >> 8; rest; rest >>= 1)
        exponent++;
    int code = exponent << 4 | (x >> (exponent ? exponent + 3 : 4) & 15);
    return (uint8_t)((code | sign) ^ 0x55);
}

static int16_t mulaw_decode(uint8_t u)
{
    u = (uint8_t)~u;
    int x = (((u & 15) << 3) + 0x84) << (u >> 4 & 7);
    return (int16_t)(u & 0x80 ? 0x84 - x : x - 0x84);
}

static uint8_t mulaw_encode(int16_t linear)
{
    int sign = linear < 0 ? 0x80 : 0, x = linear < 0 ? -(int)linear : linear, exponent = 0;
    x = (x > 32635 ? 32635 : x) + 0x84;
    for (int rest = x >> 8; rest; rest >>= 1)
        exponent++;
    return (uint8_t)~(sign | exponent << 4 | (x >> (exponent + 3) & 15));
}

/* A fractional resampler: a windowed sinc, one phase for each place between two samples. */

static int ratio(int from, int to, int *up, int *down)
{
    int a = from, b = to;
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    *up = to / a;
    *down = from / a;
    return *up <= DLG_RATIO && *down <= DLG_RATIO ? 0 : -1;
}

static int resampler_init(struct dlg_resampler *r, int from, int to)
{
    memset(r, 0, sizeof(*r));
    if (ratio(from, to, &r->up, &r->down) < 0)
        return -1;
    if (r->up == 1 && r->down == 1)
        return 0;
    r->filter = malloc((size_t)r->up * DLG_TAPS * sizeof(*r->filter));
    if (!r->filter)
        return -1;
    double cutoff = 0.94 * (to < from ? (double)to / from : 1.0);
    for (int phase = 0; phase < r->up; phase++) {
        double sum = 0;
        for (int tap = 0; tap < DLG_TAPS; tap++) {
            double x = tap - DLG_TAPS / 2 + 1 - (double)phase / r->up;
            double window = 0.5 + 0.5 * cos(M_PI * x / (DLG_TAPS / 2 + 0.5));
            double y = x == 0 ? cutoff : sin(M_PI * cutoff * x) / (M_PI * x);
            r->filter[phase * DLG_TAPS + tap] = (float)(y * window);
            sum += y * window;
        }
        for (int tap = 0; tap < DLG_TAPS; tap++)
            r->filter[phase * DLG_TAPS + tap] /= (float)sum;
    }
    return 0;
}

static int resample(struct dlg_resampler *r, const int16_t *in, int n, int16_t *out)
{
    int made = 0;
    if (!r->filter) {
        memcpy(out, in, (size_t)n * sizeof(*in));
        return n;
    }
    for (int i = 0; i < n; i++) {
        memmove(r->past, r->past + 1, (DLG_TAPS - 1) * sizeof(*r->past));
        r->past[DLG_TAPS - 1] = in[i];
        for (; r->at < r->up; r->at += r->down) {
            const float *filter = r->filter + r->at * DLG_TAPS;
            float y = 0;
            for (int tap = 0; tap < DLG_TAPS; tap++)
                y += filter[tap] * r->past[tap];
            out[made++] = (int16_t)limit((int)lrintf(y), -32768, 32767);
        }
        r->at -= r->up;
    }
    return made;
}

int dlg_codec_init(struct dlg_codec *c, enum dlg_coding coding, int rate)
{
    memset(c, 0, sizeof(*c));
    c->coding = coding;
    c->rate = rate;
    if (resampler_init(&c->to_line, rate, 8000) == 0 && resampler_init(&c->from_line, 8000, rate) == 0)
        return 0;
    dlg_codec_release(c);
    return -1;
}

void dlg_codec_release(struct dlg_codec *c)
{
    free(c->to_line.filter);
    free(c->from_line.filter);
    c->to_line.filter = c->from_line.filter = NULL;
}

void dlg_codec_restart(struct dlg_codec *c)
{
    c->signal = c->step = c->has_half = 0;
}

int dlg_codec_bits(const struct dlg_codec *c)
{
    return c->coding == DLG_OKI ? 4 : c->coding == DLG_PCM16 ? 16 : 8;
}

static int16_t sample(struct dlg_codec *c, uint8_t byte)
{
    switch (c->coding) {
    case DLG_ALAW:
        return alaw_decode(byte);
    case DLG_MULAW:
        return mulaw_decode(byte);
    default:
        return (int16_t)((byte - 128) * 256);
    }
}

int dlg_codec_decode(struct dlg_codec *c, const uint8_t *in, int n, int16_t *out)
{
    int made = 0;
    for (int i = 0; i < n; i++) {
        int16_t x[2];
        int count = 1;
        if (c->coding == DLG_OKI) {
            x[0] = oki_decode(c, in[i] >> 4);
            x[1] = oki_decode(c, in[i] & 15);
            count = 2;
        } else if (c->coding == DLG_PCM16) {
            count = c->has_half;
            x[0] = (int16_t)(c->half | in[i] << 8);
            c->half = in[i];
            c->has_half = !c->has_half;
        } else {
            x[0] = sample(c, in[i]);
        }
        made += resample(&c->to_line, x, count, out + made);
    }
    return made;
}

int dlg_codec_encode(struct dlg_codec *c, const int16_t *in, int n, uint8_t *out)
{
    int made = 0;
    for (int i = 0; i < n; i++) {
        int16_t x[4];
        int count = resample(&c->from_line, in + i, 1, x);
        for (int k = 0; k < count; k++) {
            if (c->coding == DLG_PCM16) {
                out[made++] = (uint8_t)x[k];
                out[made++] = (uint8_t)((uint16_t)x[k] >> 8);
            } else if (c->coding == DLG_OKI && c->has_half) {
                out[made++] = (uint8_t)(c->half << 4 | oki_encode(c, x[k]));
                c->has_half = 0;
            } else if (c->coding == DLG_OKI) {
                c->half = (uint8_t)oki_encode(c, x[k]);
                c->has_half = 1;
            } else {
                out[made++] = c->coding == DLG_ALAW    ? alaw_encode(x[k])
                              : c->coding == DLG_MULAW ? mulaw_encode(x[k])
                                                       : (uint8_t)((x[k] >> 8) + 128);
            }
        }
    }
    return made;
}
