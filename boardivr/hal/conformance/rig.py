"""What a driver gives to the suite: a board, and the far ends of its channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from boardivr.hal import AnsweredBy, Board, Clip, Outcome


class FarEnd(Protocol):
    """The telephone at the other end of a channel under test."""

    def call(self, number: str, ani: str | None = None) -> None: ...
    def press(self, keys: str) -> None: ...
    def say(self, clip: Clip) -> None: ...
    def hang_up(self) -> None: ...
    def level(self, seconds: float) -> float:
        """Listen, and return the level of what came in, in dBm0."""
        ...


class FaxFarEnd(Protocol):
    """Fax machines at the other end.

    :param number: at which one takes faxes
    :param cutter: at which one hangs up in the middle of the second page
    """

    number: str
    cutter: str

    def send(self, number: str, path: Path) -> None:
        """Have a machine call a number and send a file; returns at once."""

    def received(self) -> list[Path]:
        """Return the files that have come, in order; empty where that isn't known."""


@dataclass(frozen=True, kw_only=True)
class Rig:
    """A board with at least two channels, and what hangs at their other ends.

    :param far_ends: one per channel
    :param numbers: the number that reaches each channel from its far end
    :param dials: numbers that the first channel can dial, by what becomes of it
        (and, for answered ones, by who answers)
    :param ani: number that the first far end calls from; None where it isn't known
    :param hang_up_time: seconds that the line needs to tell that the far end is gone:
        0 where it says so, about 3 where nothing but busy tone does
    :param fax: fax machines; None where there are none
    """

    board: Board
    far_ends: list[FarEnd]
    numbers: list[str]
    dials: Mapping[Outcome | AnsweredBy, str] = field(default_factory=dict)
    ani: str | None = "02161234567"
    hang_up_time: float = 0.0
    fax: FaxFarEnd | None = None
