"""The engine: N ports of 8 kHz audio, ticked in C every 20 ms.

This is its face in Python. Nothing here touches a sample of a running call: a
verb starts something in C and waits, without the GIL, for the event that ends it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from boardivr.hal.errors import BoardError
from boardivr.hal.types import Clip, Encoding
from boardivr.media._engine import ffi, lib
from boardivr.media.check import check
from boardivr.media.clock import EngineClock
from boardivr.media.port import Port

LAWS = {Encoding.ALAW: lib.BI_ALAW, Encoding.ULAW: lib.BI_ULAW, Encoding.LINEAR: lib.BI_LINEAR}


class Engine:
    """An engine with its clock; close it with :meth:`close`.

    :param ports: how many ports there can be
    :param law: what the lines carry: A-law or mu-law (ITU-T G.711)
    :param is_virtual: time passes only when every thread of :attr:`clock` waits
    :param start: the wall clock at second 0; now where it isn't given
    :raises ValueError: another law
    """

    def __init__(
        self,
        *,
        ports: int = 64,
        law: Encoding = Encoding.ALAW,
        is_virtual: bool = False,
        start: datetime | None = None,
    ) -> None:
        if law is Encoding.LINEAR:
            raise ValueError(f"expected lines of alaw or ulaw, found {law.value}")
        handle = lib.bi_engine_alloc(ports, LAWS[law], is_virtual)
        if handle == ffi.NULL:
            raise BoardError(f"no memory for an engine of {ports} ports")
        self.handle = ffi.gc(handle, lib.bi_engine_free)
        self.law = law
        self.clock = EngineClock(self.handle, is_virtual=is_virtual, start=start)
        self._clips: weakref.WeakKeyDictionary[Clip, Any] = weakref.WeakKeyDictionary()
        self._by_id: weakref.WeakValueDictionary[int, Clip] = weakref.WeakValueDictionary()
        self._lock = threading.Lock()
        if not is_virtual:
            check(lib.bi_engine_start(self.handle), "bi_engine_start")

    def open_port(self) -> Port:
        """Return a port of its own.

        :raises EngineError: all are taken
        """
        return Port(self, check(lib.bi_port_open(self.handle), "bi_port_open"))

    def load(self, clip: Clip) -> Any:
        """Return the clip's handle in the engine; it is loaded once, for all ports."""
        with self._lock:
            handle = self._clips.get(clip)
            if handle is None:
                handle = self._clips[clip] = self._load(clip)
                self._by_id[lib.bi_clip_id(handle)] = clip
            return handle

    def clip(self, clip_id: int) -> Clip | None:
        """Return the clip that an event told of, if it still is in use."""
        with self._lock:
            return self._by_id.get(clip_id)

    def stats(self) -> Mapping[str, int]:
        """Return ticks, late ticks, the worst lateness and the busy time in ns, and so on."""
        stats = ffi.new("bi_stats *")
        lib.bi_engine_stats(self.handle, stats)
        return {name: getattr(stats, name) for name, _ in ffi.typeof("bi_stats").fields}

    def limit_faxes(self, seconds: float) -> None:
        """Let faxes wait for the next tick once so much of one has passed; for measuring."""
        lib.bi_fax_haste(self.handle, round(seconds * 1e9))

    def close(self) -> None:
        """Stop ticking; every thread that waits in it gets :exc:`EngineClosed`. Safe to repeat."""
        lib.bi_engine_close(self.handle)

    def _load(self, clip: Clip) -> Any:
        handle = lib.bi_clip_alloc(self.handle, clip.data, len(clip.data), LAWS[clip.encoding])
        if handle == ffi.NULL:
            raise BoardError(f"no memory for a clip of {len(clip.data)} bytes")
        return ffi.gc(handle, lib.bi_clip_release)
