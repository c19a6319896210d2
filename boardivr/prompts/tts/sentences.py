"""Long texts in parts that a speech engine takes at once.

An engine that is asked for minutes of speech under load sometimes gives
nothing; sentence by sentence it doesn't, and one that fails is asked again alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 200  # characters of a part, where the text lets it be parted so

_ENDS = (
    re.compile(r"(?<=[。!?;…])|(?<=[.!?;])\s+"),  # sentences
    re.compile(r"(?<=[,、:])|(?<=[,:])\s+"),  # clauses
    re.compile(r"\s+"),  # words
)


def sentences(text: str, shortest: int = 12) -> list[str]:
    """Part a text at the ends of its sentences; short ones stay together.

    :param shortest: characters that a part has at least, but for the last
    """
    held, found = "", []
    for piece in _ENDS[0].split(text):
        held = f"{held} {piece}" if held and held[-1].isascii() else held + piece
        if len(held) >= shortest:
            found.append(held)
            held = ""
    return [part for whole in [*found, held] for part in parts(whole)]


def parts(text: str, longest: int = LONGEST) -> list[str]:
    """Part a text at the ends of sentences, else of clauses, else of words, else anywhere.

    :return: parts in order, none empty; joined they are the text, but for spaces
    """
    return list(_parts(text, longest, 0))


def _parts(text: str, longest: int, level: int) -> Iterator[str]:
    if len(text) <= longest:
        if text.strip():
            yield text.strip()
        return
    if level == len(_ENDS):
        yield from (text[i : i + longest] for i in range(0, len(text), longest))
        return
    held = ""
    for piece in _ENDS[level].split(text):
        if held and len(held) + 1 + len(piece) > longest:
            yield from _parts(held, longest, level + 1)
            held = ""
        held = f"{held} {piece}" if held and held[-1].isascii() else held + piece
    yield from _parts(held, longest, level + 1)
