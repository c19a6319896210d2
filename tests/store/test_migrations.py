from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from boardivr.store import Store, StoreError
from boardivr.store.migrations import APPLIED, Migration, migration, migrations

NAMES = [step.name for step in migrations()]


def columns(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table with its columns, types, defaults and keys, and the indexes."""
    with sqlite3.connect(path) as database:
        tables = [
            str(name)
            for (name,) in database.execute("select name from sqlite_master where type = 'table'")
        ]
        found = {name: list(database.execute(f"pragma table_info([{name}])")) for name in tables}
        found["indexes"] = list(
            database.execute(
                "select name, sql from sqlite_master where type = 'index' order by name"
            )
        )
    database.close()
    return found


def test_blank_database(tmp_path: Path) -> None:
    """A new database takes every step once, in order, and none the second time."""
    with Store(tmp_path / "new.db") as store:
        assert store.missing() == NAMES
        assert store.migrate() == NAMES
        assert store.migrate() == []
        assert store.applied() == NAMES
        assert store.missing() == []


@pytest.mark.parametrize("last", NAMES)
def test_old_database_becomes_as_a_new_one(tmp_path: Path, last: str) -> None:
    """A database of any earlier version ends with the columns that a new one has."""
    with Store(tmp_path / "new.db") as new:
        new.migrate()
    with Store(tmp_path / "old.db") as old:
        old.migrate(until=last)
        assert old.applied()[-1] == last
        old.migrate()

    assert columns(tmp_path / "old.db") == columns(tmp_path / "new.db")


def test_data_of_an_old_database_stay(tmp_path: Path) -> None:
    """What was in the tables before a migration is there after it."""
    with Store(tmp_path / "old.db") as store:
        store.migrate(until="m001_customers")
        with store.transaction() as work:
            work.execute("insert into customers (id, name) values ('A', '王芳')")
        store.migrate()

        assert store.row("select id, name, facts from customers") == {
            "id": "A",
            "name": "王芳",
            "facts": "{}",
        }


def test_failed_step_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that fails half way is undone, with the record of it; those before it stay."""

    def breaks(db: object) -> None:
        db.execute("create table half (id)")  # type: ignore[attr-defined]
        raise StoreError("disk full")

    steps = (*migrations()[:2], Migration("m003_breaks", breaks))
    monkeypatch.setattr("boardivr.store.store.migrations", lambda: steps)

    with Store(tmp_path / "new.db") as store:
        with pytest.raises(StoreError, match="disk full"):
            store.migrate()

        assert store.applied() == NAMES[:2]
        assert store.row("select 1 from sqlite_master where name = 'half'") is None


def test_newer_database_is_refused(tmp_path: Path) -> None:
    """A database that a newer version made isn't touched."""
    with Store(tmp_path / "new.db") as store:
        store.migrate()
        with store.transaction() as work:
            work.execute(f"insert into {APPLIED} values ('m999_future', '')")

        with pytest.raises(StoreError, match=r"made by a newer version.*m999_future"):
            store.migrate()


def test_two_at_once(tmp_path: Path) -> None:
    """Two that migrate at the same moment take each step once between them."""
    taken: list[str] = []

    def migrate() -> None:
        with Store(tmp_path / "new.db") as store:
            taken.extend(store.migrate())

    threads = [threading.Thread(target=migrate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == NAMES


def test_numbers_have_no_gaps() -> None:
    """A step with a wrong number is refused when it is written down."""

    def m999_far_ahead(db: object) -> None: ...

    with pytest.raises(ValueError, match=r"expected a migration called m\d+_\.\.\., found m999"):
        migration(m999_far_ahead)  # type: ignore[arg-type]
