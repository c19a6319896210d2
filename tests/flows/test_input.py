"""Input: what fits, what is read back, and what is said in each round."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.flows.shapes import Mask, NumberRange
from boardivr.flows.words import WORDS
from boardivr.yamlread import Span, read_text
from tests.flows.conftest import Press

RIGHT, AGAIN = WORDS["confirm_right"]["en"], WORDS["confirm_again"]["en"]


@pytest.mark.parametrize(
    ("mask", "fits", "unfit"),
    [
        ("4*", ["4", "4123"], ["5", "14", "4*"]),
        ("51xx", ["5100", "5199"], ["51", "51000", "51x0"]),
        ("*9", ["9", "129"], ["91"]),
        ("4*7,12", ["47", "4007", "12"], ["4", "13"]),
    ],
)
def test_masks(mask, fits, unfit):
    """Digits as they stand, x for one, * for any further ones; one alternative is enough."""
    read = read_text(f'"{mask}"', "t.yaml", Mask)

    assert [read.fits(keys) for keys in fits + unfit] == [True] * len(fits) + [False] * len(unfit)


@given(st.text(alphabet="0123456789x", max_size=6), st.integers(0, 6), st.data())
def test_a_mask_that_can_fit_has_digits_that_do(fixed, star, data):
    """`can_fit` is so exactly if some digits of that count fit."""
    text = fixed[:star] + "*" + fixed[star:] if star <= len(fixed) else fixed
    if not text:
        return
    mask, count = Mask(text), data.draw(st.integers(1, 9))
    shape = re.sub("x", "5", text).replace("*", "0" * max(0, count - len(fixed)))

    assert mask.can_fit(Span(count, count)) is (len(shape) == count)
    assert mask.fits(shape)


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 99999))
def test_ranges(one, other, value):
    """Both ends belong to it; zeros in front don't matter."""
    least, most = sorted((one, other))
    found = read_text(f"{least}..{most}", "t.yaml", NumberRange)

    assert found.fits(str(value)) is (least <= value <= most)
    assert found.fits(f"{value:08}") is (least <= value <= most)
    assert not found.fits("*12")


FLOW = """
start: [ask]
steps:
  ask:
    - input: amount
      say: enter
      digits: 1..4
      ends_on: "#"
      range: 1..500
      confirm: {how}
      no_input: {{tries: 3, rounds: [silent_once, [silent_twice, enter]]}}
      no_match: {{tries: 4, rounds: [wrong_once, wrong_twice]}}
    - set: {{said: $amount}}
    - hang_up: done
"""
PROMPTS = "enter silent_once silent_twice wrong_once wrong_twice you_said"


def made(make_flow, how="no"):
    return make_flow(FLOW.format(how=how), PROMPTS)


def test_out_of_range_is_no_match(make_flow, call):
    """A number out of the range is told and asked for again."""
    called = call(made(make_flow), Press("501#", on="enter"), Press("500#", on="wrong_once"))

    assert called.interpreter.state.variables["amount"] == "500"
    assert called.texts == ["enter", "wrong_once"]


def test_each_round_has_its_words(make_flow, call):
    """The first silence and the second, the first mistake and all after the second."""
    called = call(
        made(make_flow),
        Press("0#", at=15.0),
        Press("0#", at=17.0),
        Press("0#", at=19.0),
        Press("7#", at=33.0),
    )

    said = [text for text in called.texts if text != "enter"]
    assert said == ["silent_once", "wrong_once", "wrong_twice", "wrong_twice", "silent_twice"]


def test_read_back_and_right(make_flow, call):
    """The digits are read back; one key says that they are right."""
    called = call(made(make_flow, "yes"), Press("12#", on="enter"), Press("1", on=AGAIN))

    assert called.texts[:7] == ["enter", "12", RIGHT, ", press", "1", "0.25", AGAIN]
    assert called.end.reason == "done"


def test_read_back_and_again(make_flow, call):
    """The other key asks for them again; what counts is what was said to be right."""
    called = call(
        made(make_flow, "[you_said, {number: number($amount)}]"),
        Press("12#", on="enter"),
        Press("2", on=RIGHT),
        Press("34#1", at=8.0),
    )

    assert "you_said" in called.texts
    assert called.interpreter.state.variables["said"] == "34"


def test_nobody_confirms(make_flow, call):
    """Silence after the read-back goes by the input's own rules."""
    called = call(made(make_flow, "yes"), Press("12#", on="enter"))

    assert called.end.reason == "no_input"
    assert "silent_twice" in called.texts
