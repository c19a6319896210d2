"""Values in English, as in the United States (``en``, ``en-US``) or Britain (``en-GB``).

They differ in the *and* of numbers (one hundred [and] five), in dates, and in #.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from boardivr.prompts.say.speaker import (
    Manner,
    SayError,
    Speaker,
    check_count,
    groups,
    stretches,
    take_apart,
    take_money_apart,
)

SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
UNITS = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SIGNS = {"*": "star", "+": "plus", "@": "at", "_": "underscore"}

AMERICAN_PHONE = {5: (5,), 6: (3, 3), 7: (3, 4), 10: (3, 3, 4), 11: (1, 3, 3, 4)}
BRITISH_PHONE = {5: (5,), 6: (3, 3), 7: (3, 4), 10: (3, 3, 4), 11: (3, 4, 4)}

# One and many of the unit, one and many of its hundredth.
CURRENCIES = {
    "CNY": ("yuan", "yuan", "fen", "fen"),
    "HKD": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "USD": ("dollar", "dollars", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
    "EUR": ("euro", "euros", "cent", "cents"),
}


def speaker(tag: str) -> Speaker:
    """Return American English for ``en``, ``en-us`` and ``en-ca``, else British."""
    return American() if tag in ("en", "en-us", "en-ca") else British()


class American(Speaker):
    joint: ClassVar[str] = " "
    hundred_and: ClassVar[str] = " "
    hash_sign: ClassVar[str] = "pound"
    phone_groups: ClassVar[Mapping[int, Sequence[int]]] = AMERICAN_PHONE

    def number(self, value: Decimal) -> str:
        parts = take_apart(value, "number")
        return self._decimal(parts.is_negative, parts.whole, parts.decimals)

    def ordinal(self, value: int) -> str:
        said = self.cardinal(check_count(value, "ordinal"))
        *before, last = said.replace("-", " - ").split(" ")
        if last in ORDINALS:
            last = ORDINALS[last]
        else:
            last = last.removesuffix("y") + "ieth" if last.endswith("y") else last + "th"
        return " ".join([*before, last]).replace(" - ", "-")

    def spelled(self, text: str) -> str:
        return ", ".join(self._one_by_one(part) for part in stretches(text))

    def phone(self, text: str, manner: Manner) -> str:
        return ", ".join(self._one_by_one(part) for part in groups(text, self.phone_groups))

    def money(self, amount: Decimal, currency: str) -> str:
        parts, hundredths = take_money_apart(amount)
        if currency not in CURRENCIES:
            known = ", ".join(CURRENCIES)
            raise SayError(f"money: expected a currency of {known}, found {currency!r}")
        unit, units, hundredth, many = CURRENCIES[currency]
        said = []
        if parts.whole or not hundredths:
            said.append(self._count(parts.whole, unit, units))
        if hundredths:
            said.append(self._count(hundredths, hundredth, many))
        return ("minus " if parts.is_negative else "") + " and ".join(said)

    def percent(self, value: Decimal) -> str:
        parts = take_apart(value, "percent")
        return self._decimal(parts.is_negative, parts.whole, parts.decimals) + " percent"

    def date(self, value: dt.date) -> str:
        month, day = MONTHS[value.month - 1], self.ordinal(value.day)
        return f"{month} {day}, {self.year(value.year)}"

    def time(self, value: dt.time) -> str:
        hour = SMALL[value.hour % 12 or 12]
        if not value.minute and value.hour in (0, 12):
            return f"{hour} {'noon' if value.hour else 'midnight'}"  # 12 a.m. misleads
        half = "a.m." if value.hour < 12 else "p.m."
        if not value.minute:
            return f"{hour} {half}"
        oh = "oh " if value.minute < 10 else ""
        return f"{hour} {oh}{self.cardinal(value.minute)} {half}"

    def duration(self, seconds: int) -> str:
        check_count(seconds, "duration")
        minutes, second = divmod(seconds, 60)
        hours, minute = divmod(minutes, 60)
        day, hour = divmod(hours, 24)
        counts = ((day, "day"), (hour, "hour"), (minute, "minute"), (second, "second"))
        said = [self._count(number, word, word + "s") for number, word in counts if number]
        if len(said) > 1:
            said[-2:] = [f"{said[-2]} and {said[-1]}"]
        return ", ".join(said) or "zero seconds"

    def cardinal(self, value: int) -> str:
        """Say a whole number, 0 to 10^12."""
        for unit, word in UNITS:
            if value >= unit:
                many, rest = divmod(value, unit)
                joint = self.hundred_and if rest < 100 else " "
                return f"{self.cardinal(many)} {word}" + self._rest(rest, joint)
        if value >= 100:
            many, rest = divmod(value, 100)
            return f"{SMALL[many]} hundred" + self._rest(rest, self.hundred_and)
        if value < 20:
            return SMALL[value]
        ten, one = divmod(value, 10)
        return TENS[ten] + (f"-{SMALL[one]}" if one else "")

    def year(self, value: int) -> str:
        """Say a year in two halves: twenty twenty-six, nineteen oh five."""
        century, rest = divmod(value, 100)
        if value < 1000 or (century % 10 == 0 and rest < 10):
            return self.cardinal(value)
        if not rest:
            return f"{self.cardinal(century)} hundred"
        return f"{self.cardinal(century)} {'oh ' if rest < 10 else ''}{self.cardinal(rest)}"

    def _rest(self, rest: int, joint: str) -> str:
        return joint + self.cardinal(rest) if rest else ""

    def _decimal(self, is_negative: bool, whole: int, decimals: str) -> str:
        said = ("minus " if is_negative else "") + self.cardinal(whole)
        return said + (" point " + self._one_by_one(decimals) if decimals else "")

    def _count(self, number: int, one: str, many: str) -> str:
        return f"{self.cardinal(number)} {one if number == 1 else many}"

    def _one_by_one(self, text: str) -> str:
        return " ".join(self._sign(character) for character in text)

    def _sign(self, character: str) -> str:
        if character in "0123456789":
            return SMALL[int(character)]
        if character == "#":
            return self.hash_sign
        return SIGNS.get(character) or character.upper()


class British(American):
    hundred_and: ClassVar[str] = " and "
    hash_sign: ClassVar[str] = "hash"
    phone_groups: ClassVar[Mapping[int, Sequence[int]]] = BRITISH_PHONE

    def date(self, value: dt.date) -> str:
        month, day = MONTHS[value.month - 1], self.ordinal(value.day)
        return f"the {day} of {month}, {self.year(value.year)}"
