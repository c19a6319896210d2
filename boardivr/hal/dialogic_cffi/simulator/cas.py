"""Channel associated signalling of a timeslot: A and B bits, as E&M with wink start has them.

On-hook both are 0 in both ways, off-hook both are 1. A seizure is acknowledged by a wink;
digits are sent as tones; the bits of the called side rise when it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.hal.loopback.station import Signal
from boardivr.media.events import Event

if TYPE_CHECKING:
    from boardivr.hal.dialogic_cffi.simulator.trunk import Trunk

OFF_HOOK = 0b11
A = 0b01
WINK_AFTER = 0.15
"""Seconds from a seizure to its wink."""


class Bits:
    """The bits of one timeslot; used with the timeslot's lock held."""

    def __init__(self, trunk: Trunk) -> None:
        self._trunk = trunk
        self.sent = 0
        self.received = 0

    def send(self, bits: int) -> None:
        """Send these bits from now on: A rising seizes or answers, falling ends the call."""
        before, self.sent = self.sent, bits & 0b1111
        exchange, station = self._trunk.line.exchange, self._trunk.line.station
        if before & A == self.sent & A:
            return
        if not self.sent & A:
            exchange.hang_up(station)
            self._receive(0)
        elif station.is_ringing:
            exchange.answer(station)
        elif exchange.seize(station):
            exchange.give_dial_tone(station)
            self._trunk.later(WINK_AFTER, self._wink)

    def hear(self, event: Event) -> None:
        """Take in what the exchange signals."""
        if event.a in (Signal.RING, Signal.ANSWERED):
            self._receive(OFF_HOOK)
        elif event.a in (Signal.RING_STOP, Signal.RELEASED):
            self._receive(0)

    def state(self) -> int:
        """Return DTSG_*: what is sent, and what is received."""
        return self.sent | self.received << 4

    def _wink(self) -> None:
        self._trunk.tell(value("DTEV_SIG"), value("DTMM_WINK"))

    def _receive(self, bits: int) -> None:
        changed, self.received = bits ^ self.received, bits
        mask = 0
        for n in range(4):
            if changed & 1 << n:  # an edge: DTMM_AON is 0x11, DTMM_AOFF 0x110
                mask |= (1 << n if bits & 1 << n else 1 << n + 8) | 1 << n + 4
        if mask:
            self._trunk.tell(value("DTEV_SIG"), mask)
