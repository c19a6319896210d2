"""Digits are digits: other keys don't fit an input."""

from __future__ import annotations

import pytest

from tests.flows.conftest import Press


@pytest.mark.parametrize("keys", ["*", "1*2", "D"])
def test_a_key_that_is_no_digit_does_not_fit(make_flow, call, keys: str) -> None:
    """A star in an amount is told as what doesn't fit; it never gets into the variable."""
    flow = make_flow(
        "start: [ask]\nsteps:\n  ask:\n"
        "    - {input: amount, digits: 1..4, ends_on: '#', say: how_much,"
        " no_match: {say: not_a_number}}\n"
        "    - play: [{number: number($amount)}]\n",
        "how_much not_a_number",
    )

    called = call(flow, Press(keys + "#", on="how_much"), Press("12#", on="not_a_number"))

    assert called.texts == ["how_much", "not_a_number", "12"]
    assert called.end.reason == "end"
