"""A board that is worked by a helper keeps the contract as if it were here."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.hal import (
    Board,
    BoardError,
    CallProgress,
    Channel,
    DriverUnavailable,
    FaxOutcome,
    FaxResult,
    FaxSettings,
    IncomingCall,
    Outcome,
    Reason,
    State,
    Termination,
)
from boardivr.hal.conformance import ChannelConformance, Rig
from boardivr.hal.conformance.cases import BEAT
from boardivr.hal.dialogic_cffi.helper import failures, values
from boardivr.hal.dialogic_cffi.helper.board import RemoteBoard, RemoteChannel, open_remote
from boardivr.hal.dialogic_cffi.helper.server import serve
from boardivr.hal.dialogic_cffi.helper.wire import HelperGone, Wire
from boardivr.hal.loopback.farends import conformance_rig
from boardivr.hal.types import Compression, FaxFrame


@contextmanager
def worked_remotely(board: Board) -> Iterator[RemoteBoard]:
    """Serve a board of this process over a socket, and give the other end of it."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve, args=(Wire(theirs), lambda: board))
    thread.start()
    with RemoteBoard(Wire(ours)) as remote:
        yield remote
    thread.join()


class ThroughAHelper(ChannelConformance):
    url: str

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig(self.url) as rig, worked_remotely(rig.board) as remote:
            yield replace(rig, board=remote)


@pytest.mark.grid
class TestAnalog(ThroughAHelper):
    url = "loopback:?lines=2"


@pytest.mark.grid
class TestDigital(ThroughAHelper):
    url = "loopback:?lines=2&kind=e1"


class TestSample:
    """The cases that tell most, for every run."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        url = "loopback:?lines=2&kind=e1"
        with conformance_rig(url) as rig, worked_remotely(rig.board) as remote:
            yield replace(rig, board=remote)

    @pytest.fixture
    def cases(self) -> ChannelConformance:
        return ChannelConformance()

    def test_calls(self, rig: Rig, cases: ChannelConformance) -> None:
        """Calls, keys, typed ahead and while it plays, and rejecting."""
        line, far = rig.board.channels[0], rig.far_ends[0]
        cases.test_dnis(rig, line)
        line.answer()
        far.press("12#")
        assert line.play(BEAT) == Reason.MAX_DIGITS
        assert line.get_digits(Termination(digits="#", max_time=2.0)).keys == "12"
        line.hang_up()
        far.hang_up()
        cases.test_reject(rig, line)
        line.hang_up()


def test_a_process() -> None:
    """A helper of its own opens its board, works it, and ends with it; killed, its verbs fail."""
    with open_remote("loopback:?lines=2") as board:
        assert board.channels[0].wait_for_call(timeout=0.1) is None
        os.kill(board._process.pid, signal.SIGKILL)  # type: ignore[union-attr]
        with pytest.raises(BoardError, match="the helper is gone"):
            board.channels[0].wait_for_call(timeout=5.0)
    assert all(channel.state is State.CLOSED for channel in board.channels)


def test_no_board() -> None:
    """What keeps a board from opening is told as if it had been opened here."""
    with pytest.raises(BoardError, match="lines: expected"):
        open_remote("loopback:?lines=0")
    with pytest.raises(DriverUnavailable, match="no driver 'acme'"):
        open_remote("acme:")


def test_no_interpreter() -> None:
    """A helper that can't be started is told."""
    with pytest.raises(DriverUnavailable, match=r"can't be started: .*no-such-python"):
        open_remote("loopback:", "/no-such-python")


def test_another_protocol() -> None:
    """A helper of another version is refused."""
    ours, theirs = socket.socketpair()
    Wire(theirs).send({"protocol": 99})
    with pytest.raises(DriverUnavailable, match="expected protocol 1, found 99"):
        RemoteBoard(Wire(ours))


@pytest.mark.parametrize(
    ("bytes_", "problem"),
    [
        (b"", "closed its end"),
        (struct.pack("!I", 1 << 30), "at most"),
        (struct.pack("!I", 3) + b"{{{", "expected JSON"),
        (struct.pack("!I", 2) + b"[]", "expected an object"),
        (struct.pack("!I", 14) + b'{"payload":-1}', "expected a size"),
        (struct.pack("!I", 14) + b'{"payload":10}123', "closed its end"),
    ],
)
def test_not_the_protocol(bytes_: bytes, problem: str) -> None:
    """What isn't the protocol ends the connection, and says why."""
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(bytes_)
    with pytest.raises(HelperGone, match=problem):
        Wire(ours).receive()


def _receive_all(wire: Wire) -> None:
    while True:
        wire.receive()


@given(st.binary(max_size=200))
def test_anything_at_all(bytes_: bytes) -> None:
    """No bytes do anything but give a message or end the connection."""
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(bytes_)
    wire = Wire(ours)
    with pytest.raises(HelperGone):
        _receive_all(wire)


RESULT = FaxResult(
    outcome=FaxOutcome.OK, code=0, words="OK", phase="E", compression=Compression.MMR,
    size=(1728, 7700), page_times=(1.5, 3.25),
    trace=(FaxFrame(at=0.5, is_sent=True, name="DIS", octets=b"\xff\x13\x80"),),
)  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        RESULT,
        replace(RESULT, compression=None, trace=()),
        FaxSettings(ident="+86 21", password="s3cret"),
        Termination(max_digits=4, inter_digit=2.5),
        IncomingCall(ani="1", rings=2),
        CallProgress(outcome=Outcome.BUSY, cause=17),
        Reason.DIGIT | Reason.MAX_DIGITS,
    ],
    ids=lambda value: type(value).__name__,
)
def test_values(value: object) -> None:
    """Every value of the HAL comes back as it was."""
    assert values.decode(type(value), values.encode(value)) == value


@pytest.mark.parametrize(
    ("kind", "told"),
    [(Termination, {"max_digits": 1}), (IncomingCall, {"ani": 1, "dnis": None, "rings": 1})],
)
def test_values_that_do_not_fit(kind: type, told: object) -> None:
    """What another version would send is refused."""
    with pytest.raises(ValueError, match="expected"):
        values.decode(kind, told)


@pytest.mark.parametrize(
    "error",
    [
        BoardError("dxxxB1C1: busy", function="dx_play", code=2),
        FileExistsError(17, "File exists", "/x.tif"),
        ValueError("expected keys"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors(error: Exception) -> None:
    """An error keeps its type, its words and its code."""
    again = failures.decode(failures.encode(error))
    assert (type(again), str(again)) == (type(error), str(error))
    assert getattr(again, "code", None) == getattr(error, "code", None)


def test_every_hook_crosses() -> None:
    """Every verb that a driver can do, a helper can do for it."""
    verbs = {name for name in vars(Channel) if hasattr(Channel, f"_{name}")}
    assert set(values.HOOKS) - {"is_lost"} == verbs - {"stop", "wake"}
    assert {f"_{hook}" for hook in values.HOOKS} <= set(vars(RemoteChannel))
