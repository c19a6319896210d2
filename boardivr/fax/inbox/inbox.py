"""The inbox: received faxes in the store, and their pages in a folder.

A fax's row is on the disk before its call is taken, each page before it is confirmed. So
a process that dies has lost nothing that a sender was told is received; :meth:`Inbox.recover`
finds what it left.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from boardivr.customer import PinVerdict
from boardivr.fax.inbox.leftover import read_leftover
from boardivr.fax.inbox.model import Arrival, Delivery, Progress, ReceivedFax, Way
from boardivr.fax.inbox.routing import route
from boardivr.fax.inbox.settings import Box, InboxSection
from boardivr.store.faxinbox import InboxFile
from boardivr.store.pins import COST, hash_pin, is_pin
from boardivr.store.store import Store

log = logging.getLogger(__name__)


class Inbox:
    """All received faxes of an appliance.

    :param folder: of their pages; made when it isn't there
    :param wall: the date and time
    """

    def __init__(
        self,
        store: Store,
        section: InboxSection,
        folder: Path,
        wall: Callable[[], datetime],
        *,
        pin_cost: int = COST,
    ) -> None:
        self.file = InboxFile(store)
        self.section = section
        self.folder = folder
        self.wall = wall
        self._pin_cost = pin_cost
        self._watchers: list[Callable[[], None]] = []
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, fax: ReceivedFax) -> Path:
        """Return the file of a fax's pages."""
        return self.folder / fax.file

    # arriving

    def begin(self, fax: ReceivedFax) -> ReceivedFax:
        """Store a fax whose call is about to be taken; return it with its number and file."""
        named = replace(fax, file=f"r{secrets.token_hex(8)}.tif")
        with self.file.change() as pen:
            return pen.add(named)

    def page_came(self, fax: ReceivedFax, pages: int) -> ReceivedFax:
        """Note how many pages there are by now."""
        more = replace(fax, pages=pages)
        with self.file.change() as pen:
            pen.save(more)
        return more

    def end(self, fax: ReceivedFax) -> ReceivedFax | None:
        """Put a fax whose call is over into its box, and order its deliveries.

        :return: as it is now; None where no page came: there is nothing to keep
        """
        if fax.pages == 0:
            self._forget(fax)
            return None
        ended = replace(fax, ended=fax.ended or self.wall(), box=fax.box or self._route(fax))
        with self.file.change() as pen:
            pen.save(ended)
            pen.add_deliveries(self._deliveries(ended))
        log.info(
            "fax %d received from %s: %d pages (%s) for %s", ended.id, ended.sender or "unknown",
            ended.pages, ended.state.value, ended.box,
        )  # fmt: skip
        self._changed()
        return ended

    def recover(self, node: str) -> list[ReceivedFax]:
        """Put faxes into their boxes that a node was receiving when it died.

        For the start of a node, while it holds its lock. Pages that nobody knows go.
        """
        kept = []
        for fax in self.file.arriving(node):
            found = self.salvage(fax, "the appliance ended while it came")
            if found is not None:
                log.warning("fax %d: %d pages came before the end", found.id, found.pages)
                kept.append(found)
        self._sweep()
        return kept

    def salvage(self, fax: ReceivedFax, words: str) -> ReceivedFax | None:
        """Put into its box what is there of a fax that nobody knows the end of."""
        left = read_leftover(self.path(fax))
        return self.end(
            replace(
                fax,
                state=Arrival.PARTIAL,
                pages=left.pages,
                ident=left.ident,
                sub_address=left.sub_address,
                words=words,
            )
        )

    def _sweep(self) -> None:
        """Remove files that no fax has."""
        known = self.file.files()
        for path in self.folder.iterdir():
            if path.name not in known:
                log.warning("%s: nobody's, removed", path)
                with suppress(OSError):
                    path.unlink()

    def _route(self, fax: ReceivedFax) -> str:
        boxes = {str(name): box for name, box in self.section.boxes.items()}
        return route(boxes, sub_address=fax.sub_address, dnis=fax.dnis, ident=fax.ident)

    def _deliveries(self, fax: ReceivedFax) -> list[Delivery]:
        box, now = self.section.box(fax.box), self.wall()
        targets: list[tuple[Way, tuple[str, ...]]] = []
        if box.folder:
            targets.append((Way.FOLDER, (box.folder,)))
        targets += [(Way.MAIL, (address,)) for address in box.mail]
        targets += [(Way.COMMAND, box.command)] if box.command else []
        return [Delivery(fax=fax.id, way=way, target=target, due=now) for way, target in targets]

    # looking

    def see(self, id: int) -> ReceivedFax:
        """Note that somebody has looked at a fax; return it.

        :raises NotFound: there is none of this number
        """
        fax = self.file.fax(id)
        if fax.seen is None:
            fax = replace(fax, seen=self.wall())
            with self.file.change() as pen:
                pen.save(fax)
        return fax

    def mail(self, id: int, addresses: Sequence[str]) -> None:
        """Have a fax mailed to further addresses.

        :raises NotFound: there is none of this number
        """
        fax, now = self.file.fax(id), self.wall()
        mails = [Delivery(fax=fax.id, way=Way.MAIL, target=(one,), due=now) for one in addresses]
        with self.file.change() as pen:
            pen.add_deliveries(mails)
        self._changed()

    def delete(self, id: int) -> ReceivedFax:
        """Forget a fax, its pages and what was still to be delivered of it.

        :raises NotFound: there is none of this number
        """
        fax = self.file.fax(id)
        self._forget(fax)
        return fax

    def expire(self) -> int:
        """Delete faxes that were kept as long as their box says; return how many."""
        gone = 0
        for fax in self.file.faxes(limit=100_000):
            keep = timedelta(seconds=self.section.box(fax.box).keep)
            is_due = any(d.state is Progress.DUE for d in self.file.deliveries(fax.id))
            if not is_due and fax.ended is not None and fax.ended + keep < self.wall():
                self._forget(fax)
                gone += 1
        return gone

    def _forget(self, fax: ReceivedFax) -> None:
        with self.file.change() as pen:
            pen.remove(fax.id)
        self.path(fax).unlink(missing_ok=True)

    # PINs

    def set_pin(self, box: str, pin: str | None) -> None:
        """Give a box a PIN, or none: then callers can't listen to it."""
        with self.file.change() as pen:
            pen.set_pin_hash(box, None if pin is None else hash_pin(pin, self._pin_cost))

    def verify_pin(self, box: str, pin: str) -> PinVerdict:
        """Check a box's PIN; three wrong ones lock it for a day."""
        found = self.file.take_try(box, self.wall())
        if found is None:
            is_pin(pin, hash_pin("", self._pin_cost))  # takes as long as a known one
            return PinVerdict.LOCKED if self.file.has_pin(box) else PinVerdict.UNKNOWN
        hashed, left = found
        if is_pin(pin, hashed):
            self.file.forget_tries(box)
            return PinVerdict.RIGHT
        return PinVerdict.WRONG if left else PinVerdict.LOCKED

    # those who wait for something to deliver

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have something called when a fax has come."""
        self._watchers.append(watcher)

    def _changed(self) -> None:
        for watcher in self._watchers:
            watcher()

    def box(self, name: str) -> Box:
        return self.section.box(name)
