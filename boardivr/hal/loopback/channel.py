"""A channel of the loopback board: the HAL's verbs on the engine and the exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from boardivr.hal.causes import outcome_of
from boardivr.hal.channel import Channel
from boardivr.hal.errors import BoardError
from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.faults import Fault, inflict, padded
from boardivr.hal.loopback.options import Disconnect, Options
from boardivr.hal.loopback.station import Cause, Signal, Station
from boardivr.hal.types import (
    AnsweredBy,
    CallProgress,
    Clip,
    Digits,
    FaxOffer,
    FaxResult,
    FaxSettings,
    Feature,
    IncomingCall,
    LineKind,
    Outcome,
    Reason,
    Recording,
    State,
    Termination,
    Utterance,
)
from boardivr.media.callprogress import analyse
from boardivr.media.events import Ended, Event, Kind
from boardivr.media.tonetables import ProgressTone

VOICE = (
    Feature.VOICE | Feature.TONE_BEGIN | Feature.SPEECH | Feature.DIAL | Feature.ROUTING
    | Feature.FAX | Feature.FAX_TONE
)  # fmt: skip
FEATURES = {
    LineKind.FXO: VOICE | Feature.CPA | Feature.FLASH,
    LineKind.FXS: VOICE,
    LineKind.E1: VOICE | Feature.ANI | Feature.DNIS | Feature.REJECT,
}


class LoopbackChannel(Channel):
    def __init__(self, exchange: Exchange, station: Station, options: Options) -> None:
        super().__init__(station.name, exchange.engine.clock)
        assert station.kind is not None
        self.kind = station.kind
        self.features = FEATURES[station.kind]
        self.station = station
        self.number = station.numbers[0]
        self.port = station.port
        self._exchange = exchange
        self._options = options
        self._caller_id = exchange.caller_id if station.kind is LineKind.FXO else None
        if self._caller_id is not None:
            self.features |= Feature.ANI
        self._wait = 0  # number of the wait that stop() ends; 0: it ends an operation
        self._waits = 0
        self._is_dead = False
        self.port.subscribe(Kind.TONE | Kind.VOICE | Kind.FAX | Kind.CALLER_ID)
        exchange.add(station)

    # for tests

    def fault(self, fault: Fault) -> None:
        """Give the line a fault; ``Fault()`` mends it."""
        inflict(self._exchange, self.station, fault)

    def die(self) -> None:
        """Be the channel of a board that is gone: whatever is asked of it fails from now on."""
        self._is_dead = True
        self.port.lose()
        self.port.signal(Signal.WAKE)
        self._exchange.leave(self.station)

    def _must_live(self) -> None:
        if self._is_dead:
            raise BoardError(f"{self.name}: the board is gone")

    # calls

    def _wait_for_call(self, rings: int, timeout: float | None) -> IncomingCall | None:
        self._must_live()
        if self._caller_id is not None:
            self.port.detect_caller_id(self._caller_id)
        deadline = None if timeout is None else self.clock.now() + timeout
        with self._waiting():
            call = self._await_ring(rings, deadline)
        self._must_live()
        return call

    def _await_ring(self, rings: int, deadline: float | None) -> IncomingCall | None:
        heard, ani, told = 0, None, self._caller_id is None
        while True:
            left = None if deadline is None else max(0.0, deadline - self.clock.now())
            event = self.port.next_event(left)
            if event is None or self._is_wake(event):
                return None
            if event.kind is Kind.CALLER_ID:
                ani, told = self.port.take_caller_id(), True
            elif _is(event, Signal.RING_STOP) or _is(event, Signal.RELEASED):
                heard, ani, told = 0, None, self._caller_id is None
            elif _is(event, Signal.RING):
                heard += 1
            if not self.station.is_ringing:
                continue  # the caller gave up meanwhile
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
        self.port.cancel_echo()
        self.port.detect_digits()
        if self.kind is LineKind.FXO and self._options.disconnect is Disconnect.TONE:
            self.port.detect_tones(
                self._exchange.plan, lose_on=(ProgressTone.BUSY, ProgressTone.CONGESTION)
            )

    def _reject(self, cause: int) -> None:
        self._exchange.reject(self.station, cause)
        self._exchange.hang_up(self.station)

    def _dial(self, number: str, timeout: float) -> CallProgress:
        self._must_live()
        if not self._exchange.seize(self.station):
            return CallProgress(outcome=Outcome.GLARE)
        if self.kind is LineKind.FXO:
            self._exchange.give_dial_tone(self.station)
            progress = self._dial_by_tones(number, timeout)
        else:
            progress = self._dial_by_message(number, timeout)
        self._must_live()
        if progress.is_connected:
            self._begin_conversation()
        return progress

    def _dial_by_tones(self, number: str, timeout: float) -> CallProgress:
        with self._waiting():
            return analyse(self.port, self._exchange.plan, number, timeout, is_stop=self._is_wake)

    def _dial_by_message(self, number: str, timeout: float) -> CallProgress:
        self._exchange.call(self.station, number, self.station.numbers[0])
        deadline = self.clock.now() + timeout
        with self._waiting():
            while True:
                event = self.port.next_event(max(0.0, deadline - self.clock.now()))
                if event is None:
                    return CallProgress(outcome=Outcome.NO_ANSWER, cause=Cause.NO_ANSWER)
                if self._is_wake(event):
                    return CallProgress(outcome=Outcome.STOPPED)
                if _is(event, Signal.ANSWERED):
                    return CallProgress(outcome=Outcome.CONNECTED, answered_by=AnsweredBy.UNKNOWN)
                if _is(event, Signal.RELEASED):
                    return CallProgress(outcome=outcome_of(event.b), cause=event.b)

    def _flash(self, seconds: float) -> None:
        self._exchange.flash(self.station)
        self.port.idle(Termination(max_time=seconds))
        self._must_live()

    def _hang_up(self) -> None:
        # An analog line that rings can't be refused, and glare ends our call, not theirs.
        is_theirs = self.kind is LineKind.FXO or self.state is State.DIALING
        if self.station.is_ringing and is_theirs:
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

    def _get_utterance(self, until: Termination, longest: float) -> Utterance:
        keys, speech, ended = self.port.get_utterance(until, longest)
        return Utterance(keys=keys, speech=speech, reason=ended.reason)

    def _clear_digits(self) -> None:
        self.port.clear_digits()
        self.port.clear_speech()

    def _send_digits(self, keys: str) -> None:
        self.port.send_digits(keys)

    def _await_fax(self, on: bool) -> None:
        self.port.await_fax(on)

    def _send_fax(
        self,
        path: Path,
        settings: FaxSettings,
        first_page: int,
        last_page: int | None,
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        with padded(self.station):
            return self.port.send_fax(
                path, settings, first_page=first_page, last_page=last_page, on_page=on_page
            )

    def _receive_fax(
        self,
        path: Path,
        settings: FaxSettings,
        offers: Sequence[FaxOffer],
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        with padded(self.station):
            return self.port.receive_fax(path, settings, offers=offers, on_page=on_page)

    def _stop(self) -> None:
        if wait := self._wait:
            self.port.signal(Signal.WAKE, wait)
        else:
            self.port.stop()

    def _wake(self) -> None:
        wait = self._wait  # read first: a dial that has begun since has another number
        if wait and self.state is State.ON_HOOK:
            self.port.signal(Signal.WAKE, wait)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """Let stop() end what is done in the block, and nothing that comes after it."""
        self._waits += 1
        self._wait = self._waits
        try:
            yield
        finally:
            self._wait = 0

    def _is_wake(self, event: Event) -> bool:
        return _is(event, Signal.WAKE) and (event.b == self._wait or self._is_dead)

    def _is_lost(self) -> bool:
        self._must_live()
        return self.port.is_lost

    def _wait_for_hang_up(self, timeout: float | None) -> bool:
        is_lost = self.port.idle(Termination(max_time=timeout)).is_lost
        self._must_live()
        return is_lost

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

    def _conceal(self, on: bool) -> None:
        self.port.conceal(on)


def _is(event: Event, signal: Signal) -> bool:
    return event.kind is Kind.SIGNAL and event.a == signal
