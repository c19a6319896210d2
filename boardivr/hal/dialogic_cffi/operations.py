"""One operation at a time on a channel: started on the board, and ended, stopped or lost.

::

    channel's thread          SRL thread                   any thread
    run: start() ──► board
         waits        ◄────── take(event): ends it
                              lose(): cancels it           stop(): cancels it
    returns the event that ended it

A watchdog ends what the board doesn't: it stops it again, then resets the channel, and
at last takes the channel out of service.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from boardivr.clock import Clock
from boardivr.hal.dialogic_cffi.errors import OutOfService
from boardivr.hal.dialogic_cffi.srl import SrlEvent

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds for a stop, and for a reset, to end an operation

IsEnd = Callable[[SrlEvent], bool]


def nothing() -> None:
    """Do nothing: an operation that only waits needs no start, and nothing cancels it."""


class Operations:
    """What a channel does now.

    :param reset: brings the channel back when an operation can't be stopped
    """

    def __init__(self, name: str, clock: Clock, reset: Callable[[], None]) -> None:
        self._name = name
        self._clock = clock
        self._reset = reset
        self._lock = threading.RLock()
        self._is_end: IsEnd | None = None
        self._cancel: Callable[[], None] = nothing
        self._ended: SrlEvent | None = None
        self._in_verb = False
        self._can_wake = False
        self._is_stopped = False
        self._is_given_up = False
        self._is_cancelled = False
        self._can_interrupt = False
        self.is_interrupted = False
        self.is_lost = False
        self.trouble = ""
        """Why the channel is out of service; empty while it serves."""

    @property
    def is_stopped(self) -> bool:
        """Whether stop() ended the verb in progress."""
        return self._is_stopped

    @contextmanager
    def verb(self, *, can_wake: bool = False) -> Iterator[None]:
        """Let stop() end what is done in the block, and nothing that comes after it.

        :param can_wake: let wake_up() end it, too
        :raises OutOfService: the channel is
        """
        self.must_serve()
        with self._lock:
            self._in_verb, self._can_wake, self._is_stopped = True, can_wake, False
        try:
            yield
        finally:
            with self._lock:
                self._in_verb = self._can_wake = False

    def must_serve(self) -> None:
        """:raises OutOfService: an operation never ended, before"""
        if self.trouble:
            raise OutOfService(f"{self._name}: out of service: {self.trouble}")

    def run(
        self,
        what: str,
        start: Callable[[], None],
        is_end: IsEnd,
        cancel: Callable[[], None],
        *,
        limit: float | None = None,
        timeout: float | None = None,
        check: tuple[float, Callable[[], bool]] | None = None,
        each_second: Callable[[], None] | None = None,
        whatever: bool = False,
        can_interrupt: bool = False,
    ) -> SrlEvent | None:
        """Start an operation and wait for its end.

        :param limit: seconds by which the board should have ended it by itself
        :param timeout: seconds after which we end it
        :param check: seconds after which we end it, if what is asked then holds
        :param each_second: called while it runs
        :param whatever: it is done for a call that is over, or after a stop, too
        :param can_interrupt: :meth:`interrupt` ends it, or keeps it from starting
        :return: the event that ended it; None if it didn't start, since a stop or the
            end of the call was faster, or (with ``cancel`` :func:`nothing`) was stopped
        :raises OutOfService: it never ended
        :raises BoardError: it couldn't be started
        """
        with self._lock:
            if not whatever and (self._is_stopped or self.is_lost):
                return None
            if can_interrupt and self.is_interrupted:
                return None
            self._can_interrupt = can_interrupt
            self._ended, self._is_end, self._cancel = None, is_end, cancel
            self._is_given_up = self._is_cancelled = False
            try:
                start()
            except BaseException:
                self._is_end = None
                raise
        try:
            self._await(what, limit, timeout, check, each_second)
            return self._ended
        finally:
            with self._lock:
                self._is_end, self._cancel, self._can_interrupt = None, nothing, False

    def _await(
        self, what: str, limit: float | None, timeout: float | None,
        check: tuple[float, Callable[[], bool]] | None, each_second: Callable[[], None] | None,
    ) -> None:  # fmt: skip
        begin = self._clock.now()
        asked = None if check is None else begin + check[0]
        ours = None if timeout is None else begin + timeout
        boards = None if limit is None else begin + limit
        while not self._is_over():
            now = self._clock.now()
            if ours is not None and now >= ours:
                self._do_cancel()
            if asked is not None and check is not None and now >= asked:
                asked = None
                if check[1]():
                    self._do_cancel()
            if self._is_cancelled:
                self._is_cancelled, ours, boards = False, None, now + PATIENCE
            if boards is not None and now >= boards:
                self._force(what)
                return
            due = [one - now for one in (ours, boards, asked) if one is not None]
            if each_second is not None:
                each_second()
                due.append(1.0)
            self._clock.wait(lambda: self._is_over() or self._is_cancelled, min(due, default=None))

    def wait(self, ready: Callable[[], bool], timeout: float | None) -> bool:
        """Wait for something that isn't an operation's end, as long as nobody says stop."""
        self._clock.wait(lambda: self._is_stopped or ready(), timeout)
        return ready()

    def _is_over(self) -> bool:
        return self._ended is not None or self._is_given_up

    def _force(self, what: str) -> None:
        """End what the board doesn't end: stop, reset, and give up."""
        log.warning("%s: %s doesn't end: stopping it", self._name, what)
        for step, act in (("stop", self._cancel), ("reset", self._reset)):
            try:
                act()
            except Exception:
                log.exception("%s: %s failed", self._name, step)
            if self._clock.wait(self._is_over, PATIENCE):
                log.warning("%s: %s ended by a %s", self._name, what, step)
                return
        self.trouble = f"{what} didn't end by a stop or a reset"
        log.critical("ALARM %s: out of service: %s", self._name, self.trouble)
        self.must_serve()

    # from other threads

    def take(self, event: SrlEvent) -> bool:
        """Return whether an event ends the operation; on the SRL thread."""
        with self._lock:
            if self._is_end is None or not self._is_end(event):
                return False
            self._ended = event
        self._clock.notify()
        return True

    def stop(self) -> None:
        """End the verb in progress; with none in progress do nothing."""
        with self._lock:
            if self._in_verb:
                self._is_stopped = True
                self._do_cancel()
                self._clock.notify()

    def wake_up(self) -> None:
        """End the verb in progress if it may be woken: it waits for a call."""
        with self._lock:
            if self._can_wake:
                self.stop()

    def interrupt(self) -> None:
        """End what can be interrupted, now and until ``is_interrupted`` is cleared."""
        with self._lock:
            self.is_interrupted = True
            if self._can_interrupt:
                self._do_cancel()

    def lose(self) -> None:
        """Note that the far end is gone; what runs for it ends."""
        with self._lock:
            self.is_lost = True
            self._do_cancel()
        self._clock.notify()

    def wake(self) -> None:
        """Have who waits look again."""
        self._clock.notify()

    def _do_cancel(self) -> None:
        with self._lock:
            if self._is_end is None or self._ended is not None:
                return
            if self._cancel is nothing:
                self._is_given_up = True
                self._clock.notify()
                return
            self._is_cancelled = True
            try:
                self._cancel()
            except Exception:
                log.exception("%s: an operation couldn't be stopped", self._name)
            self._clock.notify()
