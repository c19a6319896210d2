"""A little SSML in a prompt's text: a pause, emphasis, spelling.

    Your code is <say-as interpret-as="characters">AB12</say-as>.
    Please wait.<break time="800ms"/>Please do <emphasis>not</emphasis> hang up.

Only these three are marks; any other ``<`` is a sign like others. Values that are
said to a customer are never read for marks: they come from outside.

Elements: W3C SSML 1.1, 3.1.8 say-as, 3.2.2 emphasis, 3.2.3 break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

PAUSE, EMPHASIS, SPELL = "pause", "emphasis", "spell"
MARKS = (PAUSE, EMPHASIS, SPELL)
USUAL_PAUSE = 0.5  # seconds, of a <break/> that doesn't say
LONGEST_PAUSE = 10.0  # seconds

_TAG = re.compile(
    r"<break(?:\s+time=\"(?P<time>\d+(?:\.\d+)?)(?P<unit>ms|s)\")?\s*/>"
    r"|<(?P<emphasis>emphasis)(?:\s+level=\"(?:strong|moderate)\")?>"
    r"|<(?P<spell>say-as)\s+interpret-as=\"(?:characters|digits)\">"
    r"|</(?P<end>emphasis|say-as)>"
)
_MARK_OF = {"emphasis": EMPHASIS, "say-as": SPELL}
_NEAR_TAG = re.compile(r"</?\s*(?:break|emphasis|say-as|speak|prosody|pause)\b[^>]*>?")


@dataclass(frozen=True)
class Span:
    """Some words, or a pause.

    :param text: empty for a pause
    :param pause: seconds
    """

    text: str
    pause: float = 0.0
    is_emphasised: bool = False
    is_spelled: bool = False


def spans(text: str) -> list[Span]:
    """Take a text apart at its marks; words that are empty aren't there."""
    return [span for span in _spans(text) if span.pause or span.text.strip()]


def _spans(text: str) -> Iterator[Span]:
    now, at = Span(""), 0
    for tag in _TAG.finditer(text):
        yield replace(now, text=text[at : tag.start()])
        at = tag.end()
        if tag["emphasis"]:
            now = replace(now, is_emphasised=True)
        elif tag["spell"]:
            now = replace(now, is_spelled=True)
        elif tag["end"] == "emphasis":
            now = replace(now, is_emphasised=False)
        elif tag["end"]:
            now = replace(now, is_spelled=False)
        else:
            yield Span("", pause=_seconds(tag["time"], tag["unit"]))
    yield replace(now, text=text[at:])


def _seconds(number: str | None, unit: str | None) -> float:
    if number is None:
        return USUAL_PAUSE
    return min(LONGEST_PAUSE, float(number) / (1000 if unit == "ms" else 1))


def plain(text: str) -> str:
    """Return a text without its marks: what transcripts and scripts show."""
    return " ".join(_TAG.sub(" ", text).split()) if "<" in text else text


def marks(text: str) -> frozenset[str]:
    """Return which marks a text has."""
    found = spans(text) if "<" in text else []
    return frozenset(
        mark
        for mark, is_there in (
            (PAUSE, any(span.pause for span in found)),
            (EMPHASIS, any(span.is_emphasised for span in found)),
            (SPELL, any(span.is_spelled for span in found)),
        )
        if is_there
    )


def mistakes(text: str) -> list[str]:
    """Return what looks like a mark and isn't one, and marks that aren't closed."""
    left = _TAG.sub("", text)
    found = [f"expected a mark, found {tag[0]!r}" for tag in _NEAR_TAG.finditer(left)]
    for name in _MARK_OF:
        opened, closed = len(re.findall(f"<{name}[ >]", text)), text.count(f"</{name}>")
        if opened != closed:
            found.append(f"<{name}>: expected as many ends as beginnings, found {opened}, {closed}")
    return found


def ssml(text: str) -> str:
    """Return a marked text as an SSML document, other signs escaped."""
    parts, at = [], 0
    for tag in _TAG.finditer(text):
        parts += [escape(text[at : tag.start()]), tag[0]]
        at = tag.end()
    return f"<speak>{''.join(parts)}{escape(text[at:])}</speak>"


def spelled(text: str) -> str:
    """Return a text's signs one by one, as an engine reads them apart."""
    return ", ".join(sign for sign in text if not sign.isspace())
