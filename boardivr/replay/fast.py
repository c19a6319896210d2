"""A call run again without a line: each wait gives at once what it gave then."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from boardivr.calls.answering import CallServices
from boardivr.calls.record import CallRecord, TraceStep
from boardivr.calls.trace import began
from boardivr.clock import SystemClock
from boardivr.customer import Customer
from boardivr.flows.interpreter import FAX_CALLS
from boardivr.flows.model import Flow
from boardivr.hal import (
    CallEnded,
    Channel,
    Clip,
    Digits,
    Encoding,
    Feature,
    IncomingCall,
    Reason,
    Recording,
    Termination,
)
from boardivr.hal.types import SAMPLE_RATE
from boardivr.replay.answers import AsWritten, OneCustomer, TapedFaxes, TapedHosts
from boardivr.replay.tape import Difference, Differs, Replayed, Replayer, Tape
from boardivr.testing.silence import SilentPrompts


def replay(
    flow: Flow, record: CallRecord, steps: Sequence[TraceStep], customer: Customer | None
) -> Replayed:
    """Run a call again, without audio.

    Messages are silence, as long as they were.

    :param flow: in the version that the record names
    :param customer: who called, as he is now; None for nobody
    """
    tape = Tape(steps)
    services = CallServices(
        voice=SilentPrompts(flow),
        customers=OneCustomer(customer, tape),
        hosts=TapedHosts(tape),
        tracer=tape,
        parameters=AsWritten(),
        faxes=TapedFaxes(tape),
    )
    channel = cast(Channel, TapedChannel(tape, record))
    call = IncomingCall(ani=record.ani, dnis=record.dnis)
    difference: Difference | None = None
    with tempfile.TemporaryDirectory(prefix="boardivr-replay-") as folder:
        interpreter = Replayer(
            flow, channel, services, call=call, call_id=record.id, recordings=Path(folder)
        )
        interpreter.tape = tape
        try:
            interpreter.run()
            tape.must_be_over()
        except CallEnded:
            pass
        except Differs as found:
            difference = found.difference
    return Replayed(
        steps=tape.number, made_up=tuple(dict.fromkeys(tape.made_up)), difference=difference
    )


class TapedChannel:
    """What a flow needs of a channel, from the tape."""

    def __init__(self, tape: Tape, record: CallRecord) -> None:
        self.name = "replay"
        self.clock = TapedClock(tape, record)
        self._tape = tape
        self._pressed = ""  # the key that ended a recording
        self.features = Feature.FAX_TONE

    def await_fax(self, on: bool = True) -> None:
        """Whether one called, the tape knows."""

    def play(self, *clips: Clip, until: Termination | None = None) -> Reason:
        tape = self._tape
        if self._is_cut():
            return Reason.FAX_CALLS
        is_taken = tape.now.name == "record" and "file" in tape.detail  # hung up while he spoke
        if "ended" in tape.detail and "keyed" not in tape.detail and not is_taken:
            raise CallEnded("hung up, as in the trace")
        return Reason.END_OF_DATA

    def record(self, path: Path, until: Termination, *, beep: bool = False) -> Recording:
        """Record silence, as long as the message was."""
        from boardivr.media.audiofile import write_wav

        take = next(self._tape.takes, None)
        if take is None:  # he hung up at its end, or the trace is older than takes
            take = str(self._tape.detail.get("seconds", ""))
        if "ended" in self._tape.detail and not take:
            raise CallEnded("hung up, as in the trace")
        by_key, seconds = take.endswith("+"), float(take.rstrip("+") or 0)
        write_wav(path, bytes(2 * round(SAMPLE_RATE * seconds)), Encoding.LINEAR)
        self._pressed = until.digits[:1] if by_key else ""
        reason = Reason.DIGIT if by_key else Reason.MAX_SILENCE
        return Recording(path=path, seconds=seconds, reason=reason)

    def get_digits(self, until: Termination) -> Digits:
        if self._pressed:
            pressed, self._pressed = self._pressed, ""
            return Digits(keys=pressed, reason=Reason.MAX_DIGITS)
        keys = next(self._tape.keys, None)
        if keys is None and self._is_cut():
            return Digits(keys="", reason=Reason.FAX_CALLS)
        if keys is None:
            if "ended" not in self._tape.detail:
                self._tape.differs("a further wait for keys", None, "it waits")
            raise CallEnded("hung up, as in the trace")
        ended_by_key = keys.endswith("+")
        reason = Reason.DIGIT if ended_by_key else Reason.MAX_DIGITS
        return Digits(keys=keys.rstrip("+"), reason=reason if keys else Reason.END_OF_DATA)

    def _is_cut(self) -> bool:
        """Return whether a calling fax ends this step, with no key before it."""
        return self._tape.detail.get("cut") == FAX_CALLS and "keyed" not in self._tape.detail

    def conceal(self, on: bool) -> None:
        """Nobody else is in a replayed call."""

    def clear_digits(self) -> None:
        """There are none ahead: each wait has its own."""


class TapedClock(SystemClock):
    """The date and time of the recorded step."""

    def __init__(self, tape: Tape, record: CallRecord) -> None:
        super().__init__()
        self._tape = tape
        self._start = record.answered or record.started

    def wall(self) -> datetime:
        return began(self._tape.now) if self._tape.number else self._start
