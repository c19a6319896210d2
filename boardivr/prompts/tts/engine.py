"""What a speech engine must be, so that it can be installed beside the others.

An engine is an object that an entry point of the group ``boardivr.synthesisers``
names. We ask it about itself in our own process, where it must load nothing
heavy; it speaks in a process of its own (:mod:`.worker`), one text at a time.
It may hang, crash, or print there: the process is replaced
(:mod:`.pool`), and another engine speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from boardivr.prompts.tts.synthesiser import TtsVoice


class Refused(Exception):
    """A text that can't be spoken; the worker goes on."""


class Lost(Exception):
    """The audio didn't come. It might still, in place of another text's: the worker must end."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a speaker is asked.

    :param is_marked: the text is SSML (:mod:`.markup`), of the marks that the engine takes
    :param folder: for files of its own, empty
    """

    text: str
    voice: TtsVoice
    is_marked: bool
    folder: Path


class Speaker(Protocol):
    """An engine at work, in a process of its own."""

    def speak(self, request: Request) -> tuple[bytes, int]:
        """Return a text's samples, 16-bit linear, mono, and how many make a second.

        :raises Refused: no such voice, or a text that it can't speak
        :raises Lost: what comes next might be this text's audio
        """
        ...


class Engine(Protocol):
    """A speech engine that may be installed; knows about itself without being started."""

    name: str
    """In settings and on the command line: ``kokoro``."""
    about: str
    """One line: what it is, how it sounds."""
    licence: str
    """Of what speaks: library, model and voices."""
    marks: frozenset[str]
    """The marks of :mod:`.markup` that it speaks itself; we do the others."""
    is_fast: bool
    """Whether it speaks a sentence within 300 ms on one core: good for what is said live."""
    keeps_voice: bool
    """Whether one process can speak with its first voice only."""

    def version(self) -> str:
        """Return the versions of what speaks; another version is another sound.

        :raises TtsUnavailable: a part isn't installed; says what to install
        """
        ...

    def voices(self) -> Sequence[tuple[str, str]]:
        """Return the voices that are there, each with its language tag; best first."""
        ...

    def voice(self, language: str, name: str | None = None) -> TtsVoice | None:
        """Return a voice at its usual speed.

        :param language: a tag: ``zh-CN``
        :param name: the engine's own choice for the language where None
        :return: None where it doesn't speak the language, or has no such voice
        """
        ...

    def speaker(self) -> Speaker:
        """Load it, in the process that it speaks in.

        :raises ImportError, OSError, RuntimeError: a part isn't installed
        """
        ...
