from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from boardivr.errors import SettingsError
from boardivr.flows.services import HostError, HostTimeout
from boardivr.hosts.bound import bound, names_in
from boardivr.hosts.dbapi import DbApiHost, load_driver
from boardivr.hosts.settings import TransactionSettings
from boardivr.store import Store

PAY = TransactionSettings(
    sql=(
        "insert into payments (key, amount) values (:idempotency_key, :amount)",
        "select count(*) as payments from payments",
    ),
)
TRANSACTIONS = {
    "balance": TransactionSettings(
        sql=("select 'x' as account, 10100.05 as amount, '2026-09-21' as as_of where :id = 'A'",),
        fields={"amount": "money", "as_of": "date"},
    ),
    "pay": PAY,
    "pay_once": TransactionSettings(sql=PAY.sql, once=True),
    "fail": TransactionSettings(sql=(PAY.sql[0], "select * from ghosts")),
    "slow": TransactionSettings(sql=("select nap() as x", PAY.sql[0])),
    "fraction": TransactionSettings(sql=("select 1.5 as x",)),
}


class Slow(sqlite3.Connection):
    """A connection in which nap() takes until the test is done."""

    done = threading.Event()

    def __init__(self, *args: object, **parameters: object) -> None:
        super().__init__(*args, **parameters)  # type: ignore[arg-type]
        self.create_function("nap", 0, lambda: self.done.wait(0.3) and None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "bank.db")
    connection.execute("create table payments (key text, amount text)")
    connection.commit()
    yield connection
    connection.close()


@pytest.fixture
def host(store: Store, database: sqlite3.Connection, tmp_path: Path) -> Iterator[DbApiHost]:
    host = DbApiHost(
        "bank",
        load_driver("sqlite3"),
        store,
        TRANSACTIONS,
        url=str(tmp_path / "bank.db"),
        parameters={"check_same_thread": False, "factory": Slow},
    )
    yield host
    host.close()


def count(database: sqlite3.Connection) -> int:
    return int(database.execute("select count(*) from payments").fetchone()[0])


def test_query(host: DbApiHost) -> None:
    """Values are bound, and the fields come back as what they are."""
    assert host.call("balance", {"id": "A"}, "k") == [
        {"amount": Decimal("10100.05"), "as_of": date(2026, 9, 21)}
    ]
    assert host.call("balance", {"id": "A' or '1'='1"}, "k") == []


def test_key_and_commit(host: DbApiHost, database: sqlite3.Connection) -> None:
    """Statements come into force together, and have the idempotency key."""
    assert host.call("pay", {"amount": "1.50"}, "c1:1") == [{"payments": 1}]

    assert database.execute("select * from payments").fetchall() == [("c1:1", "1.50")]


def test_once(host: DbApiHost, database: sqlite3.Connection) -> None:
    """A payment's retry gets the first answer and pays nothing."""
    for _ in range(2):
        assert host.call("pay_once", {"amount": "1"}, "k") == [{"payments": 1}]

    assert count(database) == 1


def test_failure_leaves_nothing(host: DbApiHost, database: sqlite3.Connection) -> None:
    """A transaction that fails half way is undone; the next one works."""
    with pytest.raises(HostError, match=r"bank fail: OperationalError$"):
        host.call("fail", {"amount": "1"}, "k")

    assert count(database) == 0
    assert host.call("pay", {"amount": "1"}, "k") == [{"payments": 1}]


def test_late_is_not_committed(host: DbApiHost, database: sqlite3.Connection) -> None:
    """What comes back after its time isn't committed: the caller was told that it failed."""
    with pytest.raises(HostTimeout, match="bank slow: too late, it was not committed"):
        host.call("slow", {"amount": "1"}, "k", 0.01)

    assert count(database) == 0


def test_what_is_missing(host: DbApiHost) -> None:
    """A bound value, a transaction and a field's kind must be there."""
    with pytest.raises(HostError, match="bank balance: id is missing"):
        host.call("balance", {}, "k")
    with pytest.raises(HostError, match="bank: no transaction 'ghost'"):
        host.call("ghost", {}, "k")
    with pytest.raises(HostError, match=r"x: expected text, a whole number.*found float"):
        host.call("fraction", {}, "k")


def test_no_driver() -> None:
    """A module that isn't there, or is no driver, is told."""
    with pytest.raises(SettingsError, match="db no_such_driver: No module named"):
        load_driver("no_such_driver")
    with pytest.raises(SettingsError, match=r"db json: no DB-API 2\.0 driver, it has no connect"):
        load_driver("json")


@pytest.mark.parametrize(
    ("style", "text", "values"),
    [
        ("qmark", "a = ? and b like '%:x' and c = ? and d = ?", ["1", "2", "1"]),
        ("numeric", "a = :1 and b like '%:x' and c = :2 and d = :3", ["1", "2", "1"]),
        ("named", "a = :a and b like '%:x' and c = :c and d = :a", {"a": "1", "c": "2"}),
        ("format", "a = %s and b like '%%:x' and c = %s and d = %s", ["1", "2", "1"]),
        (
            "pyformat",
            "a = %(a)s and b like '%%:x' and c = %(c)s and d = %(a)s",
            {"a": "1", "c": "2"},
        ),
    ],
)
def test_styles(style: str, text: str, values: object) -> None:
    """Names become what the driver wants; quoted text is left alone."""
    sql = "a = :a and b like '%:x' and c = :c and d = :a"

    assert bound(sql, style, {"a": "1", "c": "2", "unused": "3"}) == (text, values)


def test_names() -> None:
    """Casts, comments and quoted names bind nothing."""
    sql = """select x::int, ":no", ':no' /* :no */ from t -- :no
             where a = :yes"""

    assert names_in(sql) == ["yes"]


def test_unknown_style() -> None:
    """A style that isn't in PEP 249 is refused."""
    with pytest.raises(ValueError, match="expected a paramstyle of PEP 249, found 'x'"):
        bound("select 1", "x", {})
