"""Q.24 and ETSI ES 201 235-3 as tables: every key at every level, twist, length, offset, noise.

The whole grid is marked; what runs always is a sample of it, the same every time.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.media.ears import digits
from tests.media.signals import (
    COLUMNS,
    KEYS,
    ROWS,
    alaw,
    key,
    noise,
    samples,
    silence,
)

LEVELS = [(-3, -3), (-3, -11), (-9, -3), (-16, -16), (-28, -36), (-36, -30), (-36, -36)]
LENGTHS = [40, 45, 50, 65, 100]
ALIGNMENTS = range(0, 160, 9)
ACCEPTED = [(0.0, 0.0), (1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0)]
REJECTED = [(0.035, 0.0), (0.0, 0.035), (-0.035, 0.0), (0.0, -0.035), (0.035, 0.035)]
SNRS = [None, 20, 15]

Case = tuple[tuple[float, float], int, tuple[float, float], float | None]
CASES: list[Case] = list(itertools.product(LEVELS, LENGTHS, ACCEPTED, SNRS))


def limit(name: str, off: tuple[float, float]) -> tuple[float, float]:
    """Return the share by which tones are off that are 1.5 % + 2 Hz off, times `off`."""
    row, column = divmod(KEYS.index(name), 4)
    return off[0] * (0.015 + 2 / ROWS[row]), off[1] * (0.015 + 2 / COLUMNS[column])


def power(levels: tuple[float, float]) -> float:
    """Return the level of both tones together."""
    return float(10 * np.log10(sum(10 ** (level / 10) for level in levels)))


def heard(case: Case, name: str, alignment: int) -> str:
    """Return the keys heard when one is sent as the case says."""
    levels, ms, off, snr = case
    tone = key(name, samples(ms), *levels, off=limit(name, off), phase=0.37 * alignment)
    signal = np.concatenate([silence(320 + alignment), tone, silence(480)])
    if snr is not None:
        signal = signal + noise(len(signal), power(levels) - snr, seed=alignment)
    return digits(alaw(signal))


@pytest.mark.parametrize("case", CASES[::11], ids=str)
def test_sample_of_what_must_be_heard(case: Case) -> None:
    """A sample of the grid: each of these cases for all keys, at an alignment of its own."""
    for i, name in enumerate(KEYS):
        assert heard(case, name, (37 * i + 11) % 160) == name


@pytest.mark.grid
@pytest.mark.parametrize("case", CASES, ids=str)
def test_all_that_must_be_heard(case: Case) -> None:
    """Every key of every level, twist, length, frequency, noise and alignment is heard."""
    for name, alignment in itertools.product(KEYS, ALIGNMENTS):
        assert heard(case, name, alignment) == name


@pytest.mark.parametrize("ms", [5, 10, 15, 20, 22, 23])
@pytest.mark.parametrize("levels", [(-3, -3), (-10, -10), (-3, -11), (-20, -16)])
def test_short_tones_are_refused(ms: int, levels: tuple[float, float]) -> None:
    """A tone of 23 ms or less is no digit, wherever in a frame it lies."""
    for i, name in enumerate(KEYS):
        for alignment in range(i, 160, 16):
            tone = key(name, samples(ms), *levels, phase=alignment)
            signal = np.concatenate([silence(320 + alignment), tone, silence(480)])
            assert digits(alaw(signal)) == ""


@pytest.mark.parametrize("off", REJECTED, ids=str)
@pytest.mark.parametrize("level", [-3, -12, -25])
def test_wrong_frequencies_are_refused(off: tuple[float, float], level: float) -> None:
    """A tone 3.5 % off is no digit, however long and loud."""
    for name in KEYS:
        signal = np.concatenate([silence(300), key(name, 4000, level, level, off=off)])
        assert digits(alaw(signal)) == ""


@pytest.mark.parametrize("level", [-46, -55])
def test_faint_tones_are_refused(level: float) -> None:
    """Tones far under -40 dBm0 are crosstalk and no digit."""
    for name in KEYS:
        assert digits(alaw(np.concatenate([silence(300), key(name, 4000, level, level)]))) == ""
