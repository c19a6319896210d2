/* RIFF WAVE files. */

#include "wave.h"

#include <stdbool.h>
#include <string.h>

#include "dxxxlib.h"

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static int all(int (*read)(void *, void *, int), void *argument, uint8_t *to, int size)
{
    int got = 0;
    while (got < size) {
        int n = read(argument, to + got, size - got);
        if (n <= 0)
            return -1;
        got += n;
    }
    return 0;
}

static int skip(int (*read)(void *, void *, int), void *argument, uint32_t size)
{
    uint8_t room[256];
    for (; size > 0; size -= size < sizeof(room) ? size : sizeof(room))
        if (all(read, argument, room, (int)(size < sizeof(room) ? size : sizeof(room))) < 0)
            return -1;
    return 0;
}

/* The formats' numbers in RIFF: 1 linear, 6 A-law, 7 mu-law, 0x10 and 0x17 OKI ADPCM. */
static int take_format(const uint8_t *fmt, struct dlg_wave *out)
{
    int tag = fmt[0] | fmt[1] << 8;
    out->rate = (int)le32(fmt + 4);
    out->bits = fmt[14] | fmt[15] << 8;
    out->format = tag == 1                    ? DATA_FORMAT_PCM
                  : tag == 6                  ? DATA_FORMAT_ALAW
                  : tag == 7                  ? DATA_FORMAT_MULAW
                  : tag == 0x10 || tag == 0x17 ? DATA_FORMAT_DIALOGIC_ADPCM
                                              : 0;
    bool mono = (fmt[2] | fmt[3] << 8) == 1;
    bool rate = out->rate == 6000 || out->rate == 8000 || out->rate == 11025;
    return out->format && mono && rate ? 0 : -1;
}

int dlg_wave_read(int (*read)(void *, void *, int), void *argument, struct dlg_wave *out)
{
    uint8_t head[12], chunk[8], fmt[16];
    bool known = false;
    if (all(read, argument, head, 12) < 0 || memcmp(head, "RIFF", 4) || memcmp(head + 8, "WAVE", 4))
        return -1;
    for (int chunks = 0; chunks < 1000; chunks++) {
        if (all(read, argument, chunk, 8) < 0)
            return -1;
        uint32_t size = le32(chunk + 4);
        if (memcmp(chunk, "data", 4) == 0) {
            out->bytes = size == 0xffffffffu || size == 0 ? -1 : (int64_t)size;
            return known ? 0 : -1;
        }
        if (memcmp(chunk, "fmt ", 4) == 0) {
            if (size < 16 || all(read, argument, fmt, 16) < 0 || take_format(fmt, out) < 0)
                return -1;
            known = true;
            size -= 16;
        }
        if (skip(read, argument, size + (size & 1)) < 0)
            return -1;
    }
    return -1;
}

static uint8_t *put(uint8_t *to, uint32_t value, int size)
{
    for (int i = 0; i < size; i++)
        *to++ = (uint8_t)(value >> 8 * i);
    return to;
}

static uint8_t *name(uint8_t *to, const char *text)
{
    memcpy(to, text, 4);
    return to + 4;
}

void dlg_wave_header(uint8_t *to, int format, int bits, int rate, int64_t bytes)
{
    int tag = format == DATA_FORMAT_ALAW ? 6 : format == DATA_FORMAT_MULAW ? 7 : format == DATA_FORMAT_PCM ? 1 : 0x17;
    uint32_t size = bytes > 0 ? (uint32_t)bytes : 0, per_second = (uint32_t)(rate * bits / 8);
    to = put(name(to, "RIFF"), DLG_WAVE_HEADER - 8 + size, 4);
    to = put(name(name(to, "WAVE"), "fmt "), 18, 4);
    to = put(put(put(put(to, (uint32_t)tag, 2), 1, 2), (uint32_t)rate, 4), per_second, 4);
    to = put(put(put(to, bits < 8 ? 1 : (uint32_t)bits / 8, 2), (uint32_t)bits, 2), 0, 2);
    to = put(put(name(to, "fact"), 4, 4), size * 8 / (uint32_t)bits, 4);
    put(name(to, "data"), size, 4);
}
