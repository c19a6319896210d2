"""How loud speech is, and making all prompts as loud as each other.

Levels are active speech levels: over the parts where someone speaks, pauses
left out, in dBm0. Method: ITU-T P.56 (method B). Scale: ITU-T G.711, a sine
that just doesn't clip has +3.14 dBm0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boardivr.hal.types import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]
    Signal = npt.NDArray[np.float64]

FULL_SCALE_DBM0 = 3.14 + 10 * math.log10(2)  # of an RMS of 32768
MARGIN = 15.9  # dB between the active level and the threshold of activity: P.56's M

CLIPPED = 32_100  # what a flat top reaches: mu-law's largest value is 32124, A-law's 32256
SILENCE_DBM0 = -60.0  # what is quieter isn't turned up: it's noise

FRAME = SAMPLE_RATE // 100
LIMITER = SAMPLE_RATE // 200  # samples on either side of a peak in which it's turned down


@dataclass(frozen=True, kw_only=True)
class Level:
    """What synthesised speech is brought to.

    :param active_dbm0: active speech level
    :param edge: seconds that are kept around the speech
    :param quiet: dB below the active level that is silence at the edges
    :param peak: largest sample, below A-law's 32256
    """

    active_dbm0: float = -16.0
    edge: float = 0.03
    quiet: float = 40.0
    peak: int = 31_000


@dataclass(frozen=True, kw_only=True)
class Measured:
    """:param active_dbm0: active speech level; None for silence
    :param clipped: samples that lie in flat tops, where a recording was too loud
    """

    active_dbm0: float | None
    clipped: int


def measure(samples: Samples | Signal) -> Measured:
    """Measure speech.

    :param samples: shape (n,), 8 kHz, on the 16-bit scale
    """
    import numpy as np

    from boardivr.media._engine import ffi, lib

    signal = np.ascontiguousarray(samples, dtype=np.float64)
    found = ffi.new("struct bi_speech *")
    data = ffi.from_buffer("double[]", signal)
    lib.bi_speech_measure(found, data, len(signal), CLIPPED)
    return Measured(active_dbm0=_active(found, len(signal)), clipped=found.clipped)


def active_level(samples: Samples | Signal) -> float | None:
    """Return the active speech level in dBm0; None for silence.

    :param samples: shape (n,), 8 kHz, on the 16-bit scale
    """
    return measure(samples).active_dbm0


def _active(found: Any, count: int) -> float | None:
    """The level from the counts: where it lies MARGIN over the threshold that counts."""
    if not found.energy:
        return None
    before: tuple[float, float] | None = None
    for place, active in enumerate(found.active):
        if not active:
            break
        threshold = 20 * math.log10(2.0 ** (place - 1))
        level = 10 * math.log10(found.energy / active)
        if level - threshold <= MARGIN:
            return _between(before, (level, threshold)) + _SCALE
        before = (level, threshold)
    # So short or even that no threshold is near: all of it is active.
    return 10 * math.log10(found.energy / count) + _SCALE


_SCALE = FULL_SCALE_DBM0 - 20 * math.log10(32768)


def _between(above: tuple[float, float] | None, below: tuple[float, float]) -> float:
    """The level where it is MARGIN over the threshold, between two thresholds."""
    if above is None:
        return below[0]
    excess, lack = above[0] - above[1] - MARGIN, MARGIN - (below[0] - below[1])
    return above[0] + (below[0] - above[0]) * excess / (excess + lack)


def power_of(level_dbm0: float) -> float:
    """Return the mean square on the 16-bit scale of a level."""
    return float(10 ** ((level_dbm0 - _SCALE) / 10))


def bring_to(level: Level, samples: Samples, rate: int) -> Samples:
    """Bring speech to 8 kHz, without DC, without silence around it, to one level.

    :param samples: shape (n,), 16-bit linear
    :return: shape (m,), 16-bit linear at 8 kHz; zeros for silence
    """
    import numpy as np

    if not samples.size:
        return np.zeros(0, dtype=np.int16)
    signal = _at_8_khz(samples - samples.mean(), rate)  # before: an offset's ends would ring
    found = active_level(signal)
    if found is None or found < SILENCE_DBM0:
        return np.zeros(len(signal), dtype=np.int16)
    signal = _trim(signal, found - level.quiet, int(level.edge * SAMPLE_RATE))
    for _ in range(3):  # turning peaks down takes a little off the level
        found = active_level(signal)
        assert found is not None
        signal = _limit(signal * 10 ** ((level.active_dbm0 - found) / 20), level.peak)
    return np.rint(signal).astype(np.int16)


def _at_8_khz(signal: Signal, rate: int) -> Signal:
    import numpy as np

    if rate == SAMPLE_RATE:
        return signal
    import soxr

    return np.asarray(soxr.resample(signal, rate, SAMPLE_RATE), dtype=np.float64)


def _trim(signal: Signal, floor_dbm0: float, edge: int) -> Signal:
    """Cut what is quieter than a level off both ends, but for an edge."""
    import numpy as np

    frames = np.pad(signal, (0, -len(signal) % FRAME)).reshape(-1, FRAME)
    power = np.mean(frames**2, axis=1)
    loud = np.flatnonzero(power > power_of(floor_dbm0))
    if not loud.size:
        return signal
    return signal[max(loud[0] * FRAME - edge, 0) : (loud[-1] + 1) * FRAME + edge]


def _limit(signal: Signal, peak: int) -> Signal:
    """Turn the surroundings of each peak down, so that none passes the limit."""
    import numpy as np

    gain = np.minimum(1.0, peak / np.maximum(np.abs(signal), 1.0))
    if gain.min() == 1.0:
        return signal
    # The least gain of the surroundings, then its average over a window of the same
    # width: at a peak itself every part of that average is at most what it needs.
    width = 2 * LIMITER + 1
    padded = np.pad(gain, 2 * LIMITER, constant_values=1.0)
    least = np.lib.stride_tricks.sliding_window_view(padded, width).min(axis=1)
    window = np.hanning(width + 2)[1:-1]
    return signal * np.convolve(least, window / window.sum(), mode="valid")
