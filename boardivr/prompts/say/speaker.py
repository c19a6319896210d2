"""What a language must know to say values, and what all of them share."""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from boardivr.prompts.errors import PromptError

LARGEST = 10**12

COUNTRIES = ("+86", "+852", "+1", "+44", "+49")  # codes that make a group of their own


class SayError(PromptError, ValueError):
    """A value that can't be said. The message never holds the value: it's a customer's."""


@dataclass(frozen=True)
class Manner:
    """What may be said in more than one way.

    :param yao: Chinese says 1 in telephone numbers as 幺, not as 一
    """

    yao: bool = True


PLAIN = Manner()


class Speaker(ABC):
    """Says values in one language. All return words as they are written.

    All raise :class:`SayError` for what can't be said.
    """

    joint: ClassVar[str]
    """What stands between two pieces of a phrase."""

    @abstractmethod
    def number(self, value: Decimal) -> str:
        """Say a cardinal, up to 10^12 either way, with its decimals as written."""

    @abstractmethod
    def ordinal(self, value: int) -> str:
        """Say a place in an order: 0 to 10^12."""

    @abstractmethod
    def spelled(self, text: str) -> str:
        """Say digits, letters and keys one by one; a space or dash is a short stop."""

    @abstractmethod
    def phone(self, text: str, manner: Manner) -> str:
        """Say a telephone number one by one, in groups: those written, or the usual."""

    @abstractmethod
    def money(self, amount: Decimal, currency: str) -> str:
        """Say an amount of at most two decimals."""

    @abstractmethod
    def percent(self, value: Decimal) -> str: ...

    @abstractmethod
    def date(self, value: dt.date) -> str: ...

    @abstractmethod
    def time(self, value: dt.time) -> str:
        """Say the time of day to the minute; seconds are left out."""

    @abstractmethod
    def duration(self, seconds: int) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A number taken apart.

    :param decimals: the digits after the point, as written
    """

    is_negative: bool
    whole: int
    decimals: str


def take_apart(value: Decimal, kind: str) -> Parts:
    """Take a number apart for saying.

    :param kind: for the message: ``number``, ``money`` …
    :raises SayError: infinite, not a number, or beyond 10^12
    """
    if not value.is_finite():
        raise SayError(f"{kind}: expected a number, found one that isn't finite")
    if abs(value) > LARGEST:
        raise SayError(f"{kind}: expected at most 10^12 either way, found more")
    whole, _, decimals = f"{abs(value):f}".partition(".")
    return Parts(is_negative=value < 0, whole=int(whole), decimals=decimals)


def take_money_apart(amount: Decimal) -> tuple[Parts, int]:
    """Take an amount apart; the second is its hundredths.

    :raises SayError: as :func:`take_apart`, or more than two decimals that aren't zero
    """
    parts = take_apart(amount, "money")
    if parts.decimals[2:].strip("0"):
        raise SayError(f"money: expected at most two decimals, found {len(parts.decimals)}")
    return parts, int(parts.decimals[:2].ljust(2, "0"))


def check_count(value: int, kind: str) -> int:
    """Return a count that can be said.

    :raises SayError: below zero or beyond 10^12
    """
    if not 0 <= value <= LARGEST:
        raise SayError(f"{kind}: expected 0 to 10^12, found {'less' if value < 0 else 'more'}")
    return value


def groups(text: str, usual: Mapping[int, Sequence[int]]) -> list[str]:
    """Cut a telephone number into the groups that it's said in.

    :param usual: group sizes by number of digits, where the number has no groups of its own
    """
    written = stretches(text)
    if len(written) != 1:
        return written
    digits = written[0]
    country = next((code for code in COUNTRIES if digits.startswith(code)), "")
    cut = [country] if country else []
    digits = digits.removeprefix(country)
    for size in usual.get(len(digits)) or _fours(len(digits)):
        cut.append(digits[:size])
        digits = digits[size:]
    return cut


def stretches(text: str) -> list[str]:
    """Cut text where it has spaces, dashes, dots or brackets."""
    return [part for part in re.split(r"[\s\-–—./()]+", text) if part]


def _fours(count: int) -> tuple[int, ...]:
    """Groups of four from the right; what is left over goes first."""
    first = count % 4
    return ((first,) if first else ()) + (4,) * (count // 4)
