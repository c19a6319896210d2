"""A host that is any database with a DB-API 2.0 driver (PEP 249).

Each transaction is SQL of the settings; what a call brings is only ever bound.
``:idempotency_key`` is the request's key, for a table of the bank's own.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, cast

from boardivr.customer import Value
from boardivr.errors import SettingsError
from boardivr.flows.services import HostError, HostTimeout
from boardivr.hosts.bound import bound
from boardivr.hosts.fields import typed_row
from boardivr.hosts.host import Rows, checked
from boardivr.hosts.settings import TransactionSettings
from boardivr.hosts.written import WrittenHost
from boardivr.store import Store

log = logging.getLogger(__name__)

MOST_ROWS = 10_000
CONNECTIONS = 8
KEY = "idempotency_key"


class Driver(Protocol):
    """A module as PEP 249 has it."""

    paramstyle: str
    Error: type[Exception]

    def connect(self, *args: object, **parameters: object) -> Any: ...


class DbApiHost(WrittenHost):
    """A database; a :class:`WrittenHost`. Close it.

    A statement can't be ended from outside: it is given up when its time is over, and
    its connection is closed when it comes back.

    :param url: the first argument of the driver's ``connect``; None for none
    :param connections: how many at most
    """

    def __init__(
        self,
        name: str,
        driver: Driver,
        store: Store,
        transactions: Mapping[str, TransactionSettings],
        *,
        url: str | None = None,
        parameters: Mapping[str, object] | None = None,
        connections: int = CONNECTIONS,
    ) -> None:
        super().__init__(name, store, transactions)
        self._driver = driver
        self._url = () if url is None else (url,)
        self._parameters = parameters or {}
        self._room = threading.BoundedSemaphore(connections)
        self._lock = threading.Lock()
        self._idle: list[Any] = []

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            self._end(connection)

    def _ask(
        self,
        txn: str,
        one: TransactionSettings,
        data: Mapping[str, Value],
        key: str,
        within: float,
    ) -> Rows:
        where = f"{self._name} {txn}"
        values = {**data, KEY: key}
        try:
            statements = [bound(sql, self._driver.paramstyle, values) for sql in one.sql]
        except KeyError as error:
            raise HostError(f"{where}: {error.args[0]} is missing") from None
        try:
            with self._connection(time.monotonic() + within, where) as connection:
                rows = self._run(connection, statements, where)
        except self._driver.Error as error:
            # Not its words: a driver may put values in them, or the password.
            raise HostError(f"{where}: {type(error).__name__}") from None
        if one.fields:
            return [typed_row(row, one.fields, where) for row in rows]
        return checked(rows, where)

    def _run(
        self, connection: Any, statements: Sequence[tuple[str, object]], where: str
    ) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        with contextlib.closing(connection.cursor()) as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
            if cursor.description is not None:
                names = [column[0] for column in cursor.description]
                found = cursor.fetchmany(MOST_ROWS + 1)
                if len(found) > MOST_ROWS:
                    raise HostError(f"{where}: more than {MOST_ROWS} rows")
                rows = [dict(zip(names, row, strict=True)) for row in found]
        return rows

    @contextlib.contextmanager
    def _connection(self, deadline: float, where: str) -> Iterator[Any]:
        """Give a connection; what was done in it is committed, unless it failed or is late."""
        if not self._room.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise HostTimeout(f"{where}: no connection became free in time")
        try:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = self._driver.connect(*self._url, **self._parameters)
            try:
                yield connection
                if time.monotonic() > deadline:
                    # Nobody waits any more, and the caller was told that it failed.
                    raise HostTimeout(f"{where}: too late, it was not committed")
                connection.commit()
            except BaseException:
                self._end(connection)
                raise
            with self._lock:
                self._idle.append(connection)
        finally:
            self._room.release()

    def _end(self, connection: Any) -> None:
        """Roll back what isn't committed, and close."""
        try:
            connection.rollback()
            connection.close()
        except self._driver.Error as error:
            log.info("host %s: closing a connection: %s", self._name, type(error).__name__)


def load_driver(module: str) -> Driver:
    """Return a driver by its module's name.

    :raises SettingsError: it can't be imported, or is no driver
    """
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise SettingsError(f"db {module}: {error}") from error
    lacking = [name for name in ("connect", "paramstyle", "Error") if not hasattr(found, name)]
    if lacking:
        raise SettingsError(f"db {module}: no DB-API 2.0 driver, it has no {lacking[0]}")
    return cast(Driver, found)
