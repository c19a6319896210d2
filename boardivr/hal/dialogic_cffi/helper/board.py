"""A board that a helper works, and its channels."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from boardivr.clock import Clock, SystemClock
from boardivr.hal.board import Board
from boardivr.hal.channel import Channel
from boardivr.hal.dialogic_cffi.helper import failures, values
from boardivr.hal.dialogic_cffi.helper.link import Link
from boardivr.hal.dialogic_cffi.helper.wire import PROTOCOL, HelperGone, Message, Wire
from boardivr.hal.errors import DriverUnavailable
from boardivr.hal.types import (
    CallProgress,
    Clip,
    Digits,
    FaxOffer,
    FaxResult,
    FaxSettings,
    Feature,
    IncomingCall,
    LineKind,
    Reason,
    Recording,
    State,
    Termination,
    Utterance,
)

MODULE = "boardivr.hal.dialogic_cffi.helper"
PATIENCE = 10.0  # seconds in which a helper closes its board


class RemoteBoard(Board):
    """A board in a helper's process.

    :param wire: to the helper
    :param process: the helper, if it is a process of its own
    :raises DriverUnavailable: the helper is of another version, or ended at once
    :raises BoardError: the board can't be opened there
    """

    def __init__(self, wire: Wire, process: subprocess.Popen[bytes] | None = None) -> None:
        self._process = process
        self._clock = SystemClock()
        try:
            hello = _hello(wire)
        except BaseException:
            wire.close()
            self._reap()
            raise
        self.name = str(hello["name"])
        self._link = Link(wire, self._clock)
        self.channels: list[RemoteChannel] = [
            RemoteChannel(self._link, self._clock, number, facts)
            for number, facts in enumerate(hello["channels"])
        ]

    @property
    def clock(self) -> Clock:
        return self._clock

    def close(self) -> None:
        for channel in self.channels:
            try:
                channel.close()
            except HelperGone:
                channel.forget()
        self._link.close()
        self._reap()

    def _reap(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def open_remote(url: str, python: str | None = None) -> RemoteBoard:
    """Start a helper, and have it open a board.

    :param python: the interpreter that it runs under, with this package and cffi
        installed; None: this one
    :raises DriverUnavailable: the helper can't be started
    :raises BoardError: the board can't be opened there
    """
    ours, theirs = socket.socketpair()
    command = [python or sys.executable, "-m", MODULE, str(theirs.fileno()), url]
    with theirs:
        try:
            process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            ours.close()
            raise DriverUnavailable(f"the helper can't be started: {error}") from error
    return RemoteBoard(Wire(ours), process)


def _hello(wire: Wire) -> Message:
    try:
        hello, _ = wire.receive()
    except HelperGone as error:
        raise DriverUnavailable(f"the helper ended before its board was open: {error}") from error
    if "error" in hello:
        raise failures.decode(hello["error"])
    if hello.get("protocol") != PROTOCOL:
        found = hello.get("protocol")
        raise DriverUnavailable(f"the helper: expected protocol {PROTOCOL}, found {found}")
    return hello


class RemoteChannel(Channel):
    """A channel whose hooks are worked by a helper."""

    def __init__(self, link: Link, clock: Clock, index: int, facts: dict[str, Any]) -> None:
        super().__init__(facts["name"], clock)
        self.kind = LineKind(facts["kind"])
        self.features = Feature(facts["features"])
        self.number = facts["number"]
        self._link = link
        self._index = index

    def forget(self) -> None:
        """Be closed: the helper is gone."""
        self.state = State.CLOSED

    def _ask(
        self, verb: str, /, on_page: Callable[[int], None] | None = None, **arguments: Any
    ) -> Any:
        told = {name: values.encode(value) for name, value in arguments.items()}
        message = {"channel": self._index, "verb": verb, "state": self.state.name, "args": told}
        result = self._link.ask(message, on_page)
        return values.decode(values.hints(verb)["return"], result)

    # calls

    def _wait_for_call(self, rings: int, timeout: float | None) -> IncomingCall | None:
        call: IncomingCall | None = self._ask("wait_for_call", rings=rings, timeout=timeout)
        return call

    def _answer(self) -> None:
        self._ask("answer")

    def _reject(self, cause: int) -> None:
        self._ask("reject", cause=cause)

    def _dial(self, number: str, timeout: float) -> CallProgress:
        progress: CallProgress = self._ask("dial", number=number, timeout=timeout)
        return progress

    def _flash(self, seconds: float) -> None:
        self._ask("flash", seconds=seconds)

    def _hang_up(self) -> None:
        self._ask("hang_up")

    def _close(self) -> None:
        self._ask("close")

    # voice

    def _play(self, clips: Sequence[Clip], until: Termination) -> Reason:
        reason: Reason = self._ask("play", clips=self._link.clips(clips), until=until)
        return reason

    def _record(self, path: Path, until: Termination, beep: bool) -> Recording:
        recording: Recording = self._ask("record", path=path, until=until, beep=beep)
        return recording

    def _get_digits(self, until: Termination) -> Digits:
        digits: Digits = self._ask("get_digits", until=until)
        return digits

    def _get_utterance(self, until: Termination, longest: float) -> Utterance:
        heard: Utterance = self._ask("get_utterance", until=until, longest=longest)
        return heard

    def _clear_digits(self) -> None:
        self._ask("clear_digits")

    def _send_digits(self, keys: str) -> None:
        self._ask("send_digits", keys=keys)

    def _stop(self) -> None:
        self._link.tell({"channel": self._index, "verb": "stop"})

    def _wake(self) -> None:
        self._link.tell({"channel": self._index, "verb": "wake"})

    def _is_lost(self) -> bool:
        return bool(self._ask("is_lost"))

    def _wait_for_hang_up(self, timeout: float | None) -> bool:
        return bool(self._ask("wait_for_hang_up", timeout=timeout))

    # fax

    def _await_fax(self, on: bool) -> None:
        self._ask("await_fax", on=on)

    def _send_fax(
        self,
        path: Path,
        settings: FaxSettings,
        first_page: int,
        last_page: int | None,
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        result: FaxResult = self._ask(
            "send_fax", on_page, path=path, settings=settings, first_page=first_page,
            last_page=last_page,
        )  # fmt: skip
        return result

    def _receive_fax(
        self,
        path: Path,
        settings: FaxSettings,
        offers: Sequence[FaxOffer],
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        result: FaxResult = self._ask(
            "receive_fax", on_page, path=path, settings=settings, offers=offers
        )
        return result

    # routing

    def _bridge(self, other: Channel) -> None:
        self._ask("bridge", other=self._number_of(other))

    def _unbridge(self) -> None:
        self._ask("unbridge")

    def _listen(self, other: Channel | None) -> None:
        self._ask("listen", other=None if other is None else self._number_of(other))

    def _conceal(self, on: bool) -> None:
        self._ask("conceal", on=on)

    def _number_of(self, other: Channel) -> int:
        assert isinstance(other, RemoteChannel)
        return other._index
