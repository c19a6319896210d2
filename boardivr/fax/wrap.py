"""Where lines end: between words, and between Chinese characters by their rules.

No line begins with a closing mark or ends with an opening one (GB/T 15834; JIS X
4051 calls it kinsoku).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boardivr.fax.fonts import Face

NOT_FIRST = frozenset("，。、；：？！）」』》〉】〕”’…—·,.;:?!)]}%％")
NOT_LAST = frozenset("（「『《〈【〔“‘([{￥$")
PARTS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Run:
    """Text in one look."""

    text: str
    face: Face


Line = list[Run]


def wrap(runs: Sequence[Run], width: float) -> list[Line]:
    """Break runs into lines of at most this width, in dots; at least one line."""
    lines: list[Line] = []
    line: Line = []
    used = 0.0
    for unit in _units(runs):
        for part in _fitting(unit, width):
            length = part.face.length(part.text)
            if line and used + length > width and not part.text.isspace():
                lines.append(_trimmed(line))
                line, used = [], 0.0
            if line or lines == [] or not part.text.isspace():
                line.append(part)
                used += length
    return [*lines, _trimmed(line)]


def width_of(line: Sequence[Run]) -> float:
    """Return the width of a line, in dots."""
    return sum(run.face.length(run.text) for run in line)


def _units(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield what mustn't be broken: words, spaces, characters with their marks."""
    for run in runs:
        for part in PARTS.findall(run.text):
            yield from (Run(text, run.face) for text in _pieces(part))


def _pieces(word: str) -> Iterator[str]:
    """Yield the pieces of a word: Latin ones whole, wide characters one by one."""
    piece = ""
    for letter in word:
        joined = not piece or letter in NOT_FIRST or piece[-1] in NOT_LAST
        if not joined and (_is_wide(letter) or _is_wide(piece[-1])):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _fitting(unit: Run, width: float) -> Iterator[Run]:
    """Break what is longer than a whole line anywhere."""
    if unit.face.length(unit.text) <= width:
        yield unit
        return
    part = ""
    for letter in unit.text:
        if part and unit.face.length(part + letter) > width:
            yield Run(part, unit.face)
            part = ""
        part += letter
    yield Run(part, unit.face)


def _trimmed(line: Line) -> Line:
    """Return a line without spaces at its end, its parts joined where they look alike."""
    while line and line[-1].text.isspace():
        line.pop()
    joined: Line = []
    for run in line:
        if joined and joined[-1].face == run.face:
            joined[-1] = Run(joined[-1].text + run.text, run.face)
        else:
            joined.append(run)
    return joined
