"""What the disk is told of a fax call: as pages pass, and at its end.

Which page of the call is whose, :class:`Pages` knows.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from boardivr.clock import Clock
from boardivr.fax import dis
from boardivr.fax.queue import events, ladder, outcomes
from boardivr.fax.queue.claiming import Claim
from boardivr.fax.queue.job import Destination, Failure, FaxJob, FaxTry, JobState
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.queue.transitions import Act, Step, advance
from boardivr.hal.types import FaxResult
from boardivr.store.errors import StoreError
from boardivr.store.faxlog import add_try, destination, keep_destination

log = logging.getLogger(__name__)

PERSISTENCE = 30
"""Times, a second apart, that the end of a call is tried to be written down."""

LEAVE_ALONE = frozenset({
    Failure.BUSY, Failure.NO_ANSWER, Failure.CONGESTION, Failure.REJECTED, Failure.VOICE,
    Failure.MACHINE, Failure.NO_FAX, Failure.TIMEOUT,
})  # fmt: skip
"""Failures after which no other fax is tried at that number before this one is."""


class Pages:
    """Which page of a call is which fax's."""

    def __init__(self, jobs: Sequence[FaxJob]) -> None:
        self._jobs = jobs

    def split(self, confirmed: int) -> list[int]:
        """Return, for each fax, how many of all its pages are confirmed.

        :param confirmed: pages of this call
        """
        found = []
        for job in self._jobs:
            mine = min(confirmed, job.left)
            confirmed -= mine
            found.append(job.confirmed + mine)
        return found

    def current(self, confirmed: int) -> int:
        """Return the place of the fax whose page comes after so many."""
        for place, job in enumerate(self._jobs):
            if confirmed < job.left:
                return place
            confirmed -= job.left
        return len(self._jobs) - 1


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a call.

    :param result: T.30's; None where it didn't begin, or its end isn't known
    :param confirmed: pages of this call
    :param is_printed: the page after those may have been printed
    :param is_line_faulty: our own line couldn't place the call
    """

    failure: Failure | None
    words: str
    result: FaxResult | None = None
    confirmed: int = 0
    is_printed: bool = False
    is_line_faulty: bool = False

    @property
    def is_reached(self) -> bool:
        return self.result is not None and outcomes.is_reached(self.result)


class CallBook:
    """A call's pages, written down as they pass.

    :param channel: its name
    :param claim: what goes out in the call
    """

    def __init__(self, queue: FaxQueue, channel: str, clock: Clock, claim: Claim) -> None:
        self._queue = queue
        self._channel = channel
        self._clock = clock
        self._claim = claim
        self._jobs = claim.jobs
        self._pages = Pages(claim.jobs)
        self._at = 0  # the place of the fax that is on the line
        self.is_talking = False
        self.confirmed = 0  # pages of this call

    def answered(self) -> None:
        """Write down that pages of the first fax may pass from now on.

        :raises StoreError: it can't be; then none may
        """
        self._tell([(self._jobs[0], events.Talking())])
        self.is_talking = True

    def confirm(self, pages: int) -> None:
        """Write down that a page was confirmed; on the channel's thread, between frames."""
        self.confirmed = pages
        parts = zip(self._jobs, self._pages.split(pages), strict=True)
        told: list[tuple[FaxJob, events.Event]] = [
            (job, events.Confirmed(count)) for job, count in parts if count > job.confirmed
        ]
        at = self._pages.current(pages)
        told += [(job, events.Talking()) for job in self._jobs[self._at + 1 : at + 1]]
        try:
            self._tell(told)
            self._at = at
        except StoreError:
            # The call goes on; what it reaches is written at its end.
            log.exception("%s: a confirmed page can't be written down", self._channel)

    def _tell(self, told: Sequence[tuple[FaxJob, events.Event]]) -> None:
        now = self._clock.wall()
        with self._queue.file.change() as pen:
            for job, event in told:
                pen.save(advance(pen.job(job.id), event, now, self._queue.rules).job)
        self._queue.changed()

    def close(self, began: datetime, outcome: Outcome) -> None:
        """Write down how the call ended: jobs, tries, what is known of the machine."""
        for _ in range(PERSISTENCE):
            try:
                steps = self._write(began, outcome)
            except StoreError:
                log.exception("%s: the end of a fax can't be written down", self._channel)
                self._clock.sleep(1.0)
                continue
            self._queue.after(steps)
            return
        # It stays "sending"; the desk finds it (see FaxDesk), with its page marked.

    def _write(self, began: datetime, outcome: Outcome) -> list[Step]:
        now = self._clock.wall()
        counts = self._pages.split(outcome.confirmed)
        current = self._pages.current(outcome.confirmed)
        steps = []
        with self._queue.file.change() as pen:
            known = self._learned(destination(pen.work, self._jobs[0].number), outcome, now)
            for place, job in enumerate(self._jobs):
                event = self._ended(place, current, counts[place], outcome, known)
                step = advance(pen.job(job.id), event, now, self._queue.rules)
                pen.save(step.job)
                add_try(pen.work, self._try(job, event, outcome, began, now))
                known = _tallied(known, step)
                steps.append(step)
            keep_destination(pen.work, known)
            waiting = [step.job.due for step in steps if step.job.state is JobState.WAITING]
            if outcome.failure in LEAVE_ALONE and waiting:
                pen.postpone(known.number, max(waiting))
        return steps

    def _ended(
        self, place: int, current: int, confirmed: int, outcome: Outcome, known: Destination
    ) -> events.Ended:
        job, result = self._jobs[place], outcome.result
        if self.is_talking and place > current and confirmed < job.pages:
            return events.Ended(failure=Failure.NOT_REACHED, words=outcome.words)
        is_whole = confirmed == job.pages
        return events.Ended(
            failure=None if is_whole else outcome.failure,
            words="" if is_whole else outcome.words,
            confirmed=confirmed,
            is_printed=outcome.is_printed and place == current and not is_whole,
            is_reached=outcome.is_reached,
            is_known=known.is_fax,
            is_reformattable=self._is_reformattable(job, result),
        )

    def _is_reformattable(self, job: FaxJob, result: FaxResult | None) -> bool:
        if result is None or result.code not in outcomes.NOT_THIS_FORM:
            return False
        document = self._queue.file.document(job.document)
        return document.resolution != "standard" or document.columns > 1728

    def _learned(self, known: Destination, outcome: Outcome, now: datetime) -> Destination:
        """Return what is now known of the machine that was called."""
        known = replace(known, last_at=now, last_failure=outcome.failure)
        result = outcome.result
        if result is None or not outcome.is_reached:
            return known
        has_progress = result.pages_confirmed > 0
        level = self._claim.level
        known = ladder.learned(known, outcome.failure, level, has_progress, now)
        octets = dis.fif(result.trace)
        return replace(
            known,
            is_fax=True,
            ident=result.ident or known.ident,
            vendor=result.vendor or known.vendor,
            model=result.model or known.model,
            dis=octets.hex() or known.dis,
        )

    def _try(
        self, job: FaxJob, event: events.Ended, outcome: Outcome, began: datetime, now: datetime
    ) -> FaxTry:
        result = outcome.result
        one = FaxTry(
            job=job.id,
            number=0,
            channel=self._channel,
            began=began,
            ended=now,
            failure=event.failure,
            words=event.words,
            first_page=job.confirmed,
            confirmed=max(0, event.confirmed - job.confirmed),
            settings=ladder.RUNGS[self._claim.level].words,
            seconds=(now - began).total_seconds(),
        )
        return one if result is None else _with_result(one, result)


def _with_result(one: FaxTry, result: FaxResult) -> FaxTry:
    from boardivr.media.fax import trace_lines

    return replace(
        one,
        code=result.code,
        phase=result.phase,
        rate=result.rate,
        ecm=result.ecm,
        compression=(result.compression.name or "") if result.compression else "",
        resent=result.resent,
        ident=result.ident,
        trace=tuple(trace_lines(result)),
    )


def _tallied(known: Destination, step: Step) -> Destination:
    if Act.TELL not in step.acts:
        return known
    if step.job.failure is None:
        return replace(known, sent=known.sent + 1)
    return replace(known, failed=known.failed + 1)
