"""The exchange: it sets calls up between stations, rings, sends tones, and parts them.

It is called by the threads of its stations and by its own timer; one lock
guards its state, and is never held while anything waits.
"""

from __future__ import annotations

import logging
import threading
from functools import partial

from boardivr.hal.errors import BoardError
from boardivr.hal.loopback.circuits import Circuits
from boardivr.hal.loopback.options import Disconnect, Options
from boardivr.hal.loopback.station import Call, Cause, Hook, Signal, Station
from boardivr.hal.loopback.timers import Timers
from boardivr.hal.loopback.transfer import Transfers
from boardivr.hal.types import LineKind, Termination
from boardivr.media.engine import Engine
from boardivr.media.tones import CallerIdStandard, Tone, plan

log = logging.getLogger(__name__)

DIAL_TIME = Termination(max_digits=20, first_digit=15.0, inter_digit=3.0)
DROP_AFTER = 0.3  # seconds from the far end's hang-up to the break in the loop current
TONE_AFTER = 0.5  # ... to busy tone


class Exchange:
    """:param group: the hunt group: lines that the pilot number reaches, in order"""

    def __init__(self, engine: Engine, options: Options) -> None:
        self.engine = engine
        self.plan = plan(options.country)
        self.circuits = Circuits(engine)
        self.caller_id = options.caller_id_standard
        self.group: list[Station] = []
        self._options = options
        self._stations: dict[str, Station] = {}
        self._treatments: dict[str, tuple[Tone, int]] = {}
        self._lock = threading.RLock()
        self._transfers = Transfers(self)
        self.timers = Timers(engine.clock, "exchange")

    # stations and numbers

    def add(self, station: Station) -> None:
        """Connect a station under its numbers.

        :raises BoardError: a number is taken
        """
        with self._lock:
            for number in station.numbers:
                if number in self._stations or number == self._options.number:
                    raise BoardError(f"number {number} of {station.name} is taken")
            for number in station.numbers:
                self._stations[number] = station

    def remove(self, station: Station) -> None:
        with self._lock:
            self.hang_up(station)
            for number in station.numbers:
                self._stations.pop(number, None)

    def treat(self, number: str, tone: Tone, cause: int) -> None:
        """Give a number that nobody answers: it gets a tone, and a cause (Q.850) on E1."""
        self._treatments[number] = (tone, cause)

    # what stations do

    def call(self, caller: Station, number: str, ani: str | None = None) -> None:
        """Set a call up; what becomes of it is told to the caller's port.

        :raises BoardError: the caller isn't free
        """
        with self._lock:
            if caller.call is not None:
                raise BoardError(f"{caller.name} is in a call already")
            caller.hook = Hook.OFF
            caller.serial += 1
            self.circuits.release(caller)  # it may have been on dial tone
            if number in self._treatments:
                self._fail(caller, *self._treatments[number])
                return
            called = self._find(number)
            if called is None:
                self._fail(caller, self.plan.tone("sit"), Cause.UNALLOCATED)
            elif not called.is_free or called is caller:
                self._fail(caller, self.plan.tone("busy"), Cause.BUSY)
            else:
                self._ring(Call(caller, called, ani, number))

    def answer(self, station: Station) -> bool:
        """Go off-hook on a ringing line; False where the caller is gone already."""
        with self._lock:
            call = station.call
            if call is None or call.called is not station or call.is_answered:
                return False
            call.is_answered = True
            station.hook = Hook.OFF
            self.circuits.release(call.caller)
            self.circuits.release(station)
            call.caller.port.wire(station.port)
            call.caller.port.signal(Signal.ANSWERED)
            return True

    def seize(self, station: Station) -> bool:
        """Go off-hook to call; False where a call is coming in (glare)."""
        ambush, station.ambush = station.ambush, None
        if ambush is not None:
            ambush()
        with self._lock:
            if not station.is_free:
                return False
            station.hook = Hook.OFF
            station.serial += 1
        return True

    def give_dial_tone(self, station: Station) -> None:
        """Take the digits that an off-hook station dials, and call that number."""
        self.engine.clock.spawn(
            partial(self._collect, station, station.serial), f"{station.name} dials"
        )

    def reject(self, station: Station, cause: int) -> None:
        with self._lock:
            call = station.call
            if call is not None and not call.is_answered:
                self._part(call)
                self._fail(call.caller, self.plan.tone("congestion"), cause)

    def flash(self, station: Station) -> None:
        """Put the call on hold for another one, or go back to it."""
        with self._lock:
            self._transfers.flash(station)

    def hang_up(self, station: Station, cause: int = Cause.NORMAL) -> None:
        """Go on-hook; the other station, if there is one, is told in its own way."""
        with self._lock:
            station.port.reset()  # before the line is free: the next call's events must stay
            self.leave(station, cause)

    def leave(self, station: Station, cause: int = Cause.NORMAL) -> None:
        """As :meth:`hang_up`, but what its port does goes on."""
        with self._lock:
            station.hook = Hook.ON
            station.serial += 1
            self.circuits.release(station)
            if station.held is not None:
                self._transfers.transfer(station)
            else:
                self.end_call(station, cause)

    def close(self) -> None:
        self.timers.close()

    # for transfers; the lock is held

    def end_call(self, station: Station, cause: int) -> None:
        """Part a station from its call, if it has one, and tell the other side."""
        call = station.call
        if call is None:
            return
        if call.holder is not None:  # the other side put it on hold, and is elsewhere
            call.holder.held = None
            call.holder = None
            station.call = None
            return
        peer = call.other(station)
        is_heard = call.is_answered or peer is call.caller
        self._part(call)
        if is_heard:
            self.tell_end(peer, cause)
        else:
            peer.port.signal(Signal.RING_STOP)

    def tell_end(self, station: Station, cause: int) -> None:
        """The far end hung up: a release on E1, a break or a tone on an analog line."""
        serial = station.serial
        if station.held is not None:
            self.circuits.send(station, self.plan.tone("busy"))  # a flash brings it back
        elif station.has_messages:
            station.port.signal(Signal.RELEASED, cause)
            station.port.lose()
        elif self._options.disconnect is Disconnect.TONE:
            self.timers.after(TONE_AFTER, partial(self._busy_tone, station, serial))
        else:
            self.timers.after(DROP_AFTER, partial(self._drop, station, serial))

    # how it is done; the lock is held

    def _find(self, number: str) -> Station | None:
        if number == self._options.number:
            return next((s for s in self.group if s.is_free), self.group[0])
        return self._stations.get(number)

    def _ring(self, call: Call) -> None:
        caller, called = call.caller, call.called
        caller.call = called.call = call
        called.rings = 0
        called.serial += 1
        self.circuits.send(caller, self.plan.tone("ringback"))
        if caller.has_messages:
            caller.port.signal(Signal.ALERTING)
        if self.caller_id is CallerIdStandard.V23 and called.kind is LineKind.FXO:
            self._send_caller_id(call, called.serial)  # before the first ring
            self.timers.after(2.0, partial(self._ring_once, call, called.serial))
        else:
            self._ring_once(call, called.serial)

    def _ring_once(self, call: Call, serial: int) -> None:
        """Ring the bell, and come again a cycle later; E1 is told once."""
        with self._lock:
            called = call.called
            if called.serial != serial or called.call is not call or call.is_answered:
                return
            called.rings += 1
            called.port.signal(Signal.RING, called.rings)
            if called.kind in (LineKind.E1, LineKind.FXS):
                return  # a message; it isn't said twice
            cycle = sum(self.plan.ring)
            on = cycle - self.plan.ring[-1]
            self.timers.after(cycle, partial(self._ring_once, call, serial))
            if called.rings == 1 and self.caller_id is not CallerIdStandard.V23:
                self.timers.after(on + 0.5, partial(self._send_caller_id, call, serial))

    def _send_caller_id(self, call: Call, serial: int) -> None:
        with self._lock:
            called, when = call.called, self.engine.clock.wall()
            if self.caller_id is None or called.kind is not LineKind.FXO:
                return
            if called.serial == serial and called.is_ringing:
                self.circuits.send_caller_id(called, self.caller_id, call.ani or "", when)

    def _fail(self, caller: Station, tone: Tone, cause: int) -> None:
        """The call can't be: a tone for ears, and a message for those that get them."""
        if caller.kind is LineKind.E1:
            caller.hook = Hook.ON
            caller.port.lose()
        else:
            self.circuits.send(caller, tone)
        if caller.has_messages and caller.held is None:
            caller.port.signal(Signal.RELEASED, cause)

    def _part(self, call: Call) -> None:
        for station in (call.caller, call.called):
            station.call = None
            station.serial += 1
            self.circuits.release(station)
            station.port.unwire()

    def _drop(self, station: Station, serial: int) -> None:
        with self._lock:
            if station.serial == serial and station.hook is Hook.OFF:
                station.port.lose()

    def _busy_tone(self, station: Station, serial: int) -> None:
        with self._lock:
            if station.serial == serial and station.hook is Hook.OFF:
                self.circuits.send(station, self.plan.tone("busy"))

    def _collect(self, station: Station, serial: int) -> None:
        """Dial tone, digits, and the call; a thread of its own for each line that dials."""
        digits = self.circuits.collect(
            station, self.plan.tone("dial"), DIAL_TIME, self._is_complete
        )
        with self._lock:
            if station.serial != serial or station.hook is not Hook.OFF:
                return
            if not digits:
                self.circuits.send(station, self.plan.tone("congestion"))
                return
            self.call(station, digits, station.numbers[0] if station.numbers else None)

    def _is_complete(self, digits: str) -> bool:
        """Whether that is a number, and not the beginning of another one."""
        known = [*self._stations, *self._treatments, self._options.number]
        return digits in known and not any(n != digits and n.startswith(digits) for n in known)
