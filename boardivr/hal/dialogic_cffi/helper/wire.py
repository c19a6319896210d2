"""Messages between the appliance and a helper, over a stream socket.

A message is a length (4 bytes, high byte first), that many bytes of a JSON object,
and as many bytes of sound as its ``payload`` says (none, if it isn't there). Whatever
isn't that ends the connection.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import suppress
from typing import Any

from boardivr.hal.errors import BoardError

PROTOCOL = 1
LONGEST = 1 << 20  # bytes of JSON
LONGEST_PAYLOAD = 1 << 28  # bytes of sound: more than four hours of it

Message = dict[str, Any]


class HelperGone(BoardError):
    """The process at the other end has ended, or says what isn't the protocol."""


class Wire:
    """One end of the socket. Any thread may send; one thread receives."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._sending = threading.Lock()

    def send(self, message: Message, payload: bytes = b"") -> None:
        """Send a message.

        :raises HelperGone: nobody is there any more
        """
        if payload:
            message = {**message, "payload": len(payload)}
        text = json.dumps(message).encode()
        try:
            with self._sending:
                self._end.sendall(struct.pack("!I", len(text)) + text)
                if payload:
                    self._end.sendall(payload)
        except OSError as error:
            raise HelperGone(f"the helper is gone: {error}") from error

    def receive(self) -> tuple[Message, bytes]:
        """Wait for a message; return it and the sound that follows it.

        :raises HelperGone: the other end is closed, or what came is no message
        """
        (length,) = struct.unpack("!I", self._read(4))
        if length > LONGEST:
            raise HelperGone(f"expected at most {LONGEST} bytes of JSON, found {length}")
        try:
            message = json.loads(self._read(length))
        except ValueError as error:
            raise HelperGone(f"expected JSON: {error}") from error
        if not isinstance(message, dict):
            raise HelperGone(f"expected an object, found {type(message).__name__}")
        size = message.pop("payload", 0)
        if not isinstance(size, int) or not 0 <= size <= LONGEST_PAYLOAD:
            raise HelperGone(f"expected a size of sound, found {size!r}")
        return message, self._read(size)

    def close(self) -> None:
        """Wake whoever receives, here and at the other end. Safe to repeat."""
        with suppress(OSError):  # the other end was faster
            self._end.shutdown(socket.SHUT_RDWR)
        self._end.close()

    def _read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            try:
                part = self._end.recv(min(size, 1 << 16))
            except OSError as error:
                raise HelperGone(f"the helper is gone: {error}") from error
            if not part:
                raise HelperGone("the helper is gone: it closed its end")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)
