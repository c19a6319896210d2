"""Watching faxes go: a bar for each page in a terminal, a line for each change elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import TaskID

    from boardivr.fax.queue.job import FaxJob
    from boardivr.fax.queue.queue import FaxQueue

LOOK = 0.25  # seconds between two looks at the store
MOST_BARS = 12  # for longer faxes there is one bar for all pages
NEARLY = 0.95  # of a page: what isn't confirmed yet never looks done

Show = Callable[[Sequence["FaxJob"]], None]


def watch(queue: FaxQueue, jobs: Sequence[FaxJob], until: datetime | None) -> list[FaxJob]:
    """Show jobs until all are over; return them as they are then.

    :param until: when to stop watching; the faxes go on
    """
    with _bars(queue, jobs) if sys.stderr.isatty() else _lines() as show:
        while True:
            now = [queue.job(job.id) for job in jobs]
            show(now)
            is_late = until is not None and datetime.now().astimezone() >= until
            if is_late or all(job.state.is_final for job in now):
                return now
            time.sleep(LOOK)


@contextmanager
def _lines() -> Iterator[Show]:
    """Give what tells of each change on stderr."""
    told: dict[int, str] = {}

    def show(jobs: Sequence[FaxJob]) -> None:
        for job in jobs:
            line = _state(job)
            if told.get(job.id) != line:
                told[job.id] = line
                click.echo(f"fax {job.id} to {job.number}: {line}", err=True)

    yield show


@contextmanager
def _bars(queue: FaxQueue, jobs: Sequence[FaxJob]) -> Iterator[Show]:
    """Give what draws bars."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[how]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        faxes = [_FaxBars(queue, bars, job) for job in jobs]

        def show(now: Sequence[FaxJob]) -> None:
            for fax, job in zip(faxes, now, strict=True):
                fax.show(job)

        yield show


class _FaxBars:
    """The bars of one fax: a line that says how it does, and its pages."""

    def __init__(self, queue: FaxQueue, bars: object, job: FaxJob) -> None:
        from rich.progress import Progress

        from boardivr.fax.estimate import page_seconds

        assert isinstance(bars, Progress)
        self._bars = bars
        self._seconds = [page_seconds(size) for size in queue.file.document(job.document).sizes]
        self._title = bars.add_task(f"fax {job.id} to {job.number}", total=job.pages, how="")
        self._pages: list[TaskID] = []
        if 1 < job.pages <= MOST_BARS:
            self._pages = [
                bars.add_task(f"  page {page + 1}", total=1.0, how="") for page in range(job.pages)
            ]
        self._began = time.monotonic()  # of the page that is on the line
        self._at = (-1, False)

    def show(self, job: FaxJob) -> None:
        if (job.confirmed, job.talking) != self._at:
            self._at = (job.confirmed, job.talking)
            self._began = time.monotonic()
        part = 0.0
        if job.talking and job.left:
            expected = self._seconds[min(job.confirmed, len(self._seconds) - 1)]
            part = min(NEARLY, (time.monotonic() - self._began) / expected)
        self._bars.update(self._title, completed=job.confirmed + part, how=_state(job))
        for page, task in enumerate(self._pages):
            done = 1.0 if page < job.confirmed else part if page == job.confirmed else 0.0
            how = "confirmed" if page < job.confirmed else ""
            if page + 1 in job.doubtful and page >= job.confirmed:
                how = "possibly sent"
            self._bars.update(task, completed=done, how=how)


def _state(job: FaxJob) -> str:
    from boardivr.fax.queue.facts import sentence

    return f"{job.state.value}, {sentence(job, datetime.now().astimezone())}"
