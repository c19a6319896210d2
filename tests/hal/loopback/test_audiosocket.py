"""Far ends over TCP, in real time, on this machine's own address."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from boardivr.hal import BoardError, CallEnded, Clip, Encoding, State, Termination
from boardivr.hal.loopback import LoopbackBoard, open_board
from boardivr.hal.loopback.audiosocket import HANG_UP

TONE = Clip(data=(b"\x00\x20" * 8 + b"\x00\xe0" * 8) * 500, encoding=Encoding.LINEAR, name="tone")
ONE_KEY = Termination(max_digits=1, max_time=2.0)
KEY, AUDIO = 0x03, 0x10


@pytest.fixture
def board() -> Iterator[LoopbackBoard]:
    with open_board("loopback:?lines=1&kind=e1&audiosocket=0") as board:
        yield board


class Client:
    """The other program."""

    def __init__(self, board: LoopbackBoard) -> None:
        assert board.audiosocket is not None
        self.socket = socket.create_connection(board.audiosocket.address, timeout=5.0)

    def send(self, kind: int, payload: bytes = b"") -> None:
        self.socket.sendall(struct.pack(">BH", kind, len(payload)) + payload)

    def read(self) -> tuple[int, bytes]:
        """Return the next message; kind -1 where the connection has ended."""
        head = self._exactly(3)
        if len(head) < 3:
            return -1, b""
        kind, length = struct.unpack(">BH", head)
        return kind, self._exactly(length)

    def read_to_end(self) -> list[int]:
        """Return the kinds of all messages that still come."""
        kinds = []
        while (message := self.read())[0] >= 0:
            kinds.append(message[0])
        return kinds

    def close(self) -> None:
        self.socket.close()

    def _exactly(self, count: int) -> bytes:
        data = b""
        try:
            while len(data) < count and (more := self.socket.recv(count - len(data))):
                data += more
        except ConnectionResetError:
            return b""  # the board dropped us with something of ours unread
        return data


@pytest.fixture
def client(board: LoopbackBoard) -> Iterator[Client]:
    with closing(Client(board)) as client:
        yield client


def answer(board: LoopbackBoard) -> None:
    assert board.channels[0].wait_for_call(timeout=5.0) is not None
    board.channels[0].answer()


def test_audio_and_keys(board: LoopbackBoard, client: Client) -> None:
    """A connection is a call to the board's number: sound goes both ways, keys arrive."""
    line = board.channels[0]
    client.send(0x01, bytes(16))
    call = line.wait_for_call(timeout=5.0)
    line.answer()
    client.send(KEY, b"7")
    for _ in range(20):
        client.send(AUDIO, TONE.data[:320])

    assert call is not None
    assert call.dnis == "95588"
    assert line.get_digits(ONE_KEY).keys == "7"
    line.play(TONE, until=Termination(max_time=0.2))
    loud = 0
    while loud < 5:
        kind, payload = client.read()
        assert (kind, len(payload)) == (AUDIO, 320)
        samples = struct.unpack("<160h", payload)
        loud += max(samples) > 6000


def test_what_is_said_is_heard(board: LoopbackBoard, client: Client) -> None:
    """The other program's sound reaches the line at its level."""
    answer(board)
    for _ in range(50):
        client.send(AUDIO, TONE.data[:320])

    reason = board.channels[0].get_digits(Termination(max_non_silence=0.3, max_time=3.0)).reason
    assert "MAX_NON_SILENCE" in str(reason)


def test_they_hang_up(board: LoopbackBoard, client: Client) -> None:
    """A hang-up message, or a connection that ends, ends the call."""
    answer(board)
    client.send(0x00)

    with pytest.raises(CallEnded):
        board.channels[0].get_digits(ONE_KEY)


def test_we_hang_up(board: LoopbackBoard, client: Client) -> None:
    """When the line hangs up, the last message says so, and the connection ends."""
    answer(board)
    board.channels[0].hang_up()

    assert client.read_to_end()[-1] == HANG_UP[0]


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: bank\r\n\r\n",
        bytes(range(255, 0, -1)),
        struct.pack(">BH", AUDIO, 60000),  # longer than any message
        struct.pack(">BH", AUDIO, 3) + b"odd",
        struct.pack(">BH", KEY, 1) + b"z",
        struct.pack(">BH", KEY, 2) + b"12",
        struct.pack(">BH", 0x01, 4) + b"uuid",
        struct.pack(">BH", 0x7F, 0),
    ],
    ids=["http", "noise", "oversize", "odd", "no-key", "two-keys", "short-id", "unknown"],
)
def test_garbage(board: LoopbackBoard, garbage: bytes) -> None:
    """What isn't the protocol ends that far end; the board goes on and takes the next one."""
    with closing(Client(board)) as bad:
        bad.socket.sendall(garbage)
        bad.read_to_end()
    with closing(Client(board)):
        line = board.channels[0]
        while True:  # the bad one's call may still be offered
            assert line.wait_for_call(timeout=5.0) is not None
            try:
                line.answer()
                line.clear_digits()
                break
            except CallEnded:
                line.hang_up()


def test_half_a_message(board: LoopbackBoard) -> None:
    """A connection that ends within a message is a far end that hung up."""
    with closing(Client(board)) as client:
        answer(board)
        client.socket.sendall(struct.pack(">BH", AUDIO, 320) + bytes(100))
    with pytest.raises(CallEnded):
        board.channels[0].get_digits(ONE_KEY)


def test_more_callers_than_lines(board: LoopbackBoard, client: Client) -> None:
    """A caller who finds all lines busy is let go, and the call that stands isn't touched."""
    answer(board)
    with closing(Client(board)) as late:
        assert late.read_to_end()[-1:] == [HANG_UP[0]]
    client.send(KEY, b"5")

    assert board.channels[0].get_digits(ONE_KEY).keys == "5"


def test_nothing_is_left_behind(board: LoopbackBoard) -> None:
    """Many far ends, one after the other, leave no port, thread or socket."""
    assert board.audiosocket is not None
    ports = board.engine.stats()["ports"]
    for _ in range(10):
        with closing(Client(board)) as client:
            answer(board)
            board.channels[0].hang_up()
            client.read_to_end()

    board.clock.wait(lambda: board.audiosocket is not None and not board.audiosocket.calls, 2.0)
    assert board.audiosocket.calls == 0
    assert board.engine.stats()["ports"] - ports <= board.exchange.circuits.idle


def test_close_with_callers(board: LoopbackBoard) -> None:
    """Closing the board ends its far ends' connections."""
    with closing(Client(board)) as client:
        answer(board)
        board.close()

        client.read_to_end()  # it doesn't wait for ever
        assert client.read() == (-1, b"")
    assert all(channel.state is State.CLOSED for channel in board.channels)


def test_port_in_use(board: LoopbackBoard) -> None:
    """A port that is taken is one line with the address, and nothing stays open."""
    assert board.audiosocket is not None
    port = board.audiosocket.address[1]

    threads = threading.active_count()

    with pytest.raises(BoardError, match=r"^[^\n]+$") as caught:
        open_board(f"loopback:?audiosocket={port}")
    assert f"audiosocket: can't listen on 127.0.0.1:{port}: " in str(caught.value)
    assert threading.active_count() == threads


def test_only_this_machine(board: LoopbackBoard) -> None:
    """Far ends come from this machine alone, unless the URL says otherwise."""
    assert board.audiosocket is not None
    assert board.audiosocket.address[0] == "127.0.0.1"


def test_not_in_virtual_time() -> None:
    """Other programs live in real time."""
    with pytest.raises(BoardError, match="need real time, found time=virtual"):
        open_board("loopback:?audiosocket=0&time=virtual")
