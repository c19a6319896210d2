"""What a channel does with faxes that are due: one call to one number.

Several faxes go out as one document of T.30's; which page is whose, :class:`Pages`
knows. Before pages pass, and with each page that is confirmed, the disk is told.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from boardivr.fax import dis, tiff
from boardivr.fax.errors import DocumentError
from boardivr.fax.queue import events, ladder, outcomes
from boardivr.fax.queue.claiming import Claim
from boardivr.fax.queue.job import Destination, Failure, FaxJob, FaxTry, Wish
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.queue.transitions import Act, Step, advance
from boardivr.fax.timezone import posix
from boardivr.hal import BoardError, CallEnded, Channel
from boardivr.hal.types import CallProgress, FaxResult, FaxSettings
from boardivr.store.errors import StoreError
from boardivr.store.faxlog import add_try, destination, keep_destination

log = logging.getLogger(__name__)

RING = 60.0
"""Seconds that a number rings (T.30's T0)."""

PERSISTENCE = 30
"""Times, a second apart, that the end of a call is tried to be written down."""


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
    """

    failure: Failure | None
    words: str
    result: FaxResult | None = None
    confirmed: int = 0
    is_printed: bool = False

    @property
    def is_reached(self) -> bool:
        return self.result is not None and outcomes.is_reached(self.result)


class FaxCall:
    """One call; used once, on the channel's own thread.

    :param claim: what goes out in it
    """

    def __init__(self, queue: FaxQueue, channel: Channel, claim: Claim) -> None:
        self._queue = queue
        self._channel = channel
        self._claim = claim
        self.jobs = claim.jobs
        self._pages = Pages(claim.jobs)
        self._made: Path | None = None
        self._is_talking = False
        self._done = 0  # pages that were confirmed

    def run(self) -> Outcome:
        """Place the call and send; the line is on-hook afterwards, and the jobs know."""
        began = self._channel.clock.wall()
        try:
            outcome = self._attempt()
        finally:
            self._channel.hang_up()
            if self._made is not None:
                self._made.unlink(missing_ok=True)
        self._persist(began, outcome)
        return outcome

    # the call

    def _attempt(self) -> Outcome:
        try:
            path, first_page = self._file()
        except (OSError, ValueError, DocumentError) as error:
            return Outcome(failure=Failure.FILE, words=str(error))
        try:
            return self._call(path, first_page)
        except BoardError as error:
            log.exception("%s: a fax failed", self._channel.name)
            failure = Failure.INTERRUPTED if self._is_talking else Failure.NO_LINE
            return self._broken(failure, str(error))
        except Exception as error:
            log.exception("%s: a fax failed", self._channel.name)
            return self._broken(Failure.FAULT, f"{type(error).__name__}: {error}")

    def _broken(self, failure: Failure, words: str) -> Outcome:
        """Return what is known of a call that ended without a result."""
        is_open = self._is_talking and self._done < sum(job.left for job in self.jobs)
        return Outcome(failure=failure, words=words, confirmed=self._done, is_printed=is_open)

    def _call(self, path: Path, first_page: int) -> Outcome:
        job = self.jobs[0]
        number = self._queue.section.dial_plan.dialled(job.number) + job.extra
        progress = self._channel.dial(number, RING)
        if not progress.is_connected:
            failure = outcomes.of_call(progress)
            heard = progress.outcome.value
            words = heard if heard == failure.value else f"{failure.value} ({heard})"
            return Outcome(failure=failure, words=words)
        self._answered()
        if self._is_unwanted():
            return Outcome(failure=Failure.STOPPED, words="cancelled before the first page")
        return self._send(path, first_page, progress)

    def _send(self, path: Path, first_page: int, progress: CallProgress) -> Outcome:
        try:
            result = self._channel.send_fax(
                path, self._settings(), first_page=first_page, on_page=self._confirmed
            )
        except CallEnded:
            return Outcome(failure=Failure.CUT, words="the far end hung up at once")
        except (OSError, ValueError) as error:
            return Outcome(failure=Failure.FILE, words=str(error))
        failure = outcomes.of_fax(progress, result)
        words = f"{result.words} (phase {result.phase}, code {result.code})"
        return Outcome(
            failure=failure,
            words=words,
            result=result,
            confirmed=result.pages_confirmed,
            is_printed=result.pages_sent > result.pages_confirmed,
        )

    def _settings(self) -> FaxSettings:
        job, section = self.jobs[0], self._queue.section
        user = section.users.get(job.owner)
        zone = (user.timezone if user else None) or section.timezone
        settings = ladder.settings(job, self._claim.level)
        return replace(settings, timezone=posix(zone) if zone else "")

    def _file(self) -> tuple[Path, int]:
        """Return what is sent, and from which page on.

        :raises ValueError: a document isn't ours
        :raises DocumentError: it can't be made plainer
        """
        spool = self._queue.spool
        self.jobs = tuple(self._queue.plain(j) if j.reformatted else j for j in self.jobs)
        if len(self.jobs) == 1:
            job = self.jobs[0]
            return spool.path(job.document), job.confirmed
        pages: list[tiff.Coded] = []
        for job in self.jobs:
            pages += tiff.read(spool.path(job.document).read_bytes())[job.confirmed :]
        self._made = spool.new("c")
        with spool.writing(), self._made.open("xb") as file:
            tiff.write(file, pages)
        return self._made, 0

    # what the disk is told

    def _answered(self) -> None:
        self._tell([(job, events.Talking()) for job in self.jobs])
        self._is_talking = True

    def _confirmed(self, pages: int) -> None:
        """Write down that a page was confirmed; on the channel's thread, between frames."""
        self._done = pages
        parts = zip(self.jobs, self._pages.split(pages), strict=True)
        changed = [(job, events.Confirmed(count)) for job, count in parts if count > job.confirmed]
        try:
            self._tell(changed)
        except StoreError:
            # The call goes on; what it reaches is written at its end.
            log.exception("%s: a confirmed page can't be written down", self._channel.name)

    def _tell(self, told: Sequence[tuple[FaxJob, events.Event]]) -> None:
        now = self._channel.clock.wall()
        with self._queue.file.change() as pen:
            for job, event in told:
                pen.save(advance(pen.job(job.id), event, now, self._queue.rules).job)
        self._queue.changed()

    def _is_unwanted(self) -> bool:
        return any(self._queue.job(job.id).wish is Wish.CANCEL for job in self.jobs)

    # the end

    def _persist(self, began: datetime, outcome: Outcome) -> None:
        for _ in range(PERSISTENCE):
            try:
                steps = self._write(began, outcome)
            except StoreError:
                log.exception("%s: the end of a fax can't be written down", self._channel.name)
                self._channel.clock.sleep(1.0)
                continue
            self._queue.after(steps)
            return
        # It stays "sending"; the desk finds it (see FaxDesk), with its page marked.

    def _write(self, began: datetime, outcome: Outcome) -> list[Step]:
        now = self._channel.clock.wall()
        counts = self._pages.split(outcome.confirmed)
        current = self._pages.current(outcome.confirmed)
        steps = []
        with self._queue.file.change() as pen:
            known = self._learned(destination(pen.work, self.jobs[0].number), outcome, now)
            for place, job in enumerate(self.jobs):
                event = self._ended(place, current, counts[place], outcome, known)
                step = advance(pen.job(job.id), event, now, self._queue.rules)
                pen.save(step.job)
                add_try(pen.work, self._try(job, event, outcome, began, now))
                known = _tallied(known, step)
                steps.append(step)
            keep_destination(pen.work, known)
        return steps

    def _ended(
        self, place: int, current: int, confirmed: int, outcome: Outcome, known: Destination
    ) -> events.Ended:
        job, result = self.jobs[place], outcome.result
        if place > current and confirmed < job.pages:
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
            channel=self._channel.name,
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
