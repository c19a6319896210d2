"""The queue on the disk: orders, jobs, what is left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from boardivr.fax.errors import DocumentError
from boardivr.fax.queue import events
from boardivr.fax.queue.job import JobState
from boardivr.fax.queue.keeping import purge
from boardivr.fax.queue.numbers import NumberError
from boardivr.fax.queue.order import DuplicateError, FaxOrder, OrderError
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.settings import DestinationRule, FaxSection, LineGroup, Times
from boardivr.store import NotFound, Store
from tests.manual_clock import ManualClock

SECTION = FaxSection(
    ident="95588",  # type: ignore[arg-type]
    country="86",  # type: ignore[arg-type]
    area="10",  # type: ignore[arg-type]
    timezone="Asia/Shanghai",  # type: ignore[arg-type]
    lines={"trunk": LineGroup()},
    rules=(
        DestinationRule(match="+86900*", forbid=True),
        DestinationRule(match="+1*", window=Times("22:00-06:00"), lines="trunk"),
        DestinationRule(match="+1*", max_dials=3, window=Times("sat")),
    ),
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "boardivr.db") as store:
        store.migrate()
        yield store


@pytest.fixture
def queue(store: Store, tmp_path: Path, clock: ManualClock) -> FaxQueue:
    return FaxQueue(store, SECTION, tmp_path / "out", clock.wall)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text("Dear customer\n\fYours\n")
    return path


def test_accepted(queue: FaxQueue, letter: Path) -> None:
    """An order for two numbers is two jobs with one document, which is there."""
    first, second = queue.submit(
        FaxOrder(files=(letter,), numbers=("(010) 6666-0001", "6666 0002", "+861066660002"))
    )

    assert (first.number, second.number) == ("+861066660001", "+861066660002")
    assert first.group == second.group != ""
    assert (first.pages, first.ident, first.title) == (2, "95588", "letter.txt")
    assert queue.spool.path(first.document).is_file()
    assert queue.job(first.id) == first
    assert queue.file.document(first.document).pages == 2


def test_refused(queue: FaxQueue, letter: Path, tmp_path: Path) -> None:
    """What can't be sent is refused with the reason, and nothing is left of it."""
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"%PDF-1.4 nothing")
    for order, error, words in (
        (FaxOrder(files=(letter,), numbers=("Li",)), NumberError, "found 'Li'"),
        (FaxOrder(files=(letter,), numbers=("0900 1",)), NumberError, "forbid"),
        (FaxOrder(files=(letter,), numbers=()), OrderError, "1 to 10000 numbers"),
        (FaxOrder(files=(letter,), numbers=("1",), lines="x"), OrderError, "there are trunk"),
        (FaxOrder(files=(letter,), numbers=("1",), window="noon"), OrderError, "found 'noon'"),
        (FaxOrder(files=(empty,), numbers=("1",)), DocumentError, "empty.pdf"),
    ):
        with pytest.raises(error, match=words):
            queue.submit(order)

    assert queue.file.jobs(list(JobState)) == []
    assert [path.name for path in queue.spool.folder.iterdir()] == [".lock"]


def test_the_same_again(queue: FaxQueue, letter: Path, clock: ManualClock) -> None:
    """The same pages to the same number are refused for a while, unless they're meant."""
    order = FaxOrder(files=(letter,), numbers=("1",))
    queue.submit(order)
    with pytest.raises(DuplicateError, match="are fax 1 already"):
        queue.submit(order)
    queue.submit(replace(order, is_again=True))
    queue.submit(replace(order, numbers=("2",)))
    clock.advance(hours=2)
    assert queue.submit(order)[0].id == 4


def test_rules_of_a_destination(queue: FaxQueue, letter: Path) -> None:
    """Night rate, line and limits come from the rules that the number falls under."""
    (abroad,) = queue.submit(FaxOrder(files=(letter,), numbers=("+1 212 5550100",)))

    assert (abroad.lines, abroad.max_dials) == ("trunk", 3)
    # 08:00 UTC is 16:00 in Shanghai; the night there begins at 14:00 UTC.
    assert abroad.due == datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
    assert abroad.kill_at == abroad.due + timedelta(days=1)


def test_an_access_code_isnt_shown(queue: FaxQueue, letter: Path) -> None:
    """What is dialled behind a comma isn't in what a job looks like."""
    (job,) = queue.submit(FaxOrder(files=(letter,), numbers=("9558 8,,4711#",)))

    assert (job.number, job.extra) == ("95588", ",,4711#")
    assert "4711" not in repr(job)


def test_recovery(queue: FaxQueue, letter: Path, clock: ManualClock) -> None:
    """After a crash a node's jobs are due again; another node's are left alone."""
    order = FaxOrder(files=(letter,), numbers=("1", "2"))
    mine, other = queue.submit(order)
    queue.advance(mine.id, events.Claimed(node="a", channel="x"))
    queue.advance(mine.id, events.Talking())
    queue.advance(mine.id, events.Confirmed(1))
    queue.advance(other.id, events.Claimed(node="b", channel="y"))
    stranger = queue.spool.new()
    stranger.write_bytes(b"left")

    queue.recover("a")

    back = queue.job(mine.id)
    assert (back.state, back.confirmed, back.doubtful) == (JobState.WAITING, 1, (2,))
    assert queue.job(other.id).state is JobState.SENDING
    assert not stranger.exists()
    assert queue.spool.path(mine.document).exists()


def test_unknown(queue: FaxQueue) -> None:
    with pytest.raises(NotFound, match="no fax 5"):
        queue.job(5)


def test_lists(queue: FaxQueue, letter: Path, clock: ManualClock) -> None:
    """What is on a line comes first, then what waits in its order."""
    jobs = queue.submit(FaxOrder(files=(letter,), numbers=("1", "2", "3")))
    queue.advance(jobs[2].id, events.Claimed(node="a", channel="x"))
    queue.advance(jobs[1].id, events.Moved(priority=10))
    queue.advance(jobs[0].id, events.Cancelled())
    urgent = queue.submit(FaxOrder(files=(letter,), numbers=("4",), priority=1))

    live = queue.file.jobs([JobState.WAITING, JobState.SENDING])
    assert [job.id for job in live] == [3, urgent[0].id, 2]
    assert queue.file.counts()[JobState.CANCELLED] == 1
    assert queue.file.next_due() == "2026-09-21T08:00:00.000+00:00"


def test_kept_for_a_time(queue: FaxQueue, letter: Path, clock: ManualClock, tmp_path: Path) -> None:
    """What is over goes after its time, into the archive; what isn't over stays."""
    order = FaxOrder(files=(letter,), numbers=("1", "2"))
    old, live = queue.submit(order)
    queue.advance(old.id, events.Cancelled())
    clock.advance(days=29)
    assert purge(queue, clock.wall(), None) == 0
    clock.advance(days=2)
    assert purge(queue, clock.wall(), tmp_path / "archive") == 1

    kept = tmp_path / "archive" / "2026-09"
    assert sorted(path.name for path in kept.iterdir()) == ["fax-1.json", "fax-1.tif"]
    assert json.loads((kept / "fax-1.json").read_text())["state"] == "cancelled"
    assert queue.job(live.id).state is JobState.WAITING
    assert queue.spool.path(live.document).exists()
    queue.advance(live.id, events.Cancelled())
    clock.advance(days=31)
    purge(queue, clock.wall(), None)
    assert queue.file.names() == set()
    assert [path.name for path in queue.spool.folder.iterdir()] == [".lock"]
    assert queue.submit(order)[0].id == 3  # numbers never come again
