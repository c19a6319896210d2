from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from boardivr.customer import Value
from boardivr.flows.services import HostError
from boardivr.hosts.sample import BANK
from boardivr.hosts.sql import Kind, SqlHost, SqlTransaction
from boardivr.store import Store

PAY = SqlTransaction(
    sql=(
        "update accounts set amount = '0.00' where customer = :customer",
        "insert into account_entries (account, booked, text, amount)"
        " select id, :day, 'paid', :amount from accounts where customer = :customer",
        "select currency, :amount as amount from accounts where customer = :customer",
    ),
    kinds={"amount": Kind.DECIMAL},
    once=True,
)


@pytest.fixture
def bank(store: Store) -> SqlHost:
    return SqlHost("bank", store, BANK)


@pytest.mark.parametrize(
    ("customer", "amount", "currency"),
    [("A", Decimal("10100.05"), "CNY"), ("B", Decimal("2200.50"), "USD")],
)
def test_balance(bank: SqlHost, customer: str, amount: Decimal, currency: str) -> None:
    """A customer's own accounts come with exact amounts and the day that they are of."""
    assert bank.call("balance", {"customer": customer}, "1") == [
        {
            "account": f"{customer}-savings-{currency}",
            "kind": "savings",
            "amount": amount,
            "currency": currency,
            "as_of": date(2026, 9, 21),
        }
    ]


def test_rates(bank: SqlHost) -> None:
    """Exchange rates come by currency, buying below selling."""
    rows = bank.call("rates", {}, "1")

    assert [row["currency"] for row in rows] == ["EUR", "GBP", "HKD", "USD"]
    for row in rows:
        buy, sell = row["buy"], row["sell"]
        assert isinstance(buy, Decimal)
        assert isinstance(sell, Decimal)
        assert buy < sell


def test_detail(bank: SqlHost) -> None:
    """The last entries come newest first."""
    rows = bank.call("detail", {"customer": "A", "account": "A-savings-CNY"}, "1")

    assert [(row["booked"], row["amount"]) for row in rows] == [
        (date(2026, 9, 20), Decimal("-136.45")),
        (date(2026, 9, 18), Decimal("8200.00")),
    ]


@pytest.mark.parametrize("customer", ["A' or '1'='1", "nobody", None, ""])
def test_what_a_call_brings_is_bound(bank: SqlHost, customer: Value) -> None:
    """Nothing that a caller sends becomes part of the statement."""
    assert bank.call("balance", {"customer": customer}, "1") == []


def test_missing_value(bank: SqlHost) -> None:
    """A statement's value that the flow didn't send is named."""
    with pytest.raises(HostError, match=r"bank balance: .*binding.*:customer"):
        bank.call("balance", {"card": "1"}, "1")


def test_unknown_transaction(bank: SqlHost) -> None:
    """What there is instead is told."""
    with pytest.raises(HostError, match="no transaction 'ballance'; there are balance, detail"):
        bank.call("ballance", {}, "1")


def test_unreadable_amount(store: Store, bank: SqlHost) -> None:
    """A column that doesn't hold what it should is an error that says where."""
    with store.transaction() as work:
        work.execute("update accounts set amount = 'plenty'")

    with pytest.raises(HostError, match="bank balance: amount: expected a decimal, found 'plenty'"):
        bank.call("balance", {"customer": "A"}, "1")


def test_once(store: Store) -> None:
    """A repeated key gets the first answer, typed, and nothing is booked again."""
    host = SqlHost("bank", store, {"pay": PAY})
    data: dict[str, Value] = {"customer": "A", "amount": Decimal("5.50"), "day": date(2026, 9, 21)}
    entries = "select count(*) as n from account_entries where text = 'paid'"

    first = host.call("pay", data, "call-1")
    retry = host.call("pay", {**data, "amount": Decimal("9.99")}, "call-1")
    assert first == retry == [{"currency": "CNY", "amount": Decimal("5.50")}]
    assert store.row(entries) == {"n": 1}
    host.call("pay", data, "call-2")
    assert store.row(entries) == {"n": 2}


def test_failed_once_can_be_repeated(store: Store) -> None:
    """One that failed half way has done nothing, and its key is free."""
    broken = SqlTransaction(sql=(*PAY.sql, "select * from ghosts"), once=True)
    data: dict[str, Value] = {"customer": "A", "amount": Decimal("5.50"), "day": date(2026, 9, 21)}

    with pytest.raises(HostError, match="no such table: ghosts"):
        SqlHost("bank", store, {"pay": broken}).call("pay", data, "call-1")

    assert store.row("select amount from accounts where customer = 'A'") == {"amount": "10100.05"}
    assert SqlHost("bank", store, {"pay": PAY}).call("pay", data, "call-1") != []
