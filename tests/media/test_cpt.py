"""Call-progress tones of every plan, among one another and among everything else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from boardivr.media._engine import ffi, lib

from boardivr.media.tones import Step, Tone, countries, plan
from boardivr.media.tonespec import steps
from tests.media.ears import progress
from tests.media.signals import KEYS, Signal, alaw, key, noise, silence
from tests.media.speech import VOICES, spoken

ALL = [(country, tone.name) for country in countries() for tone in plan(country).heard]
LONG_ENOUGH = 13.0  # three rings


def changed(tone: Tone, level: float, off: float, pace: float) -> Tone:
    """Return a tone with its faintest sine at a level, off in frequency and in cadence."""
    gain = level - min(dbm0 for step in tone.steps for _, dbm0 in step.sines)

    def change(step: Step) -> Step:
        sines = tuple((hz * (1 + off), dbm0 + gain) for hz, dbm0 in step.sines)
        return Step(sines=sines, on=step.on * pace, off=step.off * pace)

    return replace(tone, steps=tuple(change(step) for step in tone.steps))


def sounded(tone: Tone, seconds: float) -> Signal:
    """Return a tone as the generator makes it."""
    generator = ffi.new("struct bi_tonegen *")
    specs, repeat = steps(tone)
    assert (
        lib.bi_tonegen_init(generator, ffi.new("struct bi_tone_step[]", specs), len(specs), repeat)
        == 0
    )
    x = np.zeros(int(8000 * seconds), np.int16)
    lib.bi_tonegen_fill(generator, ffi.from_buffer("int16_t[]", x), len(x))
    return x.astype(float)


def line(tone: Tone, start: int, seed: int) -> Signal:
    """Return a tone that begins after some silence, with noise of -40 dBm0 over all."""
    signal = np.concatenate([silence(start), sounded(tone, LONG_ENOUGH)])
    return alaw(signal + noise(len(signal), -40.0, seed))


def names(events: Iterable[object]) -> set[str]:
    """Return which tones were told."""
    return {event.name for event in events}  # type: ignore[attr-defined]


@pytest.mark.parametrize(("country", "name"), ALL)
@pytest.mark.parametrize(
    ("level", "off", "pace"), [(-10.0, 0.0, 1.0), (-30.0, 0.015, 0.9), (-30.0, -0.015, 1.1)]
)
def test_tone_is_recognised_and_no_other(
    country: str, name: str, level: float, off: float, pace: float
) -> None:
    """Every tone of a plan is known by its name: loud or low, off in frequency or in time."""
    tone = changed(plan(country).tone(name), level, off, pace)

    assert names(progress(line(tone, 1731, 1), country)) == {name}


@pytest.mark.grid
@pytest.mark.parametrize(("country", "name"), ALL)
@pytest.mark.parametrize("level", [-10.0, -20.0, -30.0])
@pytest.mark.parametrize("off", [0.0, 0.015, -0.015])
@pytest.mark.parametrize("pace", [1.0, 0.9, 1.1])
def test_all_tones_among_one_another(
    country: str, name: str, level: float, off: float, pace: float
) -> None:
    """The same for every level, frequency and pace, wherever in a frame it begins."""
    tone = changed(plan(country).tone(name), level, off, pace)

    for start in (1600, 1680, 1731):
        assert names(progress(line(tone, start, start), country)) == {name}


@pytest.mark.parametrize("country", countries())
def test_busy_is_told_within_three_cycles(country: str) -> None:
    """Busy tone is told before its third cycle ends, and then again with every cycle."""
    busy = plan(country).tone("busy")

    events = progress(np.concatenate([silence(8000), sounded(busy, 10.0)]), country)

    assert events[0].told < 1.0 + 3 * sum(busy.cadence)
    assert [event.count for event in events] == list(range(1, len(events) + 1))
    assert len(events) >= 10.0 / sum(busy.cadence) - 3


@pytest.mark.parametrize("country", countries())
def test_rings_are_counted(country: str) -> None:
    """Ringback is told after its first ring, and each ring has its number."""
    ringback = plan(country).tone("ringback")
    period = sum(ringback.cadence)

    events = progress(np.concatenate([silence(8000), sounded(ringback, 5 * period)]), country)

    assert [event.count for event in events] == [1, 2, 3, 4, 5]
    assert events[0].told <= 1.0 + period - ringback.cadence[-1] + 0.5
    assert np.allclose(np.diff([event.told for event in events]), period, atol=0.05)


def test_dial_tone_is_told_soon() -> None:
    """Dial tone that is like no other tone is told after 0.7 s; China's after its ringback's."""
    for country, limit in (("us", 0.8), ("gb", 0.8), ("cn", 1.3), ("de", 1.3)):
        signal = sounded(plan(country).tone("dial"), 5.0)
        events = progress(signal, country)
        assert [event.name for event in events] == ["dial"]
        assert events[0].told <= limit


def test_sit_is_told_once() -> None:
    """SIT that is sent once is told once, before its third part ends."""
    for country in countries():
        sit = replace(plan(country).tone("sit"), repeats=False)
        events = progress(np.concatenate([silence(800), sounded(sit, 4.0)]), country)
        assert [(event.name, event.count) for event in events] == [("sit", 1)]
        assert events[0].told < 1.2


def test_tones_follow_one_another() -> None:
    """Dial tone, digits, ringback, an answer, busy: each told, in order."""
    cn = plan("cn")
    call = [
        silence(4000),
        sounded(cn.tone("dial"), 2.0),
        *(np.concatenate([key(k, 800), silence(800)]) for k in "95588"),
        silence(4000),
        sounded(cn.tone("ringback"), 7.0),
        spoken("cmn", 55, 175)[: 8000 * 5],
        silence(4000),
        sounded(cn.tone("busy"), 3.0),
    ]

    events = progress(alaw(np.concatenate(call)), "cn")

    assert [e.name for e in events if e.count == 1] == ["dial", "ringback", "busy"]


@pytest.mark.parametrize("voice", VOICES[::2], ids=lambda voice: "{}-{}-{}".format(*voice))
@pytest.mark.parametrize("country", countries())
def test_speech_is_no_tone(voice: tuple[str, int, int], country: str) -> None:
    """Speech is no tone of any country."""
    assert progress(alaw(spoken(*voice)), country) == []


@pytest.mark.parametrize("country", countries())
def test_digits_and_noise_are_no_tone(country: str) -> None:
    """Nor are digits, noise or silence."""
    dialled = np.concatenate([np.concatenate([key(k, 800), silence(800)]) for k in KEYS * 3])

    assert progress(alaw(dialled), country) == []
    assert progress(noise(80000, -20.0), country) == []
    assert progress(silence(80000), country) == []


@pytest.mark.parametrize("country", countries())
def test_music_is_no_tone(country: str) -> None:
    """A melody of pure tones with an accompaniment is none, in any key."""
    rng = np.random.default_rng(11)
    t = np.arange(80000) / 8000
    notes = 220 * 2 ** (rng.integers(0, 25, 40) / 12)
    melody = np.concatenate(
        [np.sin(2 * np.pi * hz * t[:2000]) * np.exp(-t[:2000] * 6) for hz in notes]
    )
    bass = np.concatenate(
        [np.sin(np.pi * hz * t[:4000]) * np.exp(-t[:4000] * 3) for hz in notes[::2]]
    )

    assert progress(alaw(6000 * melody + 5000 * bass), country) == []


def test_voice_is_counted() -> None:
    """How long something that is no tone has been heard can be read; a tone clears it."""
    detector = ffi.new("struct bi_cpt *")
    events = ffi.new("struct bi_cpt_event[]", lib.BI_CPT_EVENTS)
    tone = {"id": 7, "parts": 1, "hz": [450.0], "cycles": 1}
    assert lib.bi_cpt_init(detector, ffi.new("struct bi_cpt_tone[]", [tone]), 1) == 0

    def hear(signal: Signal) -> int:
        for frame in alaw(signal)[: len(signal) // 160 * 160].reshape(-1, 160):
            lib.bi_cpt_frame(detector, ffi.from_buffer("int16_t[]", frame.copy()), events)
        return int(detector.other_ms)

    assert hear(silence(8000)) == 0
    assert hear(spoken("en-us", 55, 175)[:16000]) > 800
    assert hear(sounded(plan("cn").tone("dial"), 2.0)) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": 0},
        {"parts": 4},
        {"hz": [100.0]},
        {"hz": [float("nan")]},
        {"cycles": 0},
        {"cadence_ms": [350]},
        {"cadence_ms": [350, -1]},
        {"cadence_ms": [350, 350, 0, 100]},
        {"parts": 2, "hz": [440.0, 450.0]},
        {"parts": 3, "hz": [950.0, 1400.0, 1800.0], "cadence_ms": [100, 100]},
        {"off_share": -1.0},
    ],
    ids=str,
)
def test_senseless_tones_are_refused(wrong: dict[str, object]) -> None:
    """A tone that can't be meant is refused."""
    right = {"id": 1, "parts": 1, "hz": [450.0], "cadence_ms": [350, 350], "cycles": 2}
    detector = ffi.new("struct bi_cpt *")

    assert lib.bi_cpt_init(detector, ffi.new("struct bi_cpt_tone[]", [right]), 1) == 0
    assert lib.bi_cpt_init(detector, ffi.new("struct bi_cpt_tone[]", [right | wrong]), 1) == -22
    assert lib.bi_cpt_init(detector, ffi.new("struct bi_cpt_tone[]", [right]), 0) == -22
