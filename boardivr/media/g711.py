"""G.711: A-law and mu-law to and from 16-bit linear, whole arrays at once.

For files and prompts, outside of calls; the engine in C has its own.
Bytes in, arrays out and the other way round, by tables that are built once.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from boardivr.hal.types import Encoding

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]
    Codes = npt.NDArray[np.uint8]


def decode(data: bytes, encoding: Encoding) -> Samples:
    """Return 16-bit linear samples.

    :raises ValueError: half a sample at the end of LINEAR data
    """
    import numpy as np

    if encoding is Encoding.LINEAR:
        if len(data) % 2:
            raise ValueError(f"expected whole 16-bit samples, found {len(data)} bytes")
        return np.frombuffer(data, dtype="<i2").astype(np.int16)
    table = _alaw_values() if encoding is Encoding.ALAW else _ulaw_values()
    return table[np.frombuffer(data, dtype=np.uint8)]


def encode(samples: Samples, encoding: Encoding) -> bytes:
    """Return the bytes of 16-bit linear samples.

    :param samples: shape (n,), 16-bit linear
    """
    import numpy as np

    if encoding is Encoding.LINEAR:
        return samples.astype("<i2").tobytes()
    table = _alaw_codes() if encoding is Encoding.ALAW else _ulaw_codes()
    return table[samples.astype(np.int16).view(np.uint16)].tobytes()


def alaw_to_linear(data: bytes) -> Samples:
    """Return the 16-bit values of A-law bytes: 13 bits, left-aligned."""
    return decode(data, Encoding.ALAW)


def ulaw_to_linear(data: bytes) -> Samples:
    """Return the 16-bit values of mu-law bytes: 14 bits, left-aligned."""
    return decode(data, Encoding.ULAW)


def linear_to_alaw(samples: Samples) -> bytes:
    """Return A-law bytes, even bits inverted as on the line."""
    return encode(samples, Encoding.ALAW)


def linear_to_ulaw(samples: Samples) -> bytes:
    """Return mu-law bytes, all bits inverted as on the line."""
    return encode(samples, Encoding.ULAW)


@functools.cache
def _alaw_values() -> Samples:
    import numpy as np

    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    # The middle of the step; the two lowest segments share a step of 16.
    magnitude = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0)
    )
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


@functools.cache
def _ulaw_values() -> Samples:
    import numpy as np

    code = np.arange(256) ^ 0xFF
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84  # bias 33 on the 14-bit scale
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


@functools.cache
def _alaw_codes() -> Codes:
    """The code of every 16-bit value, at the value's own bit pattern."""
    import numpy as np

    value = _all_values()
    magnitude = _magnitude(value) >> 4
    exponent = np.maximum(_highest_bit(magnitude) - 3, 1)
    # Below 32 the code is the magnitude itself: segments 0 and 1 share a step.
    code = np.where(
        magnitude < 32, magnitude, (exponent << 4) | ((magnitude >> (exponent - 1)) & 15)
    )
    return (np.where(value >= 0, code | 0x80, code) ^ 0x55).astype(np.uint8)


@functools.cache
def _ulaw_codes() -> Codes:
    """The code of every 16-bit value, at the value's own bit pattern."""
    import numpy as np

    value = _all_values()
    magnitude = np.minimum((_magnitude(value) >> 2) + 33, 0x1FFF)
    exponent = _highest_bit(magnitude) - 5
    code = (exponent << 4) | ((magnitude >> (exponent + 1)) & 15)
    signed: npt.NDArray[np.int64] = np.where(value < 0, code | 0x80, code)
    return (signed ^ 0xFF).astype(np.uint8)


def _all_values() -> npt.NDArray[np.int64]:
    import numpy as np

    return np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int64)


def _magnitude(value: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """One's complement below zero, as in the ITU-T G.191 software: ties go to zero."""
    import numpy as np

    return np.where(value < 0, ~value, value)


def _highest_bit(value: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    import numpy as np

    bits: npt.NDArray[np.int64] = np.frexp(np.maximum(value, 1))[1].astype(np.int64)
    return bits - 1
