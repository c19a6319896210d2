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


@migration
def m009_fax_queue(db: Database) -> None:
    """Outgoing faxes: documents, jobs, tries, and what is known of destinations."""
    db.execute(
        "create table fax_documents (name text primary key, sizes text not null,"
        " resolution text not null, columns integer not null, digest text not null,"
        " made text not null) without rowid"
    )
    db.execute("create index idx_fax_documents_digest on fax_documents (digest)")
    texts = (
        'number extra document "group" owner title made send_at kill_at due window lines'
        " ident header sub_address state wish doubtful failures node channel words"
    )
    counts = (
        "pages priority ecm max_rate max_dials max_tries confirmed first_page dials tries stuck"
        " talking level reformatted origin"
    )
    columns = [f"{name} text not null" for name in texts.split()]
    columns += [f"{name} integer not null" for name in counts.split()]
    db.execute(
        "create table fax_jobs (id integer primary key autoincrement, failure text, ended text, "
        + ", ".join(columns)
        + ")"
    )
    waiting = "where state = 'waiting'"
    ready = "priority, due, id, number, lines"
    db.execute(f"create index idx_fax_ready on fax_jobs ({ready}) {waiting}")
    db.execute(f"create index idx_fax_due on fax_jobs (due) {waiting}")
    db.execute(f"create index idx_fax_kill on fax_jobs (kill_at) {waiting}")
    db.execute(f"create index idx_fax_alike on fax_jobs (number, due) {waiting}")
    db.execute("create index idx_fax_sending on fax_jobs (number) where state = 'sending'")
    db.execute("create index idx_fax_ended on fax_jobs (state, ended)")
    db.execute('create index idx_fax_group on fax_jobs ("group")')
    db.execute("create index idx_fax_number on fax_jobs (number, made)")
    db.execute("create index idx_fax_document on fax_jobs (document)")
    db.execute(
        "create table fax_tries (job integer not null, number integer not null,"
        " channel text not null, began text not null, ended text not null, failure text,"
        " code integer, words text not null, phase text not null, first_page integer not null,"
        " confirmed integer not null, rate integer not null, ecm integer not null,"
        " compression text not null, resent integer not null, seconds real not null,"
        " settings text not null, ident text not null, trace text not null,"
        " primary key (job, number)) without rowid"
    )
    db.execute("create index idx_fax_tries_began on fax_tries (began)")
    db.execute(
        "create table fax_destinations (number text primary key, is_fax integer not null,"
        " ident text not null, vendor text not null, model text not null, dis text not null,"
        " level integer not null, level_at text, sent integer not null, failed integer not null,"
        " last_failure text, last_at text) without rowid"
    )


@migration
def m010_groups(db: Database) -> None:
    """The group that a customer belongs to; the overlays of a flow's version."""
    db.table("customers").add_column("group", str)
    db.table("flow_versions").add_column("overlays", str, not_null_default="{}")


@migration
def m011_fax_inbox(db: Database) -> None:
    """Received faxes, their deliveries, and the PINs of fax mailboxes."""
    texts = "file box state began ident sub_address ani dnis node channel call outcome words"
    counts = "pages rate ecm bad_rows lines"
    columns = [f"{name} text not null" for name in texts.split()]
    columns += [f"{name} integer not null" for name in counts.split()]
    db.execute(
        "create table fax_received (id integer primary key autoincrement, ended text, seen text,"
        " seconds real not null, " + ", ".join(columns) + ")"
    )
    db.execute("create index idx_fax_received_box on fax_received (box, id)")
    db.execute("create index idx_fax_received_now on fax_received (node) where state = 'arriving'")
    db.execute(
        "create table fax_deliveries (id integer primary key autoincrement, fax integer not null,"
        " way text not null, target text not null, state text not null, tries integer not null,"
        " due text not null, words text not null, done text)"
    )
    db.execute("create index idx_fax_deliveries_due on fax_deliveries (due) where state = 'due'")
    db.execute("create index idx_fax_deliveries_fax on fax_deliveries (fax)")
    db.execute(
        "create table fax_pins (box text primary key, hash text not null,"
        " wrong integer not null default 0, locked_until text) without rowid"
    )
