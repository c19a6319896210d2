"""Taking jobs that are due: one, with those that can go out in the same call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from boardivr.fax import dis
from boardivr.fax.queue import events
from boardivr.fax.queue.accepting import refuse_forbidden
from boardivr.fax.queue.job import Destination, Document, Failure, FaxJob, JobState
from boardivr.fax.queue.ladder import level_now
from boardivr.fax.queue.numbers import NumberError
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.queue.transitions import advance
from boardivr.store.fax import FaxPen
from boardivr.store.faxlog import destination

BATCHES = 64
"""Faxes of one call at most, whatever the settings say."""


@dataclass(frozen=True)
class Claim:
    """Jobs that are now this channel's; all to one number.

    :param level: how careful they are sent
    :param is_known: a fax has answered there before
    """

    jobs: tuple[FaxJob, ...]
    level: int
    is_known: bool


def claim(
    queue: FaxQueue, node: str, channel: str, lines: Sequence[str], now: datetime
) -> Claim | None:
    """Take what is due first; None where nothing is.

    Not forced onto the disk: what follows is, before a page is sent, and this with it.

    :param lines: the groups of lines whose jobs this channel may send
    """
    with queue.file.change(durable=False) as pen:
        first = _first(queue, pen, lines, now)
        if first is None:
            return None
        known = destination(pen.work, first.number)
        level = level_now(known, now)
        is_plain = _wants_plain(known, queue.file.document(first.document))
        event = events.Claimed(node=node, channel=channel, level=level, is_plain=is_plain)
        jobs = []
        for job in (first, *_others(queue, pen, first, now)):
            jobs.append(advance(job, event, now, queue.rules).job)
            pen.save(jobs[-1])
    return Claim(tuple(jobs), level, known.is_fax)


def _wants_plain(known: Destination, document: Document) -> bool:
    """Return whether a machine has said that it can't take such pages."""
    if not known.dis:
        return False
    can = dis.decode(bytes.fromhex(known.dis))
    return document.resolution not in can.resolutions.split(", ")


def _first(queue: FaxQueue, pen: FaxPen, lines: Sequence[str], now: datetime) -> FaxJob | None:
    """Return the first job that can go now; those that can't are told so."""
    while (job := pen.due(now, lines)) is not None:
        event: events.Event = events.TimePassed()
        try:
            refuse_forbidden(queue.section, job.number)
        except NumberError as error:
            event = events.Refused(failure=Failure.FORBIDDEN, words=str(error))
        step = advance(job, event, now, queue.rules)
        if _is_ready(step.job, now):
            return job
        pen.save(step.job)
    return None


def _others(queue: FaxQueue, pen: FaxPen, first: FaxJob, now: datetime) -> Iterator[FaxJob]:
    most = min(BATCHES, queue.section.batch) - 1
    for job in pen.alike(first, now, most) if most > 0 else ():
        if _is_ready(advance(job, events.TimePassed(), now, queue.rules).job, now):
            yield job


def _is_ready(job: FaxJob, now: datetime) -> bool:
    return job.state is JobState.WAITING and job.due <= now
