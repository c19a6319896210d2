"""What can go wrong with speech recognition."""

from __future__ import annotations

from boardivr.errors import BoardIVRError


class SpeechError(BoardIVRError):
    """Speech can't be recognised; keys work all the same."""


class ModelError(SpeechError):
    """A language has no model, or its folder isn't one."""


class WordError(SpeechError):
    """A word that nobody knows how to pronounce.

    :param words: all of them
    """

    def __init__(self, language: str, words: tuple[str, ...]) -> None:
        named = ", ".join(repr(word) for word in words)
        super().__init__(f"no pronunciation in {language!r} for {named}")
        self.words = words


class SpeechBusy(SpeechError):
    """Every decoder is at work."""


class SpeechTimeout(SpeechError):
    """A decoder gave no answer in time and was killed."""


class DecoderDied(SpeechError):
    """A decoder ended, or talked nonsense; another takes its place."""
