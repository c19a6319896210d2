"""Counting wrong PINs: three, over all calls and channels, and it is locked for a day.

A try is counted *before* the PIN is looked at, in a transaction of its own: so
callers who guess at the same moment can't get a fourth try between them, and a
process that dies in the middle has counted it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from boardivr.store.store import Store, Transaction
from boardivr.store.values import time_text, time_value

MAX_WRONG = 3
LOCKED_FOR = timedelta(hours=24)


class Tries:
    """The counts of all customers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, customer: str, now: datetime) -> int | None:
        """Use up one try.

        :return: how many are left after it if the PIN proves wrong; None when locked
        """
        with self._store.transaction() as work:
            wrong = _wrong(work, customer, now)
            if wrong >= MAX_WRONG:
                return None
            wrong += 1
            until = time_text(now + LOCKED_FOR) if wrong == MAX_WRONG else None
            work.execute(
                "insert into pin_tries (customer, wrong, locked_until) values (?, ?, ?)"
                " on conflict (customer) do update"
                " set wrong = excluded.wrong, locked_until = excluded.locked_until",
                (customer, wrong, until),
            )
            return MAX_WRONG - wrong

    def forget(self, customer: str) -> None:
        """Start again with all tries: the PIN was right, is new, or was unlocked."""
        with self._store.transaction() as work:
            work.execute("delete from pin_tries where customer = ?", (customer,))

    def locked_until(self, customer: str, now: datetime) -> datetime | None:
        """Return until when a customer is locked, or None."""
        row = self._store.row("select locked_until from pin_tries where customer = ?", (customer,))
        if row is None or row["locked_until"] is None:
            return None
        until = time_value(str(row["locked_until"]))
        return until if now < until else None


def _wrong(work: Transaction, customer: str, now: datetime) -> int:
    row = work.row("select wrong, locked_until from pin_tries where customer = ?", (customer,))
    if row is None:
        return 0
    until = row["locked_until"]
    if until is not None and now >= time_value(str(until)):
        return 0  # the lock's time has passed
    return int(row["wrong"] or 0)
