"""The pieces that a spoken sentence is made of.

A flow's ``play: [your_balance_is, {money: $amount}]`` becomes a list of these;
:mod:`boardivr.prompts.say` knows how each is said in a language, and the
prompt library turns each into audio.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class PromptRef:
    """A prompt by its id; audio or text come from the library."""

    id: str


@dataclass(frozen=True)
class Text:
    """Words as they stand, in the language of the call."""

    text: str


@dataclass(frozen=True)
class Number:
    """A cardinal number, 0 to 10^12, with decimals as written: 10100.5."""

    value: Decimal


@dataclass(frozen=True)
class Ordinal:
    value: int


@dataclass(frozen=True)
class Spelled:
    """Digits (or letters) one by one: card numbers, codes, a key."""

    text: str


@dataclass(frozen=True)
class Phone:
    """A telephone number: one by one, in groups.

    :param yao: Chinese says 1 as 幺, unless the manner of all says 一
    """

    text: str
    yao: bool = True


@dataclass(frozen=True)
class Money:
    """An amount; at most two decimals. Currency is an ISO 4217 code: CNY USD GBP."""

    amount: Decimal
    currency: str = "CNY"


@dataclass(frozen=True)
class Percent:
    value: Decimal


@dataclass(frozen=True)
class Date:
    value: dt.date


@dataclass(frozen=True)
class Time:
    value: dt.time


@dataclass(frozen=True)
class Duration:
    seconds: int


@dataclass(frozen=True)
class Pause:
    """Silence, in seconds."""

    seconds: float


Piece = (
    PromptRef
    | Text
    | Number
    | Ordinal
    | Spelled
    | Phone
    | Money
    | Percent
    | Date
    | Time
    | Duration
    | Pause
)
