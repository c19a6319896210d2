"""The folder of the documents that are to be sent.

Whoever puts a document there holds a lock until the store knows it; what nobody
holds and the store doesn't know was left by a process that was killed.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from boardivr.errors import SettingsError

log = logging.getLogger(__name__)

LOCK = ".lock"
LONGEST = 255
"""Octets of a path: spandsp cuts longer ones (see :mod:`boardivr.media.fax`)."""


class Spool:
    """:param folder: made when it isn't there
    :raises SettingsError: its path is too long for a fax
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        longest = folder / _name("x")
        if len(os.fsencode(longest)) > LONGEST:
            raise SettingsError(
                f"{folder}: expected a folder whose files have at most {LONGEST} bytes of path,"
                f" found {len(os.fsencode(longest))}"
            )
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, name: str) -> Path:
        """Return the file of a document."""
        return self.folder / name

    def new(self, kind: str = "d") -> Path:
        """Return a name that no file has.

        :param kind: a letter: ``d`` for documents, ``c`` for what a call sends
        """
        return self.folder / _name(kind)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep what is written in the block from being taken for left over."""
        with self._lock(fcntl.LOCK_SH):
            yield

    def clean(self, known: Callable[[], Collection[str]]) -> int:
        """Remove what isn't known and isn't being written; return how many files went.

        :param known: the names of the documents; asked once nobody writes any more
        """
        try:
            with self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB):
                return sum(map(_remove, self._strangers(known())))
        except BlockingIOError:
            return 0  # somebody writes just now; the next time, then

    def _strangers(self, known: Collection[str]) -> list[Path]:
        found = self.folder.iterdir()
        return [path for path in found if path.name not in known and path.name != LOCK]

    @contextmanager
    def _lock(self, how: int) -> Iterator[None]:
        file = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, how)
            yield
        finally:
            os.close(file)  # which lets it go


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name(kind: str) -> str:
    return f"{kind}{secrets.token_hex(8)}.tif"


def _remove(path: Path) -> bool:
    log.warning("%s: nobody's, removed", path)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return True
