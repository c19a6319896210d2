"""The one thread that writes what calls leave behind, many rows to a commit.

A commit costs about as much for one row as for five hundred, and a call must
never wait for a disk. So rows go into a queue in memory and one thread writes
them in groups. A full or broken disk is logged, counted and shown by
:meth:`GroupWriter.health`; calls go on.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from boardivr.store.errors import StoreError
from boardivr.store.store import Cell, Store

log = logging.getLogger(__name__)

MAX_DELAY = 0.05  # seconds of real time from a row's arrival to its commit
MAX_ROWS = 1000  # in one commit
CAPACITY = 100_000  # rows that wait while the database can't be written
RETRY_AFTER = 1.0  # seconds of real time after a commit that failed
CLOSING_RETRY_AFTER = 0.1
CLOSE_WITHIN = 10.0  # seconds of real time to write what is left


@dataclass(frozen=True, kw_only=True)
class WriterHealth:
    """How writing goes.

    :param waiting: rows in memory
    :param lost: rows that will never be written: no room, or refused
    :param last_error: why the last commit failed; None after one that succeeded
    """

    written: int
    waiting: int
    lost: int
    errors: int
    last_error: str | None


@dataclass(frozen=True)
class Write:
    """A statement and what it is bound to."""

    sql: str
    arguments: Sequence[Cell]


class GroupWriter:
    """Writes rows in the order in which they came, from any thread; close it.

    :param capacity: rows that may wait; what comes when it is full is lost and
        counted, except what is essential: that has a quarter more room
    """

    def __init__(
        self,
        store: Store,
        *,
        max_delay: float = MAX_DELAY,
        max_rows: int = MAX_ROWS,
        capacity: int = CAPACITY,
    ) -> None:
        self._store = store
        self._max_delay = max_delay
        self._max_rows = max_rows
        self._capacity = capacity
        self._changed = threading.Condition()
        self._queue: deque[Write] = deque()
        self._flushing = 0
        self._closing = False
        self._give_up = False
        self._taken = self._settled = 0  # rows that came into the queue, and left it
        self._written = self._lost = self._errors = 0
        self._last_error: str | None = None
        self._thread = threading.Thread(target=self._run, name="store writer", daemon=True)
        self._thread.start()

    def put(self, write: Write, *, essential: bool = False) -> bool:
        """Queue a row; False if there was no room for it. Never blocks."""
        room = self._capacity + (self._capacity // 4 if essential else 0)
        with self._changed:
            if self._closing or len(self._queue) >= room:
                self._lose(1, "the queue is full or closed")
                return False
            self._queue.append(write)
            self._taken += 1
            if len(self._queue) in (1, self._max_rows):
                self._changed.notify_all()
            return True

    def flush(self, timeout: float = CLOSE_WITHIN) -> bool:
        """Block until all that was put is on disk; False if that took too long.

        :param timeout: seconds of real time
        """
        with self._changed:
            goal = self._taken
            self._flushing += 1
            self._changed.notify_all()
            try:
                return self._changed.wait_for(lambda: self._settled >= goal, timeout)
            finally:
                self._flushing -= 1

    def health(self) -> WriterHealth:
        """Return how writing goes."""
        with self._changed:
            return WriterHealth(
                written=self._written,
                waiting=len(self._queue),
                lost=self._lost,
                errors=self._errors,
                last_error=self._last_error,
            )

    def close(self, timeout: float = CLOSE_WITHIN) -> None:
        """Write what is left and end the thread; what can't be written in time is lost.

        Safe to repeat.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout)
        if self._thread.is_alive():
            with self._changed:
                self._give_up = True
                self._changed.notify_all()
            self._thread.join()

    def _run(self) -> None:
        try:
            while self._wait():
                self._write(self._batch())
        except Exception:
            log.exception("the store writer stopped: calls aren't recorded any more")
            with self._changed:
                self._closing = True
        finally:
            with self._changed:
                if self._queue:
                    self._lose(len(self._queue), "the writer has ended")
                    self._drop(len(self._queue))
                self._changed.notify_all()

    def _wait(self) -> bool:
        """Block until a group is due; False when there is nothing more to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            self._changed.wait_for(self._is_due, self._max_delay)
            return bool(self._queue) and not self._give_up

    def _is_due(self) -> bool:
        return len(self._queue) >= self._max_rows or self._closing or self._flushing > 0

    def _batch(self) -> list[Write]:
        with self._changed:
            return list(islice(self._queue, self._max_rows))

    def _write(self, batch: Sequence[Write]) -> None:
        """Commit a group; one that fails stays at the head of the queue."""
        try:
            self._commit(batch)
        except StoreError as error:
            if _is_about_the_row(error):
                self._write_singly(batch)
            else:
                self._failed(error)
        else:
            self._done(len(batch))

    def _commit(self, batch: Sequence[Write]) -> None:
        with self._store.transaction() as work:
            for sql, writes in groupby(batch, key=lambda write: write.sql):
                work.execute_many(sql, (write.arguments for write in writes))

    def _write_singly(self, batch: Sequence[Write]) -> None:
        """Save the good rows of a group in which one is refused."""
        for write in batch:
            try:
                self._commit([write])
            except StoreError as error:
                if not _is_about_the_row(error):
                    self._failed(error)
                    return
                with self._changed:
                    self._drop(1)
                    self._errors += 1
                    self._lose(1, str(error))
            else:
                self._done(1)

    def _done(self, count: int) -> None:
        with self._changed:
            self._drop(count)
            self._written += count
            if self._last_error is not None:
                log.warning("the store can be written again")
            self._last_error = None
            self._changed.notify_all()

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._queue.popleft()
        self._settled += count

    def _failed(self, error: StoreError) -> None:
        """Keep the group, and try again after a while."""
        with self._changed:
            self._errors += 1
            if self._last_error != str(error):
                log.error("call records wait in memory: %s", error)
            self._last_error = str(error)
            self._changed.wait_for(
                lambda: self._give_up, CLOSING_RETRY_AFTER if self._closing else RETRY_AFTER
            )

    def _lose(self, count: int, why: str) -> None:
        """Count rows that are lost; say so for the first of them, and each ten-fold."""
        before = self._lost
        self._lost += count
        if len(str(before)) != len(str(self._lost)) or before == 0:
            log.error("%d rows of call records lost: %s", self._lost, why)
        self._changed.notify_all()


def _is_about_the_row(error: StoreError) -> bool:
    """Return whether another row would have been written (a constraint, a type)."""
    return isinstance(
        error.__cause__,
        sqlite3.IntegrityError
        | sqlite3.DataError
        | sqlite3.ProgrammingError
        | sqlite3.InterfaceError,
    )
