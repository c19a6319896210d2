from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

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


DETAILS = [
    "menu",
    "offers",
    "said",
    "answer",
    "took",
    "at",
    "in",
    "heard",
    "chosen",
    "rows",
    "host",
]


def step(number: int, seconds: float, name: str, **detail: str) -> TraceStep:
    at = START + timedelta(seconds=seconds)
    return TraceStep(call="1", number=number, at=at, name=name, detail=detail)


def test_story() -> None:
    """A call is told in the order of time, each line with its seconds."""
    steps = [step(2, 2.0, "menu", id="main"), step(1, 2.0, "play", clips="welcome")]

    assert story(RECORD, steps) == [
        "    0.00  call from 13800000001 to 95588 on lb0-1",
        "    2.00  answered by bank",
        "    2.00  play  clips=welcome",
        "    2.00  menu  id=main",
        "   30.25  we hung up: silent for 10 s",
        "last spoken in: zh-CN",
        "choices: balance > forex",
        "tags: amount=10100.05",
    ]


def test_call_of_no_length_is_in_order() -> None:
    """When all happens in one moment, the call still begins first and ends last."""
    record = replace(RECORD, answered=START, ended=START, language=None, path=(), tags={}, why="")
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


def test_what_a_step_did_and_what_came_of_it() -> None:
    """A step stands where it began; heard keys, rows and failures where it ended."""
    rows = '[{"kind":"savings","amount":{"number":"10100.05"}}]'
    told = story(
        replace(RECORD, path=(), tags={}, ended=None, ending=None),
        [
            replace(
                step(1, 9.0, "menu", menu="main", offers="1=balance 0=agent", at="bank:12",
                     said="how_can_we_help, balance, , press, 1", heard="1", chosen="balance"),
            ),
            step(2, 9.0, "send", host="core", txn="balance", answer=rows),
            step(3, 9.5, "send", host="core", txn="pay", failed="no answer within 5 s"),
        ],
    )  # fmt: skip
    told = [line.rstrip() for line in told[2:]]

    assert told == [
        "    9.00  menu main: says how_can_we_help, balance, press, 1            bank:12",
        "    9.00    offers 1 balance, 0 agent",
        "    9.00    heard 1, which is balance",
        "    9.00  asks core for balance",
        "    9.00      kind=savings  amount=10100.05",
        "    9.50  asks core for pay",
        "    9.50    failed: no answer within 5 s",
        "last spoken in: zh-CN",
    ]


def test_beginning_of_a_step() -> None:
    """A step that took a while stands at its beginning, in the order of steps all the same."""
    long = TraceStep(
        call="1", number=1, at=START + timedelta(seconds=9), name="input",
        detail={"took": Decimal("4.50"), "said": "enter_card", "heard": "…0001", "refused": 2},
    )  # fmt: skip
    lines = story(RECORD, [step(2, 9.0, "tag"), long])

    assert [line.rstrip() for line in lines[2:6]] == [
        "    4.50  input: says enter_card",
        "    9.00    heard …0001",
        "    9.00    refused 2 times",
        "    9.00  tag",
    ]


@given(detail=st.dictionaries(st.sampled_from(DETAILS), st.text() | st.integers()))
def test_any_detail_is_told(detail: dict[str, str | int]) -> None:
    """Whatever a step notes, its story is lines of text."""
    for name in ("menu", "send", "if", "play", "call"):
        one = TraceStep(call="1", number=1, at=START, name=name, detail=detail)
        assert len(story(RECORD, [one])) >= 4
