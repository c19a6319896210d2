"""Board: a telephone board, and the channels it has."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from boardivr.clock import Clock
from boardivr.closing import Closing
from boardivr.hal.channel import Channel


class Board(Closing):
    """A telephone board, open; close it with ``with``."""

    name: str
    channels: Sequence[Channel]

    @property
    @abstractmethod
    def clock(self) -> Clock:
        """The clock that the board's time goes by."""

    @abstractmethod
    def close(self) -> None:
        """Hang up and release every channel. Safe to repeat."""
