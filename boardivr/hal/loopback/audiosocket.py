"""Far ends that are other programs: TCP connections that speak AudioSocket.

Each connection is a telephone that calls the board's number. Its audio is
moved in C; here it is only let in, followed to its end, and shut out.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from contextlib import suppress
from functools import partial

from boardivr.hal.errors import BoardError
from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.station import Signal, Station
from boardivr.media.check import EngineError
from boardivr.media.events import Kind

log = logging.getLogger(__name__)

HANG_UP = b"\x00\x00\x00"


class AudioSocketServer:
    """Listens, on the computer's own address unless told otherwise.

    :raises BoardError: the port is taken, or the address isn't ours
    """

    def __init__(self, exchange: Exchange, number: str, host: str, port: int) -> None:
        if exchange.engine.clock.is_virtual:
            raise BoardError("audiosocket: far ends over TCP need real time, found time=virtual")
        self._exchange = exchange
        self._number = number
        try:
            self._socket = socket.create_server((host, port))
        except OSError as error:
            raise BoardError(f"audiosocket: can't listen on {host}:{port}: {error}") from None
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        self._calls: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name="audiosocket", daemon=True)
        self._thread.start()

    @property
    def calls(self) -> int:
        """How many far ends are connected."""
        with self._lock:
            return len(self._calls)

    def close(self) -> None:
        """Let nobody in any more, and end the calls that there are."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        with self._lock:
            calls = list(self._calls.items())
            for connection, _ in calls:
                _shut(connection)
        for _, thread in calls:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, peer = self._socket.accept()
            except OSError:
                return  # closed
            name = f"audiosocket {peer[0]}:{peer[1]}"
            clock = self._exchange.engine.clock
            with self._lock:  # the thread can't take itself out before it is in
                thread = clock.spawn(partial(self._serve, connection, name), name)
                self._calls[connection] = thread

    def _serve(self, connection: socket.socket, name: str) -> None:
        try:
            port = self._exchange.engine.open_port()
        except EngineError as error:
            log.warning("%s: refused: %s", name, error)
        else:
            self._talk(Station(name=name, port=port, numbers=()), connection)
        finally:
            with self._lock:
                self._calls.pop(connection, None)
                _say_goodbye(connection)

    def _talk(self, station: Station, connection: socket.socket) -> None:
        port = station.port
        try:
            port.subscribe(Kind.AUDIOSOCKET)
            port.attach_socket(connection.fileno())
            self._exchange.call(station, self._number)
            while (event := port.next_event()) is not None:
                if event.kind is Kind.AUDIOSOCKET:
                    why = f": {os.strerror(event.b).lower()}" if event.b else ""
                    log.log(logging.WARNING if why else logging.INFO, "%s: gone%s",
                            station.name, why)  # fmt: skip
                    return
                if event.kind is Kind.SIGNAL and event.a == Signal.RELEASED:
                    return
        finally:
            port.attach_socket(-1)
            self._exchange.hang_up(station)
            port.close()


def _say_goodbye(connection: socket.socket) -> None:
    with suppress(OSError):  # it may have gone already
        connection.sendall(HANG_UP)
    connection.close()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # it may have gone already
        connection.shutdown(socket.SHUT_RDWR)
