"""Voice and silence: when they begin and end, and how long they last."""

from __future__ import annotations

import numpy as np
import pytest
from boardivr.media._engine import ffi, lib

from tests.media.signals import Signal, alaw, frames, noise, samples, silence, tones
from tests.media.speech import spoken

BEGIN, END = 1, 2
TONE = tones([(500.0, -15.0)], 160 * 50)


def heard(signal: Signal, threshold: float = -38.0) -> list[tuple[int, int, int]]:
    """Return (kind, ms at which it was told, its ms) of all that was heard."""
    v = ffi.new("struct bi_vad *")
    event = ffi.new("struct bi_vad_event[]", lib.BI_VAD_EVENTS)
    assert lib.bi_vad_init(v, threshold) == 0
    told = []
    for i, frame in enumerate(frames(signal).reshape(-1, 160)):
        if lib.bi_vad_frame(v, ffi.from_buffer("int16_t[]", frame.copy()), event):
            told.append((event[0].kind, 20 * (i + 1), event[0].ms))
    return told


def test_begin_and_end_with_their_lengths() -> None:
    """Voice is told after 40 ms and its end after 200, with true lengths of both."""
    signal = np.concatenate([silence(8000), TONE, silence(8000)])

    assert heard(signal) == [(BEGIN, 1040, 1000), (END, 2200, 1000)]


def test_short_gaps_are_voice() -> None:
    """A pause of 160 ms between words does not end the voice; one of 400 does."""
    word = TONE[: samples(200)]
    signal = np.concatenate(
        [word, silence(samples(160)), word, silence(samples(400)), word, silence(4000)]
    )

    assert [(kind, ms) for kind, _, ms in heard(signal)] == [
        (BEGIN, 0),
        (END, 560),
        (BEGIN, 400),
        (END, 200),
    ]


def test_click_is_no_voice() -> None:
    """What is louder than the threshold for one frame only is a click."""
    signal = np.concatenate([silence(1600), TONE[:160], silence(8000)])

    assert heard(signal) == []


@pytest.mark.parametrize(("level", "expected"), [(-45.0, []), (-30.0, [BEGIN])])
def test_threshold_decides(level: float, expected: list[int]) -> None:
    """What is under the threshold is silence."""
    assert [kind for kind, _, _ in heard(noise(24000, level, seed=3))] == expected


def test_steady_noise_becomes_silence() -> None:
    """Noise a little over the threshold is silence once it has lasted; speech in it is voice."""
    hiss = alaw(noise(8000 * 10, -35.0, seed=3))
    loud = hiss.astype(float)
    loud[8 * 8000 :] += tones([(500.0, -15.0)], 2 * 8000)

    assert [kind for kind, _, _ in heard(hiss)] == [BEGIN, END]
    assert [kind for kind, _, _ in heard(loud)] == [BEGIN, END, BEGIN]


def test_steady_tone_is_not_silence() -> None:
    """A dial tone that never stops is heard as long as it lasts."""
    assert [kind for kind, _, _ in heard(tones([(450.0, -10.0)], 8000 * 20))] == [BEGIN]


def test_states_can_be_read() -> None:
    """The engine reads since when it has been silent, or not."""
    v = ffi.new("struct bi_vad *")
    event = ffi.new("struct bi_vad_event[]", 1)
    lib.bi_vad_init(v, -38.0)
    states = []
    for frame in frames(np.concatenate([silence(800), TONE[:1600], silence(3200)])).reshape(
        -1, 160
    ):
        lib.bi_vad_frame(v, ffi.from_buffer("int16_t[]", frame.copy()), event)
        states.append((v.voice, v.silence_ms, v.voice_ms))

    assert states[4] == (0, 100, 0)
    assert states[6] == (1, 0, 40)
    assert states[14] == (1, 0, 200)
    assert states[24] == (0, 200, 0)
    assert states[-1] == (0, 400, 0)


def test_speech_is_voice() -> None:
    """Sentences are voice nearly all the time, and their pauses are found."""
    told = heard(np.concatenate([silence(8000), spoken("en-us", 55, 175), silence(8000)]))

    voice = sum(ms for kind, _, ms in told if kind == END)
    assert voice > 0.7 * 1000 * len(spoken("en-us", 55, 175)) / 8000
    assert len(told) >= 10


@pytest.mark.parametrize("threshold", [-71.0, 1.0, float("nan")])
def test_senseless_threshold_is_refused(threshold: float) -> None:
    """A threshold that is no level of a line is refused."""
    assert lib.bi_vad_init(ffi.new("struct bi_vad *"), threshold) == -22
