"""The CT bus: numbered time slots, each of which carries what one device says."""

from __future__ import annotations

import threading

from boardivr.hal.dialogic_cffi.simulator.ports import Slot
from boardivr.media._engine import lib

SAYS = lib.BI_SIDE_OUT
HEARS = lib.BI_SIDE_IN


class Bus:
    def __init__(self) -> None:
        self._slots: dict[int, Slot] = {}
        self._last = -1
        self._lock = threading.Lock()

    def give(self, port: int, side: int) -> int:
        """Return a time slot that carries one side of a port: its number."""
        with self._lock:
            self._last += 1
            self._slots[self._last] = (port, side)
            return self._last

    def take_back(self, number: int) -> None:
        """Give a slot up."""
        with self._lock:
            self._slots.pop(number, None)

    def find(self, number: int) -> Slot | None:
        """Return what a slot carries; None: there is no such slot."""
        return self._slots.get(number)
