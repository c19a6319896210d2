"""Bringing received faxes to folders, e-mail and commands, at least once each.

What is to be delivered is in the store: a process that dies in the middle tries again
when it starts. A delivery says which it is (the file's name, the mail's Message-ID), so
that one which is made twice can be told.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from boardivr.clock import Clock
from boardivr.errors import BoardIVRError
from boardivr.fax.inbox import mailing
from boardivr.fax.inbox.command import run_command
from boardivr.fax.inbox.inbox import Inbox
from boardivr.fax.inbox.model import Delivery, Progress, ReceivedFax, Way

log = logging.getLogger(__name__)

FIRST_WAIT = 60.0
LONGEST_WAIT = 3600.0
MOST_TRIES = 48  # two days, nearly


class NotDelivered(BoardIVRError):
    """It couldn't be delivered now."""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A fax as it is delivered.

    :param pdf: its pages
    """

    fax: ReceivedFax
    pdf: Path


class Deliverer:
    """Delivers what is due, and lets go what was kept long enough; on a thread of its own.

    :param folder: for PDFs while they are delivered; emptied at the start
    :param base: what folders in the settings are relative to
    """

    def __init__(self, inbox: Inbox, folder: Path, clock: Clock, *, base: Path) -> None:
        self._inbox = inbox
        self._folder = folder
        self._clock = clock
        self._base = base
        self._is_stopping = False
        self._is_told = True
        self._ways: Mapping[Way, Callable[[Delivery, Parcel], None]] = {
            Way.FOLDER: self._to_folder,
            Way.MAIL: self._by_mail,
            Way.COMMAND: self._by_command,
        }
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        inbox.watch(self.tell)

    def tell(self) -> None:
        """There may be something to deliver."""
        self._is_told = True
        self._clock.notify()

    def stop(self) -> None:
        """Deliver what is being delivered, and no more; from any thread."""
        self._is_stopping = True
        self._clock.notify()

    def work(self) -> None:
        """Deliver until :meth:`stop`."""
        while not self._is_stopping:
            self._is_told = False
            try:
                self.deliver_due()
                self._inbox.expire()
            except (BoardIVRError, OSError):
                log.exception("delivering faxes failed")
            try:
                self._clock.wait(lambda: self._is_stopping or self._is_told, self._until_next())
            except BoardIVRError:
                return  # the board whose clock it is was closed

    def deliver_due(self) -> int:
        """Try each delivery whose time has come, once; return how many were made."""
        made = 0
        while not self._is_stopping and (due := self._inbox.file.due(self._inbox.wall())):
            made += sum(map(self._try, due))
        return made

    def _until_next(self) -> float | None:
        due = self._inbox.file.next_due()
        return None if due is None else max(1.0, (due - self._inbox.wall()).total_seconds())

    def _try(self, delivery: Delivery) -> bool:
        fax = self._inbox.file.fax(delivery.fax)
        try:
            with_pdf = Parcel(fax=fax, pdf=self._pdf(fax))
            self._ways[delivery.way](delivery, with_pdf)
        except (NotDelivered, BoardIVRError, OSError) as error:
            self._save(_failed(delivery, str(error), self._inbox))
            return False
        finally:
            for path in self._folder.iterdir():
                path.unlink()
        log.info("fax %d delivered: %s %s", fax.id, delivery.way.value, delivery.target[0])
        self._save(replace(delivery, state=Progress.DONE, words="", done=self._inbox.wall()))
        return True

    def _save(self, delivery: Delivery) -> None:
        with self._inbox.file.change() as pen:
            pen.save_delivery(delivery)

    def _pdf(self, fax: ReceivedFax) -> Path:
        from boardivr.fax.document import export

        (path,) = export(self._inbox.path(fax), self._folder / file_name(fax))
        return path

    # ways

    def _to_folder(self, delivery: Delivery, parcel: Parcel) -> None:
        folder = self._base / Path(delivery.target[0]).expanduser()
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{parcel.pdf.name}.part"  # the same at the next try
        shutil.copyfile(parcel.pdf, part)
        _sync(part)
        part.replace(folder / parcel.pdf.name)
        _sync(folder)

    def _by_mail(self, delivery: Delivery, parcel: Parcel) -> None:
        server = self._inbox.section.mail
        message = mailing.message(
            parcel.fax, parcel.pdf, delivery.target[0], server.sender, delivery.id
        )
        try:
            mailing.send(server, message)
        except mailing.FAILURES as error:
            raise NotDelivered(f"{server.host}: {error}") from error

    def _by_command(self, delivery: Delivery, parcel: Parcel) -> None:
        fax = parcel.fax
        words = {
            "file": str(parcel.pdf), "id": str(fax.id), "box": fax.box, "pages": str(fax.pages),
            "sender": fax.sender, "state": fax.state.value,
        }  # fmt: skip
        seconds = self._inbox.box(fax.box).command_time
        failed = run_command([word.format(**words) for word in delivery.target], seconds)
        if failed:
            raise NotDelivered(failed)


def file_name(fax: ReceivedFax) -> str:
    """Return the name under which a fax is delivered; no other fax has it."""
    sender = "".join(c for c in fax.sender if c.isdigit() or c == "+") or "unknown"
    part = "-partial" if fax.state.value == "partial" else ""
    return f"fax-{fax.began:%Y%m%d-%H%M%S}-{sender}-{fax.id}{part}.pdf"


def _failed(delivery: Delivery, words: str, inbox: Inbox) -> Delivery:
    tries = delivery.tries + 1
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries - 1, 12))
    log.warning("fax %d not delivered (%s): %s", delivery.fax, delivery.way.value, words)
    return replace(
        delivery,
        tries=tries,
        words=words[:500],
        due=inbox.wall() + timedelta(seconds=wait),
        state=Progress.FAILED if tries >= MOST_TRIES else Progress.DUE,
    )


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
