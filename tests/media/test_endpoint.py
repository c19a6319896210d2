"""Where speech begins and ends; tones, noise and clicks are none."""

from __future__ import annotations

import numpy as np
import pytest
from boardivr.media._engine import ffi, lib

from tests.media.signals import Signal, alaw, frames, key, noise, samples, silence, tones
from tests.media.speech import at_level, spoken

BEGIN, END, VOID = lib.BI_ENDPOINT_BEGIN, lib.BI_ENDPOINT_END, lib.BI_ENDPOINT_VOID
SIX_SECONDS = 48000


def heard(signal: Signal, end_ms: int = 400, known_tone: bool = False) -> list[tuple[int, int]]:
    """Return (kind, ms at which it was so) of all that was told."""
    p = ffi.new("struct bi_endpoint *")
    ago = ffi.new("int *")
    lib.bi_endpoint_init(p)
    p.end_ms = end_ms
    told = []
    for i, frame in enumerate(frames(signal).reshape(-1, 160)):
        samples_ = ffi.from_buffer("int16_t[]", frame.copy())
        kind = lib.bi_endpoint_frame(p, samples_, known_tone, ago)
        if kind:
            told.append((kind, 20 * (i + 1 - ago[0])))
    return told


def sentence(voice: str = "en-us", level: float = -16.0) -> Signal:
    """Return two seconds of speech."""
    return at_level(spoken(voice, 55, 175)[:16000], level)


def cadence(sound: Signal, on: float, off: float) -> Signal:
    return np.concatenate([sound[: samples(1000 * on)], silence(samples(1000 * off))] * 4)


@pytest.mark.parametrize("voice", ["en-us", "en-gb+f2", "cmn"])
@pytest.mark.parametrize(("level", "floor"), [(-16.0, -70.0), (-26.0, -50.0), (-14.0, -35.0)])
def test_speech_begins_and_ends(voice: str, level: float, floor: float) -> None:
    """Speech is told from its begin to its end, on quiet lines and on noisy ones."""
    before, speech = silence(8000), sentence(voice, level)
    signal = np.concatenate([before, speech, silence(8000)])

    told = heard(alaw(signal + noise(len(signal), floor)))

    assert [kind for kind, _ in told] == [BEGIN, END]
    assert told[0][1] == pytest.approx(1000, abs=200)
    assert told[1][1] == pytest.approx(3000, abs=500)  # its last word trails off


def test_pauses_within() -> None:
    """A pause shorter than the hush that was asked for doesn't end an utterance."""
    word = sentence()[:6400]
    signal = np.concatenate([silence(4000), word, silence(samples(350)), word, silence(8000)])

    assert [kind for kind, _ in heard(signal, 600)] == [BEGIN, END]
    assert [kind for kind, _ in heard(signal, 200)] == [BEGIN, END] * 2


@pytest.mark.parametrize("floor", [-70.0, -45.0])
@pytest.mark.parametrize(
    "sound",
    [
        cadence(tones([(450, -10)], SIX_SECONDS), 1.0, 1.0),
        cadence(tones([(440, -15), (480, -15)], SIX_SECONDS), 2.0, 1.0),
        cadence(tones([(400, -15), (450, -15)], SIX_SECONDS), 0.4, 0.2),
        cadence(tones([(480, -15), (620, -15)], SIX_SECONDS), 0.5, 0.5),
        cadence(tones([(450, -10)], SIX_SECONDS), 0.35, 0.35),
        cadence(tones([(1100, -10)], SIX_SECONDS), 0.5, 0.5),
        cadence(key("5", SIX_SECONDS, -8.0, -6.0), 0.08, 0.08),
        tones([(350, -15), (440, -15)], SIX_SECONDS),
        tones([(2100, -10)], SIX_SECONDS),
    ],
    ids=["cn-ring", "us-ring", "uk-ring", "us-busy", "cn-busy", "cng", "dtmf", "dial", "ced"],
)
def test_tones_are_no_speech(sound: Signal, floor: float) -> None:
    """Neither progress tones nor keys nor fax tones begin an utterance."""
    assert heard(alaw(sound + noise(len(sound), floor, seed=4))) == []


@pytest.mark.parametrize("level", [-55.0, -40.0, -35.0])
def test_noise_is_no_speech(level: float) -> None:
    """The noise of a line is followed, however loud it is."""
    assert heard(noise(80000, level)) == []


def test_click_is_no_speech() -> None:
    """A click of 60 ms begins nothing; a cough of 160 ms is told to be none."""
    crack = noise(samples(160), -20.0)

    assert heard(np.concatenate([silence(8000), crack[:480], silence(8000)])) == []
    told = heard(np.concatenate([silence(8000), crack[:960], silence(8000)]))
    assert told == [] or [kind for kind, _ in told] == [BEGIN, VOID]


def test_known_tone_is_no_speech() -> None:
    """What a detector knows as a tone is none, whatever it looks like."""
    assert heard(sentence(), known_tone=True) == []


def test_faint_speech_is_none() -> None:
    """Somebody at the other end of the room doesn't answer for the caller."""
    signal = np.concatenate([silence(8000), sentence(level=-45.0), silence(8000)])

    assert END not in [kind for kind, _ in heard(signal)]


def test_residue() -> None:
    """Two sines leave nothing over, noise leaves all of it."""
    two = frames(tones([(480, -15), (620, -15)], 160))
    white = frames(noise(160, -15))

    assert lib.bi_endpoint_residue(ffi.from_buffer("int16_t[]", two)) < 0.001
    assert lib.bi_endpoint_residue(ffi.from_buffer("int16_t[]", white)) > 0.8
