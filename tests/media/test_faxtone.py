"""Fax tones: CNG, CED and the preamble, sent and heard."""

from __future__ import annotations

import numpy as np
import pytest
from boardivr.media._engine import ffi, lib

from tests.media.signals import KEYS, Signal, alaw, frames, key, noise, silence, tones
from tests.media.speech import spoken

CNG, CED, PREAMBLE = lib.BI_FAXTONE_CNG, lib.BI_FAXTONE_CED, lib.BI_FAXTONE_PREAMBLE


def sent(kind: int, n: int) -> Signal:
    """Return up to n samples of what a fax sends."""
    sender = ffi.gc(ffi.new("struct bi_faxtone_tx *"), lib.bi_faxtone_tx_release)
    assert lib.bi_faxtone_tx_init(sender, kind) == 0
    x = np.zeros(n, np.int16)
    return x[: lib.bi_faxtone_tx_fill(sender, ffi.from_buffer("int16_t[]", x), n)].astype(float)


def heard(signal: Signal, listen: int = CNG | CED) -> list[tuple[int, float]]:
    """Return (kind, seconds) of the tones that began."""
    detector = ffi.gc(ffi.new("struct bi_faxtone *"), lib.bi_faxtone_release)
    assert lib.bi_faxtone_init(detector, listen) == 0
    out = ffi.new("int8_t[]", lib.BI_FAXTONE_EVENTS)
    told = []
    for i, frame in enumerate(frames(signal).reshape(-1, 160)):
        n = lib.bi_faxtone_frame(detector, ffi.from_buffer("int16_t[]", frame.copy()), out)
        told += [(out[k], 0.02 * (i + 1)) for k in range(n)]
    return told


def flags(seconds: float) -> Signal:
    """Return HDLC flags in V.21 channel 2 (1650 Hz is 1, 1850 Hz is 0; 300 bit/s)."""
    t = np.arange(int(8000 * seconds)) / 8000
    bits = np.array([0, 1, 1, 1, 1, 1, 1, 0])[(t * 300).astype(int) % 8]
    return 5000 * np.sin(2 * np.pi * np.cumsum(1850 - 200 * bits) / 8000)


@pytest.mark.parametrize("gain", [1.0, 0.2, 0.05])
def test_calling_fax_is_known(gain: float) -> None:
    """CNG is told within half a second, and by each of its bursts."""
    signal = np.concatenate([silence(4000), gain * sent(CNG, 8000 * 8), silence(800)])

    told = heard(alaw(signal + noise(len(signal), -55.0)))

    assert [kind for kind, _ in told] == [CNG, CNG, CNG]
    assert told[0][1] - 0.5 < 0.55
    assert told[1][1] - told[0][1] == pytest.approx(3.5, abs=0.05)


@pytest.mark.parametrize("gain", [1.0, 0.2, 0.05])
def test_called_fax_is_known(gain: float) -> None:
    """CED is told once, within 0.7 s; its sender ends by itself within T.30's 4 s."""
    ced = sent(CED, 8000 * 10)
    assert 2.6 * 8000 <= len(ced) <= 4.0 * 8000

    begins = 0.5 + np.flatnonzero(ced)[0] / 8000

    told = heard(alaw(np.concatenate([silence(4000), gain * ced, silence(4000)])))

    assert [kind for kind, _ in told] == [CED]
    assert told[0][1] - begins < 0.7


def test_preamble_is_known() -> None:
    """A fax that sends no CED is known by its flags."""
    told = heard(alaw(np.concatenate([silence(800), flags(1.2)])))

    assert [kind for kind, _ in told] == [PREAMBLE]


def test_only_what_is_listened_for() -> None:
    """Who listens for CNG hears no CED, and the other way round."""
    assert heard(sent(CED, 20000), CNG) == []
    assert heard(sent(CNG, 20000), CED) == []


def test_nothing_is_heard_where_no_fax_is() -> None:
    """Speech, noise, digits, dial tone and silence are no fax."""
    digits = np.concatenate([np.concatenate([key(k, 800), silence(800)]) for k in KEYS])

    for signal in (
        spoken("en-us", 55, 175),
        spoken("cmn", 55, 175),
        noise(80000, -20.0),
        digits,
        tones([(450.0, -10.0)], 40000),
        silence(80000),
    ):
        assert heard(alaw(signal)) == []


def test_senseless_kinds_are_refused() -> None:
    """What is neither CNG nor CED is refused; releasing what was refused is fine."""
    detector, sender = ffi.new("struct bi_faxtone *"), ffi.new("struct bi_faxtone_tx *")

    for listen in (0, 4, -1):
        assert lib.bi_faxtone_init(detector, listen) == -22
        assert lib.bi_faxtone_tx_init(sender, listen) == -22
        lib.bi_faxtone_release(detector)
        lib.bi_faxtone_tx_release(sender)
