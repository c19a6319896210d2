"""Faxes within calls: what flows' steps ask for, done by the queue and the inbox."""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from boardivr.customer import PinVerdict
from boardivr.errors import BoardIVRError
from boardivr.fax.inbox.office import FaxOffice
from boardivr.fax.queue.order import FaxOrder
from boardivr.fax.queue.queue import FaxQueue
from boardivr.flows.services import FaxDone, FaxEntry, FaxPaper, FaxRefused
from boardivr.hal.channel import Channel
from boardivr.hal.types import FaxResult, IncomingCall
from boardivr.store.errors import NotFound

log = logging.getLogger(__name__)

MOST_TOLD = 50  # faxes of a box, by telephone


class FlowFaxes:
    """Implements :class:`boardivr.flows.services.Faxes`.

    :param folder: for pages while they are sent; emptied at the start
    """

    def __init__(self, queue: FaxQueue, office: FaxOffice, folder: Path) -> None:
        self._queue = queue
        self._office = office
        self._inbox = office.inbox
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)

    def prepare(self, text: str) -> FaxPaper:
        from boardivr.fax.document import convert

        name = secrets.token_hex(8)
        source, made = self._folder / f"{name}.md", self._folder / f"{name}.tif"
        try:
            source.write_text(text, encoding="utf-8")
            return FaxPaper(path=made, pages=len(convert([source], made).pages))
        except (BoardIVRError, OSError) as error:
            raise FaxRefused(str(error)) from error
        finally:
            source.unlink(missing_ok=True)

    def pages_of(self, number: int) -> FaxPaper:
        try:
            fax = self._inbox.file.fax(number)
        except NotFound as error:
            raise FaxRefused(str(error)) from error
        return FaxPaper(path=self._inbox.path(fax), pages=fax.pages)

    def discard(self, paper: FaxPaper) -> None:
        if paper.path.parent == self._folder:  # and not a received one
            paper.path.unlink(missing_ok=True)

    def send(self, channel: Channel, paper: FaxPaper) -> FaxDone:
        section = self._office.section
        settings = replace(self._office.settings(), header=section.header)
        try:
            result = channel.send_fax(paper.path, settings)
        except (OSError, ValueError) as error:
            raise FaxRefused(str(error)) from error
        return _done(result, result.pages_confirmed)

    def order(self, paper: FaxPaper, number: str, title: str) -> int:
        order = FaxOrder(files=(paper.path,), numbers=(number,), title=title, is_again=True)
        try:
            (job,) = self._queue.submit(order)
        except (BoardIVRError, OSError) as error:
            raise FaxRefused(str(error)) from error
        return job.id

    def receive(self, channel: Channel, call: IncomingCall, call_id: str, box: str) -> FaxDone:
        if box and box not in self._inbox.section.names:
            raise FaxRefused(f"no fax mailbox {box!r} in the settings")
        taken = self._office.take(channel, call=call, call_id=call_id, box=box)
        if taken.fax is None:
            return _done(taken.result, taken.result.pages_confirmed)
        done = _done(taken.result, taken.fax.pages)
        return replace(done, number=taken.fax.id, sender=taken.fax.sender)

    def verify_pin(self, box: str, pin: str) -> PinVerdict:
        return self._inbox.verify_pin(box, pin)

    def entries(self, box: str) -> Sequence[FaxEntry]:
        return [
            FaxEntry(
                number=fax.id,
                sender=fax.sender,
                pages=fax.pages,
                came=fax.began.astimezone(self._office.section.zone),
                is_new=fax.seen is None,
            )
            for fax in self._inbox.file.faxes(box=box, limit=MOST_TOLD)
        ]

    def see(self, number: int) -> None:
        self._inbox.see(number)

    def delete(self, number: int) -> None:
        self._inbox.delete(number)


def _done(result: FaxResult, pages: int) -> FaxDone:
    return FaxDone(outcome=result.outcome.value, pages=pages)
