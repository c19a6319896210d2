"""Accepting orders: numbers, pages, one job for each number; all of it or nothing."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from boardivr.fax import document
from boardivr.fax.model import FaxDocument, Options
from boardivr.fax.queue.job import Document, FaxJob, JobState
from boardivr.fax.queue.numbers import Number, NumberError
from boardivr.fax.queue.order import DuplicateError, FaxOrder, OrderError
from boardivr.fax.queue.spool import digest
from boardivr.fax.queue.windows import read_windows
from boardivr.fax.settings import DestinationRule, FaxSection

if TYPE_CHECKING:
    from boardivr.fax.queue.queue import FaxQueue
    from boardivr.store.fax import FaxPen

log = logging.getLogger(__name__)

MOST_NUMBERS = 10_000  # of one order


class Acceptance:
    """Accepts orders into a queue."""

    def __init__(self, queue: FaxQueue) -> None:
        self._queue = queue
        self._section = queue.section
        self._spool = queue.spool

    def accept(self, order: FaxOrder) -> list[FaxJob]:
        """See :meth:`boardivr.fax.queue.queue.FaxQueue.submit`."""
        numbers = self._numbers(order)
        self._check(order)
        with self._spool.writing():
            path = self._spool.new()
            try:
                made = document.convert(
                    order.files, path, order.options or Options(), cover=order.cover
                )
                for warning in made.warnings:
                    log.warning("fax: %s", warning)
                jobs = self._store(order, numbers, facts(made, self._queue.wall()))
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        for job in jobs:
            log.info("fax %d: %d pages to %s, due %s", job.id, job.pages, job.number, job.due)
        return jobs

    def _store(self, order: FaxOrder, numbers: Sequence[Number], made: Document) -> list[FaxJob]:
        group = secrets.token_hex(4) if len(numbers) > 1 else ""
        jobs = [self._job(order, number, made, group) for number in numbers]
        with self._queue.file.change() as pen:
            if not order.is_again:
                self._refuse_twins(pen, numbers, made)
            pen.add_document(made)
            return [pen.add(job) for job in jobs]

    def _numbers(self, order: FaxOrder) -> list[Number]:
        plan = self._section.dial_plan
        found = {number.canonical: number for number in map(plan.read, order.numbers)}
        if not 1 <= len(found) <= MOST_NUMBERS:
            raise OrderError(f"expected 1 to {MOST_NUMBERS} numbers, found {len(found)}")
        for number in found:
            refuse_forbidden(self._section, number)
        return list(found.values())

    def _check(self, order: FaxOrder) -> None:
        check_lines(self._section, order.lines)
        check_window(order.window)
        if not 0 <= order.priority <= 255:
            raise OrderError(f"expected a priority of 0 to 255, found {order.priority}")

    def _refuse_twins(self, pen: FaxPen, numbers: Sequence[Number], made: Document) -> None:
        since = made.made - timedelta(seconds=self._section.duplicates)
        for number in numbers:
            twin = pen.twin(made.digest, number.canonical, since)
            if twin is not None:
                raise DuplicateError(twin)

    def _job(self, order: FaxOrder, number: Number, made: Document, group: str) -> FaxJob:
        section, rules, now = self._section, self._queue.rules, made.made
        rule = _merged(section.rules_for(number.canonical))
        user = section.users.get(order.owner)
        send_at = max(now, order.send_at or now)
        rate = order.max_rate or (rule.max_rate or section.max_rate).value
        ecm = order.ecm if order.ecm is not None else rule.ecm
        job = FaxJob(
            number=number.canonical,
            extra=number.extra,
            document=made.name,
            pages=made.pages,
            group=group,
            owner=order.owner,
            title=order.title or ", ".join(path.name for path in order.files)[:200],
            priority=order.priority,
            made=now,
            send_at=send_at,
            kill_at=send_at,
            due=send_at,
            window=order.window or rule.window,
            lines=order.lines or rule.lines or next(iter(section.groups())),
            ident=order.ident or (user.ident if user else "") or section.ident,
            header=order.header or (user.header if user else "") or section.header,
            sub_address=order.sub_address,
            ecm=section.ecm if ecm is None else ecm,
            max_rate=rate,
            max_dials=rule.max_dials or section.max_dials,
            max_tries=rule.max_tries or section.max_tries,
            state=JobState.HELD if order.is_held else JobState.WAITING,
            origin=order.origin,
        )
        due = rules.opens(job, send_at)
        kill_at = order.kill_at or rules.kill_at(due)
        if kill_at <= due:
            raise OrderError(f"it can be sent from {due:%Y-%m-%d %H:%M} on, after its time is over")
        return replace(job, due=due, kill_at=kill_at)


def check_lines(section: FaxSection, lines: str) -> None:
    """:raises OrderError: there is no such group of lines."""
    if lines and lines not in section.lines:
        known = ", ".join(section.lines) or "none"
        raise OrderError(f"no group of lines {lines!r}; there are {known}")


def check_window(window: str) -> None:
    """:raises OrderError: the times can't be meant."""
    try:
        read_windows(window)
    except ValueError as error:
        raise OrderError(str(error)) from None


def refuse_forbidden(section: FaxSection, canonical: str) -> None:
    """:raises NumberError: no fax may go to this number."""
    if any(rule.forbid for rule in section.rules_for(canonical)):
        raise NumberError(f"{canonical}: the settings forbid faxes to this number")


def facts(made: FaxDocument, now: datetime) -> Document:
    """Return what the store keeps of pages that were made."""
    return Document(
        name=made.path.name,
        sizes=tuple(page.size_bytes for page in made.pages),
        resolution=made.resolution.value,
        columns=max(page.columns for page in made.pages),
        digest=digest(made.path),
        made=now,
    )


def _merged(rules: Sequence[DestinationRule]) -> DestinationRule:
    """Return one rule: of each thing what the first rule says that says it."""
    merged = DestinationRule(match="*")
    for rule in reversed(rules):
        said = {name: value for name, value in vars(rule).items() if value not in (None, "", False)}
        merged = replace(merged, **said)
    return merged
