"""A digital line of the simulated boards: a timeslot of an E1 span, or an IP channel.

Calls come and go by messages, as on ISDN; what Global Call asks is in ``calls.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from boardivr.hal.dialogic_cffi.simulator.calls import CallEvent, Refusal, Verb
from boardivr.hal.dialogic_cffi.simulator.cas import Bits
from boardivr.hal.dialogic_cffi.simulator.connection import Connection
from boardivr.hal.dialogic_cffi.simulator.device import Device, Handler, Refused
from boardivr.hal.dialogic_cffi.simulator.line import Line
from boardivr.hal.dialogic_cffi.simulator.protocol import Message, Op
from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.hal.loopback.station import Call, Cause, Signal
from boardivr.media.events import Event, Kind

DROP_TIME = 0.06
"""Seconds that the network takes to end a call: what was stopped before has ended by then."""


class Trunk(Device):
    """:param line: a station of the exchange that gets messages"""

    unsupported = value("EDT_INVMSG")

    def __init__(self, firmware: object, name: str, line: Line, kind: str) -> None:
        super().__init__(firmware, name)  # type: ignore[arg-type]
        self.type = value(kind)
        self.line = line
        self.call = 0  # its number; 0: none
        self._incoming = 0
        self._offered: Call | None = None
        self._is_waited = False
        self.bits = Bits(self)
        line.port.listener = self.port

    def closed(self, connection: Connection, *, is_gone: bool = False) -> None:
        super().closed(connection, is_gone=is_gone)
        with self.lock:
            if not self.listeners:
                self._is_waited = False
                self.bits.sent = 0
                self._end(Cause.NORMAL)  # a program that is gone leaves no call standing

    # the bus

    def give_slot(self, connection: Connection, message: Message, fds: list[int]) -> Message:
        return Message(op=Op.REPLY, numbers=(0, self.line.slot))

    def listen(self, connection: Connection, message: Message, fds: list[int]) -> None:
        number = message.numbers[1]
        source = self.firmware.bus.find(number)
        if number != -1 and source is None:
            raise Refused(value("EDT_SH_BADEXTTS"))
        self.line.port.connect(source)

    def signalling(self, connection: Connection, message: Message, fds: list[int]) -> Message:
        if message.numbers[0]:
            self.bits.send(message.numbers[1])
        return Message(op=Op.REPLY, numbers=(0, self.bits.state()))

    # calls

    def do_call(self, connection: Connection, message: Message, fds: list[int]) -> None:
        verb, number, argument = message.numbers[:3]
        if verb == Verb.WAIT:
            self._is_waited = True
            self._offer()
        elif verb == Verb.RESET:
            self._is_waited = False
            self._end(Cause.NORMAL)
        elif verb == Verb.MAKE:
            self._make(number, message.data.decode("ascii", "replace"), argument)
        elif verb == Verb.DROP:
            self._drop(number, argument)
        elif number == self.call:
            self._steps[Verb(verb)](self, argument)
        elif verb in (Verb.ACCEPT, Verb.ANSWER):
            raise Refused(Refusal.GONE)

    def _offer(self) -> None:
        """Tell the call that rings, if somebody waits for calls."""
        call = self.line.station.call
        if not self._is_waited or call is None or not self.line.station.is_ringing:
            return
        if self.call and call is not self._offered:
            return  # the one before isn't released yet
        if not self.call:
            self._incoming -= 1
            self.call, self._offered = self._incoming, call
        data = f"{call.ani or ''}\0{call.dnis}".encode()
        self.tell(CallEvent.OFFERED, self.call, data=data)

    def _accept(self, _: int) -> None:
        if not self.line.station.is_ringing:
            raise Refused(Refusal.GONE)

    def _answer(self, _: int) -> None:
        if not self.line.exchange.answer(self.line.station):
            raise Refused(Refusal.GONE)

    def _make(self, number: int, data: str, seconds: int) -> None:
        called, _, own = data.partition("\0")
        if self.call or not self.line.exchange.seize(self.line.station):
            raise Refused(Refusal.GLARE)
        self.call = number
        self.tell(CallEvent.PROCEEDING, number)
        self.line.exchange.call(self.line.station, called, own or self.line.number)
        if seconds > 0:
            self.later(seconds, lambda: self._give_up(number))

    def _give_up(self, number: int) -> None:
        with self.lock:
            call = self.line.station.call
            if self.call != number or call is None or call.is_answered:
                return
            self.line.exchange.hang_up(self.line.station, Cause.NO_ANSWER)
            self.tell(CallEvent.DISCONNECTED, number, 0)

    def _drop(self, number: int, cause: int) -> None:
        if number == self.call:
            self._end(cause if 1 <= cause <= 127 else Cause.NORMAL)
        self.later(DROP_TIME, lambda: self.tell(CallEvent.DROPPED, number))

    def _release(self, _: int) -> None:
        self.call = 0
        self._offer()  # one may have come meanwhile

    def _hold(self, on: int) -> None:
        if on:
            self.line.port.say(None)
        else:
            self.line.port.say(self.line.port.source)

    def _end(self, cause: int) -> None:
        station = self.line.station
        if station.is_ringing:
            self.line.exchange.reject(station, cause)
        self.line.exchange.hang_up(station, cause)

    _steps: ClassVar[dict[Verb, Callable[[Trunk, int], None]]] = {
        Verb.ACCEPT: _accept, Verb.ANSWER: _answer, Verb.RELEASE: _release,
        Verb.HOLD: _hold,
    }  # fmt: skip

    # what happens

    def hear(self, event: Event) -> None:
        if event.kind is not Kind.SIGNAL:
            return
        self.bits.hear(event)
        if event.a == Signal.RING:
            self._offer()
        elif event.a == Signal.RING_STOP:
            self._tell_end(Cause.NORMAL)
        elif event.a == Signal.ALERTING:
            self._tell(CallEvent.ALERTING)
        elif event.a == Signal.ANSWERED:
            self._tell(CallEvent.CONNECTED)
        elif event.a == Signal.RELEASED:
            self._tell_end(event.b)

    def _tell(self, what: CallEvent) -> None:
        if self.call:
            self.tell(what, self.call)

    def _tell_end(self, cause: int) -> None:
        if self.call:
            self.tell(CallEvent.DISCONNECTED, self.call, cause)

    handlers: ClassVar[dict[int, Handler]] = {
        Op.CALL: do_call, Op.SLOT: give_slot, Op.LISTEN: listen, Op.BITS: signalling,
    }  # fmt: skip
