"""A channel of the loopback board: the HAL's verbs on the engine and the exchange."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from boardivr.hal.board import Channel
from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.options import Disconnect, Options
from boardivr.hal.loopback.station import Cause, Signal, Station
from boardivr.hal.types import (
    AnsweredBy,
    CallProgress,
    Clip,
    Digits,
    Feature,
    IncomingCall,
    LineKind,
    Outcome,
    Reason,
    Recording,
    State,
    Termination,
)
from boardivr.media.callprogress import analyse
from boardivr.media.port import Ended, Event, Kind
from boardivr.media.tonetables import ProgressTone

VOICE = Feature.VOICE | Feature.TONE_BEGIN | Feature.DIAL | Feature.ROUTING
FEATURES = {
    LineKind.FXO: VOICE | Feature.CPA | Feature.FLASH,
    LineKind.FXS: VOICE,
    LineKind.E1: VOICE | Feature.ANI | Feature.DNIS | Feature.REJECT,
}

OUTCOMES = {
    Cause.UNALLOCATED: Outcome.INTERCEPT,
    Cause.BUSY: Outcome.BUSY,
    Cause.NO_ANSWER: Outcome.NO_ANSWER,
    Cause.REJECTED: Outcome.REJECTED,
    Cause.CONGESTION: Outcome.CONGESTION,
}


class LoopbackChannel(Channel):
    def __init__(self, exchange: Exchange, station: Station, options: Options) -> None:
        super().__init__(station.name, exchange.engine.clock)
        assert station.kind is not None
        self.kind = station.kind
        self.features = FEATURES[station.kind]
        self.station = station
        self.port = station.port
        self._exchange = exchange
        self._options = options
        self._sends_caller_id = station.kind is LineKind.FXO and options.caller_id
        if self._sends_caller_id:
            self.features |= Feature.ANI
        self._is_waiting = False
        self.port.subscribe(Kind.TONE | Kind.VOICE | Kind.FAX | Kind.CALLER_ID)
        exchange.add(station)

    # calls

    def _wait_for_call(self, rings: int, timeout: float | None) -> IncomingCall | None:
        if self._sends_caller_id:
            self.port.detect_caller_id(self._exchange.plan.caller_id[0])
        deadline = None if timeout is None else self.clock.now() + timeout
        self._is_waiting = True
        try:
            return self._await_ring(rings, deadline)
        finally:
            self._is_waiting = False

    def _await_ring(self, rings: int, deadline: float | None) -> IncomingCall | None:
        heard, ani, told = 0, None, not self._sends_caller_id
        while True:
            left = None if deadline is None else max(0.0, deadline - self.clock.now())
            event = self.port.next_event(left)
            if event is None or _is(event, Signal.WAKE):
                return None
            if event.kind is Kind.CALLER_ID:
                ani, told = self.port.take_caller_id(), True
            elif _is(event, Signal.RING_STOP) or _is(event, Signal.RELEASED):
                heard, ani, told = 0, None, not self._sends_caller_id
            elif _is(event, Signal.RING):
                heard += 1
                if self.kind is not LineKind.FXO:
                    return self._message()
            # Who calls is told before the second ring, or not at all.
            if heard >= rings and (told or heard >= 2):
                return IncomingCall(ani=ani or None, rings=heard)

    def _message(self) -> IncomingCall:
        call = self.station.call
        if self.kind is LineKind.E1 and call is not None:
            return IncomingCall(ani=call.ani, dnis=call.dnis)
        return IncomingCall()

    def _answer(self) -> None:
        if self._exchange.answer(self.station):
            self._begin_conversation()
        else:
            self.port.lose()

    def _begin_conversation(self) -> None:
        self.port.detect_digits()
        if self.kind is LineKind.FXO and self._options.disconnect is Disconnect.TONE:
            self.port.detect_tones(
                self._exchange.plan, lose_on=(ProgressTone.BUSY, ProgressTone.CONGESTION)
            )

    def _reject(self, cause: int) -> None:
        self._exchange.reject(self.station, cause)
        self._exchange.hang_up(self.station)

    def _dial(self, number: str, timeout: float) -> CallProgress:
        if self.kind is LineKind.FXO:
            if not self._exchange.seize(self.station):
                return CallProgress(outcome=Outcome.GLARE)
            progress = self._dial_by_tones(number, timeout)
        else:
            progress = self._dial_by_message(number, timeout)
        if progress.is_connected:
            self._begin_conversation()
        return progress

    def _dial_by_tones(self, number: str, timeout: float) -> CallProgress:
        self._is_waiting = True
        try:
            return analyse(
                self.port, self._exchange.plan, number, timeout,
                is_stop=lambda event: _is(event, Signal.WAKE),
            )  # fmt: skip
        finally:
            self._is_waiting = False

    def _dial_by_message(self, number: str, timeout: float) -> CallProgress:
        if not self.station.is_free:
            return CallProgress(outcome=Outcome.GLARE)
        self._exchange.call(self.station, number, self.station.numbers[0])
        deadline = self.clock.now() + timeout
        self._is_waiting = True
        try:
            while True:
                event = self.port.next_event(max(0.0, deadline - self.clock.now()))
                if event is None:
                    return CallProgress(outcome=Outcome.NO_ANSWER, cause=Cause.NO_ANSWER)
                if _is(event, Signal.WAKE):
                    return CallProgress(outcome=Outcome.STOPPED)
                if _is(event, Signal.ANSWERED):
                    return CallProgress(outcome=Outcome.CONNECTED, answered_by=AnsweredBy.UNKNOWN)
                if _is(event, Signal.RELEASED):
                    outcome = OUTCOMES.get(Cause(event.b), Outcome.REJECTED)
                    return CallProgress(outcome=outcome, cause=event.b)
        finally:
            self._is_waiting = False

    def _flash(self, seconds: float) -> None:
        self._exchange.flash(self.station)
        self.port.idle(Termination(max_time=seconds))

    def _hang_up(self) -> None:
        # A ringing analog line can't be refused: it goes on ringing.
        if self.state is State.RINGING and self.kind is LineKind.FXO:
            return
        self._exchange.hang_up(self.station)

    def _close(self) -> None:
        self._exchange.remove(self.station)
        self.port.close()

    # voice

    def _play(self, clips: Sequence[Clip], until: Termination) -> Reason:
        return self.port.play(clips, until).reason

    def _record(self, path: Path, until: Termination, beep: bool) -> Recording:
        if beep and self._beep().is_lost:
            until = Termination(max_time=0.0)
        ended = self.port.record(path, until)
        return Recording(path=path, seconds=ended.seconds, reason=ended.reason)

    def _beep(self) -> Ended:
        return self.port.play_tone(self._exchange.plan.tone("beep"))

    def _get_digits(self, until: Termination) -> Digits:
        keys, ended = self.port.get_digits(until)
        return Digits(keys, ended.reason)

    def _clear_digits(self) -> None:
        self.port.clear_digits()

    def _send_digits(self, keys: str) -> None:
        self.port.send_digits(keys)

    def _stop(self) -> None:
        if self._is_waiting:
            self.port.signal(Signal.WAKE)
        else:
            self.port.stop()

    def _is_lost(self) -> bool:
        return self.port.is_lost

    def _wait_for_hang_up(self, timeout: float | None) -> bool:
        return self.port.idle(Termination(max_time=timeout)).is_lost

    # routing

    def _bridge(self, other: Channel) -> None:
        assert isinstance(other, LoopbackChannel)
        self.port.bridge(other.port)

    def _unbridge(self) -> None:
        self.port.unroute()

    def _listen(self, other: Channel | None) -> None:
        if other is None:
            self.port.unroute()
        else:
            assert isinstance(other, LoopbackChannel)
            self.port.listen(other.port)


def _is(event: Event, signal: Signal) -> bool:
    return event.kind is Kind.SIGNAL and event.a == signal
