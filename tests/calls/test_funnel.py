from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.calls.funnel import Place, funnel, place_of
from boardivr.calls.record import CallRecord, Ending, TraceStep
from boardivr.store import Store
from boardivr.store.calls import CallArchive, CallWriter
from boardivr.store.writer import GroupWriter
from tests.manual_clock import START

RECORD = CallRecord(
    id="1",
    node="main",
    board="lb",
    channel="lb0-1",
    flow="bank",
    started=START,
    ended=START,
    ending=Ending.WE_HUNG_UP,
)


def step(number: int, name: str, call: str = "1", **detail: str | int) -> TraceStep:
    return TraceStep(call=call, number=number, at=START, name=name, detail=detail)


def hung_up(*path: str) -> CallRecord:
    return replace(RECORD, path=path, ending=Ending.CALLER_HUNG_UP)


def test_choices() -> None:
    """A choice counts once for a call however often it was made; the last one before a hang-up."""
    found = funnel(
        [
            (hung_up("balance", "balance"), []),
            (hung_up("balance", "forex"), []),
            (replace(RECORD, path=("forex", "goodbye")), []),
            (hung_up(), []),
        ]
    )

    assert (found.calls, found.traced, found.hung_up) == (4, 0, 3)
    assert [(c.id, c.calls, c.times, c.hung_up) for c in found.choices] == [
        ("balance", 2, 3, 1),
        ("forex", 2, 2, 1),
        ("goodbye", 1, 1, 0),
    ]


def test_places() -> None:
    """Menus and inputs tell silences, misses, refusals and hang-ups; other steps hang-ups only."""
    card = step(1, "input", said="enter_card, enter_card | not_valid", no_match=2, **{"in": "id"})
    found = funnel(
        [
            (
                RECORD,
                [card, step(2, "menu", menu="main", no_input=1), step(3, "menu", menu="main")],
            ),
            (hung_up(), [card, step(2, "play", said="welcome", ended="x", **{"in": "id"})]),
            (
                hung_up(),
                [step(1, "input", said="enter_card", refused=3, ended="x", **{"in": "id"})],
            ),
            (RECORD, [step(1, "play", said="welcome", **{"in": "id"})]),
        ]
    )

    none = Place(name="", calls=0, times=0, no_input=0, no_match=0, wrong=0, hung_up=0)
    assert found.places == (
        replace(none, name="id: enter_card", calls=3, times=3, no_match=4, wrong=3, hung_up=1),
        replace(none, name="menu main", calls=1, times=2, no_input=1),
        replace(none, name="id: welcome", calls=1, times=1, hung_up=1),
    )


def test_place_without_words() -> None:
    """A step that said nothing is known by its section, or where it is written."""
    assert place_of(step(1, "input", at="bank:12")) == "bank:12: input"
    assert place_of(step(1, "input")) == "input"


@given(paths=st.lists(st.lists(st.sampled_from("abcd"))))
def test_numbers_agree(paths: list[list[str]]) -> None:
    """No choice is in more calls than there are, nor in more than it was made."""
    found = funnel([(hung_up(*path), []) for path in paths])

    assert sum(c.times for c in found.choices) == sum(map(len, paths))
    assert sum(c.hung_up for c in found.choices) == sum(1 for path in paths if path)
    for choice in found.choices:
        assert choice.hung_up <= choice.calls <= min(len(paths), choice.times)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "boardivr.db") as store:
        store.migrate()
        yield store


def test_calls_of_a_flow(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended calls of one flow come in order with their steps, over as many pages as it takes."""
    monkeypatch.setattr("boardivr.store.calls.PAGE", 3)
    writer = GroupWriter(store)
    sink = CallWriter(writer)
    for number in range(10):
        record = replace(RECORD, id=str(number), started=START + timedelta(seconds=number // 2))
        sink.started(record)
        sink.step(step(1, "menu", call=record.id, menu="main"))
    sink.started(replace(RECORD, id="other", flow="orders"))
    sink.started(replace(RECORD, id="open", ended=None, ending=None))
    writer.close()
    archive = CallArchive(store)

    assert [(r.id, len(s)) for r, s in archive.of_flow("bank")] == [(str(n), 1) for n in range(10)]
    later = archive.of_flow("bank", START + timedelta(seconds=3))
    assert Counter(r.id for r, _ in later) == Counter("6789")
