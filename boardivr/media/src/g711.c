/* G.711 by table: a law's 256 values, and the code for the upper 14 bits of a
 * sample (A-law keeps 13 of them, mu-law 14). */

#include <spandsp.h> // alaw_to_linear and its three sisters

#include "engine.h"

void bi_law_tables(int law, int16_t *decode, uint8_t *encode, uint8_t *idle)
{
    for (int code = 0; decode && code < 256; code++)
        decode[code] = law == BI_ULAW ? ulaw_to_linear((uint8_t)code) : alaw_to_linear((uint8_t)code);
    for (int i = 0; encode && i < 16384; i++) {
        int16_t x = (int16_t)(uint16_t)(i << 2);
        encode[i] = law == BI_ULAW ? linear_to_ulaw(x) : linear_to_alaw(x);
    }
    if (idle)
        *idle = law == BI_ULAW ? 0xff : 0xd5;
}

int bi_encode(int law, const int16_t *linear, uint8_t *out, int64_t n)
{
    if (law != BI_ALAW && law != BI_ULAW)
        return -EINVAL;
    for (int64_t i = 0; i < n; i++)
        out[i] = law == BI_ULAW ? linear_to_ulaw(linear[i]) : linear_to_alaw(linear[i]);
    return 0;
}

int bi_decode(int law, const uint8_t *coded, int16_t *out, int64_t n)
{
    if (law != BI_ALAW && law != BI_ULAW)
        return -EINVAL;
    for (int64_t i = 0; i < n; i++)
        out[i] = law == BI_ULAW ? ulaw_to_linear(coded[i]) : alaw_to_linear(coded[i]);
    return 0;
}
