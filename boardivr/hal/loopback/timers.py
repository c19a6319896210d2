"""Things to do later, done by one thread in the order of their time."""

from __future__ import annotations

import heapq
import itertools
import logging
from collections.abc import Callable

from boardivr.clock import Clock

log = logging.getLogger(__name__)


class Timers:
    """Runs what is due on a thread of the clock."""

    def __init__(self, clock: Clock, name: str) -> None:
        self._clock = clock
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = False
        self._is_closed = False
        self._thread = clock.spawn(self._run, name)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Have ``act`` called so much later."""
        heapq.heappush(self._due, (self._clock.now() + seconds, next(self._order), act))
        self._changed = True
        self._clock.notify()

    def close(self) -> None:
        """Do nothing more, and end the thread."""
        if not self._is_closed:
            self._is_closed = self._changed = True
            self._clock.notify()
            self._clock.join(self._thread)

    def _run(self) -> None:
        while not self._is_closed:
            self._changed = False
            timeout = self._due[0][0] - self._clock.now() if self._due else None
            if timeout is None or timeout > 0:
                self._clock.wait(lambda: self._changed, timeout)
                continue
            _, _, act = heapq.heappop(self._due)
            try:
                act()
            except Exception:
                log.exception("a timer of the exchange failed")
