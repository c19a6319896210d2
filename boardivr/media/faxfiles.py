"""The files of a fax: in memory, where the engine uses them; on the disk, where they stay."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from boardivr.hal.types import FaxOffer


class Files:
    """What a fax has open; :meth:`close` ends it.

    :ivar texts: of the setup in C; they live as long as this
    """

    def __init__(self) -> None:
        self.offers: tuple[FaxOffer, ...] = ()
        self.texts: tuple[Any, ...] = ()
        self._open = ExitStack()
        self._made: Path | None = None

    @classmethod
    @contextmanager
    def opening(cls) -> Iterator[Files]:
        """Open files in the block; if it fails, none is left open, and none is made."""
        files = cls()
        with ExitStack() as undo:
            undo.callback(files.close, keeps=False)
            yield files
            undo.pop_all()

    def read(self, path: Path) -> bytes:
        """Read a file into memory, and return the name that it has there.

        :raises OSError: it can't be read
        """
        with path.open("rb") as source, open(self._memory(), "wb", closefd=False) as target:
            shutil.copyfileobj(source, target)
            return name_of(target.fileno())

    def make(self, path: Path) -> tuple[int, int]:
        """Make a file, and its other self in memory; return their descriptors.

        :raises OSError: it is there, or can't be made
        """
        made = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o640)
        self._open.callback(os.close, made)
        self._made = path
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return self._memory(), made

    def close(self, *, keeps: bool) -> None:
        """Close them all. Safe to repeat.

        :param keeps: the file that was made stays
        """
        self._open.close()
        if self._made is not None and not keeps:
            self._made.unlink(missing_ok=True)
        self._made = None

    def _memory(self) -> int:
        memory = os.memfd_create("fax", os.MFD_CLOEXEC)
        self._open.callback(os.close, memory)
        return memory


def name_of(descriptor: int) -> bytes:
    """Return a name under which C can open what is open already."""
    return f"/proc/self/fd/{descriptor}".encode()
