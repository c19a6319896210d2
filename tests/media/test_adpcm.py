"""OKI/Dialogic ADPCM as a stream."""

from __future__ import annotations

import numpy as np
import pytest
from boardivr.media._engine import ffi, lib
from hypothesis import given
from hypothesis import strategies as st

from boardivr.media.oki import decode_oki
from tests.media.signals import frames, noise, tones


def codec(rate: int) -> object:
    """Return an encoder or decoder."""
    c = ffi.gc(ffi.new("struct bi_adpcm *"), lib.bi_adpcm_release)
    assert lib.bi_adpcm_init(c, rate) == 0
    return c


def encoded(x: np.ndarray, rate: int, chunk: int = 160) -> bytes:
    """Return samples as ADPCM, a chunk at a time."""
    c, data = codec(rate), b""
    for i in range(0, len(x), chunk):
        part = x[i : i + chunk].copy()
        out = ffi.new("uint8_t[]", len(part) // 2 + 1)
        n = lib.bi_adpcm_encode(c, ffi.from_buffer("int16_t[]", part), len(part), out, len(out))
        assert 0 <= n <= len(out)
        data += bytes(ffi.buffer(out, n))
    return data


def decoded(data: bytes, rate: int, chunk: int = 80) -> np.ndarray:
    """Return ADPCM as samples, a chunk at a time."""
    c, parts = codec(rate), [np.zeros(0, np.int16)]
    for i in range(0, len(data), chunk):
        part = data[i : i + chunk]
        most = lib.bi_adpcm_most_samples(c, len(part))
        out = ffi.new("int16_t[]", most)
        n = lib.bi_adpcm_decode(c, part, len(part), out, most)
        assert 0 <= n <= most
        parts.append(np.frombuffer(ffi.buffer(out, 2 * n), np.int16))
    return np.concatenate(parts)


def snr(x: np.ndarray, y: np.ndarray) -> float:
    """Return the best ratio of signal to error, in dB, over small delays."""
    best = -99.0
    for delay in range(30):
        n = min(len(x), len(y) - delay) - 400
        a, b = x[200:n].astype(float), y[200 + delay : n + delay].astype(float)
        best = max(best, 10 * np.log10(np.mean(a**2) / np.mean((a - b) ** 2)))
    return float(best)


SIGNAL = frames(tones([(300.0, -12.0), (700.0, -18.0)], 16000) + noise(16000, -45.0))


@pytest.mark.parametrize(("rate", "least", "size"), [(8000, 18.0, 8000), (6000, 12.0, 6000)])
def test_round_trip(rate: int, least: float, size: int) -> None:
    """What is encoded is decoded much as it was, in half a byte for a sample of the stream."""
    data = encoded(SIGNAL, rate)

    assert len(data) == pytest.approx(size, abs=8)
    assert snr(SIGNAL, decoded(data, rate)) >= least


@pytest.mark.parametrize("rate", [8000, 6000])
@given(st.integers(1, 90))
def test_chunks_make_no_difference(rate: int, chunk: int) -> None:
    """A stream may be cut anywhere."""
    data = bytes(range(256)) * 3

    assert np.array_equal(decoded(data, rate, chunk), decoded(data, rate, len(data)))


@given(st.binary(max_size=2000))
def test_any_bytes_are_safe_and_like_the_files(data: bytes) -> None:
    """Any bytes are samples, and the same ones that the reader of .vox files makes of them."""
    assert np.array_equal(decoded(data, 8000), decode_oki(data))


def test_small_buffers_are_refused() -> None:
    """A buffer that might be too small is refused before anything is written."""
    c = codec(8000)
    x, data = ffi.new("int16_t[]", 160), ffi.new("uint8_t[]", 81)

    assert lib.bi_adpcm_decode(c, b"\0" * 81, 81, x, 160) == -28
    assert lib.bi_adpcm_encode(c, x, 160, data, 80) == -28
    assert lib.bi_adpcm_decode(c, b"", -1, x, 160) == -22
    assert lib.bi_adpcm_encode(c, x, -1, data, 81) == -22


@pytest.mark.parametrize("rate", [0, 11025, 24000])
def test_other_rates_are_refused(rate: int) -> None:
    """There are .vox files of 8000 and 6000 samples a second."""
    assert lib.bi_adpcm_init(ffi.new("struct bi_adpcm *"), rate) == -22
