"""The vendor's system in this process: libraries, Global Call, and the SRL thread; shared.

One event queue per process is the vendor's rule, so two boards share one system.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from boardivr.hal.dialogic_cffi import library
from boardivr.hal.dialogic_cffi.errors import WrongVersion, gc_check
from boardivr.hal.dialogic_cffi.library import Part
from boardivr.hal.dialogic_cffi.srl import SrlThread

log = logging.getLogger(__name__)


class System:
    """The libraries, open, and the thread that takes their events."""

    _shared: ClassVar[dict[tuple[object, ...], System]] = {}
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, folders: Sequence[Path], long: str) -> None:
        self._folders = tuple(folders)
        self._long = long
        self.has_gc = False
        self.has_fax = library.is_present(folders, library.FAX)
        self.has_mixer = library.is_present(folders, library.CONFERENCE)
        self.api: Any = self._open()
        self.srl = SrlThread(self.api)
        self._users = 0

    def _open(self) -> Any:
        api = library.open_api(self._folders, tuple(self._parts()), self._long)
        if self._long == "long" and (wrong := library.wrong_sizes(api)):
            raise WrongVersion("structures of other sizes: " + "; ".join(wrong))
        return api

    def _start_gc(self) -> None:
        """Start Global Call, too: its events come by the same thread."""
        self.has_gc = True
        try:
            api = self._open()
            gc_check(api, api.gc_Start(api.null), "gc_Start", "Global Call")
        except BaseException:
            self.has_gc = False
            raise
        self.api = api
        self.srl.take_gc(api)

    def _parts(self) -> list[Part]:
        parts = [library.SRL, library.MAPPER, library.VOICE]
        if self.has_gc:
            parts.append(library.GLOBAL_CALL)
        if self.has_mixer:
            parts.append(library.CONFERENCE)
        if self.has_fax:
            parts.append(library.FAX)
        return parts

    @classmethod
    def shared(cls, folders: Sequence[Path], long: str, needs_gc: bool) -> System:
        """Return the process's system, opened by the first who asks; :meth:`leave` it.

        :param needs_gc: whether lines are to be worked by Global Call
        """
        key = (tuple(folders), long)
        with cls._guard:
            if key not in cls._shared:
                cls._shared[key] = cls(folders, long)
            system = cls._shared[key]
            system._users += 1
        try:
            with cls._guard:
                if needs_gc and not system.has_gc:
                    system._start_gc()
        except BaseException:
            system.leave()
            raise
        return system

    def leave(self) -> None:
        """Be one less; the last one ends the thread, and Global Call."""
        with self._guard:
            self._users -= 1
            if self._users:
                return
            for key in [key for key, one in self._shared.items() if one is self]:
                del self._shared[key]
        self.srl.close()
        if self.has_gc:
            self.api.gc_Stop()
