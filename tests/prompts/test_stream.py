"""Speech in sentences: what is there at once, and what comes later."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.hal import Clip
from boardivr.prompts.later import Later
from boardivr.prompts.library import LONG, PromptLibrary
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.pieces import Money, PromptRef, Text
from boardivr.prompts.tts.casting import Cast, Part
from boardivr.prompts.tts.sentences import sentences
from boardivr.prompts.tts.synthesiser import Speech, TtsVoice

NEWS = (
    "The branch in Queen Street is closed on Monday. All others are open as usual."
    " Please bring your identity document with you. Thank you."
)
PROMPTS = {"hello": Prompt(id="hello", sources={"en": PromptSource(text="Good morning")})}


class Engine:
    """It notes what it is asked."""

    identity = "test-1"

    def __init__(self):
        self.said = []

    def check(self):
        pass

    def synthesise(self, text, voice, *, timeout=10.0, is_marked=False):
        self.said.append(text)
        return Speech(b"\x00\x20\x00\xe0" * 2000, 8000)


@pytest.fixture
def make(tmp_path):
    """Make an engine and a library with it."""

    def build(is_fast: bool) -> tuple[Engine, PromptLibrary]:
        engine = Engine()
        part = Part(synthesiser=engine, voice=TtsVoice(name="v"), is_fast=is_fast)
        return engine, PromptLibrary(
            PROMPTS, Cast(lambda tag: [part]), tmp_path, default_language="en"
        )

    return build


def test_a_fast_voice_speaks_the_first_sentence_only(make):
    """A long text begins as soon as its first sentence is there."""
    engine, library = make(True)

    sounds = list(library.stream([PromptRef("hello"), Text(NEWS)], "en"))

    assert engine.said == ["Good morning", "The branch in Queen Street is closed on Monday."]
    assert [isinstance(sound, Later) for sound in sounds] == [
        False, False, False, True, False, True, False, True,
    ]  # fmt: skip
    clips = [sound.make() if isinstance(sound, Later) else sound for sound in sounds]
    assert " ".join(clip.text for clip in clips if clip.text) == f"Good morning {NEWS}"


def test_a_slow_voice_speaks_nothing_yet(make):
    """All that isn't there comes later; what was spoken before is there."""
    engine, library = make(False)

    (first,) = library.stream([Text("Hello there")], "en")
    assert isinstance(first, Later)
    assert engine.said == []
    made = first.make()

    (again,) = library.stream([Text("Hello there")], "en")
    assert again is made


def test_a_short_text_is_one_clip(make):
    """Two short sentences are spoken as one phrase by a fast voice, as ever."""
    engine, library = make(True)

    (clip,) = library.stream([Text("Good day. You have"), Money(Decimal(5), "USD")], "en")

    assert isinstance(clip, Clip)
    assert engine.said == ["Good day. You have five dollars"]


def test_nothing_to_say(make):
    """No words, no sound."""
    assert list(make(True)[1].stream([Text(" , ")], "en")) == []


@given(st.text("ab. !?。余;,", max_size=4 * LONG))
def test_sentences_are_the_text(text):
    """Nothing is lost, and nothing is empty."""
    cut = sentences(text)

    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(part.strip() for part in cut)
