"""What a channel does with faxes that are due: one call to one number.

Several faxes go out as one document of T.30's. Before pages pass, and with each page
that is confirmed, the disk is told (:mod:`.callbook`).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from boardivr.fax import tiff
from boardivr.fax.errors import DocumentError
from boardivr.fax.queue import ladder, outcomes
from boardivr.fax.queue.callbook import CallBook, Outcome
from boardivr.fax.queue.claiming import Claim
from boardivr.fax.queue.job import Failure, Wish
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.timezone import posix
from boardivr.hal import BoardError, CallEnded, Channel
from boardivr.hal.types import CallProgress, FaxSettings
from boardivr.hal.types import Outcome as CallOutcome

log = logging.getLogger(__name__)

RING = 60.0
"""Seconds that a number rings (T.30's T0)."""


class FaxCall:
    """One call; used once, on the channel's own thread.

    :param claim: what goes out in it
    """

    def __init__(self, queue: FaxQueue, channel: Channel, claim: Claim) -> None:
        self._queue = queue
        self._channel = channel
        self._claim = claim
        self._jobs = claim.jobs
        self._book = CallBook(queue, channel.name, channel.clock, claim)
        self._made: Path | None = None

    def run(self) -> Outcome:
        """Place the call and send; the line is on-hook afterwards, and the jobs know."""
        began = self._channel.clock.wall()
        try:
            outcome = self._attempt()
        finally:
            self._put_away()
        self._book.close(began, outcome)
        return outcome

    def _put_away(self) -> None:
        if self._made is not None:
            self._made.unlink(missing_ok=True)
        try:
            self._channel.hang_up()
        except BoardError:
            log.exception("%s: can't hang up", self._channel.name)  # the channel's owner tries too

    def _attempt(self) -> Outcome:
        try:
            try:
                path, first_page = self._file()
            except (OSError, ValueError, DocumentError) as error:
                return Outcome(failure=Failure.FILE, words=str(error))
            return self._call(path, first_page)
        except BoardError as error:
            log.exception("%s: a fax failed", self._channel.name)
            if not self._book.is_talking:
                return Outcome(failure=Failure.NO_LINE, words=str(error), is_line_faulty=True)
            return self._broken(Failure.INTERRUPTED, str(error))
        except Exception as error:
            log.exception("%s: a fax failed", self._channel.name)
            return self._broken(Failure.FAULT, f"{type(error).__name__}: {error}")

    def _broken(self, failure: Failure, words: str) -> Outcome:
        """Return what is known of a call that ended without a result."""
        done = self._book.confirmed
        is_open = self._book.is_talking and done < sum(job.left for job in self._jobs)
        return Outcome(failure=failure, words=words, confirmed=done, is_printed=is_open)

    def _call(self, path: Path, first_page: int) -> Outcome:
        job = self._jobs[0]
        number = self._queue.section.dial_plan.dialled(job.number) + job.extra
        progress = self._channel.dial(number, RING)
        if not progress.is_connected:
            failure = outcomes.of_call(progress)
            heard = progress.outcome.value
            words = heard if heard == failure.value else f"{failure.value} ({heard})"
            is_faulty = progress.outcome is CallOutcome.NO_DIAL_TONE
            return Outcome(failure=failure, words=words, is_line_faulty=is_faulty)
        self._book.answered()
        if self._is_unwanted():
            return Outcome(failure=Failure.STOPPED, words="cancelled before the first page")
        return self._send(path, first_page, progress)

    def _send(self, path: Path, first_page: int, progress: CallProgress) -> Outcome:
        try:
            result = self._channel.send_fax(
                path, self._settings(), first_page=first_page, on_page=self._book.confirm
            )
        except CallEnded:
            return Outcome(failure=Failure.CUT, words="the far end hung up at once")
        except (OSError, ValueError) as error:
            return Outcome(failure=Failure.FILE, words=str(error))
        failure = outcomes.of_fax(progress, result)
        said = "stopped by us" if failure is Failure.STOPPED else result.words
        words = f"{said} (phase {result.phase}, code {result.code})"
        return Outcome(
            failure=failure,
            words=words,
            result=result,
            confirmed=result.pages_confirmed,
            is_printed=result.pages_sent > result.pages_confirmed,
        )

    def _settings(self) -> FaxSettings:
        job, section = self._jobs[0], self._queue.section
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
        self._jobs = tuple(self._queue.plain(j) if j.reformatted else j for j in self._jobs)
        if len(self._jobs) == 1:
            job = self._jobs[0]
            return spool.path(job.document), job.confirmed
        pages: list[tiff.Coded] = []
        for job in self._jobs:
            pages += tiff.read(spool.path(job.document).read_bytes())[job.confirmed :]
        self._made = spool.new("c")
        with spool.writing(), self._made.open("xb") as file:
            tiff.write(file, pages)
        return self._made, 0

    def _is_unwanted(self) -> bool:
        return any(self._queue.job(job.id).wish is Wish.CANCEL for job in self._jobs)
