"""Time, and waiting for something to happen before it runs out.

Every blocking wait goes through a :class:`Clock`, so that a flow with a
ten-second silence is tested in a millisecond. A board whose DSP is our engine
brings its own clock (:mod:`boardivr.media.clock`), real or virtual; other
boards go by :class:`SystemClock`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Seconds that pass, and a condition variable that goes with them."""

    def now(self) -> float:
        """Return seconds since an arbitrary start; never goes back."""
        ...

    def wall(self) -> datetime:
        """Return the date and time, aware, in UTC; it passes as :meth:`now` does."""
        ...

    def wait(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        """Block until ``ready()`` holds or ``timeout`` seconds pass; return ``ready()``.

        ``ready`` runs under the clock's lock: it looks, it doesn't call out.
        """
        ...

    def notify(self) -> None:
        """Have every waiter look at its ``ready()`` again."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block for so long."""
        ...

    def spawn(self, target: Callable[[], object], name: str) -> threading.Thread:
        """Start a thread whose waits count as this clock's."""
        ...

    def join(self, thread: threading.Thread) -> None:
        """Block until a spawned thread has ended."""
        ...


class SystemClock:
    """The computer's own time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()

    def now(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        with self._changed:
            return self._changed.wait_for(ready, timeout)

    def notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def spawn(self, target: Callable[[], object], name: str) -> threading.Thread:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        return thread

    def join(self, thread: threading.Thread) -> None:
        thread.join()
