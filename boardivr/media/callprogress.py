"""Call progress analysis for boards whose DSP is our engine: dial, and listen.

An analog line says nothing but what can be heard: dial tone, ringback, busy,
congestion, the three notes of an intercept, a fax's answer tone, a voice, or a
ringback that stops. The times are those usual on voice boards (see
``docs/drivers.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boardivr.hal.types import AnsweredBy, CallProgress, Outcome
from boardivr.media.events import Event, Kind
from boardivr.media.port import Port
from boardivr.media.tones import TonePlan
from boardivr.media.tonetables import ProgressTone


@dataclass(frozen=True, kw_only=True)
class Times:
    """Seconds.

    :param dial_tone: longest wait for dial tone
    :param no_ringback: longest silence after dialling
    :param cadence_break: silence beyond a whole ring cycle that means "answered"
    :param machine_greeting: a greeting longer than this is a machine's
    :param after_greeting: silence that ends a greeting
    """

    dial_tone: float = 3.0
    no_ringback: float = 20.0
    cadence_break: float = 1.0
    machine_greeting: float = 2.0
    after_greeting: float = 0.8


TONES = {
    ProgressTone.BUSY: Outcome.BUSY,
    ProgressTone.CONGESTION: Outcome.CONGESTION,
    ProgressTone.INTERCEPT: Outcome.INTERCEPT,
}


def analyse(
    port: Port,
    plan: TonePlan,
    number: str,
    timeout: float,
    *,
    is_stop: Callable[[Event], bool],
    times: Times = Times(),
) -> CallProgress:
    """Wait for dial tone, dial, and follow the call on an off-hook line.

    :param timeout: longest ring time, seconds
    :param is_stop: whether an event says that the channel was told to stop
    """
    listener = _Listener(port, plan, is_stop, times)
    port.detect_tones(plan)
    port.detect_voice()
    port.detect_fax()
    try:
        if not listener.hears_dial_tone():
            return CallProgress(outcome=listener.ended or Outcome.NO_DIAL_TONE)
        port.send_digits(number)
        return listener.follow(timeout)
    finally:
        port.detect_tones(None)
        port.detect_voice(False)
        port.detect_fax(False)


class _Listener:
    def __init__(
        self, port: Port, plan: TonePlan, is_stop: Callable[[Event], bool], times: Times
    ) -> None:
        self._port = port
        self._clock = port.engine.clock
        self._cycle = sum(plan.tone("ringback").cadence)
        self._is_stop = is_stop
        self._times = times
        self.ended: Outcome | None = None

    def hears_dial_tone(self) -> bool:
        deadline = self._clock.now() + self._times.dial_tone
        while (event := self._next(deadline)) is not None:
            if event.kind is Kind.TONE and event.a == ProgressTone.DIAL:
                return True
        return False

    def follow(self, timeout: float) -> CallProgress:
        began = self._clock.now()
        rang: float | None = None  # when the last ring was heard
        while self.ended is None:
            if rang is None:
                deadline = began + min(self._times.no_ringback, timeout)
            else:
                deadline = min(rang + self._cycle + self._times.cadence_break, began + timeout)
            event = self._next(deadline)
            if event is None:
                break
            if event.kind is Kind.FAX:
                return _connected(AnsweredBy.FAX)
            if event.kind is Kind.VOICE and event.a:
                return _connected(self._who(event.at))
            if event.kind is Kind.TONE and event.a == ProgressTone.RINGBACK:
                rang = event.at
            elif event.kind is Kind.TONE and event.a in TONES:
                return CallProgress(outcome=TONES[ProgressTone(event.a)])
        if self.ended is not None:
            return CallProgress(outcome=self.ended)
        if self._clock.now() >= began + timeout:
            return CallProgress(outcome=Outcome.NO_ANSWER)
        if rang is None:
            return CallProgress(outcome=Outcome.NO_RINGBACK)
        return _connected(AnsweredBy.UNKNOWN)  # the ringback stopped, and nobody speaks yet

    def _who(self, began: float) -> AnsweredBy:
        """A person says a word and waits; a machine talks on."""
        while (event := self._next(began + self._times.machine_greeting)) is not None:
            if event.kind is Kind.FAX:
                return AnsweredBy.FAX
            if event.kind is Kind.VOICE and not event.a:
                return AnsweredBy.VOICE
        return AnsweredBy.MACHINE if self.ended is None else AnsweredBy.UNKNOWN

    def _next(self, deadline: float) -> Event | None:
        left = deadline - self._clock.now()
        event = self._port.next_event(left) if left > 0 else None
        if event is not None and self._is_stop(event):
            self.ended = Outcome.STOPPED
            return None
        return event


def _connected(by: AnsweredBy) -> CallProgress:
    return CallProgress(outcome=Outcome.CONNECTED, answered_by=by)
