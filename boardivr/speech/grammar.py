"""What a caller may say at one moment, and the keys that it stands for.

A spoken answer becomes the keys that would have said the same, so nothing after it
needs to know how it came. Values only; what is heard is :mod:`.recogniser`'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

Words = tuple[str, ...]

SURE = 0.6
"""Confidence from which on what was said is taken."""

DOUBTFUL = 0.4
"""Confidence under which it is taken for something else; between the two he is asked."""

PAUSE = 0.32
PAUSE_IN_DIGITS = 0.8
"""Seconds of hush that end an answer: people take breath in numbers."""

DIGITS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        **{name: str(value) for value, name in enumerate(
            ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
        )},
        "oh": "0",
    },
    "zh": {**{name: str(value) for value, name in enumerate("零一二三四五六七八九")}, "两": "2"},
}  # fmt: skip
YES_NO: Final[Mapping[str, Mapping[bool, Sequence[str]]]] = {
    "en": {True: ("yes", "yes please", "that's right", "correct"), False: ("no", "no thanks")},
    "zh": {True: ("是", "是的", "对", "正确"), False: ("不", "不是", "不对")},
}
MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
ONES: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
DAYS: Final[tuple[Words, ...]] = (
    *((one,) for one in ONES),
    *(("twenty", one) for one in ONES[:9]),
    ("thirtieth",),
    ("thirty", "first"),
)


@dataclass(frozen=True)
class Phrase:
    """One thing that may be said.

    :param keys: what it stands for
    :param words: as they are said, in small letters
    """

    keys: str
    words: Words


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """All that may be said at one moment.

    :param kind: ``phrases``, ``digits`` (so many, said one by one) or ``date`` (keys MMDD,
        or YYYYMMDD where ``most`` is 8)
    """

    language: str
    kind: Literal["phrases", "digits", "date"] = "phrases"
    phrases: tuple[Phrase, ...] = ()
    least: int = 1
    most: int = 1

    @property
    def words(self) -> frozenset[str]:
        """Return all words that may be in it."""
        return frozenset(word for phrase in self.sentences() for word in phrase)

    def sentences(self) -> Iterator[Words]:
        """Yield the phrases, or for rules what they are made of."""
        if self.kind == "phrases":
            yield from (phrase.words for phrase in self.phrases)
        elif self.kind == "digits":
            yield from ((name,) for name in DIGITS[code(self.language)])
        else:
            yield from ((month,) for month in MONTHS)
            yield from DAYS

    def jsgf(self) -> str:
        """Return the rule as JSGF writes it, without the garbage beside it."""
        if self.kind == "phrases":
            return _either(" ".join(p.words) for p in self.phrases)
        if self.kind == "digits":
            one = _either(DIGITS[code(self.language)])
            optional = f"[{one} " * (self.most - self.least) + "]" * (self.most - self.least)
            return f"{f'{one} ' * self.least}{optional}".strip()
        return f"{_either(MONTHS)} [the] {_either(' '.join(day) for day in DAYS)}"

    def without(self, unknown: Collection[str]) -> Grammar:
        """Return it without the phrases that have one of these words in them."""
        kept = tuple(p for p in self.phrases if not set(p.words) & set(unknown))
        return replace(self, phrases=kept)

    def keys(self, words: Sequence[str], today: dt.date | None = None) -> str | None:
        """Return the keys that words stand for; None where they aren't of this grammar.

        :param today: a date without a year is its year's
        """
        said = tuple(words)
        if self.kind == "phrases":
            return next((p.keys for p in self.phrases if p.words == said), None)
        if self.kind == "digits":
            table = DIGITS[code(self.language)]
            is_number = all(w in table for w in said) and self.least <= len(said) <= self.most
            return "".join(table[w] for w in said) if is_number else None
        return self._date(tuple(w for w in said if w != "the"), today or dt.date.today())

    def _date(self, said: Words, today: dt.date) -> str | None:
        if not said or said[0] not in MONTHS or said[1:] not in DAYS:
            return None
        month, day = MONTHS.index(said[0]) + 1, DAYS.index(said[1:]) + 1
        try:
            when = dt.date(today.year, month, day)
        except ValueError:  # the thirtieth of February
            return None
        return when.strftime("%Y%m%d" if self.most == 8 else "%m%d")


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """What may have been said.

    :param keys: what it stands for
    :param confidence: 0 to 1
    """

    keys: str = field(repr=False)  # may be a card number
    words: str = field(repr=False)
    confidence: float


def code(language: str) -> str:
    """Return a language without its country: ``zh`` of ``zh-CN``."""
    return language.split("-")[0]


def yes_no(language: str, yes: str, no: str) -> Grammar | None:
    """Return the grammar of yes and no, which stand for these keys; None without such words."""
    table = YES_NO.get(code(language))
    if table is None:
        return None
    named = [(keys, text) for keys, is_yes in ((yes, True), (no, False)) for text in table[is_yes]]
    phrases = tuple(Phrase(keys, split(text, language)) for keys, text in named)
    return Grammar(language=language, phrases=phrases)


def split(text: str, language: str) -> Words:
    """Return the words of a text: by blanks, or as it stands where a language has none."""
    return tuple(text.split()) if code(language) not in ("zh", "yue") else (text,)


def _either(texts: Iterable[str]) -> str:
    return "( " + " | ".join(texts) + " )"
