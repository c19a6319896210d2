"""Which channels may send: groups of lines, their limits, lines that are kept for callers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from boardivr.fax.settings import LineGroup
from boardivr.hal import Channel, State

log = logging.getLogger(__name__)

REST = timedelta(minutes=5)
"""A line of which a call couldn't be placed isn't sent on for so long."""

COMES_WITHIN = timedelta(seconds=30)


class Line(Protocol):
    """A channel and whether it does something (:class:`boardivr.calls.answering.Attendant`)."""

    @property
    def channel(self) -> Channel: ...
    @property
    def is_busy(self) -> bool: ...


class Allotment:
    """Invitations to channels, and what became of them; any thread.

    :param groups: by name
    """

    def __init__(self, groups: Mapping[str, LineGroup]) -> None:
        self.groups = groups
        self._lines: dict[str, Line] = {}
        self._lock = threading.Lock()  # nothing waits while it is held
        self._invited: dict[str, tuple[str, ...]] = {}  # channel to the groups it may send for
        self._since: dict[str, datetime] = {}  # ... and when it was asked
        self._active: dict[str, str] = {}  # channel to the group of what it sends
        self._resting: dict[str, datetime] = {}

    def add(self, line: Line) -> None:
        """Let a channel send."""
        self._lines[line.channel.name] = line

    def invite(self, names: Sequence[str], among: Sequence[Line], now: datetime) -> Line | None:
        """Choose a channel for a job of one of these groups; None where none may send.

        The last one in order: callers are given the first.
        """
        with self._lock:
            for line in reversed(among):
                if not self._is_free(line, now):
                    continue
                open_ = tuple(name for name in names if self._has_room(name, line.channel.name))
                if open_:
                    self._invited[line.channel.name] = open_
                    self._since[line.channel.name] = now
                    return line
        return None

    def invited(self, among: Sequence[Line], now: datetime) -> list[Line]:
        """Return the channels that haven't come yet.

        One that took a call instead won't; one that doesn't come in time is left alone, so
        that a channel whose thread is dead keeps nobody waiting.
        """
        with self._lock:
            found = []
            for line in among:
                name = line.channel.name
                if name not in self._invited:
                    continue
                is_late = now - self._since[name] > COMES_WITHIN
                if line.is_busy or is_late:
                    del self._invited[name]
                if is_late and not line.is_busy:
                    log.warning("%s: doesn't come to send a fax, left alone for a while", name)
                    self._resting[name] = now + REST
                elif name in self._invited:
                    found.append(line)
            return found

    def is_invited(self, channel: str) -> bool:
        return channel in self._invited

    def come(self, channel: str) -> tuple[str, ...]:
        """Note that a channel is here; return the groups that it may send for."""
        with self._lock:
            groups = self._invited.pop(channel, ())
            self._active[channel] = groups[0] if groups else ""
            return groups

    def taken(self, channel: str, group: str) -> None:
        """Note for which group a channel sends."""
        with self._lock:
            self._active[channel] = group

    def gone(self, channel: str, rest_until: datetime | None = None) -> None:
        """Note that a channel has done what it came for."""
        with self._lock:
            self._active.pop(channel, None)
            if rest_until is not None:
                self._resting[channel] = rest_until

    def active(self) -> list[str]:
        """Return the channels that are here."""
        with self._lock:
            return list(self._active)

    def is_active(self, channel: str) -> bool:
        return channel in self._active

    def line(self, channel: str) -> Line:
        return self._lines[channel]

    # the lock is held

    def _is_free(self, line: Line, now: datetime) -> bool:
        name = line.channel.name
        taken = name in self._invited or name in self._active
        return _is_idle(line) and not taken and self._resting.get(name, now) <= now

    def _has_room(self, name: str, channel: str) -> bool:
        group = self.groups[name]
        if not group.has(channel):
            return False
        mine = [line for line in self._lines.values() if group.has(line.channel.name)]
        idle = sum(_is_idle(line) and line.channel.name not in self._invited for line in mine)
        sending = sum(used == name for used in self._active.values())
        sending += sum(name in used for used in self._invited.values())
        return sending < group.most and idle > min(group.keep_free, len(mine) - 1)


def _is_idle(line: Line) -> bool:
    return not line.is_busy and line.channel.state is State.ON_HOOK
