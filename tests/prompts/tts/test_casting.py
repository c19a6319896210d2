"""Who speaks a language: the chosen engine, and who stands in for it."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest

from boardivr.errors import SettingsError
from boardivr.media import g711
from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.pieces import Money, PromptRef, Text
from boardivr.prompts.problems import ProblemKind
from boardivr.prompts.tts import casting
from boardivr.prompts.tts.casting import Cast, Part, cast
from boardivr.prompts.tts.synthesiser import Speech, TtsVoice

PROMPTS = {
    "wait": Prompt(id="wait", sources={"en": PromptSource(text="Please wait a moment")}),
    "marked": Prompt(
        id="marked",
        sources={"en": PromptSource(text='Please wait.<break time="700ms"/>Do not hang up')},
    ),
}


@pytest.fixture
def library(tmp_path):
    """Make a library whose voices are chosen as in settings."""
    casts = []

    def make(timeout: float = 1.0, **voices: str) -> PromptLibrary:
        casts.append(cast(voices))
        return PromptLibrary(
            PROMPTS, casts[-1], tmp_path / "cache", default_language="en", timeout=timeout
        )

    yield make
    for one in casts:
        one.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hang", "gave no answer in time"),
        ("crash", "ended with code -6"),
        ("mute", "samples of silence"),
        ("short", "another text's, perhaps"),
        ("raises", "raised KeyError"),
        ("broken", None),
        ("absent", None),
    ],
)
def test_a_bad_engine_is_replaced(bad_engines, library, name, words):
    """Calls go on with another engine, whatever the chosen one does; it's reported once."""
    voice = library(en=name, timeout=5.0 if name == "hang" else 30.0)

    clips = [voice.clip(PromptRef("wait"), "en") for _ in range(2)]
    value = voice.clip(Money(Decimal("12.50"), "USD"), "en")

    assert all(clip.seconds > 0.6 for clip in (*clips, value))
    if words is not None:
        problem = voice.problems()[0]
        assert (problem.prompt, problem.kind) == ("wait", ProblemKind.SPEECH)
        assert problem.message.startswith(f"{name} any: ")
        assert words in problem.message
        assert "; spoken by " in problem.message
        assert "Please wait" not in problem.message


def test_an_engine_that_hangs_is_left_alone(bad_engines, library):
    """Only the first text waits for it; those after are spoken by another at once."""
    voice = library(en="hang", timeout=5.0)
    voice.clip(PromptRef("wait"), "en")

    voice.clip(Money(Decimal(7), "USD"), "en")

    assert "hang any: left alone for a while" in voice.problems()[-1].message


def test_an_engine_is_asked_again_after_a_while(bad_engines, monkeypatch):
    """It rests twice as long after each failure, and is forgiven once it works."""
    with cast({"en": "hang"}) as voices:
        part = voices.parts("en")[0]
        now = [100.0]
        monkeypatch.setattr(casting.time, "monotonic", lambda: now[0])

        voices.failed(part)
        assert voices.is_resting(part)
        now[0] += 31
        assert not voices.is_resting(part)
        voices.failed(part)
        now[0] += 31
        assert voices.is_resting(part)
        voices.worked(part)
        assert not voices.is_resting(part)


def test_a_slow_engine_holds_nobody_else(tmp_path):
    """While one channel waits for a text, another plays what is there and has others spoken."""
    waiting, go_on = threading.Event(), threading.Event()

    class Slow:
        identity = "slow-1"

        def check(self) -> None:
            pass

        def synthesise(self, text, voice, *, timeout=10.0, is_marked=False):
            if "wait" in text:
                waiting.set()
                go_on.wait(10)
            return Speech(b"\x00\x20\x00\xe0" * 4000, 8000)

    voice = PromptLibrary(PROMPTS, Slow(), tmp_path, default_language="en")
    spoken = []
    thread = threading.Thread(target=lambda: spoken.append(voice.clip(PromptRef("wait"), "en")))
    thread.start()
    assert waiting.wait(10)

    assert voice.clip(Text("hello"), "en").seconds > 0
    assert not spoken
    go_on.set()
    thread.join()
    assert spoken


def test_settings():
    """An engine, an engine with a voice, or a voice of the built-in one."""
    assert casting.choice("en", "pico") == ("pico", None)
    assert casting.choice("en", "pico:en-GB") == ("pico", "en-GB")
    assert casting.choice("zh-CN", "cmn") == ("pyttsx3", "cmn")
    with pytest.raises(SettingsError, match="voices: en: expected a speech engine, found 'piko'"):
        casting.choice("en", "piko:en-GB")


def test_who_stands_in():
    """The built-in engines end each list; clearer ones come before them, where they can speak."""
    with cast({"en": "kokoro", "zh-CN": "kokoro"}) as voices:
        names = [part.synthesiser.engine.name for part in voices.parts("en")]
        chinese = [part.synthesiser.engine.name for part in voices.parts("zh-CN")]
        plain = [part.synthesiser.engine.name for part in voices.parts("fr")]

    assert names[-4:] == ["pico", "flite", "pyttsx3", "espeak"]
    assert chinese[-2:] == ["pyttsx3", "espeak"]
    assert "pico" not in chinese
    assert plain == ["pyttsx3", "espeak"]


def test_nobody_speaks():
    """Without any engine that is told with what to install."""
    with pytest.raises(TtsUnavailable, match="expected a speech engine for 'en', found none"):
        Cast(lambda language: []).check("en")


def tones(by_voice):
    """An engine whose voices are tones of a frequency and a length."""

    class Tones:
        identity = "tones-1"
        marks: frozenset[str] = frozenset()

        def __init__(self):
            self.said = []

        def check(self):
            pass

        def synthesise(self, text, voice, *, timeout=10.0, is_marked=False):
            self.said.append((voice.name, text, is_marked))
            return Speech(b"\x00\x20\x00\xe0" * (by_voice // 2), 8000)

    return Tones()


def test_two_scripts(tmp_path):
    """Chinese goes to the Chinese voice, Latin letters to the English one, with a gap between."""
    engine = tones(8000)
    voice = PromptLibrary({}, engine, tmp_path)

    clip = voice.clip(Text("请打开 BoardIVR 应用"), "zh-CN")

    assert engine.said == [
        ("cmn-latn-pinyin", "请打开", False),
        ("en-us", "BoardIVR", False),
        ("cmn-latn-pinyin", "应用", False),
    ]
    assert 3.1 < clip.seconds < 3.5
    assert clip.text == "请打开 BoardIVR 应用"


def test_marks_are_ours_where_the_engine_has_none(tmp_path):
    """A pause is silence, of the length that it says."""
    engine = tones(8000)
    voice = PromptLibrary(PROMPTS, engine, tmp_path, default_language="en")

    clip = voice.clip(PromptRef("marked"), "en")

    assert [text for _, text, _ in engine.said] == ["Please wait.", "Do not hang up"]
    assert clip.text == "Please wait. Do not hang up"
    samples = g711.decode(clip.data, clip.encoding)
    silent = abs(samples.astype(int)) < 100
    longest = max(len(run) for run in "".join("s" if s else "x" for s in silent).split("x"))
    assert 0.69 < longest / 8000 < 0.80


def test_marks_are_the_engines_where_it_has_them(tmp_path):
    """An engine that takes a mark gets it."""
    engine = tones(8000)
    marked = Part(
        synthesiser=engine, voice=TtsVoice(name="v"), marks=frozenset({"pause", "emphasis"})
    )
    voice = PromptLibrary(PROMPTS, Cast(lambda tag: [marked]), tmp_path, default_language="en")

    voice.clip(PromptRef("marked"), "en")

    document = '<speak>Please wait.<break time="700ms"/>Do not hang up</speak>'
    assert engine.said == [("v", document, True)]


def test_a_value_has_no_marks(tmp_path):
    """What comes from outside is said as it stands: nobody's name is a pause of ten seconds."""
    engine = tones(8000)
    voice = PromptLibrary({}, engine, tmp_path)

    clip = voice.clip(Text('Li <break time="9s"/> Lei'), "en")

    assert engine.said == [("en-us", 'Li <break time="9s"/> Lei', False)]
    assert clip.seconds < 2
