"""The tone generator: levels, cadence, ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from boardivr.media._engine import ffi, lib
from hypothesis import given
from hypothesis import strategies as st

from tests.media.signals import tones

Step = tuple[Sequence[tuple[float, float]], int, int]


def step(sines: Sequence[tuple[float, float]], on_ms: int, off_ms: int) -> dict[str, object]:
    """Return a step as C has it."""
    return {
        "parts": len(sines),
        "hz": [hz for hz, _ in sines],
        "dbm0": [level for _, level in sines],
        "on_ms": on_ms,
        "off_ms": off_ms,
    }


def generated(steps: Sequence[Step], repeat_from: int, n: int, chunk: int = 160) -> np.ndarray:
    """Return up to n samples of a tone, asked for in chunks."""
    generator = ffi.new("struct bi_tonegen *")
    c_steps = ffi.new("struct bi_tone_step[]", [step(*s) for s in steps])
    assert lib.bi_tonegen_init(generator, c_steps, len(steps), repeat_from) == 0
    x = np.zeros(n, np.int16)
    done = 0
    while done < n:
        want = min(chunk, n - done)
        got = lib.bi_tonegen_fill(generator, ffi.from_buffer("int16_t[]", x[done:]), want)
        done += got
        if got < want:
            break
    return x[:done]


@pytest.mark.parametrize(
    "sines", [[(450.0, -10.0)], [(350.0, -13.0), (440.0, -13.0)], [(3900.0, -3.0)], []]
)
def test_sines_are_exact(sines: list[tuple[float, float]]) -> None:
    """A tone is its sines, to the last bit but one, for as long as it lasts."""
    x = generated([(sines, -1, 0)], -1, 80000)

    assert len(x) == 80000
    assert np.abs(x[:8000] - tones(sines, 8000)).max() <= 1
    assert np.abs(x[72000:] - tones(sines, 80000)[72000:]).max() <= max(1, 0.001 * np.abs(x).max())


def test_cadence_repeats_from_a_step() -> None:
    """After the last step it goes on from the one that it was told."""
    beep = [(1000.0, -10.0)]

    x = generated([(beep, 100, 50), (beep, 20, 30)], 1, 8000)

    loud = np.abs(x.reshape(-1, 80)).max(axis=1) > 0
    assert list(loud[:15]) == [True] * 10 + [False] * 5
    assert list(loud[15:]) == ([True] * 2 + [False] * 3) * 17


def test_tone_ends_by_itself() -> None:
    """A tone that is not repeated has exactly the samples of its steps."""
    assert len(generated([([(440.0, -10.0)], 250, 125), ([], 5, 0)], -1, 100000)) == 3040


@given(st.integers(1, 700))
def test_chunks_make_no_difference(chunk: int) -> None:
    """However it is asked for, the tone is the same."""
    steps: list[Step] = [([(400.0, -16.0), (450.0, -16.0)], 37, 11), ([(1400.0, -20.0)], 20, 0)]

    assert np.array_equal(generated(steps, 0, 3000, chunk), generated(steps, 0, 3000, 3000))


@pytest.mark.parametrize(
    ("steps", "repeat_from"),
    [
        ([], -1),
        ([([(440.0, -10.0)], 1, 1)] * 9, -1),
        ([([(440.0, -10.0)], 1, 1)], 1),
        ([([(440.0, -10.0)], 0, 0)], 0),
        ([([(4000.0, -10.0)], 1, 1)], 0),
        ([([(0.0, -10.0)], 1, 1)], 0),
        ([([(440.0, float("nan"))], 1, 1)], 0),
        ([([(440.0, 20.0)], 1, 1)], 0),
        ([([(440.0, -10.0)], -2, 1)], 0),
        ([([(440.0, -10.0)], 1, -1)], 0),
    ],
)
def test_senseless_tones_are_refused(steps: list[Step], repeat_from: int) -> None:
    """Steps out of range, or a repeat that takes no time, are refused."""
    generator = ffi.new("struct bi_tonegen *")
    c_steps = ffi.new("struct bi_tone_step[]", [step(*s) for s in steps])

    assert lib.bi_tonegen_init(generator, c_steps, len(steps), repeat_from) == -22


def test_loud_tones_are_clipped() -> None:
    """Sines that are too loud together are clipped and never wrap around."""
    x = generated([([(440.0, 3.0), (480.0, 3.0), (620.0, 3.0)], -1, 0)], -1, 8000)

    assert x.max() == 32767
    assert x.min() == -32768
    assert np.abs(np.diff(x.astype(int))).max() < 40000
