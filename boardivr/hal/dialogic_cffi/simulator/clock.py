"""A clock whose seconds are shorter: for simulated boards with ``speed=``."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from boardivr.clock import SystemClock


class FastClock(SystemClock):
    """:param speed: its seconds in a real one"""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed
        self._begin = time.monotonic()
        self._wall = datetime.now(UTC)

    def now(self) -> float:
        return (time.monotonic() - self._begin) * self._speed

    def wall(self) -> datetime:
        return self._wall + timedelta(seconds=self.now())

    def wait(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        return super().wait(ready, None if timeout is None else timeout / self._speed)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self._speed)
