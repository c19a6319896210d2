"""The customer arranges his own menu by phone; it is his in the same call."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boardivr.customer import Customer
from boardivr.flows.menu import render
from boardivr.flows.words import WORDS
from tests.flows.conftest import FakeServices, Press

FLOW = """
start: [main]
customer: {from: [ani], proven_by: nothing}
menus:
  main:
    say: hello
    items:
      balance: {say: balance, go: gone}
      rates: {say: rates, go: gone}
      forex: {say: forex, go: gone, when: open("forex")}
      settings: {say: settings, go: arrange, pin: yes}
steps:
  arrange:
    - my_menu: main
      say: arrange_it
  gone: [{hang_up: gone}]
"""
PROMPTS = "hello balance rates forex settings arrange_it"
NOW = datetime(2026, 9, 21, tzinfo=UTC)

ARRANGE, HIDE = WORDS["menu_arrange"]["en"], WORDS["menu_hide"]["en"]
SHOW, RESET = WORDS["menu_show"]["en"], WORDS["menu_reset"]["en"]
DONE, NOW_IS = WORDS["menu_done"]["en"], WORDS["menu_now"]["en"]


@pytest.fixture
def flow(make_flow):
    return make_flow(FLOW, PROMPTS)


@pytest.fixture
def bank(flow):
    customer = Customer(id="B", functions=frozenset({"forex"}))
    return FakeServices(flow, people={"c": customer}, numbers={"100": "c"})


def menu(flow, bank):
    return render(flow, bank.people["c"], NOW, "main").summary()


def after(texts, word):
    """What was said from a word on."""
    return texts[texts.index(word) :]


def test_another_order_at_once(flow, bank, call):
    """First forex, then rates; the rest stays. The menu is told, and offered so in this call."""
    called = call(
        flow,
        Press("4", on="settings"),
        Press("1", on=DONE),
        Press("3", on=WORDS["menu_first"]["en"], after=3.5),
        Press("2", on=WORDS["menu_next"]["en"], after=3.5),
        Press("*", on=WORDS["menu_rest"]["en"]),
        Press("*", on=RESET),
        Press("1", on="hello", after=90.0),
        services=bank,
        ani="100",
    )

    assert menu(flow, bank) == "1=forex 2=rates 3=balance 4=settings"
    told = [t for t in after(called.texts, NOW_IS) if t in PROMPTS.split() or t in "1234"]
    assert told[:8] == ["forex", "1", "rates", "2", "balance", "3", "settings", "4"]


def test_hidden_and_back(flow, bank, call):
    """A hidden choice is gone from the menu; the keys close up; it can be had back."""
    call(
        flow, Press("4", on="settings"), Press("2", on=DONE), Press("1", on="hide?"),
        Press("*", on=RESET), services=bank, ani="100",
    )  # fmt: skip
    assert menu(flow, bank) == "1=rates 2=forex 3=settings"

    call(
        flow, Press("3", on="settings"), Press("3", on=DONE), Press("1", on="back?"),
        Press("*", on=DONE), services=bank, ani="100",
    )  # fmt: skip
    assert menu(flow, bank) == "1=balance 2=rates 3=forex 4=settings"


def test_only_what_can_be_done_is_offered(flow, bank, call):
    """Nothing to have back, nothing to reset, until there is; pinned items can't be hidden."""
    called = call(
        flow, Press("4", on="settings"), Press("2", on=DONE), Press("1", on="hide?", after=9.0),
        services=bank, ani="100",
    )  # fmt: skip

    first = after(called.texts, ARRANGE)
    assert SHOW not in first[: first.index(DONE)]
    asked = after(called.texts, "Which choice do you want to hide?")
    assert "settings" not in asked[: asked.index(WORDS["go_back"]["en"])]
    assert RESET in after(called.texts, NOW_IS)


def test_reset(flow, bank, call):
    """The original menu comes back; what he has of other menus stays."""
    bank.set_menu("B", ["elsewhere", "forex", "rates"], frozenset({"balance", "other"}))

    call(
        flow, Press("3", on="settings"), Press("4", on=DONE), Press("*", on=NOW_IS, after=9.0),
        services=bank, ani="100",
    )  # fmt: skip

    assert menu(flow, bank) == "1=balance 2=rates 3=forex 4=settings"
    assert (bank.people["c"].order, bank.people["c"].hide) == (("elsewhere",), {"other"})


def test_functions_opened_later_come_last(flow, bank, call):
    """His order has no place for what he didn't have: it follows the rest."""
    bank.set_open("B", "forex", False)
    call(
        flow, Press("3", on="settings"), Press("1", on=DONE), Press("3", on="first?", after=1.0),
        Press("*", on="And which"), Press("*", on=NOW_IS, after=9.0), services=bank, ani="100",
    )  # fmt: skip

    assert menu(flow, bank) == "1=settings 2=balance 3=rates"
    bank.set_open("B", "forex", True)
    assert menu(flow, bank) == "1=settings 2=balance 3=rates 4=forex"


def test_silence_leaves_by_the_flows_rules(flow, bank, call):
    """Who says nothing while he arranges is let go, with nothing changed."""
    called = call(flow, Press("4", on="settings"), services=bank, ani="100")

    assert called.end.reason == "no_input"
    assert bank.people["c"].order == ()


def test_nobody_has_no_menu(make_flow, call):
    """A caller who isn't identified can't arrange anything: the flow fails as it says."""
    flow = make_flow(FLOW, PROMPTS)

    called = call(flow, Press("3", on="settings"))

    assert called.end.reason == "error"
    assert "nobody is identified" in called.end.error


def test_words_of_the_flow(make_flow, bank, call):
    """A flow's own prompt is said instead of the built-in words."""
    flow = make_flow(FLOW + "defaults: {words: {menu_done: my_words}}\n", PROMPTS + " my_words")

    called = call(
        flow, Press("4", on="settings"), Press("*", on="my_words"), services=bank, ani="100"
    )

    assert "my_words" in called.texts
    assert DONE not in called.texts


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="1234*5", max_size=25))
def test_any_keys_keep_the_menu_whole(flow, call, keys):
    """Whatever is keyed, what is pinned stays, and order and hidden are items of the menu."""
    bank = FakeServices(
        flow,
        people={"c": Customer(id="B", functions=frozenset({"forex"}))},
        numbers={"100": "c"},
    )

    call(flow, Press("4" + keys, at=0.0), services=bank, ani="100")

    customer = bank.people["c"]
    items = {"balance", "rates", "forex", "settings"}
    assert items.issuperset(customer.order)
    assert len(set(customer.order)) == len(customer.order)
    assert customer.hide <= items - {"settings"}
    assert "=settings" in menu(flow, bank)
