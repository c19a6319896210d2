"""A traced call run again, with the same keys and host replies, to the first difference.

It runs the version that the record names, without a board's audio: each wait gives at once
what it gave then. Keys that a trace must not have (PINs, all but the last digits of
cards) are made up; whether a PIN was right is as it was in the call.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from boardivr.calls.answering import CallServices
from boardivr.calls.masking import ANSWER, masked
from boardivr.calls.record import CallRecord, TraceStep
from boardivr.calls.trace import began
from boardivr.clock import SystemClock
from boardivr.customer import Customer, PinVerdict, Value
from boardivr.flows.answers import MOST_ROWS
from boardivr.flows.interpreter import Interpreter
from boardivr.flows.model import Flow
from boardivr.flows.parts import Next, Step
from boardivr.flows.services import HostError, HostTimeout
from boardivr.flows.values import MASK
from boardivr.flows.visit import MenuVisit
from boardivr.hal import CallEnded, Channel, Clip, Digits, IncomingCall, Reason, Termination
from boardivr.testing.silence import SilentPrompts

MADE_UP = "2718281828459045235360287471"
"""Digits for keys that aren't in the trace; as a PIN they aren't easy."""

ASIDE = frozenset({"took", "keyed"})
"""Details that differ from run to run, or that only a replay needs."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where a replay went another way.

    :param step: its number in the trace
    :param then: what the trace has; None where it had ended
    :param now: what the replay did; None where it ended
    """

    step: int
    what: str
    then: str | None
    now: str | None

    def __str__(self) -> str:
        return f"step {self.step}, {self.what}: then {self.then!r}, now {self.now!r}"


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """:param made_up: steps with keys that weren't in the trace"""

    steps: int
    made_up: tuple[int, ...]
    difference: Difference | None


def replay(
    flow: Flow, record: CallRecord, steps: Sequence[TraceStep], customer: Customer | None
) -> Replayed:
    """Run a call again.

    :param flow: in the version that the record names
    :param customer: who called, as he is now; None for nobody
    """
    tape = _Tape(steps)
    services = CallServices(
        voice=SilentPrompts(flow),
        customers=_OneCustomer(customer, tape),
        hosts=_TapedHosts(tape),
        tracer=tape,
        parameters=_AsWritten(),
    )
    channel = cast(Channel, _TapedChannel(tape, record))
    call = IncomingCall(ani=record.ani, dnis=record.dnis)
    interpreter = _Replayer(flow, channel, services, call=call, call_id=record.id)
    interpreter.tape = tape
    difference: Difference | None = None
    try:
        interpreter.run()
        tape.must_be_over()
    except CallEnded:
        pass
    except _Differs as found:
        difference = found.difference
    return Replayed(steps=tape.number, made_up=tuple(tape.made_up), difference=difference)


class _Differs(Exception):
    def __init__(self, difference: Difference) -> None:
        super().__init__(str(difference))
        self.difference = difference


class _Tape:
    """The recorded steps, one at a time; a :class:`boardivr.flows.services.Tracer`."""

    def __init__(self, steps: Sequence[TraceStep]) -> None:
        self._steps = steps
        self.number = 0  # of the step that runs
        self.made_up: list[int] = []
        self.keys: Iterator[str] = iter(())
        self.verdicts: Iterator[PinVerdict] = iter(())

    @property
    def detail(self) -> Mapping[str, Value]:
        return self.now.detail

    @property
    def now(self) -> TraceStep:
        return self._steps[self.number - 1]

    def begin(self, name: str) -> None:
        """Go to the next recorded step."""
        if self.number == len(self._steps):
            self._differs("a further step", None, name)
        self.number += 1
        if self.now.name != name:
            self._differs("step", self.now.name, name)
        self.keys = self._taped_keys()
        wrong = self.detail.get("refused")
        count = wrong if isinstance(wrong, int) and not isinstance(wrong, bool) else 0
        last = PinVerdict.LOCKED if self.detail.get("locked") else PinVerdict.WRONG
        verdicts = [PinVerdict.WRONG] * (count - 1) + [last] * (count > 0)
        self.verdicts = iter([*verdicts, PinVerdict.RIGHT])

    def step(self, name: str, detail: Mapping[str, Value]) -> None:
        """Compare a step that was done with the recorded one."""
        now, then = masked(detail), self.detail
        aside = ASIDE | ({"said"} if name == "send" else set())  # what is said while it waits
        if self.number in self.made_up:
            aside |= {"heard"}
        for key in sorted({*now, *then} - aside):
            if str(then.get(key)) != str(now.get(key)):
                self._differs(key, _text(then.get(key)), _text(now.get(key)))

    def must_be_over(self) -> None:
        """The flow has ended; so must the trace have."""
        if self.number < len(self._steps):
            self.number += 1
            self._differs("a further step", self.now.name, None)

    def identified(self, customer: str, language: str | None = None) -> None:
        """The record has it."""

    def path(self, choice: str) -> None:
        """The record has it."""

    def tag(self, name: str, value: Value) -> None:
        """The record has it."""

    def _differs(self, what: str, then: str | None, now: str | None) -> None:
        raise _Differs(Difference(step=self.number, what=what, then=then, now=now))

    def _taped_keys(self) -> Iterator[str]:
        """Yield what each wait of the step gave; a ``+`` ends it where a key ended the input."""
        waits = str(self.detail.get("keyed", "")).split()
        for number, wait in enumerate(waits, 1):
            if wait.startswith("="):
                yield wait[1:]
                continue
            count = int(wait.rstrip("+"))
            yield self._keys(count, number == len(waits)) + wait[len(wait.rstrip("+")) :]

    def _keys(self, count: int, is_last: bool) -> str:
        heard = str(self.detail.get("heard", ""))
        if count == 0:
            return ""
        whole = len(heard) == count and heard != MASK and re.fullmatch(r"[0-9A-D*#]+", heard)
        if is_last and whole:
            return heard
        self.made_up.append(self.number)
        end = heard[1:] if is_last and heard.startswith("…") else ""
        return MADE_UP[: count - len(end)] + end


class _Replayer(Interpreter):
    """Runs the flow step by step along the tape."""

    tape: _Tape

    def _traced(self, name: str, what: Step | MenuVisit) -> Next | None:
        self.tape.begin(name)
        return super()._traced(name, what)


class _TapedChannel:
    """What a flow needs of a channel, from the tape."""

    def __init__(self, tape: _Tape, record: CallRecord) -> None:
        self.name = "replay"
        self.clock = _TapedClock(tape, record)
        self._tape = tape

    def play(self, *clips: Clip, until: Termination | None = None) -> Reason:
        if "ended" in self._tape.detail and "keyed" not in self._tape.detail:
            raise CallEnded("hung up, as in the trace")
        return Reason.END_OF_DATA

    def get_digits(self, until: Termination) -> Digits:
        keys = next(self._tape.keys, None)
        if keys is None:
            if "ended" not in self._tape.detail:
                self._tape._differs("a further wait for keys", None, "it waits")
            raise CallEnded("hung up, as in the trace")
        ended_by_key = keys.endswith("+")
        reason = Reason.DIGIT if ended_by_key else Reason.MAX_DIGITS
        return Digits(keys=keys.rstrip("+"), reason=reason if keys else Reason.END_OF_DATA)

    def clear_digits(self) -> None:
        """There are none ahead: each wait has its own."""


class _TapedClock(SystemClock):
    """The date and time of the recorded step."""

    def __init__(self, tape: _Tape, record: CallRecord) -> None:
        super().__init__()
        self._tape = tape
        self._start = record.answered or record.started

    def wall(self) -> datetime:
        return began(self._tape.now) if self._tape.number else self._start


class _OneCustomer:
    """Who called, whatever card was keyed; changes stay in the replay."""

    def __init__(self, customer: Customer | None, tape: _Tape) -> None:
        self._customer = customer
        self._tape = tape

    def by_card(self, card: str) -> Customer | None:
        return self._customer

    def by_ani(self, ani: str) -> Customer | None:
        return self._customer

    def get(self, customer_id: str) -> Customer | None:
        return self._customer

    def verify_pin(self, customer_id: str, pin: str) -> PinVerdict:
        return next(self._tape.verdicts, PinVerdict.RIGHT)

    def set_open(self, customer_id: str, function: str, is_open: bool) -> Customer:
        functions = self._known().functions
        functions = functions | {function} if is_open else functions - {function}
        return self._changed(dataclasses.replace(self._known(), functions=functions))

    def set_menu(self, customer_id: str, order: Sequence[str], hide: frozenset[str]) -> Customer:
        return self._changed(dataclasses.replace(self._known(), order=tuple(order), hide=hide))

    def set_learned(self, customer_id: str, menu: str, items: Sequence[str]) -> Customer:
        return self._known()

    def set_pin(self, customer_id: str, pin: str) -> None:
        """Nobody's PIN is changed by a replay."""

    def _known(self) -> Customer:
        assert self._customer is not None, "a customer was identified"
        return self._customer

    def _changed(self, customer: Customer) -> Customer:
        self._customer = customer
        return customer


class _TapedHosts:
    """Hosts that answer what they answered then."""

    def __init__(self, tape: _Tape) -> None:
        self._tape = tape

    def call(
        self, host: str, txn: str, data: Mapping[str, Value], within: float, key: str
    ) -> list[dict[str, Value]]:
        failed = self._tape.detail.get("failed")
        if isinstance(failed, str):
            raise (HostTimeout if failed.startswith("no answer within") else HostError)(failed)
        rows = json.loads(str(self._tape.detail.get(ANSWER, "[]")))
        count = self._tape.detail.get("rows")
        if isinstance(count, int) and count > MOST_ROWS:
            rows += [rows[-1]] * (count - len(rows))  # the trace has only the first of them
        return [{name: _value(cell) for name, cell in row.items()} for row in rows]


class _AsWritten:
    def seconds(self, name: str, written: float) -> float:
        return written


def _value(cell: object) -> Value:
    if isinstance(cell, dict):
        ((kind, text),) = cell.items()
        if kind == "number":
            return Decimal(str(text))
        return datetime.fromisoformat(text) if kind == "time" else date.fromisoformat(text)
    return cast(Value, cell)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
