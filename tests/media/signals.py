"""Signals for the detectors' tests: tones, noise, A-law, whole frames of 160 samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Signal = np.ndarray[Any, np.dtype[Any]]

RATE = 8000
ROWS = (697.0, 770.0, 852.0, 941.0)
COLUMNS = (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = "123A456B789C*0#D"
FULL_SCALE_DBM0 = 3.14


def samples(ms: float) -> int:
    """Return the number of samples in so many milliseconds."""
    return round(ms * RATE / 1000)


def amplitude(dbm0: float) -> float:
    """Return the peak of a sine of that level."""
    return float(32767 * 10 ** ((dbm0 - FULL_SCALE_DBM0) / 20))


def silence(n: int) -> Signal:
    """Return n samples of nothing."""
    return np.zeros(n)


def tones(components: Sequence[tuple[float, float]], n: int, phase: float = 0.0) -> Signal:
    """Return n samples of sines (Hz, dBm0) that sound together."""
    t = np.arange(n) / RATE
    return sum(
        (amplitude(level) * np.sin(2 * np.pi * hz * t + phase * (i + 1)))
        for i, (hz, level) in enumerate(components)
    ) + np.zeros(n)


def key(
    name: str,
    n: int,
    low: float = -10.0,
    high: float = -10.0,
    off: tuple[float, float] = (0.0, 0.0),
    phase: float = 0.0,
) -> Signal:
    """Return n samples of a DTMF key; `off` is what its tones are off, as a share."""
    row, column = divmod(KEYS.index(name), 4)
    pair = [(ROWS[row] * (1 + off[0]), low), (COLUMNS[column] * (1 + off[1]), high)]
    return tones(pair, n, phase)


def noise(n: int, dbm0: float, seed: int = 1) -> Signal:
    """Return white noise of that level."""
    sigma = amplitude(dbm0) / np.sqrt(2)
    return np.random.default_rng(seed).normal(0, sigma, n)


def alaw(signal: Signal) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Return what A-law (G.711) leaves of a signal, as 16-bit samples."""
    x = np.clip(np.round(signal), -32768, 32767).astype(np.int32)
    magnitude = np.minimum(np.abs(x), 32767) >> 3  # 13 bits and a sign: 4096 steps
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(int) - 4, 1)
    step = 1 << segment
    decoded = ((magnitude // step) * step + step / 2) * 8
    return (np.sign(x + 0.5) * decoded).astype(np.int16)


def frames(signal: Signal) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Return the signal as whole frames, filled up with silence."""
    clipped = np.clip(np.round(signal), -32768, 32767).astype(np.int16)
    return np.concatenate([clipped, np.zeros(-len(clipped) % 160, np.int16)])
