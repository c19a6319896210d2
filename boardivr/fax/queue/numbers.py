"""Telephone numbers: as people write them, as one line has one name, as they are dialled.

The canonical form is ``+8610955880000`` for a number that the world can call, else
the digits as they are (an extension). What follows a comma is dialled once the call
is answered or after a pause; it may be an access code and is never shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from boardivr.errors import BoardIVRError

CANONICAL = re.compile(r"\+?[0-9*#]{1,30}")
EXTRA = re.compile(r"[0-9*#,]{0,40}")
FILLERS = str.maketrans("", "", " \t()-./\u00a0")


class NumberError(BoardIVRError):
    """Text that isn't a telephone number, or one that mustn't be called."""


@dataclass(frozen=True)
class Number:
    """:param extra: dialled behind it, with its commas; never shown"""

    canonical: str
    extra: str = ""

    def __repr__(self) -> str:
        return f"Number({self.canonical!r}{', ...' if self.extra else ''})"


@dataclass(frozen=True, kw_only=True)
class DialPlan:
    """Where the appliance's lines are.

    :param country: its code, without ``+``; empty: numbers are taken as they are
    :param area: its area code, without the trunk prefix; empty: none
    :param international: dialled before a country code
    :param trunk: dialled before an area code
    :param outside: dialled before any number that isn't an extension; never shown
    :param extension: digits of the longest number that is an extension
    """

    country: str = ""
    area: str = ""
    international: str = "00"
    trunk: str = "0"
    outside: str = ""
    extension: int = 6

    def read(self, text: str) -> Number:
        """Return a number.

        :raises NumberError: it can't be meant
        """
        number, comma, rest = text.translate(FILLERS).partition(",")
        if not CANONICAL.fullmatch(number) or not EXTRA.fullmatch(rest):
            raise NumberError(f"expected a telephone number, found {number or text!r}")
        return Number(self._canonical(number), comma + rest if rest else "")

    def dialled(self, canonical: str) -> str:
        """Return what is dialled for a number, without what follows it."""
        if not canonical.startswith("+"):
            is_inside = len(canonical) <= self.extension
            return canonical if is_inside else self.outside + canonical
        digits = canonical[1:]
        if not self.country or not digits.startswith(self.country):
            return self.outside + self.international + digits
        digits = digits[len(self.country) :]
        local = digits.removeprefix(self.area)
        # What would be taken for an extension or another area's number is dialled in full.
        is_plain = len(local) > self.extension and not local.startswith(self.trunk or "\0")
        if self.area and local != digits and is_plain:
            return self.outside + local
        return self.outside + self.trunk + digits

    def _canonical(self, number: str) -> str:
        if number.startswith("+") or not self.country or not number.isdecimal():
            return number
        if self.international and number.startswith(self.international):
            return "+" + number[len(self.international) :]
        if self.trunk and number.startswith(self.trunk):
            return f"+{self.country}{number[len(self.trunk) :]}"
        if self.area and len(number) > self.extension:
            return f"+{self.country}{self.area}{number}"
        return number


def shown(canonical: str, extra: str = "") -> str:
    """Return a number as people may see it: that something follows it, but not what."""
    return f"{canonical},…" if extra else canonical
