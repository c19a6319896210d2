"""A station board: telephones on the board itself, their hooks and bells, and conferences.

A station's telephone is one of the exchange's, at 80 and the station's number in two
digits (8001): it lifts its handset by calling the station, 8801, and rings at 8001.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from boardivr.hal.dialogic_cffi.simulator.conference import Conferences, Party
from boardivr.hal.dialogic_cffi.simulator.connection import Connection
from boardivr.hal.dialogic_cffi.simulator.device import Device, Handler, Refused
from boardivr.hal.dialogic_cffi.simulator.line import Line
from boardivr.hal.dialogic_cffi.simulator.ports import LOOP_OFF, Slot
from boardivr.hal.dialogic_cffi.simulator.protocol import Message, Op
from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.hal.loopback.station import Signal
from boardivr.media.events import Event, Kind

if TYPE_CHECKING:
    from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware

RING_CYCLE = 6.0
"""Seconds from one ring to the next."""


def handset(index: int) -> str:
    """Return the number of a station's telephone."""
    return f"80{index + 1:02}"


def station_number(index: int) -> str:
    """Return the number that the telephone calls to lift its handset."""
    return f"88{index + 1:02}"


class MsiStation(Device):
    """:param line: towards its telephone"""

    type = value("TYPE_R4_MSI_STATION")
    unsupported = value("E_MSBADVAL")

    def __init__(self, firmware: Firmware, name: str, line: Line, index: int) -> None:
        super().__init__(firmware, name)
        self.line = line
        self.index = index
        self.is_off_hook = False
        self._serial = 0  # of ringing
        line.port.listener = self.port

    # what is asked

    def give_slot(self, connection: Connection, message: Message, fds: list[int]) -> Message:
        return Message(op=Op.REPLY, numbers=(0, self.line.slot))

    def listen(self, connection: Connection, message: Message, fds: list[int]) -> None:
        number = message.numbers[1]
        source = self.firmware.bus.find(number)
        if number != -1 and source is None:
            raise Refused(value("E_MSINVTS"))
        self.line.port.connect(source)

    def ring(self, connection: Connection, message: Message, fds: list[int]) -> None:
        if self.is_off_hook:
            raise Refused(value("E_MSBADRNGSTA"))
        self._serial += 1
        serial, rings = self._serial, message.numbers[0]
        self.firmware.exchange.call(self.line.station, handset(self.index))
        if rings < value("MAXRINGS"):
            self.later(rings * RING_CYCLE, lambda: self._rang_out(serial))

    def _rang_out(self, serial: int) -> None:
        with self.lock:
            if serial == self._serial and not self.is_off_hook:
                self._stop_ringing()
                self.tell(value("MSEV_NORING"), 0)

    def stop_ring(self, connection: Connection, message: Message, fds: list[int]) -> None:
        if not self.is_off_hook:
            self._stop_ringing()

    def _stop_ringing(self) -> None:
        self._serial += 1
        self.firmware.exchange.hang_up(self.line.station)

    def hook_state(self, connection: Connection, message: Message, fds: list[int]) -> Message:
        state = value("MS_OFFHOOK" if self.is_off_hook else "MS_ONHOOK")
        return Message(op=Op.REPLY, numbers=(0, state))

    # what happens

    def hear(self, event: Event) -> None:
        if event.kind is not Kind.SIGNAL:
            return
        if event.a == Signal.RING:  # the handset is lifted
            self.firmware.exchange.answer(self.line.station)
            self._lifted("MSMM_OFFHOOK")
        elif event.a == Signal.ANSWERED:
            self.tell(value("MSEV_RING"), 0)
            self._lifted("MSMM_RNGOFFHK")
        elif event.a in (Signal.RELEASED, LOOP_OFF) and self.is_off_hook:
            self.is_off_hook = False
            self.firmware.exchange.hang_up(self.line.station)
            self.tell(value("MSEV_SIGEVT"), value("MSMM_ONHOOK"))

    def _lifted(self, how: str) -> None:
        self._serial += 1
        self.is_off_hook = True
        self.tell(value("MSEV_SIGEVT"), value(how))

    handlers: ClassVar[dict[int, Handler]] = {
        Op.SLOT: give_slot, Op.LISTEN: listen, Op.RING: ring, Op.STOP: stop_ring,
        Op.STATE: hook_state,
    }  # fmt: skip


class MsiBoard(Conferences):
    """The board: its conferences, whose parties are time slots or stations."""

    type = value("TYPE_R4_MSI_BOARD")

    def __init__(self, firmware: Firmware, name: str, stations: list[MsiStation]) -> None:
        super().__init__(firmware, name)
        self._stations = stations

    @property
    def subdevices(self) -> int:
        return len(self._stations)

    def source_of(self, key: tuple[int, int]) -> Slot:
        if key[1] != value("MSPN_STATION"):
            return super().source_of(key)
        source = self.firmware.bus.find(self._station(key[0]).line.slot)
        assert source is not None
        return source

    def joined(self, party: Party) -> Callable[[], None] | None:
        if party.key[1] != value("MSPN_STATION"):
            return None
        port = self._station(party.key[0]).line.port
        port.connect(self.firmware.bus.find(party.slot))
        return lambda: port.connect(None)

    def _station(self, number: int) -> MsiStation:
        if not 1 <= number <= len(self._stations):
            raise Refused(value("E_MSINVST"))
        return self._stations[number - 1]
