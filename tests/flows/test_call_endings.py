"""How calls end, and what goes wrong in them."""

from __future__ import annotations

import pytest

from boardivr.flows.parts import Step
from boardivr.flows.steps import kinds
from boardivr.hal import CallEnded
from tests.flows.conftest import FakeServices, Press
from tests.flows.sample import MENU, PROMPTS


def test_the_far_end_hangs_up(make_flow, call):
    """CallEnded passes through, and the step that it ended is in the trace."""
    flow = make_flow(MENU, PROMPTS)
    services = FakeServices(flow)

    with pytest.raises(CallEnded):
        call(flow, Press("H", on="balance"), services=services)
    assert services.steps[-1][0] == "menu"
    assert services.steps[-1][1]["ended"] == "the far end hung up"


@pytest.mark.parametrize("at", [0.3, 30.0])
def test_a_stopped_channel_ends_the_flow(make_flow, call, at):
    """stop() from another thread, while playing or while waiting, ends the flow at once."""
    flow = make_flow(
        MENU.replace("say: welcome", "say: welcome\n        no_input: {after: 60s}"), PROMPTS
    )

    called = call(flow, Press("S", at=at))

    assert called.end.reason == "stopped"
    assert called.channel.clock.now() == pytest.approx(at)


def test_words_without_a_sound_are_passed_over(make_flow, call):
    """A text that is empty for this customer leaves nothing to play."""
    flow = make_flow('start: [a]\nsteps:\n  a: [{play: {text: ""}}, {play: done}]\n', "done")

    assert call(flow).texts == ["done"]


def test_an_error_says_sorry_once(make_flow, call):
    """A fault goes to on_error; a second one before any key ends the call."""
    flow = make_flow(
        """
        start: [a]
        defaults: {on_error: sorry}
        steps:
          a: [{play: {number: $nobody}}]
          sorry: [{play: sorry}, {goto: a}]
        """,
        "sorry",
    )

    called = call(flow)

    assert called.texts == ["sorry"]
    assert called.end.reason == "error"
    assert "$nobody isn't set" in (called.end.error or "")


def test_on_error_steps_take_the_place_of_what_failed(make_flow, call):
    """Steps written under on_error are done instead of the section's rest."""
    flow = make_flow(
        """
        start: [a, b]
        defaults: {on_error: [{play: sorry}]}
        steps:
          a: [{play: {number: $nobody}}, {play: never}]
          b: [{play: b}]
        """,
        "sorry never b",
    )

    assert call(flow).texts == ["sorry", "b"]


def test_a_circle_ends(make_flow, call):
    """A flow that runs in circles without the caller is stopped."""
    flow = make_flow("start: [a]\nsteps:\n  a: [{goto: b}]\n  b: [{goto: a}]\n")

    called = call(flow)

    assert "1000 steps without a key" in (called.end.error or "")


def test_endless_calls_end(make_flow, call):
    """Sections that call each other without end are stopped."""
    flow = make_flow("start: [a]\nsteps:\n  a: [{call: b}]\n  b: [{call: a}]\n")

    assert "more than 50 sections are open" in (call(flow).end.error or "")


def test_every_kind_of_step_is_a_frozen_dataclass():
    """Steps are values: they can't change while a call uses them."""
    for kind in kinds().values():
        assert issubclass(kind, Step)
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert kind.__doc__
