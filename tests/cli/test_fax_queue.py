"""``boardivr fax`` on the queue, without an appliance that sends."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from boardivr.cli.fax_common import Moment
from boardivr.fax.queue.job import Failure, FaxTry, JobState
from boardivr.store import Store
from boardivr.store.fax import FaxPen
from boardivr.store.faxlog import add_try
from tests.cli.conftest import Run
from tests.manual_clock import START


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text("Dear customer\n")
    return path


def answer(run: Run, *words: str) -> Any:
    """What a command prints with --json."""
    result = run("fax", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_send_and_look(run: Run, letter: Path) -> None:
    """A fax is accepted, listed and shown; a broadcast is one order."""
    result = run("fax", "send", str(letter), "--to", "7001", "--to", "7002,,4711#", "--at", "1d")
    assert result.exit_code == 0, result.output
    assert "no appliance runs here" in result.stderr

    jobs = answer(run, "queue")
    assert [(job["id"], job["number"], job["state"]) for job in jobs] == [
        (1, "7001", "waiting"),
        (2, "7002,…", "waiting"),
    ]
    assert jobs[0]["group"] == jobs[1]["group"]
    text = run("fax", "queue", "--group", jobs[0]["group"]).stdout
    assert "2 waiting" in text
    assert "4711" not in text + run("fax", "show", "2").output


def test_changes(run: Run, letter: Path) -> None:
    """Faxes are held, released, moved and cancelled; what can't be is said."""
    run("fax", "send", str(letter), "--to", "7001", "--hold")
    assert answer(run, "release", "1")[0]["state"] == "waiting"
    assert answer(run, "hold", "1")[0]["state"] == "held"
    moved = answer(run, "move", "1", "--to", "7002", "--priority", "high", "--window", "sat")[0]
    assert (moved["number"], moved["priority"], moved["window"]) == ("7002", 63, "sat")
    assert answer(run, "cancel", "1")[0]["state"] == "cancelled"

    late = run("fax", "hold", "1")
    assert (late.exit_code, late.stderr) == (1, "boardivr: fax 1 is cancelled: it can't be held\n")
    again = answer(run, "retry", "1")[0]
    assert (again["id"], again["origin"], again["number"], again["pages"]) == (2, 1, "7002", 1)


def test_refused(run: Run, letter: Path, home: Path) -> None:
    """What isn't accepted is said on one line."""
    run("fax", "send", str(letter), "--to", "7001")
    for words, code, told in (
        (("send", str(letter), "--to", "7001"), 1, "are fax 1 already"),
        (("send", str(letter), "--to", "Li"), 1, "expected a telephone number, found 'Li'"),
        (("send", "--to", "7001"), 1, "expected a document or a cover"),
        (("send", str(letter), "--to", "7001", "--at", "soon"), 2, "expected 22:00"),
        (("send", str(letter), "--to", "7001", "--priority", "300"), 2, "0 to 255"),
        (("move", "1", "--window", "noon"), 1, "found 'noon'"),
        (("show", "9"), 1, "no fax 9"),
        (("probe", "7001"), 1, "no appliance runs here"),
    ):
        result = run("fax", *words)
        assert result.exit_code == code, result.output
        assert told in result.stderr


def test_what_became_of_it(run: Run, letter: Path, home: Path) -> None:
    """Calls are listed, counted by what is wanted, and traced."""
    run("fax", "send", str(letter), "--to", "7001")
    frames = ("    3.68 <- CSI", "    4.06 <- DIS      00 ee")
    one = FaxTry(
        job=1, number=0, channel="line-1", began=START, ended=START, failure=Failure.CUT,
        words="the call ended", phase="C", confirmed=2, seconds=90.0, trace=frames,
    )  # fmt: skip
    with Store(home / "boardivr.db") as store, store.transaction() as work:
        assert FaxPen(work).job(1).id == 1
        add_try(work, one)
        assert add_try(work, one).number == 2

    assert [row["number"] for row in answer(run, "log", "--to", "7001")] == [2, 1]
    span = ("--since", "2026-09-01 00:00", "--until", "2026-10-01 00:00")
    assert answer(run, "report", "--by", "cause", *span) == [
        {"cause": "cut", "calls": 2, "sent": 0, "success": "0 %", "pages": 4, "minutes": 3.0}
    ]
    table = run("fax", "report", "--csv", *span).stdout.splitlines()
    assert table[:2] == ["destination,calls,sent,success,pages,minutes", "7001,2,0,0 %,4,3.0"]
    assert "3.68 <- CSI" in run("fax", "trace", "1", "--call", "2").stdout
    assert "the call ended" in run("fax", "show", "1").stdout


def test_wait_until(run: Run, letter: Path) -> None:
    """Who waits for a fax that isn't sent in time gets exit code 1, and the fax goes on."""
    run("fax", "send", str(letter), "--to", "7001")
    result = run("fax", "wait", "1", "--within", "0s")
    assert result.exit_code == 1
    assert "fax 1 to 7001: waiting, ready" in result.stderr


def test_left_by_the_dead(run: Run, letter: Path, home: Path) -> None:
    """A fax that a dead appliance had on a line can be cancelled, and isn't stuck."""
    run("fax", "send", str(letter), "--to", "7001")
    with Store(home / "boardivr.db") as store, store.transaction() as work:
        claimed = replace(FaxPen(work).job(1), state=JobState.SENDING, node="gone", talking=True)
        FaxPen(work).save(claimed)

    assert answer(run, "cancel", "1")[0]["state"] == "cancelled"
    assert answer(run, "show", "1")["doubtful"] == [1]
    assert answer(run, "log")[0]["failure"] == "interrupted"


def test_times() -> None:
    """A time of day is the next one."""
    moment = Moment()
    found = moment.convert("00:00", None, None)
    assert (found.hour, found.minute) == (0, 0)
    assert moment.convert("2026-11-27 08:00", None, None).date().isoformat() == "2026-11-27"
