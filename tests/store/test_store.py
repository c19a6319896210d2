from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from boardivr.store import Busy, Store, StoreError

RATE = "insert into rates (currency, buy, sell, as_of) values (?, '1', '2', '2026-01-01')"


class TestTransaction:
    def test_all_or_nothing(self, store: Store) -> None:
        """What a transaction wrote before it failed isn't there afterwards."""

        def fail_half_way() -> None:
            with store.transaction() as work:
                work.execute(RATE, ("USD",))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_half_way()

        assert store.rows("select * from rates") == []

    def test_threads_have_their_own_connections(self, store: Store) -> None:
        """Threads write at the same time and lose nothing."""

        def write(thread: int) -> None:
            for number in range(20):
                with store.transaction() as work:
                    work.execute(RATE, (f"{thread}-{number}",))

        threads = [threading.Thread(target=write, args=(number,)) for number in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert store.row("select count(*) as n from rates") == {"n": 100}

    def test_connections_of_ended_threads_are_closed(self, store: Store) -> None:
        """A thread's connection goes when the thread does."""
        for _ in range(20):
            thread = threading.Thread(target=lambda: store.rows("select 1"))
            thread.start()
            thread.join()

        assert len(store._open) <= 2

    def test_write_sees_what_was_written_before_it_began(self, store: Store) -> None:
        """The only pen: a counter that two threads raise gets every rise."""
        with store.transaction() as work:
            work.execute(RATE.replace("'1'", "'0'"), ("N",))

        def rise() -> None:
            for _ in range(25):
                with store.transaction() as work:
                    row = work.row("select buy from rates")
                    assert row is not None
                    work.execute("update rates set buy = ?", (str(int(str(row["buy"])) + 1),))

        threads = [threading.Thread(target=rise) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert store.row("select buy from rates") == {"buy": "100"}


def test_only_the_owner_may_read_it(store: Store) -> None:
    """What customers trust us with isn't for every user of the machine."""
    with store.transaction() as work:
        work.execute(RATE, ("USD",))

    files = list(store.path.parent.glob("boardivr.db*"))
    assert store.path in files
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


class TestErrors:
    def test_folder_in_its_place(self, tmp_path: Path) -> None:
        """A folder where the database should be is named."""
        with pytest.raises(StoreError, match="Is a directory"):
            Store(tmp_path)

    def test_not_a_database(self, tmp_path: Path) -> None:
        """Another file in its place is named, in one line."""
        path = tmp_path / "boardivr.db"
        path.write_text("this is a shopping list, much longer than a header\n" * 10)

        with pytest.raises(StoreError, match=r"boardivr\.db: file is not a database$"):
            Store(path)

    def test_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        """A file where the folder should be is named."""
        (tmp_path / "lib").write_text("")

        with pytest.raises(StoreError, match="can't make its folder"):
            Store(tmp_path / "lib" / "sub" / "boardivr.db")

    def test_locked(self, tmp_path: Path) -> None:
        """Another process's long write makes ours fail as Busy after the busy time."""
        path = tmp_path / "boardivr.db"
        with Store(path, busy=0.01) as store:
            store.migrate()
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("begin immediate")

            with pytest.raises(Busy, match=r"in use by another process"), store.transaction():
                pass

            other.execute("rollback")
            other.close()
            with store.transaction() as work:
                assert work.execute(RATE, ("USD",)) == 1

    def test_wrong_statement_names_the_database(self, store: Store) -> None:
        """SQLite's own errors come with the file's name."""
        with pytest.raises(StoreError, match=r"boardivr\.db: no such table: ghosts"):
            store.rows("select * from ghosts")

    def test_closed(self, store: Store) -> None:
        """A closed store says so, whichever thread asks; closing twice is fine."""
        store.close()
        store.close()
        found: list[BaseException] = []

        def ask() -> None:
            try:
                store.rows("select 1")
            except StoreError as error:
                found.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

        assert "the store is closed" in str(found[0])
        with pytest.raises(StoreError):
            store.rows("select 1")
