"""A watched folder: flows are loaded when their files have changed and rest."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from boardivr.errors import BoardIVRError

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds of real time between two looks

Marks = dict[Path, tuple[int, int]]


class FolderWatch:
    """Looks at files, and has them loaded when they differ from the last time.

    A file that is still being written changes from look to look; so nothing is loaded
    before two looks have found the same.

    :param files: those that matter now, recordings among them
    :param load: loads them; what it raises is logged, and tried again after a change
    """

    def __init__(
        self,
        files: Callable[[], list[Path]],
        load: Callable[[], object],
        *,
        every: float = EVERY,
    ) -> None:
        self._files = files
        self._load = load
        self._every = every
        self._done = self._last = self._marks()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flow watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def look(self) -> bool:
        """Look once; return whether something was loaded, or tried."""
        marks, before = self._marks(), self._last
        self._last = marks
        if marks == self._done or marks != before:
            return False
        self._done = marks
        try:
            self._load()
        except BoardIVRError as error:
            log.error("the flows stay as they were: %s", error)
        return True

    def close(self) -> None:
        """Look no more. Safe to repeat."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                self.look()
            except Exception:
                log.exception("looking at the flows failed")

    def _marks(self) -> Marks:
        marks = {}
        for path in self._files():
            try:
                found = path.stat()
            except OSError:
                continue  # it has gone since: that is a change as well
            marks[path] = (found.st_mtime_ns, found.st_size)
        return marks
