"""A far end over a socket, in AudioSocket's protocol: audio, keys, hang-up, and garbage.

The engine ticks in virtual time, so what the socket does is the same in every run.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.hal.types import KEYS, Termination
from boardivr.media.engine import Engine
from boardivr.media.events import Event, Kind
from tests.media.lines import (
    IDLE,
    Samples,
    begin_play,
    clip,
    coded,
    linear,
    on_lines,
    seconds_of,
    tick,
    virtual,
    wired,
)
from tests.media.signals import noise

HANG_UP, ID, KEY, AUDIO, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF


def message(kind: int, payload: bytes = b"") -> bytes:
    return struct.pack(">BH", kind, len(payload)) + payload


def audio(samples: Samples) -> bytes:
    """Return audio as messages of 20 ms."""
    return b"".join(
        message(AUDIO, samples[i : i + 160].astype("<i2").tobytes())
        for i in range(0, len(samples), 160)
    )


class Far:
    """A port with its far end behind a socket."""

    def __init__(self, engine: Engine, ours: socket.socket, theirs: socket.socket) -> None:
        self.engine = engine
        self.theirs = theirs
        self.near, self.port = wired(engine)
        self.port.subscribe(Kind.AUDIOSOCKET)
        self.port.attach_socket(ours.fileno())

    def ended(self) -> Event | None:
        return self.port.next_event(0.0)

    def received(self) -> list[tuple[int, bytes]]:
        """Return the messages that have come."""
        self.theirs.setblocking(False)
        data = b""
        while True:
            try:
                part = self.theirs.recv(65536)
            except BlockingIOError:
                break
            if not part:
                break
            data += part
        messages = []
        while data:
            kind, length = struct.unpack(">BH", data[:3])
            messages.append((kind, data[3 : 3 + length]))
            data = data[3 + length :]
        return messages


@contextmanager
def far_end() -> Iterator[Far]:
    ours, theirs = socket.socketpair()
    with ours, theirs, virtual() as engine:
        far = Far(engine, ours, theirs)
        yield far
        far.port.attach_socket(-1)


def test_audio_comes_in() -> None:
    """What is sent is on the line, sample for sample, after 40 ms were gathered."""
    sound = linear(coded(noise(1600, -12.0)))
    with far_end() as far:
        far.theirs.sendall(message(ID, bytes(16)) + audio(sound))
        (_, heard), *_ = on_lines(far.engine, [far.near], 12)

    assert heard == coded(sound.astype(float)) + bytes([IDLE]) * 320


def test_audio_goes_out() -> None:
    """A frame every 20 ms, idle or not, is what the line carries."""
    with far_end() as far:
        tick(far.engine, 3)
        begin_play(far.near, [clip(seconds_of(0.1))])
        tick(far.engine, 7)
        got = far.received()

    assert [kind for kind, _ in got] == [AUDIO] * 10
    heard = np.frombuffer(b"".join(payload for _, payload in got), "<i2")
    expected = bytes([IDLE]) * 480 + coded(seconds_of(0.1)) + bytes([IDLE]) * 320
    assert np.array_equal(heard, linear(expected))


def test_keys_are_sent_as_tones() -> None:
    """Keys that come as messages are heard by the digit detector, in order."""
    with far_end() as far:
        far.near.detect_digits()
        far.theirs.sendall(b"".join(message(KEY, key.encode()) for key in KEYS))
        tick(far.engine, 200)

        assert far.near.take_digits() == KEYS


def test_message_in_pieces() -> None:
    """A message that comes byte by byte is one message."""
    sound = linear(coded(seconds_of(0.06)))
    data = audio(sound)
    with far_end() as far:
        heard = b""
        for i in range(0, len(data), 323):
            for j in range(i, min(i + 323, len(data)), 7):
                far.theirs.sendall(data[j : min(j + 7, i + 323)])
            heard += on_lines(far.engine, [far.near], 1)[0][1]
        heard += on_lines(far.engine, [far.near], 6)[0][1]

    frames = [heard[i : i + 160] for i in range(0, len(heard), 160)]
    assert b"".join(frame for frame in frames if frame != bytes([IDLE]) * 160) == coded(
        sound.astype(float)
    )


@pytest.mark.parametrize("data", [message(HANG_UP), message(ERROR), message(ERROR, b"\x01")])
def test_hang_up_is_told_once(data: bytes) -> None:
    """The far end's hang-up, or its error, is an event; nothing is sent to it any more."""
    with far_end() as far:
        far.theirs.sendall(data)
        tick(far.engine)
        event = far.ended()
        far.received()
        tick(far.engine, 10)

        assert event is not None
        assert (event.kind, event.a, event.b) == (Kind.AUDIOSOCKET, HANG_UP, 0)
        assert far.ended() is None
        assert far.received() == []


def test_closed_connection_is_a_hang_up() -> None:
    """A program that dies hangs up."""
    with far_end() as far:
        tick(far.engine, 3)
        far.theirs.close()
        tick(far.engine, 3)
        event = far.ended()

        assert event is not None
        assert event.a == HANG_UP
        assert far.ended() is None


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        message(0x42),
        message(ID, b"short"),
        message(KEY, b"x"),
        message(KEY, b"12"),
        message(AUDIO, b"odd"),
        struct.pack(">BH", AUDIO, 60000),
    ],
)
def test_garbage_ends_the_connection(data: bytes) -> None:
    """What isn't the protocol drops that far end, with an event that says so."""
    with far_end() as far:
        far.theirs.sendall(data)
        tick(far.engine, 3)
        event = far.ended()

        assert event is not None
        assert (event.a, event.b) == (HANG_UP, 71)  # EPROTO
        assert far.ended() is None


@settings(max_examples=200, deadline=None)
@given(data=st.binary(min_size=1, max_size=400), pieces=st.integers(1, 9))
def test_any_bytes_at_all(data: bytes, pieces: int) -> None:
    """Random bytes never do more than end that far end; the other lines go on."""
    with far_end() as far:
        other, _ = wired(far.engine)
        begin_play(other, [clip(seconds_of(9.0))])
        step = -(-len(data) // pieces)
        for i in range(0, len(data), step):
            try:
                far.theirs.sendall(data[i : i + step])
            except BrokenPipeError:
                break
            tick(far.engine)
        told = [event for event in iter(far.ended, None)]
        (sent, _), *_ = on_lines(far.engine, [other], 1)

    assert len(told) <= 1
    assert all(event.a == HANG_UP for event in told)
    assert sent != bytes([IDLE]) * 160


@settings(max_examples=50, deadline=None)
@given(
    kinds=st.lists(
        st.one_of(
            st.builds(lambda n: message(AUDIO, bytes(2 * n)), st.integers(0, 2000)),
            st.builds(lambda k: message(KEY, k.encode()), st.sampled_from(KEYS)),
            st.just(message(ID, bytes(16))),
        ),
        max_size=30,
    ),
    cut=st.integers(0, 3000),
)
def test_good_messages_are_never_refused(kinds: list[bytes], cut: int) -> None:
    """Any order of right messages, cut anywhere, keeps the connection."""
    data = b"".join(kinds)
    with far_end() as far:
        for part in (data[:cut], data[cut:]):
            far.theirs.sendall(part)
            tick(far.engine, 3)

        assert far.ended() is None


@settings(max_examples=30, deadline=None)
@given(length=st.integers(1, 1000))
def test_nothing_is_left_behind(length: int) -> None:
    """The last samples are played though no more come to fill a frame."""
    sound = linear(coded(noise(length, -12.0)))
    with far_end() as far:
        far.theirs.sendall(audio(sound))
        (_, heard), *_ = on_lines(far.engine, [far.near], 12)

    assert bytes(heard).strip(bytes([IDLE])) == coded(sound.astype(float)).strip(bytes([IDLE]))


def test_burst_is_kept_for_a_second() -> None:
    """A second that comes at once is played in order; of more, the oldest is dropped."""
    sound = linear(coded(noise(12_000, -12.0)))
    with far_end() as far:
        for i in range(0, len(sound), 4000):
            far.theirs.sendall(audio(sound[i : i + 4000]))
        tick(far.engine, 2)
        (_, heard), *_ = on_lines(far.engine, [far.near], 60)

    kept = bytes(heard).rstrip(bytes([IDLE]))
    assert 7500 <= len(kept) <= 8192
    assert coded(sound.astype(float)).rstrip(bytes([IDLE])).endswith(kept)


def test_slow_reader_loses_frames_not_the_connection() -> None:
    """What the kernel has no room for is dropped whole; what comes is whole messages."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.socket()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        theirs.connect(server.getsockname())
        ours, _ = server.accept()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4608)
        with theirs, ours, virtual() as engine:
            far = Far(engine, ours, theirs)
            begin_play(far.near, [clip(seconds_of(60.0))])
            kinds = set()
            for _ in range(8):
                tick(engine, 40)
                kinds |= drained(theirs, engine)

            assert far.ended() is None
            far.port.attach_socket(-1)
    assert kinds == {(AUDIO, 320)}


def drained(theirs: socket.socket, engine: Engine) -> set[tuple[int, int]]:
    """Read whole messages while there are any; return their kinds and lengths."""
    theirs.settimeout(0.02)
    seen = set()
    try:
        while len(seen) < 9:
            head = exactly(theirs, 3, engine)
            kind, length = struct.unpack(">BH", head)
            exactly(theirs, length, engine)
            seen.add((kind, length))
    except TimeoutError:
        pass
    return seen


def exactly(theirs: socket.socket, size: int, engine: Engine) -> bytes:
    """Read so many bytes; the engine sends the rest of a message that is half there."""
    data = theirs.recv(size)
    while len(data) < size:
        tick(engine)
        data += theirs.recv(size - len(data))
    return data


def test_in_real_time() -> None:
    """Sent at line speed, echoed by a program: both ways at once."""
    ours, theirs = socket.socketpair()
    engine = Engine(ports=2)
    try:
        with ours, theirs:
            far = Far(engine, ours, theirs)
            far.near.detect_digits()
            theirs.sendall(message(ID, bytes(16)) + message(KEY, b"5"))
            keys, _ = far.near.get_digits(Termination(max_digits=1, max_time=30.0))
            theirs.sendall(message(HANG_UP))
            event = far.port.next_event(30.0)
            got = far.received()
            far.port.attach_socket(-1)
    finally:
        engine.close()

    assert keys == "5"
    assert event is not None
    assert event.kind is Kind.AUDIOSOCKET
    assert {(kind, len(payload)) for kind, payload in got} == {(AUDIO, 320)}
