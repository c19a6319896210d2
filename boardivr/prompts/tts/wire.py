"""Messages between us and a speech worker: a length of four bytes, then so many bytes.

A request is one message of JSON; an answer is one of JSON and, if it says "ok",
one of samples. Lengths are big endian.
"""

from __future__ import annotations

import os
import select
import struct
import time
from typing import BinaryIO

MAX_MESSAGE = 256 * 1024 * 1024  # over an hour at 22 kHz


class WireError(Exception):
    """What came isn't a message, or the other side is gone."""


def pack(body: bytes) -> bytes:
    """Return a body as a message."""
    return struct.pack(">I", len(body)) + body


def read(stream: BinaryIO) -> bytes | None:
    """Return the next message's body, waiting for it; None where the stream ends."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    return stream.read(struct.unpack(">I", head)[0])


def read_within(fd: int, deadline: float) -> bytes:
    """Return the next message's body.

    :param fd: a pipe that doesn't block
    :param deadline: on :func:`time.monotonic`'s scale
    :raises TimeoutError: the deadline passed first
    :raises WireError: the pipe ended, or a length that can't be meant
    """
    (size,) = struct.unpack(">I", _take(fd, 4, deadline))
    if size > MAX_MESSAGE:
        raise WireError(f"expected a message of at most {MAX_MESSAGE} bytes, found {size}")
    return _take(fd, size, deadline)


def _take(fd: int, size: int, deadline: float) -> bytes:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    taken = bytearray()
    while len(taken) < size:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError
        part = os.read(fd, min(size - len(taken), 1 << 20))
        if not part:
            raise WireError("the pipe ended")
        taken += part
    return bytes(taken)
