"""The thread that waits for events: one per process, because the vendor has one queue per process.

It copies each event and hands it to whoever has asked for the device's. Whoever takes it
is on this thread: he notes it and returns, and calls nothing that waits.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from boardivr.hal.dialogic_cffi import names
from boardivr.hal.dialogic_cffi.errors import check
from boardivr.hal.dialogic_cffi.names import C

log = logging.getLogger(__name__)

WAIT_MS = 200  # how long the thread may not see that it is to end
LONGEST = 4096  # bytes of an event's data that are copied


@dataclass(frozen=True, kw_only=True)
class SrlEvent:
    """An event, copied: the library's own is gone at the next wait.

    :param device: handle; of a Global Call event the line device
    :param result: of a Global Call event: gc_ResultInfo()'s value, GCRV_* or EGC_*
    :param cause: of the same: the call control library's own value
    """

    device: int
    type: int
    data: bytes = b""
    is_gc: bool = False
    crn: int = 0
    result: int = 0
    cause: int = 0
    words: str = ""

    @property
    def name(self) -> str:
        return names.event(self.type)


Sink = Callable[[SrlEvent], None]

TOLD = frozenset(
    {
        C.GCEV_TASKFAIL, C.GCEV_DISCONNECTED, C.GCEV_CALLSTATUS, C.GCEV_BLOCKED,
        C.GCEV_OPENEX_FAIL, C.GCEV_RELEASECALL_FAIL, C.GCEV_RESTARTFAIL, C.GCEV_ERROR,
        C.GCEV_FATALERROR,
    }
)  # fmt: skip
"""Global Call events whose reason is asked for."""


class SrlThread:
    """Waits in sr_waitevt()."""

    def __init__(self, api: Any) -> None:
        self._api = api
        self._gc: Any = None
        self._sinks: dict[tuple[bool, int], Sink] = {}
        self._is_ending = False
        self.held = threading.RLock()
        """Held by who opens a device until he has subscribed; no event is handed out meanwhile."""
        # Read as an int, whatever the manual says of longs (API notes, 1.1).
        self._mode = api.new("int *", C.SR_POLLMODE)
        result = api.sr_setparm(C.SRL_DEVICE, C.SR_MODEID, self._mode)
        check(api, result, "sr_setparm", C.SRL_DEVICE, "SRL")
        self._meta: Any = None
        self._info: Any = None
        self._thread = threading.Thread(target=self._work, name="SRL", daemon=True)
        self._thread.start()

    def take_gc(self, api: Any) -> None:
        """Take Global Call's events, too, from now on.

        :param api: libraries that have it
        """
        self._meta, self._info = api.new("METAEVENT *"), api.new("GC_INFO *")
        self._gc = api

    def subscribe(self, device: int, sink: Sink, *, is_gc: bool = False) -> None:
        """Have a device's events from now on."""
        self._sinks[is_gc, device] = sink

    def unsubscribe(self, device: int, *, is_gc: bool = False) -> None:
        """Have no more of them."""
        self._sinks.pop((is_gc, device), None)

    def close(self) -> None:
        """End the thread."""
        self._is_ending = True
        self._thread.join()

    def _work(self) -> None:
        while not self._is_ending:
            if self._api.sr_waitevt(WAIT_MS) == -1:
                continue  # its time is up
            try:
                self._dispatch(self._event())
            except Exception:
                log.exception("an event couldn't be handled")

    def _event(self) -> SrlEvent:
        api = self._api
        gc = self._gc
        if gc is not None and gc.gc_GetMetaEvent(self._meta) >= 0 and self._is_gc_event():
            return self._gc_event(gc)
        length = min(int(api.sr_getevtlen()), LONGEST)
        data = api.octets(api.cast("char *", api.sr_getevtdatap()), length)
        return SrlEvent(device=int(api.sr_getevtdev()), type=int(api.sr_getevttype()), data=data)

    def _is_gc_event(self) -> bool:
        return bool(self._meta.flags & C.GCME_GC_EVENT)

    def _gc_event(self, api: Any) -> SrlEvent:
        meta = self._meta
        result, cause, words = 0, 0, ""
        if meta.evttype in TOLD and api.gc_ResultInfo(meta, self._info) >= 0:
            result, cause = int(self._info.gcValue), int(self._info.ccValue)
            words = api.text(self._info.ccMsg) or api.text(self._info.gcMsg)
        return SrlEvent(
            device=int(meta.linedev), type=int(meta.evttype), is_gc=True, crn=int(meta.crn),
            result=result, cause=cause, words=words,
        )  # fmt: skip

    def _dispatch(self, event: SrlEvent) -> None:
        with self.held:
            sink = self._sinks.get((event.is_gc, event.device))
            if sink is None:
                log.warning("%s of device %d, which nobody has open", event.name, event.device)
            else:
                sink(event)
