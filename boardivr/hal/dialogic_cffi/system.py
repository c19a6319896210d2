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
    """The libraries, open, and the thread that takes their events.

    :param needs_gc: whether lines are to be worked by Global Call
    """

    _shared: ClassVar[dict[tuple[object, ...], System]] = {}
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, folders: Sequence[Path], long: str, needs_gc: bool) -> None:
        self.has_gc = needs_gc
        self.has_fax = library.is_present(folders, library.FAX)
        self.has_mixer = library.is_present(folders, library.CONFERENCE)
        self.api: Any = library.open_api(tuple(folders), tuple(self._parts()), long)
        if long == "long" and (wrong := library.wrong_sizes(self.api)):
            raise WrongVersion("structures of other sizes: " + "; ".join(wrong))
        if needs_gc:
            gc_check(self.api, self.api.gc_Start(self.api.null), "gc_Start", "Global Call")
        self.srl = SrlThread(self.api, needs_gc)
        self._users = 0

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
        """Return the process's system, opened by the first who asks; :meth:`leave` it."""
        key = (tuple(folders), long, needs_gc)
        with cls._guard:
            if key not in cls._shared:
                cls._shared[key] = cls(folders, long, needs_gc)
            system = cls._shared[key]
            system._users += 1
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
