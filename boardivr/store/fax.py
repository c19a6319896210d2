"""The fax queue on the disk: jobs and their documents.

What is told as accepted or confirmed is on the disk itself (``durable``), so it
survives a power cut as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from boardivr.fax.queue.job import Document, Failure, FaxJob, JobState, Wish
from boardivr.store.errors import NotFound
from boardivr.store.lock import holder
from boardivr.store.records import Records
from boardivr.store.store import Arguments, Cell, Row, Store, Transaction
from boardivr.store.values import time_text

JOBS = Records(FaxJob, "fax_jobs", {"JobState": JobState, "Failure": Failure, "Wish": Wish})
DOCUMENTS = Records(Document, "fax_documents", {})
ALIKE = (
    "number",
    "extra",
    "lines",
    "ident",
    "header",
    "sub_address",
    "ecm",
    "max_rate",
    "reformatted",
)
"""What faxes must have in common to go out in one call, besides how their pages look."""
READY = "indexed by idx_fax_ready"


class FaxFile:
    """All fax jobs in a store; any thread and process may use it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def is_running(self, node: str) -> bool:
        """Return whether a process is this node."""
        return holder(self._store.path, node) is not None

    @contextmanager
    def change(self, *, durable: bool = True) -> Iterator[FaxPen]:
        """Change jobs, all or nothing.

        :param durable: on the disk itself when it ends
        """
        with self._store.transaction(durable=durable) as work:
            yield FaxPen(work)

    def look(self) -> FaxLook:
        """Look as who takes jobs does, without the pen."""
        return FaxLook(self._store)

    def job(self, id: int) -> FaxJob:
        """Return a job.

        :raises NotFound: there is none of this number
        """
        row = self._store.row("select * from fax_jobs where id = ?", (id,))
        if row is None:
            raise NotFound(f"no fax {id}")
        return JOBS.record(row)

    def document(self, name: str) -> Document:
        """Return a document by the name of its file."""
        row = self._store.row("select * from fax_documents where name = ?", (name,))
        if row is None:
            raise NotFound(f"no fax document {name!r}")
        return DOCUMENTS.record(row)

    def jobs(
        self,
        states: Sequence[JobState],
        *,
        group: str = "",
        owner: str = "",
        number: str = "",
        limit: int = 100,
    ) -> list[FaxJob]:
        """Return jobs: those on a line, then those that wait in their order, then the newest.

        :param group: only those that were ordered together
        """
        rows: list[Row] = []
        for state in sorted(states, key=_ORDER.index):
            wanted: dict[str, Cell] = {}
            wanted |= {"group": group} if group else {}
            wanted |= {"owner": owner} if owner else {}
            wanted |= {"number": number} if number else {}
            # The state as a word, not as a mark: else SQLite can't choose the index of it.
            where = " and ".join([f"state = '{state.value}'", *(f'"{n}" = ?' for n in wanted)])
            order = "ended desc, id desc" if state.is_final else "priority, due, id"
            # SQLite would rather take the index of the states, and sort all that wait.
            index = "" if state is not JobState.WAITING or group or owner or number else READY
            rows += self._store.rows(
                f"select * from fax_jobs {index} where {where} order by {order} limit ?",
                (*wanted.values(), limit - len(rows)),
            )
        return [JOBS.record(row) for row in rows]

    def counts(self) -> dict[JobState, int]:
        """Return how many jobs are in each state."""
        rows = self._store.rows("select state, count(*) as jobs from fax_jobs group by state")
        return {JobState(row["state"]): int(row["jobs"] or 0) for row in rows}

    def group(self, group: str) -> dict[JobState, int]:
        """Return how many of the jobs that were ordered together are in each state."""
        rows = self._store.rows(
            'select state, count(*) as jobs from fax_jobs where "group" = ? group by state',
            (group,),
        )
        return {JobState(row["state"]): int(row["jobs"] or 0) for row in rows}

    def next_due(self) -> str | None:
        """Return when the next job is due, as :func:`time_text` has it; None: none waits."""
        row = self._store.row(
            "select min(due) as due from fax_jobs indexed by idx_fax_due where state = 'waiting'"
        )
        return None if row is None or row["due"] is None else str(row["due"])

    def over(self, before: datetime, most: int) -> list[FaxJob]:
        """Return the oldest jobs that were over before a time."""
        found: list[Row] = []
        for state in (state for state in JobState if state.is_final):
            found += self._store.rows(
                f"select * from fax_jobs where state = '{state.value}' and ended < ?"
                " order by ended limit ?",
                (time_text(before), most - len(found)),
            )
        return [JOBS.record(row) for row in found]

    def names(self) -> set[str]:
        """Return the names of all documents."""
        return {str(row["name"]) for row in self._store.rows("select name from fax_documents")}


_ORDER = [
    JobState.SENDING,
    JobState.WAITING,
    JobState.HELD,
    JobState.FAILED,
    JobState.CANCELLED,
    JobState.SENT,
]


class FaxLook:
    """Jobs as who takes them sees them."""

    def __init__(self, work: Transaction | Store) -> None:
        self._rows = work

    def job(self, id: int) -> FaxJob:
        """Return a job.

        :raises NotFound: there is none of this number
        """
        row = self._rows.row("select * from fax_jobs where id = ?", (id,))
        if row is None:
            raise NotFound(f"no fax {id}")
        return JOBS.record(row)

    def due(self, now: datetime, lines: Sequence[str]) -> FaxJob | None:
        """Return the first job that is due, whose number has no other fax on a line.

        :param lines: the groups of lines that it may want
        """
        marks = ", ".join("?" * len(lines))
        priority: Cell = -1
        while (priority := self._next_priority(priority)) is not None:
            # One priority at a time: each is a range of the index, in its order.
            row = self._rows.row(
                "select id from fax_jobs j indexed by idx_fax_ready"
                " where state = 'waiting' and priority = ?"
                f" and due <= ? and lines in ({marks}) and not exists"
                " (select 1 from fax_jobs s indexed by idx_fax_sending"
                " where s.state = 'sending' and s.number = j.number)"
                " order by due, id limit 1",
                (priority, time_text(now), *lines),
            )
            if row is not None:
                return self.job(int(row["id"] or 0))
        return None

    def _next_priority(self, after: Cell) -> Cell:
        row = self._rows.row(
            "select min(priority) as next from fax_jobs indexed by idx_fax_ready"
            " where state = 'waiting' and priority > ?",
            (after,),
        )
        return None if row is None else row["next"]

    def alike(self, job: FaxJob, now: datetime, most: int) -> list[FaxJob]:
        """Return other jobs that are due and can go out in the same call as this one.

        :param most: so many at most
        """
        same = " and ".join(f"j.{name} = f.{name}" for name in ALIKE)
        return self._jobs(
            f"select j.* from fax_jobs f join fax_jobs j on {same} and j.id != f.id"
            " join fax_documents a on a.name = f.document"
            " join fax_documents b on b.name = j.document"
            " and b.resolution = a.resolution and b.columns = a.columns"
            " where f.id = ? and j.state = 'waiting' and j.due <= ?"
            " order by j.priority, j.due, j.id limit ?",
            (job.id, time_text(now), most),
        )

    def sending(self, node: str | None = None) -> list[FaxJob]:
        """Return the jobs that a node has on its lines, as far as is written down.

        :param node: None takes those of all
        """
        return self._jobs(
            "select * from fax_jobs indexed by idx_fax_sending"
            " where state = 'sending' and (:node is null or node = :node)",
            {"node": node},
        )

    def overdue(self, now: datetime, most: int = 1000) -> list[FaxJob]:
        """Return jobs that wait though their time is over."""
        found = (
            "select * from fax_jobs indexed by idx_fax_kill"
            " where state = 'waiting' and kill_at <= ? limit ?"
        )
        return self._jobs(found, (time_text(now), most))

    def twin(self, digest: str, number: str, since: datetime) -> FaxJob | None:
        """Return a fax of the same pages to the same number that wasn't given up."""
        row = self._rows.row(
            "select j.* from fax_jobs j join fax_documents d on d.name = j.document"
            " where j.number = ? and d.digest = ? and j.made >= ?"
            " and j.state not in ('failed', 'cancelled') order by j.id desc limit 1",
            (number, digest, time_text(since)),
        )
        return None if row is None else JOBS.record(row)

    def _jobs(self, sql: str, arguments: Arguments) -> list[FaxJob]:
        return [JOBS.record(row) for row in self._rows.rows(sql, arguments)]


class FaxPen(FaxLook):
    """Changes to jobs inside one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work)
        self.work = work

    def add_document(self, document: Document) -> None:
        self.work.execute(DOCUMENTS.insert, DOCUMENTS.cells(document))

    def need_document(self, name: str) -> None:
        """:raises NotFound: a document isn't kept any more"""
        if self.work.row("select 1 from fax_documents where name = ?", (name,)) is None:
            raise NotFound("its document isn't kept any more: send it anew")

    def add(self, job: FaxJob) -> FaxJob:
        """Store a new job; return it with its number."""
        cells = [None if name == "id" else cell for name, cell in _named(job)]
        row = self.work.row(f"{JOBS.insert} returning id", cells)
        assert row is not None
        return replace(job, id=int(row["id"] or 0))

    def save(self, job: FaxJob) -> None:
        """Store a job as it is now."""
        self.work.execute(f"{JOBS.update} where id = ?", [*JOBS.cells(job), job.id])

    def postpone(self, number: str, until: datetime) -> None:
        """Let no job to a number be due before that."""
        when = time_text(until)
        self.work.execute(
            "update fax_jobs set due = ? where state = 'waiting' and number = ? and due < ?",
            (when, number, when),
        )

    def forget(self, ids: Sequence[int]) -> list[str]:
        """Remove jobs with their tries; return the names of documents that nobody has now."""
        marks = ", ".join("?" * len(ids))
        self.work.execute(f"delete from fax_tries where job in ({marks})", ids)
        self.work.execute(f"delete from fax_jobs where id in ({marks})", ids)
        rows = self.work.rows(
            "delete from fax_documents where not exists"
            " (select 1 from fax_jobs where document = fax_documents.name) returning name"
        )
        return [str(row["name"]) for row in rows]

    def rename_lines(self, known: Sequence[str], other: str) -> int:
        """Give jobs whose group of lines is gone another one; return how many."""
        marks = ", ".join("?" * len(known))
        return self.work.execute(
            f"update fax_jobs set lines = ? where state in ('waiting', 'held')"
            f" and lines not in ({marks})",
            (other, *known),
        )


def _named(job: FaxJob) -> Iterator[tuple[str, Cell]]:
    return zip(JOBS.columns, JOBS.cells(job), strict=True)
