from __future__ import annotations

import dataclasses
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from boardivr.calls.record import CallRecord, Ending, TraceStep
from boardivr.store import Store
from boardivr.store.calls import CallWriter
from boardivr.store.writer import GroupWriter
from tests.cli.conftest import Run
from tests.manual_clock import START
from tests.store.test_calls import FULL, SPARE


@pytest.fixture
def recorded(bank: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two calls, one of them traced and ended."""
    writer = GroupWriter(bank)
    sink = CallWriter(writer)
    sink.started(FULL)
    sink.started(SPARE)
    for number, name in enumerate(("play", "menu"), start=1):
        at = START + timedelta(seconds=number)
        sink.step(TraceStep(call=FULL.id, number=number, at=at, name=name, detail={"id": "main"}))
    writer.close()
    return bank


def test_list(run: Run, recorded: Store) -> None:
    """Calls as a table, newest first."""
    lines = run("calls", "list").stdout.splitlines()

    assert lines[0].split() == [
        *("id", "started", "channel", "from", "customer", "language", "s", "ended", "choices")
    ]
    assert lines[1].startswith(SPARE.id)
    assert "goes on" in lines[1]
    assert lines[2].startswith(FULL.id)
    assert lines[2].endswith("30.3  caller hung up: in the middle of 余额  main > balance")


def test_limit_and_customer(run: Run, recorded: Store) -> None:
    """As many as asked, of whom asked."""
    one = json.loads(run("calls", "list", "-n", "1", "--json").stdout)
    his = json.loads(run("calls", "list", "--customer", "A", "--json").stdout)

    assert [call["id"] for call in one] == [SPARE.id]
    assert [call["id"] for call in his] == [FULL.id]


def test_show(run: Run, recorded: Store) -> None:
    """One call with all that is known of it, found by the end of its id."""
    shown = json.loads(run("calls", "show", "aaaaaaaa", "--json").stdout)
    lines = run("calls", "show", "aaaaaaaa").stdout.splitlines()

    assert shown == {
        "id": FULL.id,
        "node": "main",
        "board": "loopback",
        "channel": "lb0-1",
        "ani": "13800000001",
        "dnis": "95588",
        "customer": "A",
        "flow": "bank",
        "flow_hash": "5f0c",
        "language": "zh-CN",
        "started": "2026-09-21T08:00:00.000+00:00",
        "answered": "2026-09-21T08:00:00.200+00:00",
        "ended": "2026-09-21T08:00:30.500+00:00",
        "seconds": 30.3,
        "ending": "caller hung up",
        "why": "in the middle of 余额",
        "path": ["main", "balance"],
        "tags": {"asked": "余额", "amount": "10100.05", "count": 2},
    }
    assert "ani        13800000001" in lines
    assert "tags       asked=余额, amount=10100.05, count=2" in lines


def test_trace(run: Run, recorded: Store) -> None:
    """A call as a story, and as JSON with its steps."""
    story = run("calls", "trace", "aaaaaaaa").stdout
    steps = json.loads(run("calls", "trace", "aaaaaaaa", "--json").stdout)["steps"]

    assert story == (
        "    0.00  call from 13800000001 to 95588 on lb0-1\n"
        "    0.20  answered by bank\n"
        "    1.00  play  id=main\n"
        "    2.00  menu  id=main\n"
        "   30.50  caller hung up: in the middle of 余额\n"
        "last spoken in: zh-CN\n"
        "choices: main > balance\n"
        "tags: asked=余额, amount=10100.05, count=2\n"
    )
    assert [step["number"] for step in steps] == [1, 2]
    assert steps[0]["detail"] == {"id": "main"}


@pytest.mark.parametrize("command", ["show", "trace"])
def test_no_such_call(run: Run, recorded: Store, command: str) -> None:
    """An unknown call is one line and exit code 1."""
    answer = run("calls", command, "zzz")

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "boardivr: no call 'zzz'\n"


def test_funnel(run: Run, bank: Store) -> None:
    """The funnel is two tables, and the same numbers as JSON; --since leaves older calls out."""
    with closing(GroupWriter(bank)) as writer:
        sink = CallWriter(writer)
        record = CallRecord(
            id="f1", node="main", board="lb", channel="lb0-1", flow="line",
            started=datetime.now(UTC), ended=datetime.now(UTC), path=("balance",),
            ending=Ending.CALLER_HUNG_UP,
        )  # fmt: skip
        sink.started(record)
        sink.step(
            TraceStep(call="f1", number=1, at=record.started, name="menu",
                      detail={"menu": "main", "no_input": 2})
        )  # fmt: skip
        old = record.started - timedelta(days=3)
        sink.started(dataclasses.replace(record, id="f0", started=old, path=()))
    told = run("calls", "funnel", "line").stdout
    found = json.loads(run("calls", "funnel", "line", "--since", "24h", "--json").stdout)

    assert told.startswith("2 calls of line, 2 hung up by the caller\n")
    assert "balance" in told
    assert "places are of the 1 calls that were traced" in told
    assert (found["calls"], found["choices"][0]["hung_up"]) == (1, 1)
    assert found["places"][0]["no_input"] == 2
    assert run("calls", "funnel", "ghost").stdout.startswith("0 calls of ghost")
    assert run("calls", "funnel", "line", "--since", "soon").exit_code == 2
