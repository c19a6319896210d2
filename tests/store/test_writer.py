from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from boardivr.store import Store, StoreError
from boardivr.store import writer as writer_module
from boardivr.store.store import Transaction
from boardivr.store.writer import GroupWriter, Write

RATE = "insert into rates (currency, buy, sell, as_of) values (?, '1', '2', '2026-01-01')"


def rate(name: str) -> Write:
    return Write(RATE, (name,))


def names(store: Store) -> list[str]:
    return [str(row["currency"]) for row in store.rows("select currency from rates order by rowid")]


class CountingStore(Store):
    """A store that counts its commits, and fails them while it is told to."""

    commits = 0
    error: StoreError | None = None

    def transaction(self):  # type: ignore[no-untyped-def]
        if self.error is not None:
            raise self.error
        self.commits += 1
        return super().transaction()


@pytest.fixture
def counting(tmp_path: Path) -> Iterator[CountingStore]:
    with CountingStore(tmp_path / "boardivr.db", busy=0.01) as store:
        store.migrate()
        yield store


@pytest.fixture(autouse=True)
def _quick_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "RETRY_AFTER", 0.005)
    monkeypatch.setattr(writer_module, "CLOSING_RETRY_AFTER", 0.005)


def test_many_rows_one_commit(counting: CountingStore) -> None:
    """Rows that come together are written together, in their order."""
    writer = GroupWriter(counting, max_delay=30.0)
    for number in range(300):
        writer.put(rate(f"{number:03}"))

    assert writer.flush()
    assert names(counting) == [f"{number:03}" for number in range(300)]
    assert counting.commits == 1
    writer.close()


def test_full_group_does_not_wait(counting: CountingStore) -> None:
    """A group that is full is committed though its time isn't up."""
    writer = GroupWriter(counting, max_delay=30.0, max_rows=10)
    for number in range(10):
        writer.put(rate(str(number)))
    with writer._changed:
        assert writer._changed.wait_for(lambda: writer._written == 10, 10.0)

    assert counting.commits == 1
    writer.close()


def test_close_writes_what_is_left(counting: CountingStore) -> None:
    """What was put before the end is on disk after it; what comes later is refused."""
    writer = GroupWriter(counting, max_delay=30.0)
    writer.put(rate("last"))
    writer.close()
    writer.close()

    assert names(counting) == ["last"]
    assert writer.put(rate("late")) is False
    assert writer.health().lost == 1


def test_many_threads(counting: CountingStore) -> None:
    """No row of any thread is lost or doubled."""
    writer = GroupWriter(counting, max_rows=7)

    def put(thread: int) -> None:
        for number in range(50):
            writer.put(rate(f"{thread}-{number}"))

    threads = [threading.Thread(target=put, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()

    assert sorted(names(counting)) == sorted(f"{t}-{n}" for t in range(6) for n in range(50))
    assert writer.health().written == 300


def test_locked_database(counting: CountingStore) -> None:
    """Rows wait while another process writes, and are there when it has finished."""
    other = sqlite3.connect(counting.path, isolation_level=None)
    other.execute("begin immediate")
    writer = GroupWriter(counting, max_delay=0.0)
    writer.put(rate("USD"))

    assert writer.flush(timeout=0.05) is False
    assert "in use by another process" in (writer.health().last_error or "")
    other.execute("rollback")
    other.close()
    assert writer.flush()
    assert names(counting) == ["USD"]
    assert writer.health().last_error is None
    writer.close()


def test_disk_full(counting: CountingStore, caplog: pytest.LogCaptureFixture) -> None:
    """A full disk is logged once and counted; rows wait, and are kept when there is room."""
    counting.error = StoreError("boardivr.db: database or disk is full")
    writer = GroupWriter(counting, max_delay=0.0)
    with caplog.at_level(logging.WARNING):
        for number in range(5):
            assert writer.put(rate(str(number)))
        assert writer.flush(timeout=0.05) is False
        health = writer.health()
        counting.error = None
        assert writer.flush()

    assert health.waiting == 5
    assert health.errors >= 1
    assert health.last_error == "boardivr.db: database or disk is full"
    assert names(counting) == list("01234")
    assert caplog.text.count("call records wait in memory") == 1
    assert "can be written again" in caplog.text
    writer.close()


def test_queue_is_bounded(counting: CountingStore) -> None:
    """When memory for rows is used up, rows are lost and counted; essential ones have more."""
    counting.error = StoreError("disk full")
    writer = GroupWriter(counting, capacity=8)
    taken = [writer.put(rate(f"step {number}")) for number in range(10)]
    essential = [writer.put(rate(f"call {number}"), essential=True) for number in range(3)]

    assert taken == [True] * 8 + [False] * 2
    assert essential == [True, True, False]
    assert writer.health().lost == 3
    counting.error = None
    writer.close()
    assert len(names(counting)) == 10


def test_close_gives_up(counting: CountingStore) -> None:
    """A database that can't be written doesn't keep the appliance from ending."""
    counting.error = StoreError("disk full")
    writer = GroupWriter(counting)
    writer.put(rate("USD"))
    writer.close(timeout=0.05)

    assert writer.health().lost == 1
    assert writer.health().waiting == 0
    assert not writer._thread.is_alive()


def test_bad_row_loses_only_itself(
    counting: CountingStore, caplog: pytest.LogCaptureFixture
) -> None:
    """A row that the database refuses doesn't take its group with it."""
    writer = GroupWriter(counting, max_delay=30.0)
    for name in ("USD", "EUR", "USD", "GBP"):
        writer.put(rate(name))

    assert writer.flush()
    assert names(counting) == ["USD", "EUR", "GBP"]
    assert writer.health().lost == 1
    assert "UNIQUE constraint failed" in caplog.text
    writer.close()


def test_put_never_waits_for_the_disk(counting: CountingStore) -> None:
    """While a commit hangs, rows are still taken."""
    inside, leave = threading.Event(), threading.Event()

    class Hanging(Transaction):
        def execute_many(self, sql, arguments):  # type: ignore[no-untyped-def]
            inside.set()
            leave.wait()
            super().execute_many(sql, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("boardivr.store.store.Transaction", Hanging)
        writer = GroupWriter(counting, max_delay=0.0)
        writer.put(rate("USD"))
        assert inside.wait(10.0)

        assert writer.put(rate("EUR"))
        leave.set()
        writer.close()

    assert names(counting) == ["USD", "EUR"]
