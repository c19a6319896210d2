from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from boardivr.calls.record import CallRecord, Ending, TraceStep
from boardivr.calls.trace import story
from tests.manual_clock import START

RECORD = CallRecord(
    id="1",
    node="main",
    board="lb",
    channel="lb0-1",
    ani="13800000001",
    dnis="95588",
    flow="bank",
    language="zh-CN",
    started=START,
    answered=START + timedelta(seconds=2),
    ended=START + timedelta(seconds=30.25),
    ending=Ending.WE_HUNG_UP,
    why="silent for 10 s",
    path=("balance", "forex"),
    tags={"amount": Decimal("10100.05")},
)


def step(number: int, seconds: float, name: str, **detail: str) -> TraceStep:
    at = START + timedelta(seconds=seconds)
    return TraceStep(call="1", number=number, at=at, name=name, detail=detail)


def test_story() -> None:
    """A call is told in the order of time, each line with its seconds."""
    steps = [step(2, 2.0, "menu", id="main"), step(1, 2.0, "play", clips="welcome")]

    assert story(RECORD, steps) == [
        "    0.00  call from 13800000001 to 95588 on lb0-1",
        "    2.00  answered by bank, in zh-CN",
        "    2.00  play  clips=welcome",
        "    2.00  menu  id=main",
        "   30.25  we hung up: silent for 10 s",
        "choices: balance > forex",
        "tags: amount=10100.05",
    ]


def test_call_of_no_length_is_in_order() -> None:
    """When all happens in one moment, the call still begins first and ends last."""
    record = replace(RECORD, answered=START, ended=START, path=(), tags={}, why="")
    lines = story(record, [step(1, 0.0, "hang_up")])

    assert [line.split("  ")[-1].split()[0] for line in lines] == [
        "call",
        "answered",
        "hang_up",
        "we",
    ]


def test_without_trace_or_number() -> None:
    """An unknown caller, a call that goes on, no tracing: it says so."""
    record = replace(
        RECORD, ani=None, dnis=None, answered=None, ended=None, ending=None, path=(), tags={}
    )

    assert story(record, []) == [
        "    0.00  call from an unknown number on lb0-1",
        "no steps: tracing was off",
    ]
