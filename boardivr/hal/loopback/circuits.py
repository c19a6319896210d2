"""Line circuits: what the exchange says to a station that isn't in conversation.

A circuit is a port of the exchange's own, lent to a station while it hears a
tone, dials, or is sent who calls.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from boardivr.hal.loopback.station import Station
from boardivr.hal.types import Termination
from boardivr.media.engine import Engine
from boardivr.media.port import Port
from boardivr.media.tones import CallerIdStandard, Tone


class Circuits:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: list[Port] = []
        self._lent: dict[Station, Port] = {}
        self._collecting: dict[Station, Port] = {}
        self._lock = threading.Lock()

    def send(self, station: Station, tone: Tone) -> None:
        """Send a tone until :meth:`release`."""
        self._lend(station).begin_tone(tone)

    @property
    def in_use(self) -> int:
        """How many are lent at this moment."""
        with self._lock:
            return len(self._lent) + len(self._collecting)

    @property
    def idle(self) -> int:
        """How many wait to be lent again."""
        with self._lock:
            return len(self._free)

    def send_caller_id(
        self, station: Station, standard: CallerIdStandard, number: str, when: datetime
    ) -> None:
        """Send who calls to an on-hook line."""
        self._lend(station).send_caller_id(standard, number, when)

    def collect(
        self,
        station: Station,
        dial_tone: Tone,
        until: Termination,
        is_complete: Callable[[str], bool],
    ) -> str:
        """Send dial tone until the first key, and return the keys that were dialled.

        :param until: ``first_digit`` and ``inter_digit`` end it, ``max_digits`` too
        """
        port = self._take(station)
        with self._lock:
            self._collecting[station] = port
        port.detect_digits()
        port.begin_tone(dial_tone)
        digits = ""
        first = Termination(max_digits=1, first_digit=until.first_digit)
        more = Termination(max_digits=1, first_digit=until.inter_digit)
        while len(digits) < (until.max_digits or 0) and not is_complete(digits):
            if self._collecting.get(station) is not port:
                break  # the station hung up
            key, _ = port.get_digits(more if digits else first)
            if not key:
                break
            if not digits:
                port.hush()
            digits += key
        with self._lock:
            if self._collecting.get(station) is port:
                del self._collecting[station]
        self._give_back(port)
        return digits

    def release(self, station: Station) -> None:
        """Take the circuit back; the station hears nothing."""
        with self._lock:
            port, collecting = self._lent.pop(station, None), self._collecting.pop(station, None)
        if port is not None:
            self._give_back(port)
        if collecting is not None:
            collecting.unwire()
            collecting.stop()  # its thread gives it back

    def _lend(self, station: Station) -> Port:
        self.release(station)
        port = self._take(station)
        with self._lock:
            self._lent[station] = port
        return port

    def _take(self, station: Station) -> Port:
        with self._lock:
            port = self._free.pop() if self._free else self._engine.open_port()
        port.wire(station.port)
        return port

    def _give_back(self, port: Port) -> None:
        port.reset()
        port.unwire()
        with self._lock:
            self._free.append(port)
