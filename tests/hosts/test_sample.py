"""The sample hosts: transfers that add up, reports once, and order sheets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.clock import SystemClock
from boardivr.customer import Value
from boardivr.hosts.host import Rows
from boardivr.hosts.sample import BANK, ORDERS
from boardivr.hosts.sql import SqlHost
from boardivr.store import Store
from boardivr.store.customers import CustomerFile
from boardivr.store.sample import seed

DAY = date(2026, 9, 22)
SAVINGS, CARD, LOAN = (f"C-{kind}-CNY" for kind in ("savings", "card", "loan"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as store:
        fill(store)
        yield store


def fill(store: Store) -> None:
    store.migrate()
    pins = dict.fromkeys(("A", "B", "C", "R1", "R2"), "135790")
    seed(store, CustomerFile(store, SystemClock(), pin_cost=10), pins)


@pytest.fixture
def bank(store: Store) -> SqlHost:
    return SqlHost("bank", store, BANK)


@pytest.fixture
def orders(store: Store) -> SqlHost:
    return SqlHost("orders", store, ORDERS)


def move(
    bank: SqlHost, source: str, target: str, amount: str, key: str, customer: str = "C"
) -> Rows:
    data: dict[str, Value] = {
        "customer": customer, "source": source, "target": target,
        "amount": Decimal(amount), "text": "transfer", "day": DAY,
    }  # fmt: skip
    return bank.call("transfer", data, key)


def balances(bank: SqlHost, customer: str = "C") -> dict[str, Decimal]:
    rows = bank.call("balance", {"customer": customer}, "")
    return {str(row["kind"]): Decimal(str(row["amount"])) for row in rows}


def test_transfer(bank: SqlHost) -> None:
    """Money goes from one account to the other, with an entry on both, to the cent."""
    answer = move(bank, SAVINGS, CARD, "100.45", "k")

    assert answer == [{"done": True, "balance": Decimal("25499.55"), "currency": "CNY"}]
    assert balances(bank)["card"] == Decimal("980.85")
    entries = [bank.call("detail", {"customer": "C", "account": a}, "")[0] for a in (SAVINGS, CARD)]
    assert [entry["amount"] for entry in entries] == [Decimal("-100.45"), Decimal("100.45")]


def test_repaying_a_loan(bank: SqlHost) -> None:
    """What is owed becomes less; nobody pays more than he owes, or from a loan."""
    assert move(bank, SAVINGS, LOAN, "600", "1")[0]["done"] is True
    assert balances(bank)["loan"] == Decimal("47400.00")
    assert move(bank, LOAN, SAVINGS, "1", "2")[0]["done"] is False

    bank_rich = move(bank, CARD, LOAN, "880.40", "3")
    assert bank_rich[0] == {"done": True, "balance": Decimal("0.00"), "currency": "CNY"}


@pytest.mark.parametrize(
    ("source", "target", "amount"),
    [
        (SAVINGS, CARD, "25600.01"),
        (SAVINGS, CARD, "0"),
        (SAVINGS, CARD, "-5"),
        (SAVINGS, SAVINGS, "5"),
        (SAVINGS, "A-savings-CNY", "5"),
        (SAVINGS, "nothing", "5"),
    ],
)
def test_refused_transfers_change_nothing(
    bank: SqlHost, source: str, target: str, amount: str
) -> None:
    """More than there is, nothing, less than nothing, to itself, to somebody else's account."""
    before = balances(bank), balances(bank, "A")

    assert move(bank, source, target, amount, "k")[0]["done"] is False
    assert (balances(bank), balances(bank, "A")) == before


def test_nobody_moves_what_is_not_his(bank: SqlHost) -> None:
    """Another customer's account as the source gives no answer and changes nothing."""
    assert move(bank, "A-savings-CNY", CARD, "5", "k") == []
    assert balances(bank, "A")["savings"] == Decimal("10100.05")


def test_a_retry_pays_once(bank: SqlHost) -> None:
    """The same key again answers the same and moves nothing."""
    assert move(bank, SAVINGS, CARD, "100", "k") == move(bank, SAVINGS, CARD, "100", "k")
    assert balances(bank)["card"] == Decimal("980.40")


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([SAVINGS, CARD]),
            st.sampled_from([SAVINGS, CARD, LOAN]),
            st.decimals("0.01", "30000", places=2),
        ),
        max_size=6,
    )
)
def test_transfers_add_up(moves: list[tuple[str, str, Decimal]]) -> None:
    """Whatever is moved, what he has less what he owes stays the same; nothing falls below zero."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder, "s.db")) as store:
        fill(store)
        bank = SqlHost("bank", store, BANK)
        before = balances(bank)
        for number, (source, target, amount) in enumerate(moves):
            move(bank, source, target, str(amount), str(number))
        after = balances(bank)

    def worth(found: dict[str, Decimal]) -> Decimal:
        return found["savings"] + found["card"] - found["loan"]

    assert worth(after) == worth(before)
    assert min(after.values()) >= 0


def test_a_card_is_reported_once(bank: SqlHost) -> None:
    """A second report gives the number of the first; each customer has his own."""
    first = bank.call("report_loss", {"customer": "C", "day": DAY}, "1")
    again = bank.call("report_loss", {"customer": "C", "day": date(2026, 9, 23)}, "2")
    other = bank.call("report_loss", {"customer": "A", "day": DAY}, "3")

    assert first == again == [{"number": "000001", "reported": DAY}]
    assert other[0]["number"] == "000002"


def sheet(orders: SqlHost, customer: str = "R1") -> Value:
    return orders.call("open_sheet", {"customer": customer, "day": DAY}, f"open-{customer}")[0][
        "number"
    ]


def add(orders: SqlHost, number: Value, item: str, quantity: int, key: str) -> Rows:
    data: dict[str, Value] = {
        "order": number, "customer": "R1", "item": item, "quantity": quantity,
    }  # fmt: skip
    return orders.call("add_line", data, key)


def test_an_order_sheet(orders: SqlHost) -> None:
    """Lines are collected, the same item twice is one line; sent, it is in the status."""
    number = sheet(orders)
    assert add(orders, number, "1001", 3, "a") == [{"lines": 1, "total": Decimal("225.00")}]
    assert add(orders, number, "1001", 3, "a")[0]["total"] == Decimal("225.00")  # a retry
    add(orders, number, "1002", 2, "b")
    assert add(orders, number, "1001", 1, "c") == [{"lines": 2, "total": Decimal("397.00")}]
    assert orders.call("status", {"customer": "R1"}, "") == []

    sent = orders.call("submit", {"order": number, "customer": "R1", "day": DAY}, "d")

    assert sent[0]["total"] == Decimal("397.00")
    assert orders.call("status", {"customer": "R1"}, "") == [
        {"number": "000001", "day": DAY, "state": "ordered", "total": Decimal("397.00")}
    ]
    assert add(orders, number, "1003", 1, "e")[0]["lines"] == 2  # it is sent: nothing comes to it


def test_sheets_are_their_owners(orders: SqlHost) -> None:
    """Nobody sends or cancels another retailer's sheet."""
    number = sheet(orders)
    add(orders, number, "1001", 3, "a")

    assert orders.call("submit", {"order": number, "customer": "R2", "day": DAY}, "b") == []
    assert orders.call("cancel", {"order": number, "customer": "R2"}, "c") == []
    assert (
        orders.call("cancel", {"order": number, "customer": "R1"}, "d")[0]["state"] == "cancelled"
    )
    assert orders.call("status", {"customer": "R1"}, "") == []


def test_items_are_named_in_the_callers_language(orders: SqlHost) -> None:
    """Name and price by code; nothing for a code that isn't there; new ones are offered."""
    assert orders.call("item", {"code": "1002", "language": "en"}, "") == [
        {"code": "1002", "name": "White Sand", "price": Decimal("48.50")}
    ]
    assert orders.call("item", {"code": "1002", "language": "zh-CN"}, "")[0]["name"] == "白沙"
    assert orders.call("item", {"code": "9999", "language": "en"}, "") == []
    assert [r["code"] for r in orders.call("offers", {"language": "en"}, "")] == ["2001", "2002"]
