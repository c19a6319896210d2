"""What became of faxes: tries, and what is known of the machines that were called."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from boardivr.fax.queue.job import Destination, Failure, FaxTry
from boardivr.store.records import Records
from boardivr.store.store import Row, Store, Transaction
from boardivr.store.values import time_text

TRIES = Records(FaxTry, "fax_tries", {"Failure": Failure})
DESTINATIONS = Records(Destination, "fax_destinations", {"Failure": Failure})


def add_try(work: Transaction, one: FaxTry) -> FaxTry:
    """Keep a try under the next number of its job."""
    row = work.row("select max(number) as last from fax_tries where job = ?", (one.job,))
    numbered = replace(one, number=int((row or {}).get("last") or 0) + 1)
    work.execute(TRIES.insert, TRIES.cells(numbered))
    return numbered


def destination(work: Transaction | Store, number: str) -> Destination:
    """Return what is known of a number; of a new one, nothing."""
    row = work.row("select * from fax_destinations where number = ?", (number,))
    return Destination(number=number) if row is None else DESTINATIONS.record(row)


def keep_destination(work: Transaction, known: Destination) -> None:
    """Keep what is now known of a number."""
    work.execute("delete from fax_destinations where number = ?", (known.number,))
    work.execute(DESTINATIONS.insert, DESTINATIONS.cells(known))


class FaxLog:
    """Tries and destinations, for who wants to know."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tries(self, job: int) -> list[FaxTry]:
        """Return a job's calls, in order."""
        rows = self._store.rows("select * from fax_tries where job = ? order by number", (job,))
        return [TRIES.record(row) for row in rows]

    def recent(self, limit: int, number: str = "") -> list[tuple[str, FaxTry]]:
        """Return the newest calls with the numbers that they went to."""
        rows = self._store.rows(
            "select j.number as to_number, t.* from fax_tries t join fax_jobs j on j.id = t.job"
            " where :number = '' or j.number = :number"
            " order by t.began desc, t.job desc limit :limit",
            {"number": number, "limit": limit},
        )
        return [(str(row["to_number"]), TRIES.record(row)) for row in rows]

    def destination(self, number: str) -> Destination:
        """Return what is known of a number."""
        return destination(self._store, number)

    def report(self, since: datetime, until: datetime, by: str) -> list[Row]:
        """Return counts of calls, pages and seconds, by one of :data:`BY`; most calls first."""
        return self._store.rows(
            f"select {BY[by]} as what, count(*) as calls, sum(t.failure is null) as sent,"
            " sum(t.confirmed) as pages, sum(t.seconds) as seconds"
            " from fax_tries t join fax_jobs j on j.id = t.job"
            " where t.began >= ? and t.began < ? group by what order by calls desc, what",
            (time_text(since), time_text(until)),
        )


BY = {
    "destination": "j.number",
    "cause": "coalesce(t.failure, 'sent')",
    "phase": "case when t.failure is null then 'sent' else t.phase end",
    "owner": "j.owner",
    "day": "substr(t.began, 1, 10)",
    "channel": "t.channel",
}
"""What a report can go by."""
