"""The section ``fax:`` of the settings, and what can't be meant in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from boardivr.fax.inbox.settings import InboxSection
from boardivr.fax.inbox.settings import mistakes as inbox_mistakes
from boardivr.fax.queue.job import Failure
from boardivr.fax.queue.numbers import DialPlan
from boardivr.fax.queue.rules import RETRIES, Rule, Rules
from boardivr.fax.queue.windows import read_windows
from boardivr.yamlread import Node, Reader, Seconds, near

RATES = (2400, 4800, 7200, 9600, 12000, 14400)


class _Checked(str):
    """Text of a certain form, complained about where it is written.

    :cvar form: of the whole text
    :cvar what: it is
    """

    form = ""
    what = ""

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Self:
        text = reader.text(node, cls.what)
        try:
            cls.check(text)
        except ValueError as error:
            raise reader.invalid(node, str(error)) from None
        return cls(text)

    @classmethod
    def check(cls, text: str) -> None:
        """:raises ValueError: it can't be meant."""
        if not re.fullmatch(cls.form, text):
            raise ValueError(f"expected {cls.what}, found {text!r}")


class Ident(_Checked):
    """A station's number, as the far end is told."""

    form, what = r"[0-9+ ]{0,20}", "at most 20 digits, + and spaces"


class Header(_Checked):
    """The words in the line over each page."""

    form, what = r"[ -~]{0,50}", "at most 50 letters of ASCII"


class Digits(_Checked):
    """A part of a telephone number."""

    form, what = r"[0-9]{0,8}", "digits"


class Prefix(_Checked):
    """What is dialled before a number."""

    form, what = r"[0-9*#,]{0,12}", "keys and commas"


class Times(_Checked):
    what = "times such as 'mon-fri 08:00-18:00'"

    @classmethod
    def check(cls, text: str) -> None:
        read_windows(text)


class Zone(_Checked):
    what = "a time zone such as Asia/Shanghai"

    @classmethod
    def check(cls, text: str) -> None:
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                f"expected a time zone such as Asia/Shanghai, found {text!r}"
            ) from None


class Class(_Checked):
    """A class of failures."""

    what = "a class of failures"

    @classmethod
    def check(cls, text: str) -> None:
        known = [one.value for one in Failure]
        if text not in known:
            raise ValueError(f"no class of failures {text!r}; {near(text, known)}")


NO_IDENT, NO_HEADER, NO_DIGITS, ANY_TIME = Ident(""), Header(""), Digits(""), Times("")
NO_PREFIX, INTERNATIONAL, TRUNK = Prefix(""), Prefix("00"), Prefix("0")
HOUR, DAY, MONTH = Seconds(3600.0), Seconds(24 * 3600.0), Seconds(30 * 24 * 3600.0)


@dataclass(frozen=True)
class Rate:
    """Bits a second."""

    value: int

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Self:
        text = reader.text(node, "bits a second")
        if text not in map(str, RATES):
            raise reader.invalid(node, f"expected one of {RATES}, found {text!r}")
        return cls(int(text))


FASTEST = Rate(14400)


@dataclass(frozen=True, kw_only=True)
class RetryWritten:
    """A rule of :mod:`boardivr.fax.queue.rules` as it is written; the rest is as shipped."""

    wait: Seconds | None = None
    growth: Decimal | None = None
    most: int | None = None
    longest: Seconds | None = None


@dataclass(frozen=True, kw_only=True)
class DestinationRule:
    """How faxes to certain numbers go out; of several that match, the first that says it counts.

    :param match: the canonical number, with ``*`` and ``?``
    :param forbid: no fax goes there
    """

    match: str
    forbid: bool = False
    window: Times = ANY_TIME
    lines: str = ""
    max_dials: int | None = None
    max_tries: int | None = None
    max_rate: Rate | None = None
    ecm: bool | None = None


@dataclass(frozen=True, kw_only=True)
class LineGroup:
    """Channels that send faxes.

    :param channels: their names, with ``*`` and ``?``
    :param most: so many send at once
    :param keep_free: so many of them are left for callers
    """

    channels: tuple[str, ...] = ("*",)
    most: int = 1000
    keep_free: int = 1

    def has(self, channel: str) -> bool:
        return any(fnmatchcase(channel, form) for form in self.channels)


@dataclass(frozen=True, kw_only=True)
class FaxUser:
    """What is particular to one sender."""

    ident: Ident = NO_IDENT
    header: Header = NO_HEADER
    timezone: Zone | None = None


@dataclass(frozen=True, kw_only=True)
class FaxSection:
    """How faxes are sent and received.

    :param timezone: of windows, and of the line over each page; the system's where it isn't said
    :param rules: by destination
    :param lines: groups of channels by name; jobs that name none go by the first
    :param give_up: from a job's first possible moment until it has failed
    :param same_page: tries in a row without progress until a job has failed
    :param batch: faxes that go out in one call at most
    :param duplicates: the same pages to the same number within this time are refused
    :param keep: jobs that are over are kept so long
    :param archive: a folder for documents of jobs that are no longer kept; None: none
    :param inbox: how faxes are received
    """

    ident: Ident = NO_IDENT
    header: Header = NO_HEADER
    timezone: Zone | None = None
    users: dict[str, FaxUser] = field(default_factory=dict)
    country: Digits = NO_DIGITS
    area: Digits = NO_DIGITS
    international: Prefix = INTERNATIONAL
    trunk: Prefix = TRUNK
    outside: Prefix = NO_PREFIX
    rules: tuple[DestinationRule, ...] = ()
    lines: dict[str, LineGroup] = field(default_factory=dict)
    retries: dict[Class, RetryWritten] = field(default_factory=dict)
    max_dials: int = 12
    max_tries: int = 6
    same_page: int = 3
    give_up: Seconds = DAY
    ecm: bool = True
    max_rate: Rate = FASTEST
    batch: int = 16
    duplicates: Seconds = HOUR
    keep: Seconds = MONTH
    archive: str | None = None
    inbox: InboxSection = field(default_factory=InboxSection)

    @property
    def zone(self) -> tzinfo:
        return local_zone() if self.timezone is None else ZoneInfo(self.timezone)

    @property
    def dial_plan(self) -> DialPlan:
        return DialPlan(
            country=self.country,
            area=self.area,
            international=self.international,
            trunk=self.trunk,
            outside=self.outside,
        )

    def queue_rules(self) -> Rules:
        """Return what :mod:`boardivr.fax.queue.transitions` goes by."""
        return Rules(
            retries={**RETRIES, **dict(_rule(Failure(n), w) for n, w in self.retries.items())},
            give_up=self.give_up,
            same_page=self.same_page,
            zone=self.zone,
        )

    def rules_for(self, number: str) -> list[DestinationRule]:
        """Return the rules that a number falls under, in their order."""
        return [rule for rule in self.rules if fnmatchcase(number, rule.match)]

    def groups(self) -> Mapping[str, LineGroup]:
        """Return the groups of lines; without any in the settings there is one of all."""
        return self.lines or {"": LineGroup()}


def mistakes(section: FaxSection) -> list[str]:
    """Return what can't be meant together."""
    found = [
        f"fax: rules: {rule.match}: no lines {rule.lines!r}; {near(rule.lines, section.lines)}"
        for rule in section.rules
        if rule.lines and rule.lines not in section.lines
    ]
    least = {"max_dials": 1, "max_tries": 1, "same_page": 1, "batch": 1}
    for name, value in least.items():
        if getattr(section, name) < value:
            found.append(f"fax: {name}: expected at least {value}, found {getattr(section, name)}")
    return [*found, *inbox_mistakes(section.inbox)]


def local_zone() -> tzinfo:
    """Return the system's time zone."""
    try:
        name = str(Path("/etc/localtime").resolve().relative_to("/usr/share/zoneinfo"))
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return UTC


def _rule(failure: Failure, written: RetryWritten) -> tuple[Failure, Rule]:
    changes: dict[str, object] = {}
    if written.wait is not None:
        changes["wait"] = float(written.wait)
    if written.growth is not None:
        changes["growth"] = float(written.growth)
    if written.most is not None:
        changes |= {"most": written.most, "most_unknown": None}
    if written.longest is not None:
        changes["longest"] = float(written.longest)
    return failure, replace(RETRIES[failure], **changes)  # type: ignore[arg-type]
