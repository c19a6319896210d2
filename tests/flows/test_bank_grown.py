"""The bank's further functions: details, transfers, a lost card, a new PIN, his own menu."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from boardivr.customer import Customer
from boardivr.flows.loader import load_flow
from boardivr.flows.services import HostError, HostTimeout
from boardivr.flows.steps.change_pin import is_easy
from tests.flows.conftest import Called, FakeServices, Press

FLOWS = Path(__file__).parents[2] / "flows"
CARD, PIN = "6222020000000003", "579135"
EVERYTHING = (
    "balance", "contract", "details", "forex", "loss", "menu", "pin", "rates", "services",
    "transfer",
)  # fmt: skip
# balance details transfer forex more | rates loss services goodbye
SIGNED_IN = CARD + "#" + PIN


def account(kind, amount="880.40", currency="CNY"):
    return {
        "account": f"C-{kind}-{currency}", "kind": kind, "amount": Decimal(amount),
        "currency": currency, "as_of": date(2026, 9, 21),
    }  # fmt: skip


@pytest.fixture
def bank():
    flow = load_flow(FLOWS / "bank.yaml")
    customer = Customer(id="C", language="en", functions=frozenset(EVERYTHING))
    entries = [
        {"booked": date(2026, 9, 20), "text": "salary", "amount": "800", "currency": "CNY"},
        {"booked": date(2026, 9, 19), "text": "rent", "amount": "-420", "currency": "CNY"},
    ]
    return FakeServices(
        flow,
        people={CARD: customer},
        pins={"C": PIN},
        answers={
            "balance": [account("savings"), account("card"), account("loan", "48000")],
            "detail": entries,
            "transfer": [{"done": "yes", "balance": "780.40", "currency": "CNY"}],
            "report_loss": [{"number": "000017"}],
        },
    )


@pytest.fixture
def calls(bank, call):
    """Sign in, type these keys ahead, and whatever else; return the call."""

    def run(keys: str, *presses: Press) -> Called:
        return call(bank.flow, Press(SIGNED_IN + keys, at=0.0), *presses, services=bank)

    return run


def test_last_entries_of_the_account_that_he_chose(calls):
    """What came in and went out, by day; asked for the account of that kind."""
    called = calls("22")

    assert called.services.calls[-1][2] == {"customer": "C", "account": "C-card-CNY"}
    said = [t for t in called.texts if t in ("salary", "rent", "paid in", "paid out", "420 CNY")]
    assert said == ["salary", "paid in", "rent", "paid out", "420 CNY"]
    assert called.services.tags["business"] == "details"


def test_accounts_of_one_kind_are_entered_at_once(bank, calls):
    """With nothing to choose nothing is asked; accounts in other currencies aren't told."""
    bank.answers["balance"] = [account("loan"), account("savings", currency="USD")]
    bank.answers["detail"] = []

    called = calls("2")

    assert "There are no recent entries on this account." in called.texts
    assert called.services.calls[-1][2]["account"] == "C-loan-CNY"


@pytest.mark.parametrize("key", ["2", "3"])
def test_no_accounts(bank, calls, key):
    """Nothing to tell, or to move money between: it is said."""
    bank.answers["balance"] = []

    called = calls(key)

    assert any(t.startswith(("There are no accounts", "You have no two")) for t in called.texts)


@pytest.mark.parametrize("key", ["2", "3"])
def test_the_host_fails_while_accounts_are_looked_up(bank, calls, key):
    """An apology, and no word about accounts that he may well have."""
    bank.answers["balance"] = HostError("down")

    called = calls(key)

    assert any("can't complete your request" in t for t in called.texts)
    assert not any("no accounts" in t or "no two accounts" in t for t in called.texts)


def test_a_transfer_is_read_back_and_made_once(calls):
    """From savings to the card account; the amount is confirmed; the balance is told."""
    called = calls("31100#1")

    host, txn, data, _, key = called.services.calls[-1]
    assert (host, txn, key) == ("core", "transfer", "c1:2")
    assert data == {
        "customer": "C", "source": "C-savings-CNY", "target": "C-card-CNY",
        "amount": Decimal(100), "text": "transfer", "day": date(2026, 9, 21),
    }  # fmt: skip
    assert "The money has been moved." in called.texts
    assert "780.40 CNY" in called.texts


@pytest.mark.parametrize(
    ("key", "source", "target"), [("2", "card", "savings"), ("3", "savings", "loan")]
)
def test_other_ways(calls, key, source, target):
    """Back from the card account, and to repay a loan."""
    data = calls(f"3{key}50#1").services.calls[-1][2]

    assert (data["source"], data["target"]) == (f"C-{source}-CNY", f"C-{target}-CNY")


def test_an_amount_is_entered_again(calls):
    """Who says that it isn't right enters it again; zero is no amount."""
    called = calls("311000#2", Press("0#", on="whole yuan"), Press("5#1", on="can't be moved"))

    assert called.services.calls[-1][2]["amount"] == Decimal(5)


def test_a_transfer_that_is_refused(bank, calls):
    """Told as not made, with where to look."""
    bank.answers["transfer"] = [{"done": "no", "balance": "1", "currency": "CNY"}]

    called = calls("31100#1")

    assert any("was not moved" in t for t in called.texts)
    assert "The money has been moved." not in called.texts


def test_a_transfer_without_an_answer_may_have_happened(bank, calls):
    """He is told to look before he tries again; a retry carries the same key."""
    bank.answers["transfer"] = [HostTimeout("late"), HostTimeout("late")]

    called = calls("31100#1", Press("31100#1", on="couldn't confirm"))

    keys = [c[4] for c in called.services.calls if c[1] == "transfer"]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_lost_card(calls):
    """Confirmed, reported, and the report's number is told digit by digit."""
    called = calls("521")

    assert called.services.calls[-1][1] == "report_loss"
    assert "000017" in called.texts
    assert called.services.tags["business"] == "loss"


def test_a_loss_is_thought_better_of(calls):
    """Nothing is reported."""
    assert calls("522").services.calls == []


def test_a_new_pin(bank, calls):
    """The old one, the new one twice; it is right from then on."""
    called = calls("533" + PIN + "802146" * 2)

    assert bank.pins["C"] == "802146"
    assert "Your PIN has been changed." in called.texts
    assert not any("802146" in str(detail) for _, detail in called.services.steps)


def test_an_easy_pin_is_refused(bank, calls):
    """Digits in a row: another is asked for."""
    called = calls("533" + PIN + "345678" * 2, Press("802146802146", on="easy to guess"))

    assert bank.pins["C"] == "802146"
    assert called.services.tags["business"] == "pin"


def test_two_new_pins_that_differ(bank, calls):
    """After three that aren't the same the PIN stays."""
    differ = [Press("111111", on=word) for word in ("not the same", "not the same")]

    calls("533" + PIN + "802146" + "802147", *differ)

    assert bank.pins["C"] == PIN


@pytest.mark.parametrize(
    ("pin", "easy"),
    [
        ("111111", True), ("123456", True), ("654321", True), ("890123", True), ("123", True),
        ("1234567890123", True), ("12345a", True), ("112233", False), ("135790", False),
        ("246801", False), ("1357", False),
    ],
)  # fmt: skip
def test_easy_pins(pin, easy):
    """One digit again and again, runs up and down, and what can't be keyed as a PIN."""
    assert is_easy(pin) is easy


def test_transfers_come_and_go_by_phone(bank, calls):
    """Who has a contract drops them and adds them; the main menu follows at once."""
    called = calls("532")
    assert "transfer" not in bank.people[CARD].functions
    assert menus(called)[-1].startswith("1=balance 2=details 3=forex 4=rates 5=more")

    called = calls("522")
    assert "transfer" in bank.people[CARD].functions
    assert menus(called)[-1].startswith("1=balance 2=details 3=transfer 4=forex 5=more")


def menus(called):
    return [detail["offers"] for name, detail in called.services.steps if name == "menu"]


def test_his_own_menu(bank, calls):
    """He hides the rates; they are gone from the menu in this call."""
    called = calls("534", Press("2", on="finished"), Press("4*", on="hide?", after=0.2))

    assert bank.people[CARD].hide == {"forex"}
    assert called.end.reason in ("no_input", "no_match")
