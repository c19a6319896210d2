"""The way in for operators: a socket in the appliance's home, a line of JSON each way.

::

    {"do": "load", "folder": "/srv/flows"}
    {"ok": true, "result": {...}}       or  {"ok": false, "error": "..."}

Only the appliance's user and root may connect; who it was, the system tells.
"""

from __future__ import annotations

import json
import logging
import os
import pwd
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from boardivr.errors import BoardIVRError

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024  # of a line
READ_WITHIN = 5.0  # seconds for a command to arrive
ANSWER_WITHIN = 120.0  # seconds for its answer: a reload may have many prompts to render
CONNECTIONS = 8


class ControlError(BoardIVRError):
    """No appliance answers, or what it answered can't be read."""


class Refused(BoardIVRError):
    """The appliance answered that it can't be done, and why."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """What somebody wants.

    :param who: his name on this machine
    """

    do: str
    who: str
    arguments: Mapping[str, object]

    def text(self, name: str) -> str | None:
        """Return an argument that is text, or None where there is none.

        :raises ControlError: it is something else
        """
        value = self.arguments.get(name)
        if value is not None and not isinstance(value, str):
            raise ControlError(f"{self.do}: {name}: expected text, found {type(value).__name__}")
        return value


Handler = Callable[[Command], object]


class ControlServer:
    """Takes commands until it is closed.

    :param place: the socket's; what lies there is of a process that has ended
    :param handlers: by the word in ``do``; what they return must be JSON
    :raises ControlError: the socket can't be made
    """

    def __init__(self, place: Path, handlers: Mapping[str, Handler]) -> None:
        self._place = place
        self._handlers = handlers
        self._room = threading.BoundedSemaphore(CONNECTIONS)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with _short(place) as name:
                place.unlink(missing_ok=True)
                self._socket.bind(name)
                place.chmod(0o600)
        except OSError as error:
            self._socket.close()
            raise ControlError(f"{place}: {error.strerror}") from error
        self._socket.listen(CONNECTIONS)
        self._thread = threading.Thread(target=self._accept, name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more commands. Safe to repeat."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        self._place.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            if not self._room.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(
                target=self._serve, args=(connection,), name="control", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(READ_WITHIN)
                answer = self._answer(connection)
                connection.sendall(json.dumps(answer).encode() + b"\n")
        except OSError as error:
            log.info("control: %s", error.strerror or type(error).__name__)
        except Exception:
            log.exception("control: a command failed")
        finally:
            self._room.release()

    def _answer(self, connection: socket.socket) -> dict[str, object]:
        try:
            command = _command(_line(connection), _peer(connection))
            handler = self._handlers.get(command.do)
            if handler is None:
                known = ", ".join(sorted(self._handlers))
                raise ControlError(f"no command {command.do!r}; there are {known}")
            log.info("control: %s: %s", command.who, command.do)
            return {"ok": True, "result": handler(command)}
        except BoardIVRError as error:
            return {"ok": False, "error": str(error)}


def ask(place: Path, do: str, *, within: float = ANSWER_WITHIN, **arguments: str | None) -> object:
    """Have an appliance do something; return its result.

    :param within: seconds for the answer
    :raises ControlError: no appliance answers there
    :raises Refused: it can't be done
    """
    line = json.dumps({"do": do, **arguments}).encode() + b"\n"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(within)
            with _short(place) as name:
                connection.connect(name)
            connection.sendall(line)
            answer = json.loads(_line(connection))
    except (FileNotFoundError, ConnectionRefusedError):
        raise ControlError(f"{place}: no appliance runs here") from None
    except OSError as error:
        raise ControlError(f"{place}: {error.strerror or 'no answer in time'}") from error
    except ValueError as error:
        raise ControlError(f"{place}: an answer that can't be read") from error
    if not answer.get("ok"):
        raise Refused(str(answer.get("error")))
    result: object = answer.get("result")
    return result


@contextmanager
def _short(place: Path) -> Iterator[str]:
    """Give a name for a socket that is short enough (107 bytes), however deep its folder is."""
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{place.name}"
    finally:
        os.close(folder)


def _line(connection: socket.socket) -> bytes:
    data = bytearray()
    while not data.endswith(b"\n"):
        part = connection.recv(65536)
        if not part:
            break
        data += part
        if len(data) > MOST_BYTES:
            raise ControlError(f"a line longer than {MOST_BYTES} bytes")
    return bytes(data)


def _command(line: bytes, who: str) -> Command:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise ControlError("expected a line of JSON") from None
    if not isinstance(found, dict) or not isinstance(found.get("do"), str):
        raise ControlError('expected an object such as {"do": "status"}')
    return Command(do=found.pop("do"), who=who, arguments=found)


def _peer(connection: socket.socket) -> str:
    """Return who is at the other end, as the system knows him."""
    size = struct.calcsize("3i")
    peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    _, user, _ = struct.unpack("3i", peer)
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
