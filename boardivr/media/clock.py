"""The engine's time, real or virtual, as a :class:`boardivr.clock.Clock`.

In virtual time the threads that belong to the clock (the one that made the
engine, and those from :meth:`EngineClock.spawn`) run one at a time, in the order
in which they became due: a test goes the same way every time.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from boardivr.hal.types import SAMPLE_RATE
from boardivr.media._engine import ffi, lib
from boardivr.media.check import EngineClosed, check

NEVER = (1 << 63) - 1


@dataclass(eq=False)
class _Waiter:
    ready: Callable[[], bool]
    handle: Any


class _Spawned(threading.Thread):
    """A thread that belongs to a clock."""

    is_done = False


class EngineClock:
    """Seconds as the engine counts them, a frame of 20 ms at a time.

    :param engine: the engine's cffi handle
    :param start: the wall clock at second 0; now where it isn't given
    """

    def __init__(self, engine: Any, *, is_virtual: bool, start: datetime | None = None) -> None:
        self._engine = engine
        self.is_virtual = is_virtual
        self._start = start or datetime.now(UTC)
        self._lock = threading.Lock()
        self._waiting: list[_Waiter] = []
        self._local = threading.local()
        self._local.belongs = True

    def now(self) -> float:
        return float(lib.bi_now(self._engine)) / SAMPLE_RATE

    def wall(self) -> datetime:
        return self._start + timedelta(seconds=self.now())

    def deadline(self, timeout: float | None) -> int:
        """Return the sample time ``timeout`` seconds from now; None is never."""
        if timeout is None:
            return NEVER
        # 0.7 as a sum of floats may be a hair more, which mustn't cost a frame; but a hair
        # alone must, or who waits for what is left of a time would never get there.
        samples = max(int(timeout > 0), math.ceil(round(timeout * SAMPLE_RATE, 3)))
        return int(lib.bi_now(self._engine)) + samples

    def wait(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        self.must_belong()
        with self._lock:
            if ready():
                return True
            waiter = _Waiter(ready, self._handle())
            self._waiting.append(waiter)
        deadline = self.deadline(timeout)
        try:
            while True:
                woken = check(lib.bi_waiter_wait(self._engine, waiter.handle, deadline), "wait")
                with self._lock:
                    if ready():
                        return True
                if not woken:
                    return False
        finally:
            with self._lock:
                self._waiting.remove(waiter)

    def notify(self) -> None:
        with self._lock:
            for waiter in self._waiting:
                if waiter.ready():
                    lib.bi_waiter_wake(self._engine, waiter.handle)

    def sleep(self, seconds: float) -> None:
        self.wait(_never, seconds)

    def spawn(self, target: Callable[[], object], name: str) -> threading.Thread:
        ticket = lib.bi_thread_expect(self._engine)

        def run() -> None:
            self._local.belongs = True
            try:
                if lib.bi_thread_begin(self._engine, ticket) == 0:
                    target()
            except EngineClosed:
                pass  # the board was closed under it: how a channel's thread ends
            finally:
                thread.is_done = True
                self.notify()
                lib.bi_thread_end(self._engine, ticket)

        thread = _Spawned(target=run, name=name, daemon=True)
        thread.start()
        return thread

    def join(self, thread: threading.Thread) -> None:
        if not isinstance(thread, _Spawned):
            raise TypeError(f"expected a thread of this clock, found {thread.name}")
        self.wait(lambda: thread.is_done)
        thread.join()

    def must_belong(self) -> None:
        """:raises RuntimeError: in virtual time, for a thread that time wouldn't wait for."""
        if self.is_virtual and not getattr(self._local, "belongs", False):
            name = threading.current_thread().name
            raise RuntimeError(f"thread {name} doesn't belong to this clock: start it with spawn()")

    def _handle(self) -> Any:
        handle = getattr(self._local, "handle", None)
        if handle is None:
            waiter = lib.bi_waiter_alloc(self._engine)
            handle = self._local.handle = ffi.gc(waiter, lib.bi_waiter_free)
        return handle


def _never() -> bool:
    return False
