from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from boardivr.calls.record import CallRecord, Ending, TraceStep
from boardivr.calls.session import CallSession
from boardivr.flows.services import Tracer
from tests.manual_clock import START, ManualClock


class Kept:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []
        self.steps: list[TraceStep] = []

    def started(self, record: CallRecord) -> None:
        self.records.append(record)

    def changed(self, record: CallRecord) -> None:
        assert self.records, "changed before it was started"
        self.records.append(record)

    def step(self, step: TraceStep) -> None:
        self.steps.append(step)


class Switch:
    """The live parameter `trace`, as a test sets it."""

    def __init__(self) -> None:
        self.trace: bool | None = None
        self.bank: bool | None = None

    def is_on(self, name: str, default: bool) -> bool:
        if name == "bank.trace":
            return default if self.bank is None else self.bank
        assert name == "trace"
        return default if self.trace is None else self.trace


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def session(kept: Kept, switch: Switch, clock: ManualClock) -> CallSession:
    return CallSession(
        sink=kept,
        switches=switch,
        clock=clock,
        node="main",
        board="lb",
        channel="lb0-1",
        ani="13800000001",
        dnis="95588",
    )


def test_a_call_from_ring_to_end(kept: Kept, session: CallSession, clock: ManualClock) -> None:
    """A call is kept at its first moment, and every change after it; its length is the talk."""
    tracer: Tracer = session
    clock.advance(seconds=2)
    session.answered(flow="bank", flow_hash="5f0c", language="zh-CN")
    session.identified("A", "en")
    tracer.path("balance")
    tracer.path("forex")
    tracer.tag("asked", Decimal("1.50"))
    clock.advance(seconds=30)
    record = session.end(Ending.WE_HUNG_UP, "silent for 10 s")

    assert kept.records[0].started == START
    assert kept.records[0].answered is None
    assert kept.records[-1] == record
    assert record.answered == START + timedelta(seconds=2)
    assert record.seconds == 30
    assert (record.customer, record.language) == ("A", "en")
    assert (record.flow, record.flow_hash) == ("bank", "5f0c")
    assert record.path == ("balance", "forex")
    assert record.tags == {"asked": Decimal("1.50")}
    assert (record.ending, record.why) == (Ending.WE_HUNG_UP, "silent for 10 s")


def test_not_answered_has_no_length(session: CallSession, clock: ManualClock) -> None:
    """A call that nobody answered has lasted no time."""
    clock.advance(seconds=5)
    record = session.end(Ending.NOT_ANSWERED)

    assert record.seconds is None
    assert record.ended == START + timedelta(seconds=5)


def test_ends_once(kept: Kept, session: CallSession, clock: ManualClock) -> None:
    """The first ending is the one that counts."""
    first = session.end(Ending.CALLER_HUNG_UP)
    clock.advance(seconds=5)

    assert session.end(Ending.FAILED, "later") == first
    assert kept.records[-1] == first


def test_tracing_is_switched_in_the_call(
    kept: Kept, session: CallSession, switch: Switch, clock: ManualClock
) -> None:
    """Steps are kept while the switch is on; the record is kept in any case."""
    session.step("one", {})
    switch.trace = False
    session.step("two", {})
    session.path("balance")
    switch.trace = True
    clock.advance(seconds=1)
    session.step("three", {"menu": "main"})

    assert [(step.number, step.name) for step in kept.steps] == [(1, "one"), (2, "three")]
    assert kept.steps[1].at == START + timedelta(seconds=1)
    assert kept.steps[1].call == session.record.id
    assert kept.records[-1].path == ("balance",)


def test_no_secret_gets_through(kept: Kept, session: CallSession) -> None:
    """PINs, collected keys and card numbers are masked in steps and tags."""
    session.step("input", {"keys": "246810", "card": "6222020000000001"})
    session.tag("pin", "246810")
    record = session.end(Ending.WE_HUNG_UP)

    assert kept.steps[0].detail == {"keys": "<6 keys>", "card": "************0001"}
    assert record.tags == {"pin": "***"}
    assert all("246810" not in repr(kept_record) for kept_record in kept.records)


def test_trace_of_one_flow(session: CallSession, kept: Kept, switch: Switch) -> None:
    """A flow's own switch counts more than the one for all, from the next step on."""
    switch.trace, switch.bank = False, True
    session.step("before it is known", {})
    session.answered(flow="bank")
    session.step("play", {})
    switch.trace, switch.bank = True, False
    session.step("menu", {})

    assert [step.name for step in kept.steps] == ["play"]
