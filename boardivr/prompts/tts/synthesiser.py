"""What a speech engine is asked and what it gives; which voice speaks a language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

MAX_TEXT = 12_000  # characters: some twenty minutes of speech, and fits into a pipe


@dataclass(frozen=True, kw_only=True)
class TtsVoice:
    """A voice of an engine, and how it speaks.

    :param name: as the engine calls it
    :param speed: words a minute, as espeak counts them for every language
    :param pitch: 0 to 99, 50 is the voice's own
    """

    name: str
    speed: int = 170
    pitch: int = 50


@dataclass(frozen=True)
class Speech:
    """:param samples: 16-bit linear, little endian, mono
    :param rate: samples a second
    """

    samples: bytes
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / 2 / self.rate


class Synthesiser(Protocol):
    """A speech engine. May be called from several threads at once."""

    @property
    def identity(self) -> str:
        """Engine and version: the same text is another sound under another identity."""
        ...

    def check(self) -> None:
        """Return if the engine is installed.

        :raises TtsUnavailable: it isn't; says what to install
        """
        ...

    def synthesise(
        self, text: str, voice: TtsVoice, *, timeout: float = 10.0, is_marked: bool = False
    ) -> Speech:
        """Speak a text.

        :param is_marked: it is SSML; asked only of an engine that takes its marks
        :param timeout: seconds, of the computer's time, the wait for a free worker included
        :raises TtsTimeout: it took longer
        :raises TtsUnavailable: the engine isn't installed
        :raises TtsError: no such voice, a text without a sound, or the engine crashed
        """
        ...


# espeak-ng's voices. Its "cmn" takes the pinyin of most characters for English and
# says letters and numbers ("huan five"); only the pinyin voice speaks Mandarin.
VOICES: Mapping[str, TtsVoice] = {
    "zh": TtsVoice(name="cmn-latn-pinyin", speed=180),
    "yue": TtsVoice(name="yue", speed=200),
    "en": TtsVoice(name="en-us", speed=160),
    "en-gb": TtsVoice(name="en-gb", speed=160),
}


def voice_for(language: str, voices: Mapping[str, TtsVoice] = VOICES) -> TtsVoice:
    """Return the voice of a language tag, or of the language without its region.

    A language that isn't in the table is left to the engine under its own name.

    :param voices: by language tag in small letters
    """
    tag = language.lower()
    code = tag.split("-")[0]
    return voices.get(tag) or voices.get(code) or TtsVoice(name=code)


def speakable(text: str) -> str:
    """Return a text without control characters, half characters and extra spaces."""
    plain = "".join(" " if unicodedata.category(c) in _CONTROL else c for c in text)
    return " ".join(plain.split())


_CONTROL = ("Cc", "Cs", "Co", "Cn")
