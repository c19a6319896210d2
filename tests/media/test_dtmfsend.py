"""Sending keys: what is queued is heard by the detector, in order."""

from __future__ import annotations

import numpy as np
import pytest
from boardivr.media._engine import ffi, lib
from hypothesis import given
from hypothesis import strategies as st

from tests.media.ears import digit_events, digits
from tests.media.signals import KEYS, alaw


def sender() -> object:
    """Return a sender with nothing to send."""
    s = ffi.new("struct bi_dtmfsend *")
    lib.bi_dtmfsend_init(s)
    return s


def fill(s: object, n: int) -> np.ndarray:
    """Return the next samples, n at most."""
    x = np.zeros(n, np.int16)
    return x[: lib.bi_dtmfsend_fill(s, ffi.from_buffer("int16_t[]", x), n)]


def test_default_timing_and_levels() -> None:
    """A key is 80 ms of -8 and -6 dBm0, then 80 ms of silence (ETSI ES 201 235-2)."""
    s = sender()
    assert lib.bi_dtmfsend_put(s, b"5") == 0

    x = fill(s, 8000)

    assert len(x) == 1280
    assert np.abs(x[640:]).max() == 0
    begin, end = digit_events(np.concatenate([alaw(x), np.zeros(800)]))
    assert begin.levels == pytest.approx((-8.0, -6.0), abs=0.3)
    assert abs(end.duration - 640) < 40


@given(st.text(KEYS, max_size=40), st.integers(40, 120), st.integers(40, 120))
def test_what_is_sent_is_heard(keys: str, on: int, off: int) -> None:
    """All keys, at any lawful timing, are heard in order."""
    s = sender()
    assert lib.bi_dtmfsend_set(s, on, off, -10.0, -8.0) == 0
    assert lib.bi_dtmfsend_put(s, keys.encode()) == 0

    x = fill(s, 400 * 8000)

    assert len(x) == len(keys) * 8 * (on + off)
    assert digits(np.concatenate([alaw(x), np.zeros(800)])) == keys


def test_key_is_known_while_it_sounds() -> None:
    """The sender tells which key sounds, and how many wait."""
    s = sender()
    lib.bi_dtmfsend_put(s, b"1#")

    seen = []
    for _ in range(20):
        fill(s, 160)
        seen.append((lib.bi_dtmfsend_key(s), lib.bi_dtmfsend_waiting(s)))

    assert seen[0] == (b"1", 1)
    assert seen[4] == (b"\0", 1)
    assert seen[9] == (b"#", 0)
    assert seen[-1] == (b"\0", 0)


def test_comma_is_a_pause_of_one_second() -> None:
    """A comma sends nothing for a second; small letters are keys as well."""
    s = sender()
    assert lib.bi_dtmfsend_put(s, b"a,b") == 0

    x = fill(s, 80000)

    begins = [e for e in digit_events(np.concatenate([x, np.zeros(800)])) if e.begins]
    assert "".join(e.key for e in begins) == "AB"
    assert abs(begins[1].at - begins[0].at - 8000 - 1280) < 16


def test_refused_keys_leave_the_queue_alone() -> None:
    """A string with a character that is no key, or too long, is refused as a whole."""
    s = sender()
    assert lib.bi_dtmfsend_put(s, b"12x4") == -22
    assert lib.bi_dtmfsend_put(s, b"1" * 257) == -28
    assert lib.bi_dtmfsend_waiting(s) == 0
    assert lib.bi_dtmfsend_put(s, b"1" * 256) == 0
    assert lib.bi_dtmfsend_put(s, b"1") == -28


def test_clear_stops_at_once() -> None:
    """What was queued is forgotten, in the middle of a tone."""
    s = sender()
    lib.bi_dtmfsend_put(s, b"123")
    fill(s, 100)

    lib.bi_dtmfsend_clear(s)

    assert len(fill(s, 160)) == 0
    assert lib.bi_dtmfsend_key(s) == b"\0"


@pytest.mark.parametrize(
    "setting", [(0, 80, -8, -6), (80, -1, -8, -6), (80, 80, 1, -6), (80, 80, -8, float("nan"))]
)
def test_senseless_settings_are_refused(setting: tuple[int, int, float, float]) -> None:
    """Times and levels out of range are refused."""
    assert lib.bi_dtmfsend_set(sender(), *setting) == -22
