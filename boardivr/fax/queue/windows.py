"""Times of the week in which faxes may be sent: ``22:00-06:00``, ``mon-fri 08:00-18:00, sat``.

A window that ends before it begins goes over midnight and belongs to the day on
which it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import lru_cache

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PART = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?)?\s*"
    r"(?:(?P<begin>\d{1,2}:\d{2})-(?P<end>\d{1,2}:\d{2}))?"
)
MIDNIGHT = time(0, 0)


@dataclass(frozen=True)
class Window:
    """:param days: 0 is Monday; ``begin`` equal to ``end`` is the whole day"""

    days: frozenset[int]
    begin: time
    end: time


@lru_cache(maxsize=256)
def read_windows(text: str) -> tuple[Window, ...]:
    """Return the windows of a text; none for an empty one, which means any time.

    :raises ValueError: it can't be meant
    """
    return tuple(_window(part.strip().lower()) for part in text.split(",") if part.strip())


def next_open(text: str, zone: tzinfo, when: datetime) -> datetime:
    """Return the first moment from ``when`` on that is inside a window.

    :param zone: whose times of day they are
    """
    windows = read_windows(text)
    if not windows:
        return when
    local = when.astimezone(zone)
    begins = []
    for begin, end in _near(windows, local):
        if begin.timestamp() <= when.timestamp() < end.timestamp():
            return when
        if begin.timestamp() > when.timestamp():
            begins.append(begin)
    return min(begins, key=datetime.timestamp).astimezone(when.tzinfo)


def _near(windows: tuple[Window, ...], local: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the windows from yesterday's to those of the same day next week."""
    for ahead in range(-1, 9):
        day = local.date() + timedelta(days=ahead)
        for window in windows:
            if day.weekday() in window.days:
                over = window.end <= window.begin
                begin = datetime.combine(day, window.begin, local.tzinfo)
                end = datetime.combine(day + timedelta(days=over), window.end, local.tzinfo)
                yield begin, end


def _window(part: str) -> Window:
    found = PART.fullmatch(part)
    if found is None:
        raise ValueError(f"expected times such as 'mon-fri 08:00-18:00', found {part!r}")
    return Window(
        _days(found["first"], found["last"]),
        _time(found["begin"]) if found["begin"] else MIDNIGHT,
        _time(found["end"]) if found["end"] else MIDNIGHT,
    )


def _days(first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return frozenset(range(7))
    for day in (first, last or first):
        if day not in DAYS:
            raise ValueError(f"expected a day of {', '.join(DAYS)}, found {day!r}")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return frozenset((begin + n) % 7 for n in range((end - begin) % 7 + 1))


def _time(text: str) -> time:
    hour, minute = map(int, text.split(":"))
    if (hour, minute) == (24, 0):
        return MIDNIGHT
    if hour > 23 or minute > 59:
        raise ValueError(f"expected a time of day such as 08:00, found {text!r}")
    return time(hour, minute)
