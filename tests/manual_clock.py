"""A clock whose date and time a test sets by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from boardivr.clock import SystemClock

START = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)


class ManualClock(SystemClock):
    """Stands still until it is told to pass."""

    def __init__(self, start: datetime = START) -> None:
        super().__init__()
        self._wall = start

    def now(self) -> float:
        return (self._wall - START).total_seconds()

    def wall(self) -> datetime:
        return self._wall

    def advance(self, **parts: float) -> None:
        """Let time pass; arguments as for :class:`timedelta`."""
        self._wall += timedelta(**parts)
