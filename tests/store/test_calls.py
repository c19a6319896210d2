from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from boardivr.calls.record import CallRecord, Ending, TraceStep, new_call_id
from boardivr.store import NotFound, Store
from boardivr.store.calls import CallArchive, CallWriter
from boardivr.store.writer import GroupWriter
from tests.manual_clock import START

FULL = CallRecord(
    id="20260921-080000-000-aaaaaaaa",
    node="main",
    board="loopback",
    channel="lb0-1",
    ani="13800000001",
    dnis="95588",
    customer="A",
    flow="bank",
    flow_hash="5f0c",
    language="zh-CN",
    started=START,
    answered=START + timedelta(seconds=0.2),
    ended=START + timedelta(seconds=30.5),
    ending=Ending.CALLER_HUNG_UP,
    why="in the middle of 余额",
    path=("main", "balance"),
    tags={"asked": "余额", "amount": Decimal("10100.05"), "count": 2},
)

SPARE = CallRecord(
    id="20260921-080100-000-bbbbbbbb",
    node="main",
    board="loopback",
    channel="lb0-2",
    started=START + timedelta(minutes=1),
)


@pytest.fixture
def writer(store: Store) -> Iterator[GroupWriter]:
    writer = GroupWriter(store, max_delay=0.0)
    yield writer
    writer.close()


@pytest.fixture
def archive(store: Store) -> CallArchive:
    return CallArchive(store)


@pytest.mark.parametrize("record", [FULL, SPARE])
def test_record_comes_back(writer: GroupWriter, archive: CallArchive, record: CallRecord) -> None:
    """A record is read as it was written, every field and its type."""
    CallWriter(writer).started(record)
    writer.flush()

    assert archive.get(record.id) == record
    assert type(archive.get(record.id).tags.get("amount")) is type(record.tags.get("amount"))


def test_the_last_change_holds(writer: GroupWriter, archive: CallArchive) -> None:
    """A call is one record, however often it changes."""
    sink = CallWriter(writer)
    sink.started(SPARE)
    for path in (("main",), ("main", "rates")):
        sink.changed(replace(SPARE, path=path))
    writer.flush()

    assert archive.recent() == [replace(SPARE, path=("main", "rates"))]


def test_newest_first(writer: GroupWriter, archive: CallArchive) -> None:
    """Calls are listed newest first, as many as asked, of one customer if asked."""
    sink = CallWriter(writer)
    for record in (SPARE, FULL):
        sink.started(record)
    writer.flush()

    assert [call.id for call in archive.recent()] == [SPARE.id, FULL.id]
    assert [call.id for call in archive.recent(1)] == [SPARE.id]
    assert [call.id for call in archive.recent(customer="A")] == [FULL.id]


def test_steps_in_order(writer: GroupWriter, archive: CallArchive) -> None:
    """A trace is read back in the order of its steps, each with its detail."""
    steps = [
        TraceStep(
            call=FULL.id,
            number=number,
            at=START + timedelta(seconds=number),
            name=name,
            detail={"amount": Decimal("1.50"), "text": "余额", "none": None},
        )
        for number, name in ((2, "input"), (1, "play"), (10, "hang_up"))
    ]
    for step in steps:
        CallWriter(writer).step(step)
    writer.flush()

    assert archive.steps(FULL.id) == sorted(steps, key=lambda step: step.number)
    assert archive.steps(SPARE.id) == []


@pytest.mark.parametrize("part", ["20260921-080000", "aaaaaaaa", FULL.id])
def test_part_of_an_id(writer: GroupWriter, archive: CallArchive, part: str) -> None:
    """A call is found by a beginning or an end of its id."""
    for record in (FULL, SPARE):
        CallWriter(writer).started(record)
    writer.flush()

    assert archive.get(part) == FULL


@pytest.mark.parametrize(
    ("part", "message"),
    [("20260921", "several calls match '20260921'"), ("x", "no call 'x'"), ("%", "no call")],
)
def test_not_one_call(writer: GroupWriter, archive: CallArchive, part: str, message: str) -> None:
    """None, or more than one, is an error that says which."""
    for record in (FULL, SPARE):
        CallWriter(writer).started(record)
    writer.flush()

    with pytest.raises(NotFound, match=message):
        archive.get(part)


def test_open_calls_are_ended(writer: GroupWriter, archive: CallArchive) -> None:
    """A node that starts ends its own open calls, at the last that is known of them."""
    sink = CallWriter(writer)
    other = replace(SPARE, id="other", node="second")
    known = START + timedelta(minutes=1, seconds=7)
    for record in (FULL, SPARE, other):
        sink.started(record)
    sink.step(TraceStep(call=SPARE.id, number=1, at=known, name="play", detail={}))
    writer.flush()

    assert archive.end_open("main") == 1
    assert archive.end_open("main") == 0
    ended = archive.get(SPARE.id)
    assert (ended.ending, ended.ended) == (Ending.APPLIANCE_STOPPED, known)
    assert archive.get(FULL.id) == FULL
    assert archive.get("other").ended is None


def test_ids_sort_and_differ() -> None:
    """Ids sort by time, and two calls in one moment have two."""
    early, late = new_call_id(START), new_call_id(START + timedelta(milliseconds=1))

    assert early < late
    assert new_call_id(START) != early
