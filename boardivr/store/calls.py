"""Call records and traces: writing them without delay for the call, and reading them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime

from boardivr.calls.record import CallRecord, Ending, TraceStep
from boardivr.store.errors import NotFound
from boardivr.store.store import Cell, Row, Store
from boardivr.store.values import from_json, time_text, time_value, to_json
from boardivr.store.writer import GroupWriter, Write

log = logging.getLogger(__name__)

PAGE = 500  # calls that are read at a time

COLUMNS = (
    "id",
    "node",
    "board",
    "channel",
    "ani",
    "dnis",
    "customer",
    "flow",
    "flow_hash",
    "language",
    "started",
    "answered",
    "ended",
    "ending",
    "why",
    "path",
    "tags",
)

WRITE_CALL = (
    f"insert into calls ({', '.join(COLUMNS)}) values ({', '.join('?' * len(COLUMNS))})"
    " on conflict (id) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
)

WRITE_STEP = "insert into steps (call, number, at, name, detail) values (?, ?, ?, ?, ?)"


class CallWriter:
    """Takes records and steps of running calls; a :class:`boardivr.calls.record.CallSink`.

    Never blocks and never raises because of the database: see
    :class:`boardivr.store.writer.GroupWriter`.
    """

    def __init__(self, writer: GroupWriter) -> None:
        self._writer = writer

    def started(self, record: CallRecord) -> None:
        """Keep a call from its first moment, so that it is there if the process dies."""
        self.changed(record)

    def changed(self, record: CallRecord) -> None:
        """Keep what is now known of a call."""
        self._writer.put(Write(WRITE_CALL, _call_cells(record)), essential=True)

    def step(self, step: TraceStep) -> None:
        """Keep a step of a trace."""
        cells = (step.call, step.number, time_text(step.at), step.name, to_json(step.detail))
        self._writer.put(Write(WRITE_STEP, cells))


class CallArchive:
    """Call records and traces as they are on disk."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def recent(self, limit: int = 50, *, customer: str | None = None) -> list[CallRecord]:
        """Return the newest calls, newest first.

        :param customer: only this customer's
        """
        rows = self._store.rows(
            "select * from calls where :customer is null or customer = :customer"
            " order by started desc, id desc limit :limit",
            {"customer": customer, "limit": limit},
        )
        return [_call(row) for row in rows]

    def get(self, call_id: str) -> CallRecord:
        """Return a call by its id, or by a beginning or end of it that no other has.

        :raises NotFound: none, or several
        """
        exact = self._store.row("select * from calls where id = ?", (call_id,))
        if exact is not None:
            return _call(exact)
        size = len(call_id)
        rows = self._store.rows(
            "select * from calls where substr(id, 1, ?) = ? or substr(id, -?) = ? limit 2",
            (size, call_id, size, call_id),
        )
        if len(rows) != 1 or not call_id:
            found = "several calls match" if rows else "no call"
            raise NotFound(f"{found} {call_id!r}")
        return _call(rows[0])

    def steps(self, call_id: str) -> list[TraceStep]:
        """Return a call's trace, in order."""
        rows = self._store.rows("select * from steps where call = ? order by number", (call_id,))
        return [_step(row) for row in rows]

    def of_flow(
        self, flow: str, since: datetime | None = None
    ) -> Iterator[tuple[CallRecord, list[TraceStep]]]:
        """Yield a flow's calls that have ended, the oldest first, each with its steps.

        A page at a time, so that years of calls don't fill the memory.

        :param since: only those that began then or later
        """
        after = (time_text(since) if since is not None else "", "")
        while True:
            rows = self._store.rows(
                "select * from calls where flow = ? and ended is not null"
                " and (started, id) > (?, ?) order by started, id limit ?",
                (flow, *after, PAGE),
            )
            ids = [str(row["id"]) for row in rows]
            steps: dict[str, list[TraceStep]] = {id: [] for id in ids}
            marks = ", ".join("?" * len(ids))
            found = f"select * from steps where call in ({marks}) order by call, number"
            for row in self._store.rows(found, ids) if ids else ():
                steps[str(row["call"])].append(_step(row))
            yield from ((_call(row), steps[str(row["id"])]) for row in rows)
            if len(rows) < PAGE:
                return
            after = (str(rows[-1]["started"]), ids[-1])

    def end_open(self, node: str) -> int:
        """End the calls that a node had when it stopped without saying so; return how many.

        They end at the last thing that is known of them, as
        :attr:`Ending.APPLIANCE_STOPPED`. For the start of a node, while it
        holds its :class:`boardivr.store.lock.NodeLock`.
        """
        with self._store.transaction() as work:
            count = work.execute(
                "update calls set ending = ?, ended = max("
                " started, coalesce(answered, started),"
                " coalesce((select max(at) from steps where call = calls.id), started))"
                " where node = ? and ended is null",
                (Ending.APPLIANCE_STOPPED.value, node),
            )
        if count:
            log.warning("%s: %d calls were going on when it stopped", node, count)
        return count


def _call_cells(record: CallRecord) -> tuple[Cell, ...]:
    return (
        record.id,
        record.node,
        record.board,
        record.channel,
        record.ani,
        record.dnis,
        record.customer,
        record.flow,
        record.flow_hash,
        record.language,
        time_text(record.started),
        time_text(record.answered) if record.answered else None,
        time_text(record.ended) if record.ended else None,
        record.ending.value if record.ending else None,
        record.why,
        json.dumps(record.path, ensure_ascii=False),
        to_json(record.tags),
    )


def _call(row: Row) -> CallRecord:
    texts = {name: None if row[name] is None else str(row[name]) for name in COLUMNS}
    return CallRecord(
        id=str(row["id"]),
        node=str(row["node"]),
        board=str(row["board"]),
        channel=str(row["channel"]),
        ani=texts["ani"],
        dnis=texts["dnis"],
        customer=texts["customer"],
        flow=texts["flow"],
        flow_hash=texts["flow_hash"],
        language=texts["language"],
        started=time_value(str(row["started"])),
        answered=_time(texts, "answered"),
        ended=_time(texts, "ended"),
        ending=None if row["ending"] is None else Ending(row["ending"]),
        why=str(row["why"]),
        path=tuple(json.loads(str(row["path"]))),
        tags=from_json(str(row["tags"])),
    )


def _time(texts: Mapping[str, str | None], name: str) -> datetime | None:
    text = texts[name]
    return None if text is None else time_value(text)


def _step(row: Row) -> TraceStep:
    return TraceStep(
        call=str(row["call"]),
        number=int(row["number"] or 0),
        at=time_value(str(row["at"])),
        name=str(row["name"]),
        detail=from_json(str(row["detail"])),
    )
