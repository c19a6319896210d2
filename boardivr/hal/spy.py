"""``spy+DRIVER:...``: any board, with every verb and its result in the log.

It wraps channels from outside, at the verbs that drivers can't change, so it
works with every driver. Keys are told as a count: they may be a PIN.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from typing import Any

from boardivr.clock import Clock
from boardivr.hal.board import Board
from boardivr.hal.channel import Channel
from boardivr.hal.registry import open_board as open_any
from boardivr.hal.types import Clip

log = logging.getLogger(__name__)

VERBS = (
    "wait_for_call", "answer", "reject", "dial", "flash", "hang_up", "play", "record",
    "get_digits", "clear_digits", "send_digits", "await_fax", "send_fax", "receive_fax", "stop",
    "bridge", "unbridge", "listen", "conceal", "wait_for_hang_up", "close",
)  # fmt: skip
SECRET = {"send_digits", "dial"}


class SpyBoard(Board):
    """A board whose channels' verbs are logged at INFO."""

    def __init__(self, board: Board) -> None:
        self.name = f"spy+{board.name}"
        self.board = board
        self.channels: Sequence[Channel] = board.channels
        for channel in self.channels:
            _spy_on(channel)

    @property
    def clock(self) -> Clock:
        return self.board.clock

    def close(self) -> None:
        self.board.close()


def open_board(url: str) -> SpyBoard:
    """Open the board that stands behind ``spy+``."""
    return SpyBoard(open_any(url))


def _spy_on(channel: Channel) -> None:
    for verb in VERBS:
        setattr(channel, verb, _logged(channel, verb, getattr(channel, verb)))


def _logged(channel: Channel, verb: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def spied(*arguments: Any, **options: Any) -> Any:
        given = "..." if verb in SECRET else _shown(arguments, options)
        start = channel.clock.now()
        try:
            result = function(*arguments, **options)
        except Exception as error:
            took = channel.clock.now() - start
            log.info("%s: %s(%s) raised %s after %.2f s", channel.name, verb, given,
                     type(error).__name__, took)  # fmt: skip
            raise
        took = channel.clock.now() - start
        log.info("%s: %s(%s) gave %r after %.2f s", channel.name, verb, given, result, took)
        return result

    return spied


def _shown(arguments: Sequence[object], options: dict[str, object]) -> str:
    values = [_value(a) for a in arguments] + [f"{k}={_value(v)}" for k, v in options.items()]
    return ", ".join(values)


def _value(value: object) -> str:
    if isinstance(value, Clip):
        return value.name or f"a clip of {value.seconds:.2f} s"
    return value.name if isinstance(value, Channel) else repr(value)
