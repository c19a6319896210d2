"""OKI/Dialogic ADPCM: what a .vox file holds. 4 bits a sample, mono, no header.

Two samples a byte, the first in the high half. The decoder has 12 bits; they
come out left-aligned in 16. Source: Dialogic ADPCM Algorithm application note.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

STEPS = tuple(int(16 * 1.1**n + 1e-9) for n in range(49))  # 16 … 1552, each a tenth more
MOVES = (-1, -1, -1, -1, 2, 4, 6, 8)  # steps to go on by, by the code without its sign
LIMIT = 2047  # 12 bits


@functools.cache
def _transitions() -> tuple[tuple[tuple[int, int], ...], ...]:
    """By step and code: what is added to the signal, and the next step."""
    return tuple(
        tuple(_transition(index, step, code) for code in range(16))
        for index, step in enumerate(STEPS)
    )


def _transition(index: int, step: int, code: int) -> tuple[int, int]:
    change = step // 8
    for bit, part in ((4, step), (2, step // 2), (1, step // 4)):
        if code & bit:
            change += part
    following = min(max(index + MOVES[code & 7], 0), len(STEPS) - 1)
    return (-change if code & 8 else change), following


def decode_oki(data: bytes) -> npt.NDArray[np.int16]:
    """Return 16-bit samples, two for each byte."""
    import numpy as np

    table = _transitions()
    signal, index = 0, 0
    samples = []
    for byte in data:
        for code in (byte >> 4, byte & 15):
            change, index = table[index][code]
            signal = min(max(signal + change, -LIMIT - 1), LIMIT)
            samples.append(signal)
    return (np.array(samples, dtype=np.int16) << 4).astype(np.int16)


def encode_oki(samples: npt.NDArray[np.int16]) -> bytes:
    """Return ADPCM of 16-bit samples; an odd one at the end gets a silent partner."""
    table = _transitions()
    signal, index = 0, 0
    codes = []
    for wanted in (samples >> 4).tolist():
        code = _code(wanted - signal, STEPS[index])
        change, index = table[index][code]
        signal = min(max(signal + change, -LIMIT - 1), LIMIT)
        codes.append(code)
    codes += [0] * (len(codes) % 2)
    return bytes(high << 4 | low for high, low in zip(codes[::2], codes[1::2], strict=True))


def _code(difference: int, step: int) -> int:
    code = 8 if difference < 0 else 0
    left = abs(difference)
    for bit, part in ((4, step), (2, step // 2), (1, step // 4)):
        if left >= part:
            code |= bit
            left -= part
    return code
