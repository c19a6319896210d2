"""Prompts without speech: the words of a flow as silent clips, about as long as spoken ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from boardivr.flows.model import Flow
from boardivr.hal.types import SAMPLE_RATE, Clip
from boardivr.prompts.level import Level
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.spoken import Spoken
from boardivr.prompts.tts import markup
from boardivr.prompts.tts.synthesiser import VOICES, Speech, TtsVoice

WIDE = 0.24  # seconds for a Chinese character
NARROW = 0.065  # seconds for a letter


def length(text: str) -> float:
    """Return about how many seconds a text takes to say."""
    return sum(WIDE if unicodedata.east_asian_width(c) in "WF" else NARROW for c in text)


class _Mute:
    """A speech engine that is never asked."""

    identity = "silence"

    def check(self) -> None:
        """It is always there."""

    def synthesise(
        self, text: str, voice: TtsVoice, *, timeout: float = 10.0, is_marked: bool = False
    ) -> Speech:
        raise NotImplementedError("silent prompts are never spoken")

    def close(self) -> None:
        """It holds nothing."""


class _SilentSpeech(Spoken):
    def __init__(self) -> None:
        super().__init__(
            _Mute(),
            Path(),
            voices=VOICES,
            level=Level(),
            timeout=1.0,
            on_disk_error=lambda error: None,
        )
        self._clips: dict[tuple[str, str], Clip] = {}

    def clip(self, name: str, text: str, language: str, *, keep: bool) -> Clip:
        """Return silence that is as long as the text."""
        text = markup.plain(text) if keep else text
        found = self._clips.get((name, text))
        if found is None:
            data = b"\xd5" * round(length(text) * SAMPLE_RATE)
            found = self._clips[name, text] = Clip(data=data, name=name, text=text)
        return found


class SilentPrompts(PromptLibrary):
    """A flow's prompts as silent clips; names and words are those of the real ones."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(
            flow.prompt_sources(), _Mute(), Path(), default_language=flow.language.default
        )
        self._spoken = _SilentSpeech()

    @property
    def lengths(self) -> Mapping[str, float]:
        """Seconds that each prompt takes, in its longest language."""
        return {
            id: max((length(source.text) for source in prompt.sources.values()), default=0.0)
            for id, prompt in self.prompts.items()
        }
