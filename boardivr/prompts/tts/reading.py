"""How a text is read: which words by which language's voice, and where nothing is said."""

from __future__ import annotations

from dataclasses import dataclass

from boardivr.hal.types import SAMPLE_RATE
from boardivr.prompts.tts import markup
from boardivr.prompts.tts.scripts import stretches

ALAW_IDLE = b"\xd5"
CHANGE = 0.06  # seconds between two voices, beside the edges of each
STRESS = 0.09  # seconds before and after what is emphasised
LOUDER_DB = 2.5  # of it


@dataclass(frozen=True)
class Words:
    """:param language: whose voice says them"""

    text: str
    language: str
    is_emphasised: bool = False
    is_plain: bool = True


@dataclass(frozen=True)
class Silence:
    seconds: float
    is_plain: bool = False


def plan(text: str, language: str, *, is_marked: bool) -> list[Words | Silence]:
    """Return what is said in order: words by language, and pauses.

    :param is_marked: the text may have marks (:mod:`.markup`)
    :return: one item that is plain where it's one voice's text without marks
    """
    if not (is_marked and "<" in text):
        return _between([Words(said, tag) for said, tag in _worded(text, language)])
    planned: list[Words | Silence] = []
    for span in markup.spans(text):
        if span.pause:
            planned.append(Silence(span.pause))
            continue
        said = markup.spelled(span.text) if span.is_spelled else span.text
        for part, tag in _worded(said, language):
            words = Words(part, tag, span.is_emphasised, is_plain=False)
            stress = [Silence(STRESS)] if span.is_emphasised else []
            planned += [*stress, words, *stress]
    return _between(planned) or [Words(markup.plain(text), language)]


def languages(planned: list[Words | Silence]) -> set[str]:
    """Return the languages that words are in."""
    return {item.language for item in planned if isinstance(item, Words)}


def _worded(text: str, language: str) -> list[tuple[str, str]]:
    """Stretches by language; a stretch that has no word in it isn't spoken."""
    cut = stretches(text, language)
    return [(part.strip(), tag) for part, tag in cut if any(map(str.isalnum, part))] or [
        (text, language)
    ]


def _between(planned: list[Words | Silence]) -> list[Words | Silence]:
    """Put a short gap where the voice changes."""
    made: list[Words | Silence] = []
    for item in planned:
        before = made[-1] if made else None
        if isinstance(item, Words) and isinstance(before, Words):
            made.append(Silence(CHANGE))
        made.append(item)
    return made


def silence(seconds: float) -> bytes:
    """Return A-law silence."""
    return ALAW_IDLE * round(seconds * SAMPLE_RATE)


def stressed(alaw: bytes, is_emphasised: bool) -> bytes:
    """Return speech a little louder, where it's emphasised."""
    if not is_emphasised:
        return alaw
    from boardivr.hal.types import Clip, Encoding
    from boardivr.media import g711
    from boardivr.prompts.volume import scaled

    louder = scaled(Clip(data=alaw, name="stressed"), LOUDER_DB)
    return g711.linear_to_alaw(g711.decode(louder.data, Encoding.LINEAR))
