"""Cards and PINs in a call: who is calling, and that a secret is nowhere."""

from __future__ import annotations

import logging

import pytest

from tests.flows.conftest import FakeServices, Press
from tests.flows.sample import A

INPUT = """
    start: [identify, hello]
    customer: {from: [$card]}
    steps:
      identify:
        - input: card
          say: enter_card
          digits: 16..19
          ends_on: "#"
          show_last: 4
        - input: pin
          say: enter_pin
          digits: 6
          secret: yes
          verify: pin
          wrong: {tries: 3, say: wrong_pin, then: locked}
          locked: locked
      hello: [{play: hello}]
      locked: [{play: locked}, {hang_up: locked}]
"""


INPUT_PROMPTS = "enter_card enter_pin wrong_pin hello locked"


CARD = "6222020200012345678"


def bank(flow):
    return FakeServices(flow, people={CARD: A}, pins={"A": "123456"})


def test_card_and_pin(make_flow, call):
    """A right card and PIN make the call the customer's, in his language."""
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(
        flow, Press(CARD + "#", on="enter_card"), Press("123456", on="enter_pin"),
        services=bank(flow),
    )  # fmt: skip

    assert called.interpreter.state.customer == A
    assert called.channel.heard[-1].name == "hello@zh-CN"
    assert called.end.reason == "end"


def test_card_and_pin_typed_ahead(make_flow, call):
    """Both may be typed at once; the longest card takes its ending key with it."""
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(flow, Press(CARD + "#123456", at=0.0), services=bank(flow))

    assert called.interpreter.state.customer == A
    assert called.texts == ["hello"]


def test_wrong_pin_then_right(make_flow, call):
    """After a wrong PIN the caller hears so and tries again."""
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(
        flow, Press(CARD + "#", on="enter_card"), Press("1234567", on="enter_pin"),
        Press("123456", on="wrong_pin"), services=bank(flow),
    )  # fmt: skip

    assert called.end.reason == "end"
    called = call(
        flow, Press(CARD + "#", on="enter_card"), Press("111111", on="enter_pin"),
        Press("123456", on="wrong_pin"), services=bank(flow),
    )  # fmt: skip
    assert called.texts == ["enter_card", "enter_pin", "wrong_pin", "hello"]


def test_three_wrong_pins(make_flow, call):
    """The third wrong PIN goes where the author says."""
    flow = make_flow(INPUT, INPUT_PROMPTS)
    wrong = [Press("111111", on=p) for p in ("enter_pin", "wrong_pin", "wrong_pin")]

    called = call(flow, Press(CARD + "#", on="enter_card"), *wrong, services=bank(flow))

    assert called.texts[-1] == "locked"
    assert called.end.reason == "locked"
    assert called.interpreter.state.customer is None


def test_a_locked_customer(make_flow, call):
    """A customer who is locked already hears so at once, even with the right PIN."""
    flow = make_flow(INPUT, INPUT_PROMPTS)
    services = bank(flow)
    services.wrong["A"] = 3

    called = call(flow, Press(CARD + "#123456", at=0.0), services=services)

    assert called.end.reason == "locked"


def test_an_unknown_card_is_told_as_a_wrong_pin(make_flow, call):
    """What is heard doesn't tell whether a card exists, and the PIN is checked all the same."""
    flow = make_flow(INPUT, INPUT_PROMPTS)
    wrong = [Press("111111", on=p) for p in ("enter_pin", "wrong_pin", "wrong_pin")]
    services = bank(flow)

    called = call(flow, Press("1" * 16 + "#", on="enter_card"), *wrong, services=services)

    # The next PIN is typed while "wrong" is said, so the question isn't heard again.
    assert called.texts == ["enter_card", "enter_pin", "wrong_pin", "wrong_pin", "locked"]
    assert services.verified == ["", "", ""]


def test_too_few_digits(make_flow, call):
    """An input that is too short doesn't fit; what was typed after it is dropped."""
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(flow, *[Press("123#99", on="enter_card") for _ in range(3)], services=bank(flow))

    assert called.end.reason == "no_match"
    assert called.texts == ["enter_card"] * 3


def test_a_pin_is_nowhere(make_flow, call, caplog):
    """No trace, log or variable shows the PIN; the card shows its last digits."""
    caplog.set_level(logging.DEBUG)
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(flow, Press(CARD + "#123456", at=0.0), services=bank(flow))

    state = called.interpreter.state
    everything = repr(called.services.steps) + caplog.text + repr((state.variables, state.notes))
    assert "123456" not in everything.replace(CARD, "")
    assert "…5678" in repr(called.services.steps)
    assert CARD not in repr(called.services.steps) + caplog.text


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("play: {digits: $pin}", "a secret can't be said"),
        ("tag: {pin: $pin}", "a secret can't be a tag"),
        ("set: {n: $pin + 1}", "'+' needs a number, found a secret"),
    ],
)
def test_a_secret_is_refused_where_it_would_show(make_flow, call, step, words):
    """Even where nobody has checked the flow, a secret can't be said or recorded."""
    flow = make_flow(
        f"""
        start: [ask]
        steps:
          ask:
            - {{input: pin, digits: 4, secret: yes}}
            - {step}
        """
    )

    called = call(flow, Press("9876", at=0.0))

    assert called.end.reason == "error"
    assert words in (called.end.error or "")
    assert "9876" not in repr(called.services)


def test_log_masks_a_secret(make_flow, call, caplog):
    """A secret in a log step comes out as a mask."""
    caplog.set_level(logging.INFO)
    flow = make_flow(
        """
        start: [ask]
        steps:
          ask:
            - {input: pin, digits: 4, secret: yes}
            - log: "pin taken"
              values: {pin: $pin, twice: 1 + 1}
        """
    )

    call(flow, Press("9876", at=0.0))

    assert "line 1: pin taken pin=****** twice=2" in caplog.text
