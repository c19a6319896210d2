"""Two boards back to back: here the two halves of one, whose lines call each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from boardivr.clock import Clock
from boardivr.hal import Board, BoardError, CallEnded, Channel
from boardivr.hal.backtoback import ChannelFarEnd, back_to_back
from boardivr.hal.conformance import ChannelConformance, Rig
from boardivr.hal.loopback import open_board


class Half(Board):
    """The first lines of a board, as if they were all of it."""

    name = "half"

    def __init__(self, board: Board, lines: int) -> None:
        self._board = board
        self.channels: Sequence[Channel] = board.channels[:lines]

    @property
    def clock(self) -> Clock:
        return self._board.clock

    def close(self) -> None:
        for channel in self.channels:
            channel.close()


class TestBackToBack(ChannelConformance):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with open_board("loopback:?lines=4&kind=e1&time=virtual") as board:
            yield back_to_back(Half(board, 2), board.channels[2:], ["9558801", "9558802"])


def test_too_few_lines() -> None:
    """A rig that lacks a line, a far end or a number is refused with what is there."""
    with open_board("loopback:?lines=4&kind=e1&time=virtual") as board:
        with pytest.raises(BoardError, match="at least 2 numbers, found 1"):
            back_to_back(Half(board, 2), board.channels[2:], ["1"])
        with pytest.raises(BoardError, match="at least 2 far lines, found 1"):
            back_to_back(Half(board, 2), board.channels[3:], ["1", "2"])


def test_nobody_answers() -> None:
    """A far end whose call isn't answered says so when it is to press keys."""
    with open_board("loopback:?lines=2&kind=e1&time=virtual") as board:
        far = ChannelFarEnd(board.channels[1])
        far.call("404")

        with pytest.raises(CallEnded, match="nobody answered"):
            far.press("1")
