"""The digit detector: what is told when, and what must not be taken for a digit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from boardivr.media._engine import ffi, lib
from hypothesis import given
from hypothesis import strategies as st

from tests.media.ears import digit_events, digits
from tests.media.signals import KEYS, alaw, amplitude, key, noise, samples, silence, tones

TEN_A_SECOND = samples(50)


def sent(keys: str, on: int, pause: int, **how: Any) -> np.ndarray:
    """Return keys one after the other, with silence around them."""
    parts = [silence(333)]
    for name in keys:
        parts += [key(name, on, **how), silence(pause)]
    return np.concatenate([*parts, silence(500)])


@pytest.mark.parametrize("alignment", range(0, 160, 7))
def test_key_is_told_while_its_tone_begins(alignment: int) -> None:
    """A key is told at most 44 ms after its tone began, wherever in a frame that was."""
    start = 480 + alignment

    for name in KEYS:
        event = digit_events(alaw(np.concatenate([silence(start), key(name, 320), silence(600)])))[
            0
        ]
        assert event.begins
        assert event.key == name
        assert event.told - start <= samples(44)
        assert abs(event.at - start) <= 8


def test_end_tells_how_long_the_key_was_down() -> None:
    """The end is told with the tone's length, within 5 ms."""
    for ms in (40, 65, 100, 437):
        begin, end = digit_events(alaw(sent("7", samples(ms), 800)))
        assert (begin.begins, end.begins) == (True, False)
        assert abs(end.duration - samples(ms)) <= samples(5)
        assert abs(end.at - begin.at - end.duration) <= 1


def test_event_tells_levels_and_frequencies() -> None:
    """What `dtmf explain` shows is right: levels within 0.5 dB, frequencies within 2 Hz."""
    signal = sent("3", 400, 800, low=-14.0, high=-18.0, off=(0.01, -0.012))

    event = digit_events(alaw(signal))[0]

    assert event.levels == pytest.approx((-14.0, -18.0), abs=0.5)
    assert event.errors == pytest.approx((697 * 0.01, -1477 * 0.012), abs=2.0)
    assert event.residual < 0.05


def test_ten_digits_a_second() -> None:
    """Every key, three times in a row, at ten a second: all heard, in order, none doubled."""
    keys = "".join(name * 3 for name in KEYS)

    assert digits(alaw(sent(keys, TEN_A_SECOND, TEN_A_SECOND))) == keys


def test_repeated_key_after_the_shortest_pause() -> None:
    """A pause of 40 ms makes two keys of one."""
    for name in KEYS:
        assert digits(alaw(sent(name * 4, 320, 320))) == name * 4


@pytest.mark.parametrize("ms", [1, 5, 10, 15, 19])
def test_short_breaks_are_bridged(ms: int) -> None:
    """A tone that breaks off for less than 20 ms is one key and not two."""
    for name in KEYS:
        events = digit_events(alaw(sent(name * 2, 480, samples(ms))))
        assert [event.begins for event in events] == [True, False]
        assert abs(events[1].duration - 960 - samples(ms)) <= samples(5)


def test_different_keys_need_no_pause() -> None:
    """Another key ends the one before and begins at once."""
    events = digit_events(alaw(sent("1590*D", 400, 0)))

    assert "".join(e.key for e in events if e.begins) == "1590*D"
    assert [e.begins for e in events] == [True, False] * 6


def test_long_key_is_one_key() -> None:
    """A key held for ten seconds is told once."""
    begin, end = digit_events(alaw(sent("9", 80000, 800)))

    assert begin.told < 1000
    assert abs(end.duration - 80000) < samples(5)


def test_key_whose_level_drops_is_one_key() -> None:
    """A level that falls by 10 dB in the middle of a key doesn't make it two."""
    signal = np.concatenate([silence(300), key("4", 800, -6, -6), key("4", 800, -16, -16)])

    assert digits(alaw(np.concatenate([signal, silence(600)]))) == "4"


def test_silence_between_frames_of_a_key_ends_it() -> None:
    """The end is told within 60 ms of the tone's end, also when nothing at all follows."""
    end = digit_events(sent("6", 640, 1600))[1]

    assert end.told - (333 + 640) <= samples(60)


@pytest.mark.parametrize("level", [-60, -45, -38, -30, -20, -10, -3])
def test_noise_is_no_digit(level: float) -> None:
    """A minute of white noise, at any level, has no digit in it."""
    assert digits(noise(8000 * 60, level, seed=7)) == ""


@pytest.mark.parametrize("hz", [350, 440, 450, 697, 941, 1100, 1209, 1400, 1633, 2100])
def test_one_tone_is_no_digit(hz: float) -> None:
    """A single tone is none, be it one of DTMF's own."""
    assert digits(alaw(tones([(hz, -6.0)], 8000))) == ""


def test_two_rows_are_no_digit() -> None:
    """Two tones of one group are none."""
    assert digits(alaw(tones([(697, -9.0), (852, -9.0)], 8000))) == ""
    assert digits(alaw(tones([(1209, -9.0), (1477, -9.0)], 8000))) == ""


def test_third_tone_spoils_a_digit() -> None:
    """Three tones are music, or two keys at once: no digit."""
    assert digits(alaw(tones([(770, -9.0), (1209, -9.0), (1477, -9.0)], 8000))) == ""


def test_clipped_keys_are_heard() -> None:
    """Keys so loud that the line clips them are keys."""
    signal = np.clip(1.5 * sent("147*", 400, 400, low=-3, high=-3), -32768, 32767)

    assert digits(alaw(signal)) == "147*"


@given(st.binary(min_size=320, max_size=320 * 40))
def test_any_samples_are_safe(data: bytes) -> None:
    """Random samples never make more events than there is room for, nor a digit."""
    x = np.frombuffer(data[: len(data) // 320 * 320], np.int16)
    detector = ffi.new("struct bi_dtmf *")
    events = ffi.new("struct bi_dtmf_event[]", lib.BI_DTMF_EVENTS)
    lib.bi_dtmf_init(detector)

    for frame in x.reshape(-1, 160):
        count = lib.bi_dtmf_frame(detector, ffi.from_buffer("int16_t[]", frame), events)
        assert 0 <= count <= lib.BI_DTMF_EVENTS
    assert lib.bi_dtmf_key(detector) == b"\0"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(KEYS),
            st.integers(40, 200),
            st.integers(40, 300),
            st.floats(-30, -3),
            st.floats(-6, 4),
        ),
        max_size=12,
    ),
    st.integers(0, 159),
)
def test_whatever_is_dialled_is_heard(
    dialled: list[tuple[str, int, int, float, float]], lead: int
) -> None:
    """Any keys of any lawful length, pause, level and twist are heard, in order."""
    parts = [silence(160 + lead)]
    for name, on, off, low, twist in dialled:
        parts += [key(name, samples(on), low, low + twist), silence(samples(off))]

    assert digits(alaw(np.concatenate([*parts, silence(400)]))) == "".join(k[0] for k in dialled)


def test_prompts_echo_neither_fires_nor_masks() -> None:
    """Speech-like echo 11 dB under a digit's tones leaves the digits as they are."""
    keys = "0123456789*#"
    signal = sent(keys, 520, 520, low=-25.0, high=-23.0)
    t = np.arange(len(signal)) / 8000
    voice = sum(np.sin(2 * np.pi * 140 * h * t + 3 * np.sin(6 * t)) / h for h in range(1, 20))
    voice *= (1 + np.sin(2 * np.pi * 4 * t)) / np.sqrt(np.mean(voice**2))

    assert digits(alaw(signal + voice * amplitude(-36) / np.sqrt(2))) == keys
    assert digits(alaw(voice * amplitude(-16) / np.sqrt(2))) == ""


def test_detector_is_a_plain_value() -> None:
    """Copying a detector copies all it knows."""
    signal = sent("5", 400, 400).astype(np.int16)
    one, two = ffi.new("struct bi_dtmf *"), ffi.new("struct bi_dtmf *")
    events = ffi.new("struct bi_dtmf_event[]", lib.BI_DTMF_EVENTS)
    lib.bi_dtmf_init(one)
    x = [ffi.from_buffer("int16_t[]", signal[i : i + 160].copy()) for i in range(0, 1120, 160)]
    for frame in x[:3]:
        lib.bi_dtmf_frame(one, frame, events)
    ffi.memmove(two, one, ffi.sizeof("struct bi_dtmf"))

    told = [[lib.bi_dtmf_frame(d, frame, events) for frame in x[3:]] for d in (one, two)]

    assert told[0] == told[1]
    assert sum(told[0]) == 2


def test_detector_is_small() -> None:
    """The detector of a port fits a few cache lines: 1 KB."""
    assert ffi.sizeof("struct bi_dtmf") <= 1024
