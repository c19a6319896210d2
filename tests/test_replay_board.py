"""Calls run again on a virtual board: with prompts, key tones and messages as they were."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from boardivr.calls.record import CallRecord, TraceStep
from boardivr.customer import Customer
from boardivr.flows.loader import read_flow_text
from boardivr.flows.model import Flow
from boardivr.replay import Replayed, replay
from boardivr.replay.audio import replay_on_board
from boardivr.testing.rig import Made, Rig, entry
from boardivr.testing.script import Script, read_script
from boardivr.testing.silence import SilentPrompts

FLOWS = Path(__file__).parents[1] / "flows"

HEAD = "boardivr: 1\nflow: t\nlanguage: {default: en}\n"
MESSAGE = (
    HEAD + "start: [a]\n"
    "prompts: {speak: {en: Please leave a message.}, thanks: {en: Thank you.}}\n"
    "defaults: {no_input: {after: 5s, then: hang_up}}\n"
    "steps:\n  a:\n"
    "    - record: message\n      say: speak\n      silence: 2s\n"
    '      ends_on: "#"\n      review: yes\n'
    "    - play_back: $message.file\n"
    '      keys: {forward: "3", stop: "#", skip: 1s}\n'
    "    - play: thanks\n"
)

Again = Callable[..., Replayed]


@pytest.fixture
def again(tmp_path: Path) -> Again:
    """Run a made call again on a board."""

    def run(
        flow: Flow,
        made: Made,
        customer: Customer | None = None,
        steps: Sequence[TraceStep] | None = None,
    ) -> Replayed:
        return replay_on_board(
            flow,
            made.record,
            made.steps if steps is None else steps,
            customer,
            voice=SilentPrompts(flow),
            recordings=tmp_path,
        )

    return run


def made(flow: Flow, script: Script, name: str) -> tuple[Made, Customer | None]:
    """Make a test's call, and return it with who called."""
    [case] = [case for case in script.cases if case.test == name]
    with Rig(flow) as rig:
        call = rig.run(case, script.shared)
    assert call.failure is None, call.failure
    person = script.shared.customers.get(case.customer.like) if case.customer else None
    who = entry(str(case.customer.like), person).customer if person and case.customer else None
    return call, who if call.record.customer else None


def written(folder: Path, flow: str, tests: str) -> tuple[Flow, Script]:
    """A flow and its tests from text."""
    (folder / "t.yaml").write_text(flow, "utf-8")
    (folder / "t.test.yaml").write_text(tests, "utf-8")
    return read_flow_text(flow, folder / "t.yaml"), read_script(folder / "t.test.yaml")


@pytest.mark.parametrize(
    "name",
    [
        "the balance in Chinese",
        "silence in the menu",
        "the caller hangs up in the middle of a sentence",
        "money is moved, once what was keyed is confirmed",
    ],
)
def test_calls_to_the_bank(again: Again, name: str) -> None:
    """Keys are heard as tones again, time-outs and hang-ups come as they came."""
    script = read_script(FLOWS / "bank.test.yaml")
    flow = read_flow_text((FLOWS / "bank.yaml").read_text("utf-8"), FLOWS / "bank.yaml")
    call, customer = made(flow, script, name)

    found = again(flow, call, customer)

    assert found.difference is None, (str(found.difference), found.heard)
    assert found.steps == len(call.steps)
    assert any(" hears " in line for line in found.heard)


def test_a_changed_flow_differs(again: Again) -> None:
    """The first difference is told, with what the telephone heard until then."""
    script = read_script(FLOWS / "bank.test.yaml")
    text = (FLOWS / "bank.yaml").read_text("utf-8")
    flow = read_flow_text(text, FLOWS / "bank.yaml")
    call, customer = made(flow, script, "the balance in Chinese")
    changed = text.replace("again: anything_else", "again: agent", 1)

    found = again(read_flow_text(changed, FLOWS / "bank.yaml"), call, customer)

    assert found.difference is not None
    assert found.difference.what == "said"
    assert call.steps[found.difference.step - 1].name == "menu"
    assert found.heard


CALLS = """
test: recorded, heard, kept
call:
  - hear: speak
  - wait: 3s
  - press: "#"
  - hear: To hear your message
  - press: "1"
  - wait: 6s
  - press: "3"
  - {hear: thanks, whole: yes}
---
test: silent, then again
call:
  - hear: speak
  - hear: To record it again
  - press: "2"
  - wait: 6s
  - press: "#"
  - hear: To keep it
  - press: "3"
  - {hear: thanks, whole: yes}
---
test: hangs up while he speaks
call:
  - hear: speak
  - wait: 2500ms
  - hang_up
"""


@pytest.mark.parametrize(
    "name", ["recorded, heard, kept", "silent, then again", "hangs up while he speaks"]
)
def test_calls_that_left_a_message(again: Again, tmp_path: Path, name: str) -> None:
    """What was said is said again: the message as it was, or a hum as long."""
    flow, script = written(tmp_path, MESSAGE, CALLS)
    call, _ = made(flow, script, name)

    fast, board = replay(flow, call.record, call.steps, None), again(flow, call)

    for found in (fast, board):
        assert found.difference is None, (str(found.difference), found.heard)
        assert found.steps == len(call.steps)


def test_a_key_that_cut_a_prompt_cuts_it_again(again: Again, tmp_path: Path) -> None:
    """Barge-in comes at the same moment, so what follows is heard as then."""
    text = (
        HEAD + "start: [main]\nprompts:\n"
        f"  long: {{en: {'A very long greeting. ' * 8}}}\n  one: {{en: One}}\n  two: {{en: Two}}\n"
        "menus:\n  main:\n    say: long\n    items:\n"
        "      one: {say: one, go: say_one}\n      two: {say: two, go: hang_up}\n"
        "steps: {say_one: [{play: one}]}\n"
    )
    tests = 'test: cuts in\ncall: [{wait: 2s}, {press: "1"}, {wait: 3s}, hang_up]\n'
    flow, script = written(tmp_path, text, tests)
    call, _ = made(flow, script, "cuts in")

    found = again(flow, call)

    assert found.difference is None, (str(found.difference), found.heard)
    [pressed] = [line for line in found.heard if line.endswith("presses 1")]
    assert float(pressed.split()[0]) == pytest.approx(2.0, abs=0.1)


def test_a_trace_that_was_tampered_with(again: Again, tmp_path: Path) -> None:
    """A key that the flow couldn't have heard so is the first difference."""
    flow, script = written(tmp_path, MESSAGE, CALLS)
    call, _ = made(flow, script, "recorded, heard, kept")
    first = dataclasses.replace(call.steps[0], detail={**call.steps[0].detail, "chosen": "other"})

    found = again(flow, call, steps=[first, *call.steps[1:]])

    assert found.difference is not None
    assert (found.difference.step, found.difference.what) == (1, "chosen")


def test_an_empty_trace(again: Again, tmp_path: Path) -> None:
    """Nothing to run along: told, without a traceback or a wait without end."""
    flow, script = written(tmp_path, MESSAGE, CALLS)
    call, _ = made(flow, script, "recorded, heard, kept")

    found = again(flow, call, steps=[])

    assert found.difference is not None
    assert isinstance(call.record, CallRecord)
