"""The bank's flow: what its customers hear, and how their calls end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from boardivr.customer import Customer
from boardivr.flows.loader import check_file, load_flow, load_folder
from boardivr.flows.menu import render
from boardivr.flows.services import HostTimeout
from boardivr.hal import CallEnded
from tests.flows.conftest import FakeServices, Press

FLOWS = Path(__file__).parents[2] / "flows"
A = Customer(
    id="A", language="zh-CN", functions=frozenset({"balance", "forex", "rates", "services"})
)
B = Customer(id="B", language="en", functions=frozenset({"balance", "rates", "services"}))
CARDS = {"A": "6222020000000001", "B": "6222020000000002"}
SAVINGS = {
    "account": "x", "kind": "savings", "amount": Decimal("10100.05"), "currency": "CNY",
    "as_of": date(2026, 9, 21),
}  # fmt: skip
RATES = [
    {"currency": "EUR", "buy": "8.3110", "sell": "8.3710"},
    {"currency": "USD", "buy": "7.1025", "sell": "7.1325"},
]


@pytest.fixture
def flow():
    return load_flow(FLOWS / "bank.yaml")


@pytest.fixture
def bank(flow):
    return FakeServices(
        flow,
        people={CARDS["A"]: A, CARDS["B"]: B},
        numbers={"13800000001": CARDS["A"]},
        pins={"A": "246810", "B": "135791"},
        answers={"balance": [SAVINGS], "rates": RATES},
    )


def test_the_shipped_flows_have_nothing_to_complain_about():
    """Not a warning in any flow that ships."""
    for path in sorted(FLOWS.glob("*.yaml")):
        if not path.name.endswith(".test.yaml"):
            assert check_file(path) == []
    assert "bank" in load_folder(FLOWS)


def test_every_prompt_is_in_both_languages(flow):
    """Chinese and English, with words in each."""
    for prompt in flow.prompt_sources().values():
        assert set(prompt.sources) == {"zh-CN", "en"}
        assert all(source.text for source in prompt.sources.values())


def test_customers_hear_their_own_keys(flow):
    """Who has foreign exchange open has other keys after it than who hasn't."""
    now = datetime(2026, 9, 21, tzinfo=UTC)

    assert render(flow, A, now, "main").summary() == (
        "1=balance 2=forex 3=rates 4=services 5=goodbye 0=agent #=repeat"
    )
    assert render(flow, B, now, "main").summary() == (
        "1=balance 2=rates 3=services 4=goodbye 0=agent #=repeat"
    )


def test_a_hears_his_balance_in_chinese(flow, bank, call):
    """Card, PIN and choice typed ahead; the balance in Chinese; then he leaves."""
    called = call(
        flow, Press(CARDS["A"] + "#2468101", at=0.0), Press("5", on="其他服务"), services=bank
    )

    assert "10100.05 CNY" in called.texts
    assert {h.name.rpartition("@")[2] for h in called.channel.heard} == {"zh-CN"}
    assert called.services.paths == ["balance", "goodbye"]
    assert called.services.tags == {"business": "balance"}
    assert called.end.reason == "customer_done"


def test_b_mistypes_his_pin_and_hears_english(flow, bank, call):
    """A wrong PIN is told in both languages; after the right one all is English."""
    called = call(
        flow,
        Press(CARDS["B"] + "#", on="card number"),
        Press("000000", on="six-digit"),
        Press("135791", on="not correct"),
        Press("1", on="How can we help"),
        Press("4", on="anything else"),
        services=bank,
    )

    assert "The card number or PIN is not correct. Please try your PIN again." in called.texts
    assert "Your savings account" in called.texts
    assert called.end.reason == "customer_done"


def test_a_silent_caller_is_let_go(flow, bank, call):
    """Ten seconds after the question the bank says goodbye and frees the line."""
    called = call(flow, services=bank)

    question = next(h for h in called.channel.heard if "hash key" in h.text)
    goodbye = next(h for h in called.channel.heard if "没有收到" in h.text)
    asked_until = question.at + len(question.text) * 0.1
    assert goodbye.at == pytest.approx(asked_until + 10.0)
    assert called.end.reason == "no_input"


def test_three_wrong_pins_lock(flow, bank, call):
    """After the third wrong PIN the caller is told so, and the call ends."""
    wrong = [Press("000000", on=p) for p in ("six-digit", "not correct", "not correct")]

    called = call(flow, Press(CARDS["A"] + "#", on="card number"), *wrong, services=bank)

    assert called.end.reason == "locked"
    assert any("suspended" in t for t in called.texts)


def test_the_host_is_silent(flow, bank, call):
    """No answer within five seconds: an apology, and the menu again."""
    bank.answers["balance"] = HostTimeout("late")

    called = call(
        flow, Press(CARDS["A"] + "#2468101", at=0.0), Press("5", on="其他服务"), services=bank
    )

    assert any("系统暂时无法" in t for t in called.texts)
    assert bank.calls[0][3] == 5.0
    assert called.end.reason == "customer_done"


def test_rates_and_a_quote(flow, bank, call):
    """Rates are told for a hundred; a quote is worked out to the cent."""
    called = call(
        flow,
        Press(CARDS["A"] + "#246810" + "3", at=0.0),
        Press("2", on="其他服务"),
        Press("2", on="外币账户余额"),
        Press("250#", on="请输入您要购买"),
        Press("*", on="购买美元试算", after=0.3),
        services=bank,
    )

    assert "713.25 CNY" in called.texts
    assert "1783.13 CNY" in called.texts  # 250 x 7.1325, half a cent up


def test_b_opens_foreign_exchange_by_phone(flow, bank, call):
    """The function is in the menu, with its key, in the same call."""
    called = call(
        flow,
        Press(CARDS["B"] + "#135791" + "311", at=0.0),
        Press("2", on="For foreign exchange"),
        services=bank,
    )

    assert called.services.paths == ["services", "open_forex", "confirm", "forex"]
    assert "forex" in bank.people[CARDS["B"]].functions


def test_hanging_up_in_the_middle(flow, bank, call):
    """CallEnded comes out of run()."""
    with pytest.raises(CallEnded):
        call(flow, Press("H", at=3.0), services=bank)


def test_an_agent_is_asked_for(flow, bank, call):
    """Key 0 is the agent in every menu; it apologises and comes back."""
    called = call(
        flow,
        Press(CARDS["A"] + "#246810", at=0.0),
        Press("0", on="请选择"),
        Press("5", on="其他服务"),
        services=bank,
    )

    assert any("座席全部正忙" in t for t in called.texts)
    assert called.services.paths == ["agent", "goodbye"]
