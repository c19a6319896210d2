"""One process for each node: a lock that ends with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from boardivr.closing import Closing
from boardivr.store.errors import Busy, StoreError


class NodeLock(Closing):
    """Held by a node while it runs, so that no second one works its calls.

    The system drops it when the process ends, however it ends.

    :param database: the store's file; the lock lies beside it
    :raises Busy: another process is this node
    """

    def __init__(self, database: Path, node: str) -> None:
        self.path = _place(database, node)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(self.path, "a+", encoding="ascii")  # noqa: SIM115
        except OSError as error:
            raise StoreError(f"{self.path}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise Busy(f"{database}: node {node!r} runs already, as process {holder}") from error
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def close(self) -> None:
        """Let another process be this node. Safe to repeat."""
        self._file.close()


def holder(database: Path, node: str) -> str | None:
    """Return the id of the process that is a node, or None if none is."""
    try:
        with open(_place(database, node), "r+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read().strip() or "unknown"
    except FileNotFoundError:
        pass
    return None


def _place(database: Path, node: str) -> Path:
    return database.with_name(f"{database.name}.{node}.lock")
