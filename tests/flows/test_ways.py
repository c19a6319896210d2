"""Where steps lead: flags, calls, targets, languages, functions that are opened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from boardivr.flows.steps.jump_on_flags import flags_in
from boardivr.flows.values import FlowFault
from tests.flows.conftest import Press
from tests.flows.sample import MENU, PROMPTS, A, B, by_ani, known


@pytest.mark.parametrize(
    ("flags", "heard"), [('"x, vip"', "vip"), ("2", "bit"), ("4", "none"), ("nothing", "none")]
)
def test_jump_on_flags(make_flow, call, flags, heard):
    """The first flag that is set wins: words in a text, or bits of a number."""
    flow = make_flow(
        f"""
        start: [route]
        steps:
          route:
            - set: {{flags: {flags}}}
            - jump_on_flags:
                flags: $flags
                map: {{vip: [{{play: vip}}], "1": [{{play: bit}}]}}
                otherwise: [{{play: none}}]
        """,
        "vip bit none",
    )

    assert call(flow).texts == [heard]


def test_what_flags_can_be():
    """A list is its members; what is neither list, words nor bits is a fault."""
    assert flags_in(["a", "b"]) == {"a", "b"}
    assert flags_in(5) == {"0", "2"}
    for value in (True, Decimal("1.5"), -1, date(2026, 9, 21)):
        with pytest.raises(FlowFault, match="flags are a list"):
            flags_in(value)


def test_jump_on_the_customers_functions(make_flow, call):
    """Left out, the flags are the functions that the customer has opened."""
    flow = make_flow(
        """
        start: [route]
        customer: {from: [ani], proven_by: nothing}
        steps:
          route:
            - jump_on_flags: {map: {vip: [{play: vip}], forex: [{play: forex}]}}
        """,
        "vip forex",
    )

    assert call(flow, services=known(flow, A), ani="100").texts == ["forex"]


def test_call_goto_return_and_if(make_flow, call):
    """A call comes back, a goto doesn't, a return leaves blocks as well."""
    flow = make_flow(
        """
        start: [first, last]
        steps:
          first:
            - set: {n: 1}
            - call: inner
            - play: back_in_first
            - goto: other
            - play: never
          inner:
            - if: $n == 1
              then:
                - play: one
                - return
            - play: never
          other: [{play: other}]
          last: [{play: last}]
        """,
        "back_in_first never one other last",
    )

    assert call(flow).texts == ["one", "back_in_first", "other", "last"]


def test_goto_what_is_open_returns_to_it(make_flow, call):
    """Going to the menu one came from forgets what was opened since; nothing piles up."""
    flow = make_flow(
        MENU.replace("[{play: the_rates}]", "[{play: the_rates}, {goto: main}]"), PROMPTS
    )
    presses = [Press("2", on="bye") for _ in range(3)]

    called = call(flow, *presses)

    assert len(called.interpreter.frames) <= 4


def test_open_a_function_by_phone(make_flow, call):
    """A function opened in a call is in the menu as soon as that is offered again."""
    flow = make_flow(
        by_ani(MENU).replace("[{play: your_balance}]", "[{open_function: forex}]"), PROMPTS
    )

    called = call(
        flow, Press("1", on="welcome"), Press("2", on="forex"), Press("1", on="rates"),
        services=known(flow, B), ani="100",
    )  # fmt: skip

    assert called.services.paths == ["balance", "forex", "rates"]
    closed = make_flow("start: [a]\nsteps:\n  a: [{close_function: forex}]\n")
    assert "nobody is identified" in (call(closed).end.error or "")


def test_language_and_tags(make_flow, call):
    """A language step changes what follows; one piece may be in another."""
    flow = make_flow(
        """
        start: [a]
        steps:
          a:
            - play: [hello, {say: hello, language: zh-CN}]
            - language: zh-CN
            - play: hello
            - tag: {business: "greeting", in: $language}
            - set: {l: "xx"}
            - language: $l
        """,
        "hello",
    )

    called = call(flow)

    assert [h.name for h in called.channel.heard] == ["hello@en", "hello@zh-CN", "hello@zh-CN"]
    assert called.services.tags == {"business": "greeting", "in": "zh-CN"}
    assert called.end.reason == "error"
