"""From the name of a menu's item to what callers say for it.

Announcements are written to be heard (*For your balance*, *To report a lost card*);
what is said is the rest, with its articles or without (*your balance*, *balance*).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from boardivr.speech.grammar import Words, code

LEADS = ("please", "for", "to", "if", "hear")
FILLERS = frozenset(("a", "an", "the", "your", "my", "our", "today's", "some"))
NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip
CHINESE_LEADS = ("查询", "办理", "请")


def phrases(text: str, language: str) -> Iterator[Words]:
    """Yield what callers may say for a choice, the fullest first; nothing twice."""
    seen: set[Words] = set()
    for words in _chinese(text) if code(language) in ("zh", "yue") else _spaced(text):
        if words and words not in seen:
            seen.add(words)
            yield words


def _spaced(text: str) -> Iterator[Words]:
    words = _words(text)
    while words and words[0] in LEADS:
        words = words[1:]
    yield tuple(words)
    short = [word for word in words if word not in FILLERS]
    yield tuple(short)
    if "your" in words:  # the bank says your, the caller my
        yield tuple("my" if word == "your" else word for word in words)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    found = re.findall(r"[^\W_]+(?:'[^\W_]+)?", plain)
    return [NUMBERS[int(w)] if w in map(str, range(len(NUMBERS))) else w for w in found]


def _chinese(text: str) -> Iterator[Words]:
    plain = "".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))
    yield (plain,) if plain else ()
    for lead in CHINESE_LEADS:
        if plain.startswith(lead) and plain != lead:
            yield (plain.removeprefix(lead),)
        if plain.endswith(lead) and plain != lead:
            yield (plain.removesuffix(lead),)
