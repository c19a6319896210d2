"""Servers on 127.0.0.1 that answer as a test tells them, one thread for each connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

Serve = Callable[[socket.socket], None]


class Server:
    """Gives every connection to ``serve``; an error or an end there closes it."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._work, args=(connection,), daemon=True).start()

    def _work(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the test has hung up
            self._serve(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._socket.close()
        for connection in self._open:
            with suppress(OSError):  # it is closed
                connection.shutdown(socket.SHUT_RDWR)


def trickle(connection: socket.socket, data: bytes, stop: threading.Event) -> None:
    """Send a byte every few milliseconds, again and again, until told to stop."""
    while not stop.is_set():
        for at in range(len(data)):
            connection.sendall(data[at : at + 1])
            if stop.wait(0.005):
                return
