"""The sample bank's customers: who calls in the demo, in tests and in benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from boardivr.customer import Customer
from boardivr.store.customers import CustomerEntry, CustomerFile
from boardivr.store.store import Store

AS_OF = date(2026, 9, 21)


@dataclass(frozen=True, kw_only=True)
class SampleAccount:
    """An account of a sample customer, with its last entries: day, text, amount."""

    customer: str
    kind: str
    currency: str
    amount: Decimal
    entries: tuple[tuple[date, str, Decimal], ...] = ()


WANG = CustomerEntry(
    customer=Customer(
        id="A",
        name="王芳",
        language="zh-CN",
        functions=frozenset({"balance", "forex", "rates", "services"}),
    ),
    card="6222020000000001",
    ani="13800000001",
    grade="gold",
)

SMITH = CustomerEntry(
    customer=Customer(
        id="B",
        name="John Smith",
        language="en",
        functions=frozenset({"balance", "rates", "services"}),
    ),
    card="6222020000000002",
    ani="13800000002",
    grade="standard",
)

ACCOUNTS = (
    SampleAccount(
        customer="A",
        kind="savings",
        currency="CNY",
        amount=Decimal("10100.05"),
        entries=(
            (date(2026, 9, 18), "工资", Decimal("8200.00")),
            (date(2026, 9, 20), "水电费", Decimal("-136.45")),
        ),
    ),
    SampleAccount(
        customer="B",
        kind="savings",
        currency="USD",
        amount=Decimal("2200.50"),
        entries=(
            (date(2026, 9, 15), "salary", Decimal("1800.00")),
            (date(2026, 9, 19), "groceries", Decimal("-64.20")),
        ),
    ),
)

RATES = (
    ("USD", Decimal("7.1025"), Decimal("7.1325")),
    ("EUR", Decimal("8.3110"), Decimal("8.3710")),
    ("GBP", Decimal("9.5840"), Decimal("9.6540")),
    ("HKD", Decimal("0.9112"), Decimal("0.9148")),
)


def seed(store: Store, customers: CustomerFile, pins: Mapping[str, str]) -> None:
    """Write the two sample customers, their accounts and the exchange rates.

    Customer A has foreign exchange open, customer B has not. Repeating it puts
    everything back as it was.

    :param pins: by customer id, ``A`` and ``B``
    :raises KeyError: a customer without a PIN
    """
    for entry in (WANG, SMITH):
        customers.add(entry)
        customers.set_pin(entry.customer.id, pins[entry.customer.id])
    with store.transaction() as work:
        for account in ACCOUNTS:
            account_id = f"{account.customer}-{account.kind}-{account.currency}"
            work.execute(
                "insert into accounts (id, customer, kind, currency, amount, as_of)"
                " values (?, ?, ?, ?, ?, ?)"
                " on conflict (id) do update set amount = excluded.amount, as_of = excluded.as_of",
                (
                    account_id,
                    account.customer,
                    account.kind,
                    account.currency,
                    str(account.amount),
                    AS_OF.isoformat(),
                ),
            )
            work.execute("delete from account_entries where account = ?", (account_id,))
            work.execute_many(
                "insert into account_entries (account, booked, text, amount) values (?, ?, ?, ?)",
                [
                    (account_id, booked.isoformat(), text, str(amount))
                    for booked, text, amount in account.entries
                ],
            )
        work.execute_many(
            "insert or replace into rates (currency, buy, sell, as_of) values (?, ?, ?, ?)",
            [(code, str(buy), str(sell), AS_OF.isoformat()) for code, buy, sell in RATES],
        )
