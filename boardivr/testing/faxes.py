"""Faxes of a test's call: real ones on a line with audio, played ones on a line without."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from boardivr.clock import Clock
from boardivr.customer import PinVerdict
from boardivr.flows.services import FaxDone, FaxEntry, Faxes, FaxPaper, FaxRefused
from boardivr.hal.channel import Channel
from boardivr.hal.conformance.pages import write_pages
from boardivr.hal.types import IncomingCall

if TYPE_CHECKING:
    from boardivr.store import Store


FORBIDDEN = "900"
"""How numbers begin to which no fax may go, in tests."""


class TestFaxes(Faxes, Protocol):
    """:ivar ordered: the numbers to which faxes were ordered"""

    ordered: list[str]


class PlayedFaxes:
    """Implements :class:`boardivr.flows.services.Faxes` without an appliance.

    Documents aren't drawn: each sheet is a page.
    """

    def __init__(self, folder: Path) -> None:
        self.ordered: list[str] = []
        self.texts: list[str] = []
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def prepare(self, text: str) -> FaxPaper:
        self.texts.append(text)
        pages = 1 + text.count("\f")
        path = write_pages(self._folder / f"{len(self.texts)}.tif", pages, rows=1)
        return FaxPaper(path=path, pages=pages)

    def discard(self, paper: FaxPaper) -> None:
        paper.path.unlink(missing_ok=True)

    def send(self, channel: Channel, paper: FaxPaper) -> FaxDone:
        result = channel.send_fax(paper.path)
        return FaxDone(outcome=result.outcome.value, pages=result.pages_confirmed)

    def order(self, paper: FaxPaper, number: str, title: str) -> int:
        if number.startswith(FORBIDDEN):
            raise FaxRefused(f"{number}: the settings forbid faxes to this number")
        self.ordered.append(number)
        return len(self.ordered)

    def receive(self, channel: Channel, call: IncomingCall, call_id: str, box: str) -> FaxDone:
        path = self._folder / "received.tif"
        path.unlink(missing_ok=True)
        result = channel.receive_fax(path)
        number = 1 if result.pages_received else 0
        return FaxDone(outcome=result.outcome.value, pages=result.pages_received, number=number)

    def pages_of(self, number: int) -> FaxPaper:
        raise FaxRefused(f"no received fax {number}")

    def verify_pin(self, box: str, pin: str) -> PinVerdict:
        return PinVerdict.UNKNOWN

    def entries(self, box: str) -> Sequence[FaxEntry]:
        return ()

    def see(self, number: int) -> None:
        """Nothing is in the boxes."""

    delete = see


def real_faxes(store: Store, folder: Path, clock: Clock) -> TestFaxes:
    """Return those of an appliance, on this store."""
    from boardivr.fax.inbox.office import FaxOffice
    from boardivr.fax.inflow import FlowFaxes
    from boardivr.fax.queue.queue import FaxQueue
    from boardivr.fax.settings import DestinationRule, FaxSection

    class Watched(FlowFaxes):
        ordered: list[str]

        def order(self, paper: FaxPaper, number: str, title: str) -> int:
            ordered = super().order(paper, number, title)
            self.ordered.append(number)
            return ordered

    section = FaxSection(rules=(DestinationRule(match=f"{FORBIDDEN}*", forbid=True),))
    queue = FaxQueue(store, section, folder / "fax" / "out", clock.wall)
    office = FaxOffice(store, section, folder, clock, node="test", pin_cost=1)
    faxes = Watched(queue, office, folder / "fax" / "calls")
    faxes.ordered = []
    return faxes
