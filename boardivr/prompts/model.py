"""What a prompt is: an id with, per language, a text and maybe a recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class PromptSource:
    """One language of a prompt.

    :param text: the words; spoken by TTS where there is no file, and what
        transcripts and checks go by
    :param file: a recording, absolute; None where there is none that a flow names
    :param language: that the text is in, where it stands in for another
    """

    text: str
    file: Path | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """:param sources: by language tag, such as ``zh-CN`` or ``en``"""

    id: str
    sources: Mapping[str, PromptSource]
