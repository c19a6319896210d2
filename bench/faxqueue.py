"""The fax queue with 100,000 jobs: taking one, listing, accepting, looking for what is due.

Three queues: all due and to other numbers; none due yet; the worst one, in which the
first 10,000 are to a number that is on a line already. Seconds are medians of real time.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from boardivr.fax.queue import events
from boardivr.fax.queue.claiming import claim
from boardivr.fax.queue.job import Document, FaxJob, JobState
from boardivr.fax.queue.order import FaxOrder
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.settings import FaxSection
from boardivr.store import Store
from boardivr.store.fax import FaxPen

JOBS = 100_000
TO_ONE = 10_000
TIMES = 50
NOW = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)
LIVE = (JobState.WAITING, JobState.SENDING, JobState.HELD)


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    return {
        "due": measure(NOW, lambda number: f"+86100{number:07}"),
        "not_due": measure(NOW + timedelta(hours=1), lambda number: f"+86100{number:07}"),
        "worst": measure(NOW, lambda number: f"+86100{max(0, number - TO_ONE):07}"),
        "accept_ms": accept(),
    }


def measure(due: datetime, number: Callable[[int], str]) -> dict[str, float]:
    """Fill a queue; return milliseconds."""
    with tempfile.TemporaryDirectory() as name, Store(Path(name, "bench.db")) as store:
        store.migrate()
        queue = FaxQueue(store, FaxSection(), Path(name, "out"), lambda: NOW)
        began = time.perf_counter()
        fill(queue, due, number)
        filled = time.perf_counter() - began
        first = claim(queue, "bench", "line-0", [""], due)
        assert first is not None
        lines = iter(range(1, TIMES * 2))

        def take() -> None:
            claim(queue, "bench", f"line-{next(lines)}", [""], NOW)

        return {
            "fill_jobs_per_s": JOBS / filled,
            "claim_ms": median(take),
            "look_ms": median(lambda: queue.file.look().due(NOW, [""])),
            "list_100_ms": median(lambda: queue.file.jobs(LIVE, limit=100)),
            "counts_ms": median(queue.file.counts),
            "hold_ms": median(lambda: queue.advance(JOBS, events.Held())),
            "next_due_ms": median(queue.file.next_due),
        }


def fill(queue: FaxQueue, due: datetime, number: Callable[[int], str]) -> None:
    document = Document(
        name="d.tif", sizes=(30_000,), resolution="fine", columns=1728, digest="", made=NOW
    )
    with queue.file.change() as pen:
        pen.add_document(document)
        add(pen, due, number)


def add(pen: FaxPen, due: datetime, number: Callable[[int], str]) -> None:
    for place in range(JOBS):
        job = FaxJob(
            number=number(place), document="d.tif", pages=1, made=NOW, send_at=due, due=due,
            kill_at=due + timedelta(days=1), priority=(63, 127, 191)[place % 3],
        )  # fmt: skip
        pen.add(job)


def accept() -> float:
    """Return the milliseconds to accept one page of text: converted, synced, written down."""
    with tempfile.TemporaryDirectory() as name, Store(Path(name, "bench.db")) as store:
        store.migrate()
        queue = FaxQueue(store, FaxSection(), Path(name, "out"), lambda: NOW)
        page = Path(name, "letter.txt")
        page.write_text("Dear customer\n" * 40)
        order = FaxOrder(files=(page,), numbers=("7001",), is_again=True)
        return median(lambda: queue.submit(order), times=10)


def median(action: Callable[[], object], times: int = TIMES) -> float:
    """Return an action's milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)
