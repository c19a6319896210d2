"""What keyed digits must look like: masks and ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from boardivr.yamlread import Mark, Node, Reader, Span


@dataclass(frozen=True)
class Mask:
    """``4*,51xxxx``: digits as they stand, ``x`` any digit, ``*`` any further ones.

    Alternatives are parted by commas; one is enough.
    """

    text: str
    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Mask:
        text = reader.text(node, "a mask such as 4* or 51xxxx")
        if not all(re.fullmatch(r"[0-9x]*\*?[0-9x]*", part) and part for part in text.split(",")):
            hint = "digits, x for any digit, one * for any further ones"
            raise reader.invalid(node, f"expected a mask such as 4*, found {text!r}", hint)
        return cls(text, node.at)

    def fits(self, keys: str) -> bool:
        return any(re.fullmatch(_pattern(part), keys, re.ASCII) for part in self.text.split(","))

    def can_fit(self, digits: Span) -> bool:
        """Return whether there are digits of that count that fit."""
        for part in self.text.split(","):
            fixed = len(part.replace("*", ""))
            if fixed <= digits.most and ("*" in part or fixed >= digits.least):
                return True
        return False


def _pattern(part: str) -> str:
    return part.replace("x", r"\d").replace("*", r"\d*")


@dataclass(frozen=True)
class NumberRange:
    """``1..5000``: digits that are a number from the first to the last."""

    least: int
    most: int
    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> NumberRange:
        text = reader.text(node, "a range such as 1..5000")
        found = re.fullmatch(r"([0-9]{1,18})\.\.([0-9]{1,18})", text)
        if not found:
            raise reader.invalid(node, f"expected a range such as 1..5000, found {text!r}")
        if int(found[2]) < int(found[1]):
            raise reader.invalid(node, f"expected the smaller number first, found {text!r}")
        return cls(int(found[1]), int(found[2]), node.at)

    def fits(self, keys: str) -> bool:
        is_number = keys.isascii() and keys.isdigit()
        return is_number and self.least <= Decimal(keys) <= self.most
