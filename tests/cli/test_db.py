from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from boardivr.clock import SystemClock
from boardivr.customer import PinVerdict
from boardivr.store import Store
from boardivr.store.customers import CustomerFile
from boardivr.store.migrations import migrations
from tests.cli.conftest import Run

NAMES = [step.name for step in migrations()]


def test_path(run: Run, home: Path) -> None:
    """The database's place, for scripts; it isn't made by asking."""
    assert run("db", "path").stdout == f"{home / 'boardivr.db'}\n"
    assert not (home / "boardivr.db").exists()


def test_migrate(run: Run) -> None:
    """Each step that is taken is printed, once."""
    first, second = run("db", "migrate"), run("db", "migrate")

    assert first.stdout.splitlines() == NAMES
    assert (second.exit_code, second.stdout, second.stderr) == (0, "", "up to date\n")


def test_new_database_gets_its_tables(run: Run) -> None:
    """A first command needs no migration by hand."""
    answer = run("customer", "list")

    assert answer.exit_code == 0
    columns = ["id", "name", "language", "group", "card", "number", "functions"]
    assert answer.stdout.split() == columns


def test_old_database(run: Run, home: Path) -> None:
    """An older version's database is left alone until it is migrated."""
    with Store(home / "boardivr.db") as store:
        store.migrate(until=NAMES[1])
    answer = run("customer", "list")

    assert answer.exit_code == 1
    assert f"lacks {NAMES[2]}; run `boardivr db migrate`" in answer.stderr
    run("db", "migrate")
    assert run("customer", "list").exit_code == 0


def test_database_in_use(
    run: Run, home: Path, bank: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process's write that doesn't end makes ours one line."""
    monkeypatch.setattr("boardivr.store.store.Store.__init__.__kwdefaults__", {"busy": 0.01})
    other = sqlite3.connect(home / "boardivr.db", isolation_level=None)
    other.execute("begin immediate")
    answer = run("customer", "open", "B", "forex")
    other.execute("rollback")
    other.close()

    assert answer.exit_code == 1
    assert "in use by another process" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_not_a_database(run: Run, home: Path) -> None:
    """Another file in its place is one line, and stays as it is."""
    text = "a shopping list, longer than a header\n" * 40
    (home / "boardivr.db").write_text(text)
    answer = run("calls", "list")

    assert answer.exit_code == 1
    assert answer.stderr.endswith("boardivr.db: file is not a database\n")
    assert (home / "boardivr.db").read_text() == text


def test_sample(run: Run, home: Path) -> None:
    """The sample bank comes with PINs that are right, and only after a yes."""
    assert run("db", "sample", keyed="n\n").exit_code == 1
    lines = run("db", "sample", "--yes").stdout.splitlines()
    pins = dict(re.findall(r"^(\w+) .* PIN (\d{6})$", "\n".join(lines), re.MULTILINE))

    assert set(pins) == {"A", "B", "C", "D", "E", "R1", "R2", "R3", "R4", "R5"}
    with Store(home / "boardivr.db") as store:
        customers = CustomerFile(store, SystemClock())
        assert customers.verify_pin("A", pins["A"]) is PinVerdict.RIGHT
        assert customers.verify_pin("B", pins["B"]) is PinVerdict.RIGHT
