"""The database: one file, a connection for each thread, typed access.

Nothing outside this package sees a connection; others read with :meth:`Store.rows`
and write inside :meth:`Store.transaction`.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.closing import Closing
from boardivr.store.errors import Busy, StoreError
from boardivr.store.migrations import APPLIED, Migration, migrations
from boardivr.store.values import time_text

if TYPE_CHECKING:
    from sqlite_utils import Database

log = logging.getLogger(__name__)

Cell = str | int | float | None
"""What a column holds."""

Row = dict[str, Cell]

Arguments = Sequence[Cell] | Mapping[str, Cell]

BUSY_SECONDS = 5.0  # how long a statement waits for another process's write


class Transaction:
    """Statements that come into force together, or not at all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, arguments: Arguments = ()) -> list[Row]:
        """Return the rows that a statement gives, by column name; none if it gives none."""
        with closing(self._connection.execute(sql, arguments)) as cursor:
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, arguments: Arguments = ()) -> Row | None:
        """Return the first row, or None."""
        return next(iter(self.rows(sql, arguments)), None)

    def execute(self, sql: str, arguments: Arguments = ()) -> int:
        """Run a statement; return how many rows it changed."""
        return self._connection.execute(sql, arguments).rowcount

    def execute_many(self, sql: str, arguments: Iterable[Sequence[Cell]]) -> None:
        """Run a statement once for each set of arguments."""
        self._connection.executemany(sql, arguments)


class Store(Closing):
    """The database at a path. Close it with ``with``; any thread may use it.

    :param path: its file; made, with its folder, when it isn't there
    :param busy: seconds to wait for another writer
    :raises StoreError: it can't be opened, or isn't a database
    """

    def __init__(self, path: Path, *, busy: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy = busy
        self._local = threading.local()
        # Weak: the connection of a thread that has ended goes with it.
        self._open: weakref.WeakSet[Database] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False
        with self._errors():
            self._make_file()
            self._database()

    def rows(self, sql: str, arguments: Arguments = ()) -> list[Row]:
        """Return what a query gives, by column name."""
        with self._errors():
            return Transaction(self._database().conn).rows(sql, arguments)

    def row(self, sql: str, arguments: Arguments = ()) -> Row | None:
        """Return the first row of a query, or None."""
        return next(iter(self.rows(sql, arguments)), None)

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[Transaction]:
        """Write what happens inside at once when it ends; nothing if it raises.

        It has the only pen from its beginning, so what it reads is still so
        when it writes.

        :param durable: on the disk itself when it ends, safe from a power cut; some ms slower
        """
        with self._errors():
            connection = self._database().conn
            if durable:
                connection.execute("pragma synchronous = full")
            try:
                with _begun(connection):
                    yield Transaction(connection)
            finally:
                if durable:
                    connection.execute("pragma synchronous = normal")

    def applied(self) -> list[str]:
        """Return the names of the migrations that this database has had."""
        with self._errors():
            return _applied(self._database())

    def missing(self) -> list[str]:
        """Return the names of the migrations that it still needs."""
        applied = set(self.applied())
        return [step.name for step in migrations() if step.name not in applied]

    def refuse_newer(self) -> None:
        """Check that this program knows the schema.

        :raises StoreError: a newer version of it made the database
        """
        unknown = set(self.applied()) - {step.name for step in migrations()}
        if unknown:
            raise StoreError(
                f"{self.path}: made by a newer version of boardivr (it has {max(unknown)})"
            )

    def migrate(self, until: str | None = None) -> list[str]:
        """Bring the schema up to date; return the names of the steps taken.

        :param until: the last step to take, for tests of old databases
        :raises StoreError: the database is newer than this program
        """
        taken = []
        with self._errors():
            database = self._database()
            self.refuse_newer()
            for step in migrations():
                if _apply(database, step):
                    log.info("%s: migrated to %s", self.path, step.name)
                    taken.append(step.name)
                if step.name == until:
                    break
        return taken

    def close(self) -> None:
        """Close every thread's connection. Safe to repeat."""
        with self._lock:
            self._closed = True
            for database in list(self._open):
                database.close()

    def _database(self) -> Database:
        """Return this thread's connection."""
        database: Database | None = getattr(self._local, "database", None)
        if database is None:
            database = self._connect()
            self._local.database = database
        return database

    def _connect(self) -> Database:
        from sqlite_utils import Database

        with self._lock:
            if self._closed:
                raise StoreError(f"{self.path}: the store is closed")
            # Closed by close(), which another thread may call; used by one only.
            connection = sqlite3.connect(
                self.path, timeout=self._busy, isolation_level=None, check_same_thread=False
            )
            database = Database(connection, execute_plugins=False)
            self._open.add(database)
        # With WAL, `normal` means: a power cut may lose the last commits, never break the file.
        for pragma in ("journal_mode = wal", "synchronous = normal", "foreign_keys = on"):
            connection.execute(f"pragma {pragma}")
        return database

    def _make_file(self) -> None:
        """Make file and folder; only their owner may read what customers trust us with."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self.path}: can't make its folder: {error.strerror}") from error
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise StoreError(f"{self.path}: {error.strerror}") from error

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what SQLite raises into our errors, once, here."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Busy(f"{self.path}: in use by another process ({error})") from error
            raise StoreError(f"{self.path}: {error}") from error
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {error}") from error


@contextmanager
def _begun(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        # Some errors (disk full) have ended it already.
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _applied(database: Database) -> list[str]:
    if not database.table(APPLIED).exists():
        return []
    return [row["name"] for row in database.query(f"select name from {APPLIED} order by name")]


def _apply(database: Database, step: Migration) -> bool:
    """Take one step unless it was taken, maybe by another process a moment ago."""
    connection = database.conn
    with _begun(connection):
        connection.execute(
            f"create table if not exists {APPLIED} (name text primary key, applied_at text)"
        )
        if step.name in _applied(database):
            return False
        step.apply(database)
        now = time_text(datetime.now(UTC))
        connection.execute(f"insert into {APPLIED} values (?, ?)", (step.name, now))
    return True
