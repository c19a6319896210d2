"""Real speech: pyttsx3 over espeak-ng."""

from __future__ import annotations

import os
import signal
import threading

import numpy as np
import pytest

from boardivr.prompts.errors import TtsError, TtsUnavailable
from boardivr.prompts.level import Level, bring_to
from boardivr.prompts.tts import TtsVoice, espeak, voice_for
from boardivr.prompts.tts.engines import pyttsx3
from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser
from boardivr.prompts.tts.synthesiser import MAX_TEXT, speakable

ZH = "您的余额是一万零一百元零五分"
EN = "Your balance is ten thousand one hundred yuan and five fen"


@pytest.fixture(scope="module")
def engine():
    with Pyttsx3Synthesiser(workers=2) as synthesiser:
        yield synthesiser


@pytest.mark.parametrize(("language", "text"), [("zh-CN", ZH), ("en", EN), ("en-GB", EN)])
def test_plausible_length(engine, language, text):
    """A sentence of some fifteen syllables takes two to six seconds and is loud enough."""
    speech = engine.synthesise(text, voice_for(language))

    assert speech.rate == 22050
    assert 2 < speech.seconds < 6
    assert np.abs(np.frombuffer(speech.samples, dtype="<i2").astype(int)).max() > 3000


@pytest.mark.parametrize("text", [ZH, "欢迎致电本行", "查询余额请按一", "请输入卡号以井号键结束"])
def test_chinese_is_spoken_in_syllables(engine, text):
    """The voice of Chinese says one syllable a character, three to six of them a second.

    Other voices, espeak's own "cmn" too, spell the characters or their pinyin out.
    """
    spoken = engine.synthesise(text, voice_for("zh-CN"))
    spelled = engine.synthesise(text, TtsVoice(name="en-us", speed=180))

    samples = np.frombuffer(spoken.samples, dtype="<i2")
    seconds = len(bring_to(Level(), samples, spoken.rate)) / 8000
    assert 2.8 < len(text) / seconds < 6
    assert spelled.seconds > 1.5 * spoken.seconds


def test_speed_holds_whatever_was_spoken_before(engine):
    """Voices and speeds in turn: each text has the same length every time."""
    asked = [(name, speed) for name in ("cmn", "en-us") for speed in (120, 300)] * 4
    lengths: dict[tuple[str, int], set[float]] = {}

    for name, speed in asked:
        speech = engine.synthesise("OK 123", TtsVoice(name=name, speed=speed))
        lengths.setdefault((name, speed), set()).add(speech.seconds)

    for name in ("cmn", "en-us"):
        slow, fast = lengths[name, 120], lengths[name, 300]
        assert max(slow) - min(slow) < 0.1
        assert max(fast) - min(fast) < 0.1
        assert min(slow) > 1.5 * max(fast)


def test_pitch(engine):
    """Another pitch is another sound."""
    low = engine.synthesise(EN, TtsVoice(name="en-us", pitch=10))
    high = engine.synthesise(EN, TtsVoice(name="en-us", pitch=90))

    assert low.samples != high.samples


@pytest.mark.parametrize("name", ["nonsense", "", "gmw/nonsense"])
def test_voice_that_is_not_there(engine, name):
    """An unknown voice is an error, not a text in some other voice."""
    with pytest.raises(TtsError, match=f"expected a voice of the engine, found '{name}'"):
        engine.synthesise("hello", TtsVoice(name=name))


@pytest.mark.parametrize("text", ["", "  \n", "\0\x07", "\ud800"])
def test_nothing_to_speak(engine, text):
    """A text without a character to speak is refused before the engine gets it."""
    with pytest.raises(TtsError, match="expected a text to speak, found an empty one"):
        engine.synthesise(text, voice_for("en"))


def test_text_without_a_sound(engine):
    """Dots alone are silence, and silence isn't speech."""
    with pytest.raises(TtsError, match="samples of silence"):
        engine.synthesise("...", voice_for("en"))


def test_long_text(engine):
    """A text of 10,000 characters is spoken; one beyond the limit is refused."""
    speech = engine.synthesise("one two three " * 715, voice_for("en"), timeout=60)

    assert speech.seconds > 500
    with pytest.raises(TtsError, match=f"expected at most {MAX_TEXT} characters to speak"):
        engine.synthesise("x" * (MAX_TEXT + 1), voice_for("en"))


@pytest.mark.parametrize(
    "text", ["好👍 thanks", "a\0b\x1b[0m", "<speak>x</speak>", "[[hEloU]]", "“”…9"]
)
def test_odd_texts(engine, text):
    """Emoji, control characters, markup and mixed scripts are spoken, or left out."""
    assert engine.synthesise(text, voice_for("zh-CN")).seconds > 0.1


def test_a_killed_worker_is_replaced(engine):
    """A worker that was killed between two texts isn't missed."""
    engine.synthesise(EN, voice_for("en"))
    killed = engine.pids
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    assert engine.synthesise(EN, voice_for("en")).seconds > 2
    assert not set(killed) & set(engine.pids[-1:])


def test_threads(engine):
    """Threads that speak two languages at once get each its own."""
    lengths: dict[str, set[float]] = {"zh-CN": set(), "en": set()}

    def speak(language: str, text: str) -> None:
        for _ in range(5):
            lengths[language].add(engine.synthesise(text, voice_for(language)).seconds)

    threads = [
        threading.Thread(target=speak, args=pair) for pair in [("zh-CN", "好"), ("en", EN)] * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 0.1 < min(lengths["zh-CN"]) <= max(lengths["zh-CN"]) < 1.5
    assert 3 < min(lengths["en"]) <= max(lengths["en"]) < 6


def test_identity(engine):
    """Engine and library are named with their versions."""
    assert engine.identity.startswith("pyttsx3-2.")
    assert "+espeak-ng-1." in engine.identity
    assert engine.available()


@pytest.fixture
def no_library(monkeypatch):
    monkeypatch.setattr(espeak, "LIBRARIES", ("libnosuch-espeak.so.1",))
    espeak.version.cache_clear()
    yield
    espeak.version.cache_clear()


def test_espeak_is_missing(no_library):
    """Without the library the error names the Debian package; nothing is started."""
    synthesiser = Pyttsx3Synthesiser()

    with pytest.raises(TtsUnavailable, match="install the Debian package espeak-ng"):
        synthesiser.synthesise("hello", voice_for("en"))

    assert not synthesiser.available()
    assert synthesiser.pids == []


def test_pyttsx3_is_missing(monkeypatch):
    """Without the Python package the error names it."""

    def missing(name: str) -> str:
        raise pyttsx3.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(pyttsx3.importlib.metadata, "version", missing)
    pyttsx3._version.cache_clear()

    with pytest.raises(TtsUnavailable, match="expected the Python package pyttsx3"):
        Pyttsx3Synthesiser().check()


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("zh-CN", "cmn-latn-pinyin"),
        ("zh", "cmn-latn-pinyin"),
        ("EN", "en-us"),
        ("en-US", "en-us"),
        ("en-GB", "en-gb"),
        ("yue", "yue"),
        ("fr-CA", "fr"),
    ],
)
def test_voices(language, name):
    """Each language has its voice; one outside the table is left to the engine."""
    assert voice_for(language).name == name


def test_speakable():
    """What can't be spoken is a space, and spaces are one."""
    assert speakable(" a\0\tb \ud800 好\n") == "a b 好"
