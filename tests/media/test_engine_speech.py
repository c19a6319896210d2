"""The bank's own prompts against the digit detector: talk-off, and echo of one's own voice."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from boardivr.flows.loader import load_flow
from boardivr.hal.types import KEYS, Termination
from boardivr.media.engine import Engine
from boardivr.prompts.level import Level, bring_to
from boardivr.prompts.tts import voice_for
from tests.media.lines import NOTHING, begin_play, clip, tick, virtual, wired
from tests.media.signals import Signal

BANK = Path(__file__).parents[2] / "flows" / "bank.yaml"
PRESSED = KEYS + KEYS[::-1]
Speak = Callable[..., Signal]


@pytest.fixture(scope="module")
def speak() -> Speak:
    """All that the bank says, synthesised once a language, speed and pitch, at -16 dBm0."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    prompts = load_flow(BANK).prompt_sources().values()

    @cache
    def spoken(language: str, speed: int | None = None, pitch: int = 50) -> Signal:
        voice = voice_for(language)
        text = " ".join(prompt.sources[language].text or "" for prompt in prompts)
        options = ["-v", voice.name, "-s", str(speed or voice.speed), "-p", str(pitch)]
        command = ["espeak-ng", *options, "--stdout"]
        wave = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        samples = np.frombuffer(wave.stdout[44:], "<i2")
        return bring_to(Level(), samples, 22050).astype(float)

    return spoken


def said_off(speech: Signal, gain_db: float) -> tuple[str, float]:
    """Return the digits that a port hears in speech, and how many seconds it heard."""
    with virtual() as engine:
        near, far = wired(engine)
        near.detect_digits()
        far.play([clip(speech * 10 ** (gain_db / 20))], NOTHING)
        return near.take_digits(), engine.clock.now()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_prompts_are_not_digits(speak: Speak, language: str) -> None:
    """Nothing that the bank says, loud, normal or faint, is a digit."""
    speech = speak(language)
    heard = [said_off(speech, gain) for gain in (6.0, 0.0, -10.0)]

    assert [digits for digits, _ in heard] == ["", "", ""]
    assert sum(seconds for _, seconds in heard) > 120


@pytest.mark.grid
def test_ten_minutes_of_prompts_have_no_digit(speak: Speak) -> None:
    """More than ten minutes of different speech: two languages, four speeds, three pitches."""
    seconds = 0.0
    for language in ("zh-CN", "en"):
        for speed in (120, 150, 180, 220):
            for pitch in (25, 50, 75):
                speech = speak(language, speed, pitch)
                seconds += len(speech) / 8000
                for gain in (6.0, 0.0, -6.0, -12.0):
                    assert said_off(speech, gain)[0] == "", (language, speed, pitch, gain)

    assert seconds > 600


def heard_through_echo(
    speech: Signal,
    rounds: int,
    levels: tuple[float, float],
    delay: float,
    engine: Engine,
    is_cancelled: bool = False,
) -> str:
    """Return the keys that are heard while a prompt plays and its echo comes back at -20 dB.

    They begin when it has played for two seconds.
    """
    near, far = wired(engine)
    near.set_line(echo_db=20.0, echo_delay=delay)
    near.cancel_echo(is_cancelled)
    near.detect_digits()
    begin_play(near, [clip(np.resize(speech, 8000 * (4 * rounds + 2)))])
    tick(engine, 100)
    keys = ""
    for _ in range(rounds):
        far.send_digits(PRESSED, on=0.06, off=0.06, low_dbm0=levels[0], high_dbm0=levels[1])
        tick(engine, 3)
        keys += near.take_digits()
    return keys


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.12])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_own_prompt_does_not_press_keys(speak: Speak, language: str, delay: float) -> None:
    """A prompt that may be cut by any key isn't cut by its own echo."""
    speech = speak(language)
    with virtual() as engine:
        near, _ = wired(engine)
        near.set_line(echo_db=20.0, echo_delay=delay)
        near.detect_digits()
        ended = near.play([clip(speech)], Termination(digits=KEYS))

    assert ended.seconds == len(speech) / 8000


@pytest.mark.parametrize("levels", [(-8.0, -6.0), (-16.0, -14.0), (-22.0, -22.0)])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_own_prompt_does_not_hide_keys(
    speak: Speak, language: str, levels: tuple[float, float]
) -> None:
    """Keys as loud as a telephone's, and 14 dB fainter, are all heard under the echo."""
    with virtual() as engine:
        assert heard_through_echo(speak(language), 8, levels, 0.03, engine) == PRESSED * 8


@pytest.mark.parametrize("level", [-25.0, -31.0])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_faint_keys_under_echo(speak: Speak, language: str, level: float) -> None:
    """With the echo cancelled, keys as faint as its peaks, and fainter, are all heard."""
    with virtual() as engine:
        heard = heard_through_echo(speak(language), 8, (level, level), 0.03, engine, True)

    assert heard == PRESSED * 8


@pytest.mark.grid
@pytest.mark.parametrize("echo_db", [8.0, 12.0, 16.0, 20.0])
@pytest.mark.parametrize("delay", [0.0, 0.005, 0.04, 0.1])
def test_bad_echo_is_no_key(speak: Speak, echo_db: float, delay: float) -> None:
    """Even an echo as bad as a poor hybrid's, at several voices' pitches, presses no key."""
    for language in ("zh-CN", "en"):
        for pitch in (30, 60, 85):
            with virtual() as engine:
                near, _ = wired(engine)
                near.set_line(echo_db=echo_db, echo_delay=delay)
                near.detect_digits()
                near.play([clip(speak(language, 120, pitch))], NOTHING)
                assert near.take_digits() == "", (language, pitch)


@pytest.mark.grid
@pytest.mark.parametrize("delay", [0.0, 0.002, 0.01, 0.05, 0.15])
@pytest.mark.parametrize("level", [-6.0, -10.0, -15.0, -20.0, -22.0])
def test_no_key_is_hidden(speak: Speak, level: float, delay: float) -> None:
    """Three hundred keys for each level and delay of the echo, in both languages."""
    for language in ("zh-CN", "en"):
        with virtual() as engine:
            speech = np.roll(speak(language), int(8000 * (delay - level)))
            heard = heard_through_echo(speech, 10, (level, level), delay, engine)
            assert heard == PRESSED * 10
