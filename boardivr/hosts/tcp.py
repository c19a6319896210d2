"""A host that is asked in lines of text over TCP, as banks' front ends are.

::

    request   CODE|KEY|value|value ...\n
    answer    STATUS|KEY|value|value ...\n

The key is the request's own; an answer with another key is late, or came twice,
and is dropped. The values of an answer are rows, one after the other, in the
order of the transaction's ``fields``. A front end that doesn't send keys back is
``echo: no``: then neither line has one, and a connection serves one request, so
that no late answer can be taken for another's.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from boardivr.customer import Value
from boardivr.flows.services import HostError, HostTimeout
from boardivr.hosts.fields import plain, typed_row
from boardivr.hosts.host import Rows
from boardivr.hosts.settings import TransactionSettings
from boardivr.hosts.written import WrittenHost
from boardivr.store import Store

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024  # of an answer's line
MOST_STALE = 8  # answers to others that are passed over before the connection is given up
CONNECTIONS = 8


@dataclass(frozen=True, kw_only=True)
class Framing:
    """How lines are written.

    :param separator: between fields; no value may have it
    :param ok: the status of a transaction that was done
    :param echo: whether key and answer's key are sent
    """

    encoding: str = "utf-8"
    separator: str = "|"
    ok: str = "0"
    echo: bool = True


class TcpHost(WrittenHost):
    """A front end; a :class:`WrittenHost`. Close it.

    :param connections: how many requests are on their way at most; others wait
    """

    def __init__(
        self,
        name: str,
        address: tuple[str, int],
        store: Store,
        transactions: Mapping[str, TransactionSettings],
        *,
        framing: Framing | None = None,
        connections: int = CONNECTIONS,
    ) -> None:
        super().__init__(name, store, transactions)
        self._address = address
        self._framing = framing or Framing()
        self._room = threading.BoundedSemaphore(connections)
        self._lock = threading.Lock()
        self._idle: list[_Line] = []

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for line in idle:
            line.close()

    def _ask(
        self,
        txn: str,
        one: TransactionSettings,
        data: Mapping[str, Value],
        key: str,
        within: float,
    ) -> Rows:
        where, deadline = f"{self._name} {txn}", time.monotonic() + within
        request = self._request(txn, one, data, key, where)
        try:
            with self._line(deadline) as line:
                line.send(request, deadline)
                answer = self._answer(line, key, deadline, where)
        except TimeoutError:
            raise HostTimeout(f"{where}: no answer within {within:g} s") from None
        except OSError as error:
            raise HostError(f"{where}: {error.strerror or type(error).__name__}") from None
        return self._rows(one, answer, where)

    def _request(
        self, txn: str, one: TransactionSettings, data: Mapping[str, Value], key: str, where: str
    ) -> bytes:
        names = one.send or tuple(data)
        if missing := [name for name in names if name not in data]:
            raise HostError(f"{where}: {missing[0]} is missing")
        values = [plain(data[name]) for name in names]
        framing = self._framing
        for name, value in zip(names, values, strict=True):
            if any(mark in value for mark in (framing.separator, "\n", "\r")):
                raise HostError(f"{where}: {name}: has a character that ends a field")
        head = [one.code or txn, key] if framing.echo else [one.code or txn]
        try:
            return (framing.separator.join([*head, *values]) + "\n").encode(framing.encoding)
        except UnicodeEncodeError:
            raise HostError(f"{where}: a value isn't in {framing.encoding}") from None

    def _answer(self, line: _Line, key: str, deadline: float, where: str) -> list[str]:
        framing = self._framing
        for _ in range(MOST_STALE):
            try:
                text = line.receive(deadline).decode(framing.encoding).rstrip("\r")
            except UnicodeDecodeError:
                raise HostError(f"{where}: an answer that isn't {framing.encoding}") from None
            status, *values = text.split(framing.separator)
            if framing.echo:
                if not values:
                    raise HostError(f"{where}: an answer without its key")
                if values.pop(0) != key:
                    log.info("host %s: an answer to another request was dropped", self._name)
                    continue
            if status != framing.ok:
                raise HostError(f"{where}: refused with status {status[:20]!r}")
            return values
        raise HostError(f"{where}: only answers to other requests")

    def _rows(self, one: TransactionSettings, values: list[str], where: str) -> Rows:
        width = len(one.fields)
        if not width and not values:
            return []
        if not width or len(values) % width:
            raise HostError(f"{where}: expected rows of {width} fields, found {len(values)} fields")
        names = list(one.fields)
        return [
            typed_row(dict(zip(names, values[at : at + width], strict=True)), one.fields, where)
            for at in range(0, len(values), width)
        ]

    @contextlib.contextmanager
    def _line(self, deadline: float) -> Iterator[_Line]:
        """Give a connection; it is kept if all went well, and closed if not."""
        if not self._room.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise TimeoutError
        try:
            line = self._take() or _Line(self._address, deadline)
            try:
                yield line
            except BaseException:
                line.close()
                raise
            self._keep(line)
        finally:
            self._room.release()

    def _take(self) -> _Line | None:
        while True:
            with self._lock:
                line = self._idle.pop() if self._idle else None
            if line is None or line.is_quiet():
                return line
            line.close()  # the host has hung up, or says what nobody asked

    def _keep(self, line: _Line) -> None:
        if not self._framing.echo:
            line.close()
            return
        with self._lock:
            self._idle.append(line)


class _Line:
    """A connection, and what was read of it beyond the last line."""

    def __init__(self, address: tuple[str, int], deadline: float) -> None:
        self._socket = socket.create_connection(address, _left(deadline))
        self._rest = b""

    def is_quiet(self) -> bool:
        """Return whether nothing has come since the last answer, not even an end."""
        return not self._rest and not select.select([self._socket], [], [], 0)[0]

    def send(self, line: bytes, deadline: float) -> None:
        self._socket.settimeout(_left(deadline))
        self._socket.sendall(line)

    def receive(self, deadline: float) -> bytes:
        """Return a line without its end."""
        while b"\n" not in self._rest:
            if len(self._rest) > MOST_BYTES:
                raise OSError(0, f"a line longer than {MOST_BYTES} bytes")
            self._socket.settimeout(_left(deadline))
            part = self._socket.recv(8192)
            if not part:
                raise OSError(0, "the connection was closed before the answer")
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def close(self) -> None:
        self._socket.close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
