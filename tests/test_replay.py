"""Calls of the sample bank, run again from their traces."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

from boardivr.calls.record import CallRecord, TraceStep
from boardivr.customer import Customer
from boardivr.demo import demo_settings, run_demo
from boardivr.flows.loader import load_flow, read_flow_text
from boardivr.flows.model import Flow
from boardivr.replay import replay
from boardivr.replay.audio import replay_on_board
from boardivr.settings import load_settings
from boardivr.store import Store
from boardivr.store.calls import CallArchive
from boardivr.store.customers import CustomerFile
from boardivr.testing.silence import SilentPrompts
from tests.manual_clock import ManualClock

BANK = load_settings().flows / "bank.yaml"

Call = tuple[CallRecord, Sequence[TraceStep], Customer | None]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """The demo's calls as the store has them, with who called."""
    folder = tmp_path_factory.mktemp("replay")
    settings = dataclasses.replace(demo_settings(load_settings(), folder), pin_cost=4)
    records = run_demo(settings, folder).records
    with Store(settings.database) as store:
        archive, people = CallArchive(store), CustomerFile(store, ManualClock(), pin_cost=4)
        return [
            (record, archive.steps(record.id), people.get(record.customer or ""))
            for record in records
        ]


@pytest.fixture(scope="module")
def flow() -> Flow:
    return load_flow(BANK)


def test_same_version_goes_the_same_way(calls: list[Call], flow: Flow) -> None:
    """Every call of the demo runs again without a difference, to its last step."""
    assert len(calls) >= 4
    for record, steps, customer in calls:
        replayed = replay(flow, record, steps, customer)

        assert replayed.difference is None, str(replayed.difference)
        assert replayed.steps == len(steps)


def test_same_version_goes_the_same_way_on_a_board(
    calls: list[Call], flow: Flow, tmp_path: Path
) -> None:
    """So does it with key tones, time-outs and hang-ups on a virtual board; faxes are as then."""
    for record, steps, customer in calls:
        voice = SilentPrompts(flow)
        found = replay_on_board(flow, record, steps, customer, voice=voice, recordings=tmp_path)

        assert found.difference is None, (str(found.difference), found.heard)
        assert found.steps == len(steps)


def test_made_up_keys_are_told(calls: list[Call], flow: Flow) -> None:
    """Steps whose keys the trace doesn't have are named: the card and the PIN."""
    record, steps, customer = calls[0]
    made_up = {steps[number - 1].name for number in replay(flow, record, steps, customer).made_up}

    assert made_up == {"input"}


def test_changed_flow(calls: list[Call], flow: Flow) -> None:
    """A version in which something else is said differs there, and nowhere before."""
    record, steps, customer = calls[0]
    text = BANK.read_text(encoding="utf-8").replace("again: anything_else", "again: agent")
    found = replay(read_flow_text(text, BANK), record, steps, customer).difference

    assert found is not None
    assert found.what == "said"
    assert steps[found.step - 1].name == "menu"
    assert (str(found.then).split(",")[0], str(found.now).split(",")[0]) == (
        "anything_else",
        "agent",
    )


def test_customer_has_changed(calls: list[Call], flow: Flow) -> None:
    """A customer who has closed a function since hears another menu: that is told."""
    record, steps, customer = calls[0]
    assert customer is not None
    less = dataclasses.replace(customer, functions=customer.functions - {"forex"})
    found = replay(flow, record, steps, less).difference

    assert found is not None
    assert found.what == "offers"


def edited(steps: Sequence[TraceStep], one: TraceStep, **detail: str) -> list[TraceStep]:
    other = dataclasses.replace(one, detail={**one.detail, **detail})
    return [other if step is one else step for step in steps]


@pytest.mark.parametrize("cut", ["host", "amount", "end"])
def test_tampered_trace(calls: list[Call], flow: Flow, cut: str) -> None:
    """A trace that doesn't fit its flow differs where it doesn't."""
    record, steps, customer = calls[0]
    asked = next(step for step in steps if step.name == "send")
    said = next(step for step in steps if "10100.05" in str(step.detail.get("said")))
    if cut == "end":
        steps, expected = steps[:-1], (len(steps) - 1, "a further step")
    elif cut == "host":
        steps, expected = edited(steps, asked, host="other"), (asked.number, "host")
    else:
        answer = str(asked.detail["answer"]).replace("10100.05", "9.99")
        steps, expected = edited(steps, asked, answer=answer), (said.number, "said")
    found = replay(flow, record, steps, customer).difference

    assert found is not None
    assert (found.step, found.what) == expected


def test_trace_without_steps(calls: list[Call], flow: Flow) -> None:
    """A trace with no steps differs at once, without a traceback."""
    record, _, customer = calls[0]
    found = replay(flow, record, [], customer).difference

    assert found is not None
    assert (found.step, found.then) == (0, None)
