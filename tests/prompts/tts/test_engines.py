"""Engines by entry point: those that are there, and those that misbehave."""

from __future__ import annotations

import threading

import pytest

from boardivr.prompts.errors import TtsError, TtsTimeout, TtsUnavailable
from boardivr.prompts.tts import registry
from boardivr.prompts.tts.engine import Engine
from boardivr.prompts.tts.pooled import PooledSynthesiser, plausible
from boardivr.prompts.tts.synthesiser import TtsVoice

TEXT = "Your balance is ten thousand one hundred yuan"
VOICE = TtsVoice(name="any")
OWN = ("pyttsx3", "espeak", "flite", "pico", "piper", "kokoro")


def installed(*names: str) -> list[str]:
    """Those of ours that can speak here."""
    return [name for name in names if PooledSynthesiser(registry.find(name)).available()]


@pytest.fixture
def speak(bad_engines):
    """Speak with an engine of that package."""
    made = []

    def by(name: str, text: str = TEXT, timeout: float = 10.0):
        if not made or made[-1].engine.name != name:
            made.append(PooledSynthesiser(registry.find(name)))
        return made[-1].synthesise(text, VOICE, timeout=timeout)

    yield by
    for synthesiser in made:
        synthesiser.close()


@pytest.mark.parametrize("name", OWN)
def test_each_says_what_it_is(name):
    """Every engine of ours tells about itself without being started, installed or not."""
    engine: Engine = registry.find(name)

    assert engine.name == name
    assert engine.about
    assert engine.licence
    if not PooledSynthesiser(engine).available():
        with pytest.raises(TtsUnavailable, match=r"install|docs/voices\.md"):
            engine.version()


@pytest.mark.parametrize("name", installed("pyttsx3", "espeak", "flite", "pico"))
def test_each_speaks(name):
    """Each engine that is installed speaks English, longer for a longer text."""
    engine = registry.find(name)
    voice = engine.voice("en")
    with PooledSynthesiser(engine) as synthesiser:
        short = synthesiser.synthesise("Please wait", voice)
        long = synthesiser.synthesise("Please wait until we have found what you want", voice)

    assert 0.5 < short.seconds < 2
    assert 1.5 * short.seconds < long.seconds < 6 * short.seconds


@pytest.mark.parametrize("name", installed("espeak", "pico"))
def test_each_knows_its_voices(name):
    """A voice that isn't there is an error, not another voice."""
    engine = registry.find(name)
    with (
        PooledSynthesiser(engine) as synthesiser,
        pytest.raises(TtsError, match=r"expected a voice .*, found 'nonsense'"),
    ):
        synthesiser.synthesise("hello there", TtsVoice(name="nonsense"))


def test_espeak_changes_its_voice():
    """Called directly, one process speaks with all voices."""
    engine = registry.find("espeak")
    with PooledSynthesiser(engine) as synthesiser:
        said = {
            language: synthesiser.synthesise("你好，再见" if language == "zh" else TEXT, voice)
            for language in ("en", "zh", "en-GB")
            if (voice := engine.voice(language))
        }
        assert len(synthesiser.pids) == 1

    assert len({speech.samples for speech in said.values()}) == 3


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("crash", "ended with code -6"),
        ("exits", "ended with code 0"),
        ("mute", "found 8000 samples of silence"),
        ("nothing", "found 0 samples of silence"),
        ("short", "expected .* s of speech, found 0.0"),
        ("endless", "expected .* s of speech, found 600.0"),
        ("raises", "the engine raised KeyError"),
        ("refuses", "not today"),
        ("stereo", "expected 16-bit samples"),
    ],
)
def test_bad_engine(speak, name, words):
    """What it does wrong is named, without the text; a second time it's no worse."""
    for _ in range(2):
        with pytest.raises(TtsError, match=words) as error:
            speak(name)
        assert "balance" not in str(error.value)


def test_an_engine_that_hangs(speak):
    """It's killed when its time is up."""
    with pytest.raises(TtsTimeout, match="gave no answer in time and was killed"):
        speak("hang", timeout=0.8)


def test_an_engine_that_prints(speak):
    """What it prints, from wherever, is nobody's answer."""
    assert speak("prints").seconds == pytest.approx(len(TEXT) * 0.06, abs=0.01)


def test_an_engine_that_is_stuck(speak):
    """The audio of the text before is noticed where the texts differ in length."""
    speak("stuck", "Yes")

    with pytest.raises(TtsError, match="another text's"):
        speak("stuck", "Please call again a little later, or go on with self-service")


def test_an_engine_that_hangs_holds_nobody_else(bad_engines):
    """While one engine hangs, another speaks at once."""
    with (
        PooledSynthesiser(registry.find("hang")) as bad,
        PooledSynthesiser(registry.find("espeak")) as good,
    ):
        caught: list[Exception] = []
        thread = threading.Thread(target=lambda: caught.append(_failure(bad)))
        thread.start()
        spoken = good.synthesise(TEXT, TtsVoice(name="en-us"))
        thread.join()

    assert spoken.seconds > 1
    assert isinstance(caught[0], TtsTimeout)


def _failure(synthesiser: PooledSynthesiser) -> Exception:
    with pytest.raises(TtsError) as error:
        synthesiser.synthesise(TEXT, VOICE, timeout=1.5)
    return error.value


def test_engines_that_cannot_be_loaded(bad_engines):
    """A name that isn't there, a module that is missing, and what is no engine are named."""
    with pytest.raises(TtsUnavailable, match="found 'pikko'; did you mean 'pico'"):
        registry.find("pikko")
    with pytest.raises(TtsUnavailable, match="'absent' can't be loaded: ModuleNotFoundError"):
        registry.find("absent")
    with pytest.raises(TtsUnavailable, match="'broken' can't be loaded: AttributeError"):
        registry.find("broken")


def test_warm():
    """An engine that was loaded ahead has its process waiting."""
    engine = registry.find("espeak")
    with PooledSynthesiser(engine) as synthesiser:
        synthesiser.warm(engine.voice("en"))
        (pid,) = synthesiser.pids
        synthesiser.synthesise(TEXT, engine.voice("en"))

        assert synthesiser.pids == [pid]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Yes", 0.3),
        ("您的余额是一万零一百元零五分", 3.5),
        ("10100.05", 4.5),
        ("The number is 999999999999", 12.0),
        ("W", 0.4),
        ("##", 1.2),
        (TEXT, 2.6),
    ],
)
def test_plausible_lengths(text, seconds):
    """What voices really take for a text is believed."""
    least, most = plausible(text)

    assert least < seconds < most
