"""A line of the simulated boards: a station of the exchange, and its interface to the bus."""

from __future__ import annotations

from boardivr.hal.dialogic_cffi.simulator.bus import HEARS, Bus
from boardivr.hal.dialogic_cffi.simulator.ports import LinePort, open_port
from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.station import Hook, Station
from boardivr.hal.types import LineKind


class Line:
    """:param number: at which it can be called"""

    def __init__(
        self, exchange: Exchange, bus: Bus, name: str, number: str, kind: LineKind
    ) -> None:
        self.exchange = exchange
        self.port: LinePort = open_port(exchange.engine, LinePort)
        self.station = Station(name=name, port=self.port, numbers=(number,), kind=kind)
        self.slot = bus.give(self.port.number, HEARS)
        exchange.add(self.station)

    @property
    def number(self) -> str:
        return self.station.numbers[0]

    @property
    def is_off_hook(self) -> bool:
        return self.station.hook is Hook.OFF

    def go_off_hook(self) -> None:
        """Answer, or get dial tone."""
        if not self.exchange.answer(self.station) and self.exchange.seize(self.station):
            self.exchange.give_dial_tone(self.station)

    def go_on_hook(self) -> None:
        """End the call; a line that only rings can't be refused."""
        self.exchange.hang_up(self.station)
