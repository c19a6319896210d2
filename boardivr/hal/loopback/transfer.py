"""Hook flash, as on a PBX: hold a call, make another one, transfer or come back.

* A flash puts the far end on hold and gives dial tone; digits make a second call.
* A second flash ends the second call, whatever became of it, and returns to the first.
* Hanging up connects the far end to the second call, answered or still ringing;
  without a second call it ends the first one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardivr.hal.loopback.station import Call, Cause, Signal, Station

if TYPE_CHECKING:
    from boardivr.hal.loopback.exchange import Exchange


class Transfers:
    """What the exchange does about flashes; it holds the exchange's lock."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def flash(self, station: Station) -> None:
        """Hold the call, or return to the one that is held; else nothing happens."""
        call = station.call
        if station.held is not None:
            self._return(station)
        elif call is not None and call.is_answered and call.holder is None:
            self._hold(station, call)

    def transfer(self, station: Station) -> None:
        """A station with a call on hold has hung up."""
        held, second = station.held, station.call
        assert held is not None
        other = held.other(station)
        station.held = station.call = held.holder = None
        station.port.unwire()
        other.serial += 1
        if second is None:
            other.call = None
            self._exchange.tell_end(other, Cause.NORMAL)
            return
        other.call = second
        second.replace(station, other)
        self._connect(second, other)

    def _hold(self, station: Station, call: Call) -> None:
        call.holder = station
        station.held, station.call = call, None
        station.serial += 1
        station.port.unwire()
        self._exchange.give_dial_tone(station)

    def _return(self, station: Station) -> None:
        held, station.held = station.held, None
        assert held is not None
        self._exchange.circuits.release(station)
        self._exchange.end_call(station, Cause.NORMAL)
        station.serial += 1
        station.call, held.holder = held, None
        station.port.wire(held.other(station).port)

    def _connect(self, call: Call, station: Station) -> None:
        """Let a station have its part of a call that another one began."""
        if call.holder is not None:
            return  # it is on hold in its turn
        if call.is_answered:
            station.port.wire(call.other(station).port)
        elif call.caller is station:
            self._exchange.circuits.send(station, self._exchange.plan.tone("ringback"))
            if station.has_messages:
                station.port.signal(Signal.ALERTING)
