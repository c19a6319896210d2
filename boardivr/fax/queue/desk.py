"""The fax desk: it gives what is due to channels that are idle.

A channel sends on its own thread, between calls, and takes its job itself. The
desk only asks it to: it notes an invitation and ends the channel's wait for a
call. One thread a board, on the board's clock, does that; nobody locks a channel.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from boardivr.errors import BoardIVRError
from boardivr.fax.queue import events
from boardivr.fax.queue.allotting import REST, Allotment, Line
from boardivr.fax.queue.claiming import claim
from boardivr.fax.queue.job import FaxJob, Wish
from boardivr.fax.queue.keeping import purge
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.queue.sending import FaxCall
from boardivr.hal import Board, Channel, Feature, LineKind
from boardivr.store.values import time_value

log = logging.getLogger(__name__)

AGAIN = 1.0  # seconds until an invitation is repeated, or another line is looked for
STOP_WITHIN = 5.0  # seconds for a fax that is stopped to let its line go
PURGE_EVERY = timedelta(hours=1)
CAN = Feature.FAX | Feature.DIAL

Errand = Callable[[Channel], None]


class FaxDesk:
    """The desk of an appliance.

    :param node: the process's name among those that share the store
    :param archive: where the pages of faxes go that aren't kept any more; None: nowhere
    """

    def __init__(self, queue: FaxQueue, node: str, archive: Path | None = None) -> None:
        self.queue = queue
        self._archive = archive
        self._purge_at: datetime | None = None
        self._node = node
        self._allotment = Allotment(queue.section.groups())
        self._errands: deque[Errand] = deque()
        self._clerks: list[_Clerk] = []
        self._faxes: dict[str, tuple[int, ...]] = {}  # by the channel that sends them
        self._is_stopping = False
        queue.watch(self.poke)

    # for the appliance

    def start(self, board: Board, lines: Sequence[Line]) -> None:
        """Send on a board's channels from now on."""
        mine = [line for line in lines if _can_send(line.channel)]
        for line in mine:
            self._allotment.add(line)
        if mine:
            self._clerks.append(_Clerk(self, board, mine))

    def poke(self) -> None:
        """Look again at what there is to do; from any thread."""
        for clerk in self._clerks:
            clerk.poke()

    def stop(self) -> None:
        """Invite no channel any more; faxes that go on are not cut. Safe to repeat."""
        self._is_stopping = True
        for clerk in self._clerks:
            clerk.end()
        self._clerks = []

    def cut(self) -> None:
        """Stop the faxes that go on, so that what they reached is written down."""
        lines = [self._allotment.line(name) for name in self._allotment.active()]
        for line in lines:
            line.channel.stop()
        for line in lines:
            line.channel.clock.wait(lambda one=line: not one.is_busy, STOP_WITHIN)  # type: ignore[misc]

    def faxes_on(self, channel: str) -> tuple[int, ...]:
        """Return the jobs that a channel sends now."""
        return self._faxes.get(channel, ())

    def ask(self, errand: Errand) -> None:
        """Have the next idle channel do something; it is hung up afterwards."""
        self._errands.append(errand)
        self.poke()

    # for channels, each on its own thread

    def wants(self, channel: Channel) -> bool:
        """Return whether a channel is asked to come."""
        return not self._is_stopping and self._allotment.is_invited(channel.name)

    def run(self, channel: Channel) -> None:
        """Do what there is to do: an errand, or one call."""
        groups = self._allotment.come(channel.name)
        rest_until = None
        try:
            errand = self._errand()
            if errand is not None:
                errand(channel)
            elif not self._send(channel, groups):
                rest_until = channel.clock.wall() + REST
        finally:
            self._faxes.pop(channel.name, None)
            self._allotment.gone(channel.name, rest_until)
            self.poke()

    def _errand(self) -> Errand | None:
        try:
            return self._errands.popleft()
        except IndexError:
            return None

    def _send(self, channel: Channel, groups: Sequence[str]) -> bool:
        """Send what is due; False where the line couldn't place a call."""
        found = claim(self.queue, self._node, channel.name, groups, channel.clock.wall())
        if found is None:
            return True
        self._allotment.taken(channel.name, found.jobs[0].lines)
        self._faxes[channel.name] = tuple(job.id for job in found.jobs)
        return not FaxCall(self.queue, channel, found).run().is_line_faulty

    # for the clerks

    def look(self, lines: Sequence[Line], now: datetime) -> float | None:
        """Do what is to be done now; return the seconds until the next look, None: none."""
        self._purge(now)
        self._let_time_pass(now)
        self._recover()
        is_ending = self._stop_unwanted(lines)
        waiting = self._allotment.invited(lines, now)
        if not waiting:
            waiting = self._invite(lines, now)
        for line in waiting:
            line.channel.wake()
        due = self.queue.file.next_due()
        wait = None if due is None else (time_value(due) - now).total_seconds()
        if waiting or is_ending or self._errands or (wait is not None and wait <= 0):
            return AGAIN
        return wait

    def _invite(self, lines: Sequence[Line], now: datetime) -> list[Line]:
        """Ask one channel to come, if there is something for one of these; they follow in turn."""
        names = list(self._allotment.groups)
        if self._errands:
            line = self._allotment.invite(names, lines, now)
            return [line] if line else []
        while names:
            job = self.queue.file.look().due(now, names)
            if job is None:
                break
            line = self._allotment.invite([job.lines], lines, now)
            if line is not None:
                return [line]
            names.remove(job.lines)
        return []

    def _purge(self, now: datetime) -> None:
        if self._purge_at is not None and now < self._purge_at:
            return
        self._purge_at = now + PURGE_EVERY
        try:
            purge(self.queue, now, self._archive)
            self.queue.clean()
            self.queue.adopt()
        except OSError as error:
            log.error("faxes that are over can't be put away, and stay: %s", error)

    def _let_time_pass(self, now: datetime) -> None:
        for job in self.queue.file.look().overdue(now):
            self.queue.advance(job.id, events.TimePassed())

    def _stop_unwanted(self, lines: Sequence[Line]) -> bool:
        """Stop the calls of faxes that were cancelled; return whether there are any."""
        names = {line.channel.name for line in lines}
        unwanted = [
            job
            for job in self.queue.file.look().sending(self._node)
            if job.wish is Wish.CANCEL and job.channel in names
        ]
        for job in unwanted:
            if self._allotment.is_active(job.channel):
                self._allotment.line(job.channel).channel.stop()
        return bool(unwanted)

    def _recover(self) -> None:
        """Make jobs due again whose call is over, but whose end couldn't be written down."""
        for job in self.queue.file.look().sending(self._node):
            if not self._allotment.is_active(job.channel):
                # A channel is active before it claims: asked with the pen in hand, this is sure.
                self.queue.interrupt(job.id, self._is_left)

    def _is_left(self, job: FaxJob) -> bool:
        return job.node == self._node and not self._allotment.is_active(job.channel)


def _can_send(channel: Channel) -> bool:
    # What hangs on a station line is a telephone of our own, not an exchange.
    return CAN in channel.features and channel.kind is not LineKind.FXS


class _Clerk:
    """A board's thread of the desk."""

    def __init__(self, desk: FaxDesk, board: Board, lines: Sequence[Line]) -> None:
        self._desk = desk
        self._lines = lines
        self._clock = board.clock
        self._is_poked = True
        self._is_ending = False
        self._thread: threading.Thread = self._clock.spawn(self._work, f"{board.name} fax desk")

    def poke(self) -> None:
        self._is_poked = True
        self._clock.notify()

    def end(self) -> None:
        self._is_ending = True
        self.poke()
        self._clock.join(self._thread)

    def _work(self) -> None:
        wait: float | None = 0.0
        while not self._is_ending:
            self._clock.wait(lambda: self._is_poked, wait)
            self._is_poked = False
            if not self._is_ending:
                wait = self._look()

    def _look(self) -> float | None:
        try:
            return self._desk.look(self._lines, self._clock.wall())
        except BoardIVRError:
            log.exception("the fax desk can't look; it tries again")
            return AGAIN
