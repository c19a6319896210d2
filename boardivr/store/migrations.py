"""The database's schema, as the steps that lead to it.

Every step runs in a transaction together with the record of itself, so a
database is always at a step, never between two. A step that was released is
never edited: a new one follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLIED = "schema_migrations"


@dataclass(frozen=True)
class Migration:
    """One step; its name is the record of it."""

    name: str
    apply: Callable[[Database], None]


_STEPS: list[Migration] = []


def migration(step: Callable[[Database], None]) -> Callable[[Database], None]:
    """Add a function ``mNNN_what`` to the steps; they are numbered without gaps."""
    expected = f"m{len(_STEPS) + 1:03d}_"
    if not step.__name__.startswith(expected):
        raise ValueError(f"expected a migration called {expected}..., found {step.__name__}")
    _STEPS.append(Migration(step.__name__, step))
    return step


def migrations() -> tuple[Migration, ...]:
    """Return all steps, in order."""
    return tuple(_STEPS)


@migration
def m001_customers(db: Database) -> None:
    """Customers, what they have opened, their own menus, and their PIN tries."""
    db.create_table(
        "customers",
        {
            "id": str,
            "card": str,
            "ani": str,
            "name": str,
            "language": str,
            "grade": str,
            "pin_hash": str,
            "facts": str,
        },
        pk="id",
        not_null={"id", "name", "facts"},
        defaults={"name": "", "facts": "{}"},
    )
    db.table("customers").create_index(["card"], unique=True)
    db.table("customers").create_index(["ani"])
    db.create_table(
        "customer_functions",
        {"customer": str, "function": str, "opened_at": str},
        pk=("customer", "function"),
        foreign_keys=[("customer", "customers", "id")],
    )
    db.create_table(
        "customer_menus",
        {"customer": str, "item": str, "position": int, "hidden": int},
        pk=("customer", "item"),
        not_null={"hidden"},
        defaults={"hidden": 0},
        foreign_keys=[("customer", "customers", "id")],
    )
    db.create_table(
        "pin_tries",
        {"customer": str, "wrong": int, "locked_until": str},
        pk="customer",
        not_null={"wrong"},
        foreign_keys=[("customer", "customers", "id")],
    )


@migration
def m002_sample_bank(db: Database) -> None:
    """The sample bank: accounts with their entries, and exchange rates."""
    db.create_table(
        "accounts",
        {
            "id": str,
            "customer": str,
            "kind": str,
            "currency": str,
            "amount": str,
            "as_of": str,
        },
        pk="id",
        not_null={"customer", "kind", "currency", "amount", "as_of"},
        foreign_keys=[("customer", "customers", "id")],
    )
    db.table("accounts").create_index(["customer"])
    db.create_table(
        "account_entries",
        {"id": int, "account": str, "booked": str, "text": str, "amount": str},
        pk="id",
        not_null={"account", "booked", "amount"},
        foreign_keys=[("account", "accounts", "id")],
    )
    db.table("account_entries").create_index(["account", "booked"])
    db.create_table(
        "rates",
        {"currency": str, "buy": str, "sell": str, "as_of": str},
        pk="currency",
        not_null={"buy", "sell", "as_of"},
    )


@migration
def m003_calls(db: Database) -> None:
    """Call records and the steps of traced calls."""
    db.create_table(
        "calls",
        {
            "id": str,
            "node": str,
            "board": str,
            "channel": str,
            "ani": str,
            "dnis": str,
            "customer": str,
            "flow": str,
            "flow_hash": str,
            "language": str,
            "started": str,
            "answered": str,
            "ended": str,
            "ending": str,
            "why": str,
            "path": str,
            "tags": str,
        },
        pk="id",
        not_null={"node", "board", "channel", "started", "path", "tags"},
        defaults={"why": "", "path": "[]", "tags": "{}"},
    )
    db.table("calls").create_index(["started"])
    db.execute("create index idx_calls_open on calls (node) where ended is null")
    db.create_table(
        "steps",
        {"call": str, "number": int, "at": str, "name": str, "detail": str},
        pk=("call", "number"),
        not_null={"at", "name", "detail"},
    )


@migration
def m004_parameters(db: Database) -> None:
    """Values that operators change while calls run, and who changed them."""
    db.create_table(
        "parameters",
        {"name": str, "value": str, "who": str, "changed_at": str},
        pk="name",
        not_null={"value", "who", "changed_at"},
    )


@migration
def m005_once(db: Database) -> None:
    """First answers of host transactions that must not happen twice."""
    db.create_table(
        "host_answers",
        {"host": str, "txn": str, "key": str, "answer": str, "at": str},
        pk=("host", "txn", "key"),
        not_null={"answer", "at"},
    )


@migration
def m006_learned_menus(db: Database) -> None:
    """The order in which a customer knows a menu's items, where keys are sticky."""
    db.create_table(
        "customer_learned",
        {"customer": str, "menu": str, "position": int, "item": str},
        pk=("customer", "menu", "position"),
        not_null={"item"},
        foreign_keys=[("customer", "customers", "id")],
    )


@migration
def m007_flow_versions(db: Database) -> None:
    """Versions of flows that have run."""
    db.create_table(
        "flow_versions",
        {"hash": str, "flow": str, "path": str, "text": str, "loaded": str, "who": str},
        pk="hash",
        not_null={"flow", "path", "text", "loaded", "who"},
    )
    db.table("flow_versions").create_index(["flow", "loaded"])


@migration
def m008_samples(db: Database) -> None:
    """The sample bank's reports of lost cards; the sample order line's items and sheets."""
    db.create_table(
        "loss_reports",
        {"number": int, "customer": str, "reported": str},
        pk="number",
        not_null={"customer", "reported"},
        foreign_keys=[("customer", "customers", "id")],
    )
    db.table("loss_reports").create_index(["customer"], unique=True)
    db.create_table(
        "order_items",
        {"code": str, "name_zh": str, "name_en": str, "price": str, "is_new": int},
        pk="code",
        not_null={"name_zh", "name_en", "price", "is_new"},
        defaults={"is_new": 0},
    )
    db.create_table(
        "order_sheets",
        {"number": int, "customer": str, "opened": str, "state": str},
        pk="number",
        not_null={"customer", "opened", "state"},
        defaults={"state": "open"},
        foreign_keys=[("customer", "customers", "id")],
    )
    db.table("order_sheets").create_index(["customer"])
    db.create_table(
        "order_lines",
        {"sheet": int, "item": str, "quantity": int, "price": str},
        pk=("sheet", "item"),
        not_null={"quantity", "price"},
        foreign_keys=[("sheet", "order_sheets", "number"), ("item", "order_items", "code")],
    )
