"""Opening hours, weekdays and holidays, as flows write them."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from boardivr.yamlread import Mark, Node, Reader

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY: Final = "mon-sun"
_DAY: Final = 24 * 60


@dataclass(frozen=True)
class Hours:
    """Ranges of a day, in minutes from midnight; one that ends before it begins goes past it."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read ``8:30-12:00,13:00-17:00``.

        :raises ValueError: it can't be read, or ranges overlap
        """
        ranges = tuple(_range(part.strip()) for part in text.split(","))
        taken: set[int] = set()
        for (start, end), part in zip(ranges, text.split(","), strict=True):
            minutes = {m % _DAY for m in range(start, end if end > start else end + _DAY)}
            if taken & minutes:
                raise ValueError(f"{part.strip()!r} overlaps another range")
            taken |= minutes
        return cls(ranges)

    def has(self, now: datetime, days: frozenset[int]) -> bool:
        """Return whether a time is in one of the ranges, on one of the days it begins on.

        :param days: ISO weekdays, 1 is Monday
        """
        minute, today = now.hour * 60 + now.minute, now.isoweekday()
        yesterday = (now.date() - timedelta(days=1)).isoweekday()
        for start, end in self.ranges:
            if start < end:
                if today in days and start <= minute < end:
                    return True
            elif (today in days and minute >= start) or (yesterday in days and minute < end):
                return True
        return False


def _range(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", text, re.ASCII)
    if found:
        start = int(found[1]) * 60 + int(found[2])
        end = int(found[3]) * 60 + int(found[4])
        if int(found[2]) < 60 and int(found[4]) < 60 and start < _DAY and end <= _DAY:
            if start == end:
                raise ValueError(f"{text!r} begins when it ends")
            return start, end
    raise ValueError(f"expected hours such as 8:30-17:00, found {text!r}")


def parse_days(text: str) -> frozenset[int]:
    """Return the ISO weekdays of ``mon-fri,sun``; ``fri-mon`` goes over the week's end.

    :raises ValueError: it can't be read
    """
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise ValueError(f"expected weekdays such as mon-fri, found {part.strip()!r}")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days |= {n % 7 + 1 for n in range(start, (end if end >= start else end + 7) + 1)}
    return frozenset(days)


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """A day, or days from the first to the last: ``2026-10-01..2026-10-07``."""

    first: date
    last: date
    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Holiday:
        text = reader.text(node, "a date such as 2026-10-01")
        first, _, last = text.partition("..")
        try:
            holiday = cls(
                first=_date(first), last=_date(last) if ".." in text else _date(first), at=node.at
            )
        except ValueError:
            hint = "or days in a row, as 2026-10-01..2026-10-07"
            raise reader.invalid(
                node, f"expected a date such as 2026-10-01, found {text!r}", hint
            ) from None
        if holiday.last < holiday.first:
            raise reader.invalid(node, f"expected the earlier date first, found {text!r}")
        return holiday

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


def _date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


@dataclass(frozen=True)
class TimeZone:
    """A place's time by its name in the time zone database: ``Asia/Shanghai``."""

    name: str

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> TimeZone:
        text = reader.text(node, "a time zone such as Asia/Shanghai")
        try:
            zoneinfo.ZoneInfo(text)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            message = f"expected a time zone such as Asia/Shanghai, found {text!r}"
            raise reader.invalid(node, message) from None
        return cls(text)

    @property
    def zone(self) -> tzinfo:
        return zoneinfo.ZoneInfo(self.name)
