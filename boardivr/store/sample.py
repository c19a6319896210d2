"""The samples' customers: who calls in the demo, in tests and in benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from boardivr.customer import Customer
from boardivr.store.customers import CustomerEntry, CustomerFile
from boardivr.store.sample_orders import ITEMS, RETAILERS
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

CHEN = CustomerEntry(
    customer=Customer(
        id="C",
        name="陈伟",
        language="zh-CN",
        functions=frozenset(
            {
                "balance", "contract", "details", "forex", "loss", "menu", "pin", "rates",
                "services", "transfer",
            }
        ),
    ),
    card="6222020000000003",
    ani="13800000003",
    grade="gold",
)  # fmt: skip

ZHAO = CustomerEntry(
    customer=Customer(id="D", name="赵敏", language="zh-CN", functions=frozenset({"statement"})),
    card="6222020000000004",
    ani="13800000004",
    grade="standard",
)

JONES = CustomerEntry(
    customer=Customer(
        id="E",
        name="Ann Jones",
        language="en",
        functions=frozenset({"balance", "transfer", "services"}),
    ),
    card="6222020000000005",
    ani="13800000005",
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
    SampleAccount(
        customer="C",
        kind="savings",
        currency="CNY",
        amount=Decimal("25600.00"),
        entries=(
            (date(2026, 9, 10), "工资", Decimal("15300.00")),
            (date(2026, 9, 19), "物业费", Decimal("-420.00")),
        ),
    ),
    SampleAccount(
        customer="C",
        kind="card",
        currency="CNY",
        amount=Decimal("880.40"),
        entries=((date(2026, 9, 20), "超市", Decimal("-119.60")),),
    ),
    SampleAccount(customer="C", kind="loan", currency="CNY", amount=Decimal("48000.00")),
    SampleAccount(customer="D", kind="savings", currency="CNY", amount=Decimal("6120.30")),
    SampleAccount(customer="D", kind="card", currency="CNY", amount=Decimal("415.00")),
    SampleAccount(customer="D", kind="savings", currency="EUR", amount=Decimal("1250.75")),
    SampleAccount(customer="E", kind="savings", currency="CNY", amount=Decimal("8800.00")),
    SampleAccount(customer="E", kind="card", currency="CNY", amount=Decimal("310.60")),
)

RATES = (
    ("USD", Decimal("7.1025"), Decimal("7.1325")),
    ("EUR", Decimal("8.3110"), Decimal("8.3710")),
    ("GBP", Decimal("9.5840"), Decimal("9.6540")),
    ("HKD", Decimal("0.9112"), Decimal("0.9148")),
)


EVERYBODY = (WANG, SMITH, CHEN, ZHAO, JONES, *RETAILERS)


def seed(store: Store, customers: CustomerFile, pins: Mapping[str, str]) -> None:
    """Write sample customers, their accounts, the exchange rates, and what can be ordered.

    Customer A has foreign exchange open, customer B has not, customer C has all, customer D
    statements by fax, customer E transfers, in English. Repeating it puts everything back
    as it was.

    :param pins: by customer id; ``A`` and ``B`` must be there, others of :data:`EVERYBODY`
        are signed up if they are
    :raises KeyError: a customer without a PIN
    """
    there = [entry for entry in EVERYBODY if entry in (WANG, SMITH) or entry.customer.id in pins]
    for entry in there:
        customers.add(entry)
        customers.set_pin(entry.customer.id, pins[entry.customer.id])
    ids = {entry.customer.id for entry in there}
    with store.transaction() as work:
        work.execute_many(
            "insert or replace into order_items (code, name_zh, name_en, price, is_new)"
            " values (?, ?, ?, ?, ?)",
            [(i.code, i.name_zh, i.name_en, str(i.price), i.is_new) for i in ITEMS],
        )
        for account in (account for account in ACCOUNTS if account.customer in ids):
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
