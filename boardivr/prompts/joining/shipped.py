"""Speech that is part of the package: what dialogues say by themselves, and values' pieces.

Rendered ahead with a natural voice (``tools/render_prompts.py``), so that what is said
to a customer needs no speech engine and no time. The prompts of the shipped flows
are beside those flows (:mod:`boardivr.prompts.recorded`).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.languages import code

ROOT = Path(__file__).parents[1] / "shipped"
SPOKEN_AS = {"zh": "zh-CN", "zh-CN": "zh-CN", "en": "en", "en-US": "en"}
"""The languages that there are, and what they are also called; a British voice isn't there."""


@functools.cache
def pieces(language: str) -> Mapping[str, Path]:
    """Return the files of values' pieces by what they say; none for another language."""
    return _texts("say", language)


@functools.cache
def whole(language: str) -> Mapping[str, Path]:
    """Return the files of whole clauses by what they say."""
    return _texts("words", language)


def _texts(name: str, language: str) -> Mapping[str, Path]:
    tag = SPOKEN_AS.get(language)
    if tag is None:
        return {}
    folder = RecordingFolder(ROOT / name)
    found = {}
    for id, own, path in folder.all():
        versions = folder.history.versions(id, own)
        if own == tag and versions:
            found[bare(versions[-1].text, language)] = path
    return found


def bare(text: str, language: str) -> str:
    """Return a text as it is looked up: without stops at its ends, in English in small letters."""
    plain = text.strip(" ,.!?:;，。！？：；、")
    return plain.lower() if code(language) == "en" else plain
