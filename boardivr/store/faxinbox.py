"""Received faxes and their deliveries on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from boardivr.fax.inbox.model import Arrival, Delivery, Progress, ReceivedFax, Way
from boardivr.store.errors import NotFound
from boardivr.store.records import Records
from boardivr.store.store import Cell, Store, Transaction
from boardivr.store.tries import LOCKED_FOR, MAX_WRONG
from boardivr.store.values import time_text, time_value

FAXES = Records(ReceivedFax, "fax_received", {"Arrival": Arrival})
DELIVERIES = Records(Delivery, "fax_deliveries", {"Way": Way, "Progress": Progress})


class InboxFile:
    """All received faxes in a store; any thread and process may use it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def change(self) -> Iterator[InboxPen]:
        """Change faxes, all or nothing, on the disk when it ends."""
        with self._store.transaction(durable=True) as work:
            yield InboxPen(work)

    def fax(self, id: int) -> ReceivedFax:
        """Return a fax.

        :raises NotFound: there is none of this number
        """
        row = self._store.row("select * from fax_received where id = ?", (id,))
        if row is None:
            raise NotFound(f"no received fax {id}")
        return FAXES.record(row)

    def faxes(
        self, *, box: str | None = None, is_unseen: bool = False, limit: int = 100
    ) -> list[ReceivedFax]:
        """Return faxes, the newest first, without those that still arrive."""
        where, arguments = ["state != 'arriving'"], list[Cell]()
        if box is not None:
            where.append("box = ?")
            arguments.append(box)
        if is_unseen:
            where.append("seen is null")
        sql = f"select * from fax_received where {' and '.join(where)} order by id desc limit ?"
        return [FAXES.record(row) for row in self._store.rows(sql, (*arguments, limit))]

    def arriving(self, node: str | None = None) -> list[ReceivedFax]:
        """Return the faxes that a node has on its lines, or had when it died; None: all."""
        sql = "select * from fax_received where state = 'arriving'"
        if node is None:
            return [FAXES.record(row) for row in self._store.rows(sql)]
        return [FAXES.record(row) for row in self._store.rows(f"{sql} and node = ?", (node,))]

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return how many faxes there are in each box, and how many nobody has looked at."""
        rows = self._store.rows(
            "select box, count(*) as n, sum(seen is null) as new from fax_received"
            " where state != 'arriving' group by box"
        )
        return {str(row["box"]): (int(row["n"] or 0), int(row["new"] or 0)) for row in rows}

    def files(self) -> set[str]:
        """Return the names of all files that belong to a fax."""
        return {str(row["file"]) for row in self._store.rows("select file from fax_received")}

    def deliveries(self, fax: int | None = None) -> list[Delivery]:
        """Return deliveries, of one fax or of all."""
        sql, arguments = "select * from fax_deliveries", list[Cell]()
        if fax is not None:
            sql += " where fax = ?"
            arguments.append(fax)
        return [DELIVERIES.record(r) for r in self._store.rows(f"{sql} order by id", arguments)]

    def due(self, now: datetime, limit: int = 20) -> list[Delivery]:
        """Return deliveries whose time has come, the longest due first."""
        rows = self._store.rows(
            "select * from fax_deliveries where state = 'due' and due <= ?"
            " order by due, id limit ?",
            (time_text(now), limit),
        )
        return [DELIVERIES.record(row) for row in rows]

    def next_due(self) -> datetime | None:
        """Return when the next delivery is due; None where there is none."""
        row = self._store.row("select * from fax_deliveries where state = 'due' order by due")
        return None if row is None else DELIVERIES.record(row).due

    def take_try(self, box: str, now: datetime) -> tuple[str, int] | None:
        """Use up one try at a box's PIN, before it is looked at.

        :return: the PIN's hash and how many tries are left; None where there is no PIN, or
            the box is locked
        """
        with self._store.transaction() as work:
            row = work.row("select * from fax_pins where box = ?", (box,))
            if row is None:
                return None
            wrong, until = int(row["wrong"] or 0), row["locked_until"]
            if wrong >= MAX_WRONG:
                if until is not None and now < time_value(str(until)):
                    return None
                wrong = 0
            wrong += 1
            lock = time_text(now + LOCKED_FOR) if wrong == MAX_WRONG else None
            work.execute(
                "update fax_pins set wrong = ?, locked_until = ? where box = ?", (wrong, lock, box)
            )
            return str(row["hash"]), MAX_WRONG - wrong

    def forget_tries(self, box: str) -> None:
        """Give all tries back: the PIN was right."""
        with self._store.transaction() as work:
            work.execute("update fax_pins set wrong = 0, locked_until = null where box = ?", (box,))

    def has_pin(self, box: str) -> bool:
        return self._store.row("select 1 from fax_pins where box = ?", (box,)) is not None


class InboxPen:
    """Changes inside one transaction."""

    def __init__(self, work: Transaction) -> None:
        self.work = work

    def add(self, fax: ReceivedFax) -> ReceivedFax:
        """Store a new fax; return it with its number."""
        cells = [
            None if name == "id" else cell
            for name, cell in zip(FAXES.columns, FAXES.cells(fax), strict=True)
        ]
        row = self.work.row(f"{FAXES.insert} returning id", cells)
        assert row is not None
        return replace(fax, id=int(row["id"] or 0))

    def save(self, fax: ReceivedFax) -> None:
        self.work.execute(f"{FAXES.update} where id = ?", [*FAXES.cells(fax), fax.id])

    def remove(self, id: int) -> None:
        """Forget a fax and its deliveries."""
        self.work.execute("delete from fax_deliveries where fax = ?", (id,))
        self.work.execute("delete from fax_received where id = ?", (id,))

    def add_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        for one in deliveries:
            cells = [
                None if name == "id" else cell
                for name, cell in zip(DELIVERIES.columns, DELIVERIES.cells(one), strict=True)
            ]
            self.work.execute(DELIVERIES.insert, cells)

    def save_delivery(self, one: Delivery) -> None:
        self.work.execute(f"{DELIVERIES.update} where id = ?", [*DELIVERIES.cells(one), one.id])

    def set_pin_hash(self, box: str, hashed: str | None) -> None:
        """Give a box a PIN's hash, or none."""
        self.work.execute("delete from fax_pins where box = ?", (box,))
        if hashed is not None:
            self.work.execute("insert into fax_pins (box, hash) values (?, ?)", (box, hashed))
