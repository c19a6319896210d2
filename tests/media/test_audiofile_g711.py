"""G.711 over all its values."""

from __future__ import annotations

import numpy as np
import pytest

from boardivr.hal.types import Encoding
from boardivr.media import g711

ALL = np.arange(-32768, 32768).astype(np.int16)
CODES = bytes(range(256))
G711 = [Encoding.ALAW, Encoding.ULAW]

# G.711 tables 1 and 2, on the 16-bit scale: the first and last step of some segments.
KNOWN = [
    (Encoding.ALAW, 0xD5, 8),
    (Encoding.ALAW, 0x55, -8),
    (Encoding.ALAW, 0xD4, 24),
    (Encoding.ALAW, 0xAA, 32256),
    (Encoding.ALAW, 0x2A, -32256),
    (Encoding.ALAW, 0x80, 5504),
    (Encoding.ULAW, 0xFF, 0),
    (Encoding.ULAW, 0x7F, 0),
    (Encoding.ULAW, 0xFE, 8),
    (Encoding.ULAW, 0x80, 32124),
    (Encoding.ULAW, 0x00, -32124),
    (Encoding.ULAW, 0xF0, 120),
    (Encoding.ULAW, 0xEF, 132),
]


@pytest.mark.parametrize(("encoding", "code", "value"), KNOWN)
def test_known_values(encoding, code, value):
    """Codes have the values of the recommendation's tables."""
    assert g711.decode(bytes([code]), encoding).tolist() == [value]


@pytest.mark.parametrize("encoding", G711)
def test_decision_values(encoding):
    """A code stands for one unbroken stretch of values and has the middle of it."""
    values = np.arange(32768)
    codes = np.frombuffer(g711.encode(values.astype(np.int16), encoding), dtype=np.uint8)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(codes)) + 1])
    outputs = g711.decode(codes[starts].tobytes(), encoding)

    assert len(starts) == 128 == len(set(codes[starts].tolist()))
    middles = (starts[:-1] + starts[1:]) // 2
    if encoding is Encoding.ULAW:
        assert (starts[1], outputs[0]) == (4, 0)  # mu-law has a step around zero
        assert outputs[1:-1].tolist() == middles[1:].tolist()
    else:
        assert outputs[:-1].tolist() == middles.tolist()
    assert starts[-1] == {Encoding.ALAW: 31744, Encoding.ULAW: 31612}[encoding]


@pytest.mark.parametrize("encoding", G711)
def test_coding_again_changes_nothing(encoding):
    """What was coded once survives any number of further codings."""
    once = g711.decode(g711.encode(ALL, encoding), encoding)
    again = g711.decode(g711.encode(once, encoding), encoding)

    assert np.array_equal(once, again)


def test_every_code_comes_back():
    """A code's value has that code; mu-law's second zero becomes its first."""
    assert g711.linear_to_alaw(g711.alaw_to_linear(CODES)) == CODES
    assert g711.linear_to_ulaw(g711.ulaw_to_linear(CODES)) == CODES.replace(b"\x7f", b"\xff")


@pytest.mark.parametrize("encoding", G711)
def test_signs_mirror(encoding):
    """A negative sample is the positive one with its sign bit changed."""
    below, above = ALL[:32768][::-1], ALL[32768:]

    changed = bytes(code ^ 0x80 for code in g711.encode(above, encoding))

    assert g711.encode(below, encoding) == changed  # -1 beside 0, -2 beside 1 …


def test_linear_is_little_endian():
    """Linear bytes are 16-bit, low byte first, and nothing else."""
    assert g711.encode(np.array([1, -2], dtype=np.int16), Encoding.LINEAR) == b"\1\0\xfe\xff"
    assert g711.decode(b"\1\0\xfe\xff", Encoding.LINEAR).tolist() == [1, -2]
    with pytest.raises(ValueError, match="expected whole 16-bit samples, found 3 bytes"):
        g711.decode(b"abc", Encoding.LINEAR)


@pytest.mark.parametrize("encoding", list(Encoding))
def test_no_samples(encoding):
    """Nothing is nothing in every encoding."""
    assert g711.decode(b"", encoding).size == 0
    assert g711.encode(np.zeros(0, dtype=np.int16), encoding) == b""
