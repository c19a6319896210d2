"""Who hears whom on the CT bus: each device sends on a timeslot, and listens to one.

::

    line (front end) ──sends──► slot ◄──listens── voice
    line (front end) ──listens──► slot ◄──sends── voice

A bridge has two lines listen to each other; both voices go on hearing their own line.
SCbus routing functions: xx_getxmitslot(), xx_listen(), xx_unlisten().
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from boardivr.hal.dialogic_cffi.names import C

Check = Callable[[int, str], object]


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A device's place on the bus.

    :param prefix: of its functions: ``dx``, ``ag``, ``fx``
    """

    api: Any
    prefix: str
    handle: int
    check: Check

    @property
    def slot(self) -> int:
        """The timeslot that it sends on."""
        info, slots = self._info()
        self._call("getxmitslot", info)
        return int(slots[0])

    def listen(self, slot: int) -> None:
        """Hear a timeslot, instead of the one before."""
        info, slots = self._info()
        slots[0] = slot
        self._call("listen", info)

    def unlisten(self) -> None:
        """Hear nothing."""
        self._call("unlisten")

    def _info(self) -> tuple[Any, Any]:
        slots = self.api.new("long[1]")
        info = self.api.new("SC_TSINFO *")
        info.sc_numts = 1
        info.sc_tsarrayp = slots
        return info, slots

    def _call(self, verb: str, *arguments: Any) -> None:
        name = f"{self.prefix}_{verb}"
        self.check(getattr(self.api, name)(self.handle, *arguments), name)


@dataclass(frozen=True, kw_only=True)
class GcSeat(Seat):
    """A Global Call line device's place on the bus."""

    prefix: str = "gc"

    def _call(self, verb: str, *arguments: Any) -> None:
        name = {"getxmitslot": "gc_GetXmitSlot", "listen": "gc_Listen", "unlisten": "gc_UnListen"}[
            verb
        ]
        mode = () if verb == "getxmitslot" else (C.EV_SYNC,)
        self.check(getattr(self.api, name)(self.handle, *arguments, *mode), name)


class Mixer:
    """A conference resource (dcb): mixes the two sides of a call for a listener.

    Audio Conferencing API: parties are timeslots; a monitor gets the sum on one of its own.
    """

    def __init__(self, api: Any, name: str, check: Check) -> None:
        self._api = api
        self._check = check
        self._handle = api.dcb_open(name.encode(), 0)
        check(self._handle, "dcb_open")

    def mix(self, slots: tuple[int, int]) -> tuple[int, int]:
        """Return a conference of two timeslots, and the timeslot of their sum."""
        parties = self._api.new("MS_CDT[]", len(slots))
        for party, slot in zip(parties, slots, strict=True):
            party.chan_num = slot
            party.chan_sel = C.MSPN_TS
            party.chan_attr = C.MSPA_NULL
        number = self._api.new("int *")
        result = self._api.dcb_estconf(self._handle, parties, len(slots), C.MSCA_NULL, number)
        self._check(result, "dcb_estconf")
        slot = self._api.new("long *")
        self._check(self._api.dcb_monconf(self._handle, number[0], slot), "dcb_monconf")
        return int(number[0]), int(slot[0])

    def end(self, number: int) -> None:
        """End a conference."""
        self._check(self._api.dcb_delconf(self._handle, number), "dcb_delconf")

    def close(self) -> None:
        self._check(self._api.dcb_close(self._handle), "dcb_close")
