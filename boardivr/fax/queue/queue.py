"""The queue of outgoing faxes: orders are accepted, jobs are changed and looked up.

Whatever it is told is on the disk when it returns. It is worked by the appliance
and by commands beside it, at once: the store keeps them apart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from boardivr.fax import document
from boardivr.fax.errors import DocumentError
from boardivr.fax.model import Options
from boardivr.fax.paper import Paper, Resolution
from boardivr.fax.queue import events
from boardivr.fax.queue.accepting import (
    Acceptance,
    check_lines,
    check_window,
    facts,
    refuse_forbidden,
)
from boardivr.fax.queue.job import Failure, FaxJob, FaxTry, JobState
from boardivr.fax.queue.order import FaxOrder
from boardivr.fax.queue.spool import Spool
from boardivr.fax.queue.transitions import INTERRUPTED, Act, Step, advance
from boardivr.fax.settings import FaxSection
from boardivr.store.fax import FaxFile, FaxPen
from boardivr.store.faxlog import FaxLog, add_try
from boardivr.store.store import Store

log = logging.getLogger(__name__)

PLAIN = Options(resolution=Resolution.STANDARD, paper=Paper.A4)
KEPT_AGAIN = (
    "number", "extra", "document", "pages", "group", "owner", "title", "priority", "window",
    "lines", "ident", "header", "sub_address", "ecm", "max_rate", "max_dials", "max_tries",
    "confirmed", "doubtful", "reformatted",
)  # fmt: skip
"""What a fax that is tried once more, after it was over, has of the first one."""


class FaxQueue:
    """All outgoing faxes of an appliance.

    :param section: the settings' ``fax:``
    :param folder: of the documents
    :param wall: the date and time
    """

    def __init__(
        self, store: Store, section: FaxSection, folder: Path, wall: Callable[[], datetime]
    ) -> None:
        self.file = FaxFile(store)
        self.log = FaxLog(store)
        self.section = section
        self.rules = section.queue_rules()
        self.spool = Spool(folder)
        self.wall = wall
        self._listeners: list[Callable[[FaxJob], None]] = []
        self._watchers: list[Callable[[], None]] = []

    # orders

    def submit(self, order: FaxOrder) -> list[FaxJob]:
        """Make the pages of an order and accept it: one job for each number.

        :raises DocumentError: a document that can't be faxed
        :raises NumberError: text that is no number, or a number that is forbidden
        :raises DuplicateError: the same pages went there a moment ago
        :raises OrderError: something else that can't be meant; nothing was accepted
        """
        jobs = Acceptance(self).accept(order)
        self.changed()
        return jobs

    # jobs

    def job(self, id: int) -> FaxJob:
        """Return a job as it is now.

        :raises NotFound: there is none of this number
        """
        return self.file.job(id)

    def advance(self, id: int, event: events.Event) -> Step:
        """Let something befall a job; return it as it is now, and what is to be done.

        :raises NotFound: there is none of this number
        :raises JobError: it can't be, in the state in which the job is
        """
        with self.file.change() as pen:
            step = advance(pen.job(id), event, self.wall(), self.rules)
            pen.save(step.job)
        self.after([step])
        return step

    def interrupt(self, id: int, is_left: Callable[[FaxJob], bool]) -> None:
        """Make a job due again whose call was left without an end.

        :param is_left: asked while nobody else can change the job
        """
        with self.file.change() as pen:
            job = pen.job(id)
            if job.state is not JobState.SENDING or not is_left(job):
                return
            step = self._interrupted(pen, job)
        self.after([step])

    def adopt(self) -> None:
        """Make jobs due again that a node had on its lines that runs no more."""
        for job in self.file.look().sending():
            if not self.file.is_running(job.node):
                self.interrupt(job.id, lambda job: not self.file.is_running(job.node))

    def _interrupted(self, pen: FaxPen, job: FaxJob) -> Step:
        now = self.wall()
        step = advance(job, events.Interrupted(), now, self.rules)
        pen.save(step.job)
        add_try(pen.work, FaxTry(
            job=job.id, number=0, channel=job.channel, began=now, ended=now,
            failure=Failure.INTERRUPTED, words=INTERRUPTED, phase="C" if job.talking else "A",
            first_page=job.first_page, confirmed=job.confirmed - job.first_page,
        ))  # fmt: skip
        log.warning("fax %d on %s: %s", job.id, job.channel, INTERRUPTED)
        return step

    def after(self, steps: Sequence[Step]) -> None:
        """Do what steps that are stored want done."""
        for step in steps:
            if Act.TELL in step.acts:
                job = step.job
                log.info("fax %d to %s: %s%s", job.id, job.number, job.state.value,
                         f" ({job.words})" if job.words else "")  # fmt: skip
                for listener in self._listeners:
                    listener(job)
                self._sum_up(job.group)
        self.changed()

    def _sum_up(self, group: str) -> None:
        """Tell once what became of faxes that were ordered together, when the last is over."""
        states = self.file.group(group) if group else {}
        if states and all(state.is_final for state in states):
            counts = ", ".join(f"{count} {state.value}" for state, count in states.items())
            log.info("faxes of order %s are over: %s", group, counts)

    def on_over(self, listener: Callable[[FaxJob], None]) -> None:
        """Have something called with each job that is over, once, on any thread."""
        self._listeners.append(listener)

    def plain(self, job: FaxJob) -> FaxJob:
        """Give a job that is being sent its document in the form that every machine can take.

        :raises DocumentError: it can't be made
        """
        found = self.file.document(job.document)
        if found.resolution == PLAIN.resolution.value and found.columns <= PLAIN.paper.columns:
            return job
        with self.spool.writing():
            path = self.spool.new()
            pages = document.convert([self.spool.path(found.name)], path, PLAIN)
            made = facts(pages, self.wall())
            if made.pages != job.pages:
                path.unlink()
                raise DocumentError(f"{found.name}: expected {job.pages} pages, {made.pages} came")
            with self.file.change() as pen:
                pen.add_document(made)
                event = events.Reformatted(document=made.name)
                job = advance(pen.job(job.id), event, self.wall(), self.rules).job
                pen.save(job)
        return job

    def moved(self, *, number: str | None, lines: str | None, **changes: Any) -> events.Moved:
        """Return a change to a job, checked; ``changes`` as :class:`.events.Moved` has them.

        :raises NumberError: text that is no number, or a number that is forbidden
        :raises OrderError: something else that can't be meant
        """
        lines = lines or None
        check_lines(self.section, lines or "")
        check_window(changes.get("window") or "")
        if number is None:
            return events.Moved(lines=lines, **changes)
        found = self.section.dial_plan.read(number)
        refuse_forbidden(self.section, found.canonical)
        return events.Moved(number=found.canonical, extra=found.extra, lines=lines, **changes)

    def retry(self, id: int) -> FaxJob:
        """Try a job now; of one that is over, order the pages anew that aren't confirmed.

        :raises NotFound: there is none of this number
        :raises JobError: it is on a line, or was sent
        """
        old = self.job(id)
        if old.state not in (JobState.FAILED, JobState.CANCELLED):
            return self.advance(id, events.Hurried()).job
        now = self.wall()
        due = self.rules.opens(replace(old, send_at=now), now)
        job = FaxJob(
            **{name: getattr(old, name) for name in KEPT_AGAIN},
            made=now, send_at=now, due=due, kill_at=self.rules.kill_at(due), origin=old.id,
        )  # fmt: skip
        with self.file.change() as pen:
            pen.need_document(job.document)
            job = pen.add(job)
        self.changed()
        return job

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have something called after each change that this process makes."""
        self._watchers.append(watcher)

    def changed(self) -> None:
        """Tell those who watch that something has changed, maybe by another process."""
        for watcher in self._watchers:
            watcher()

    def clean(self) -> int:
        """Remove files that a killed process left; return how many."""
        return self.spool.clean(self.file.names)

    def recover(self, node: str) -> list[FaxJob]:
        """Make jobs due again that a node had on its lines when it died.

        For the start of a node, while it holds its lock.
        """
        groups = list(self.section.groups())
        with self.file.change() as pen:
            if count := pen.rename_lines(groups, groups[0]):
                log.warning("%d faxes wanted lines that the settings don't have any more", count)
            steps = [self._interrupted(pen, job) for job in pen.sending(node)]
        self.after(steps)
        with suppress(OSError):
            self.clean()
        return [step.job for step in steps]
