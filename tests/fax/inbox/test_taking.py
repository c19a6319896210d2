"""Faxes that come over a line into the inbox, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from boardivr.customer import PinVerdict
from boardivr.fax.inbox.inbox import Inbox
from boardivr.fax.inbox.leftover import read_leftover
from boardivr.fax.inbox.model import Arrival, ReceivedFax
from boardivr.fax.inbox.settings import Box, InboxSection, Pattern
from boardivr.hal.loopback.faxmachine import FaxManner
from boardivr.hal.types import FaxOffer, FaxOutcome, FaxSettings
from boardivr.media.faxfaults import FaxFaults
from boardivr.store import NotFound, Store
from tests.fax.inbox.conftest import SENDER, Office
from tests.manual_clock import ManualClock
from tests.media.faxpages import pages_of, tiff

OfficeOf = Callable[[InboxSection], Office]
SECTION = InboxSection(boxes={"sales": Box(sub_addresses=(Pattern("42"),))})  # type: ignore[dict-item]


def test_a_fax_comes(office_of: OfficeOf, tmp_path: Path) -> None:
    """It is in its box, with who sent it and how, pixel for pixel."""
    office, source = office_of(SECTION), tiff(tmp_path / "out.tif", 2)

    fax = office.takes(source).fax

    assert fax is not None
    assert (fax.box, fax.state, fax.pages) == ("sales", Arrival.WHOLE, 2)
    assert (fax.ident, fax.sub_address, fax.outcome) == ("+86 10 6601", "42", "ok")
    assert (fax.rate, fax.ecm, fax.ani, fax.call) == (14400, True, "6601", "c1")
    assert pages_of(office.inbox.path(fax)) == pages_of(source)
    assert office.inbox.file.faxes() == [fax]
    assert office.inbox.file.counts() == {"sales": (1, 1)}


def test_a_call_that_drops(office_of: OfficeOf, tmp_path: Path) -> None:
    """It keeps its good pages, marked as a part."""
    office, source = office_of(SECTION), tiff(tmp_path / "out.tif", 3, rows=2200)
    manner = FaxManner(settings=SENDER, hangs_up_in="C", hangs_up_after=2)

    fax = office.takes(source, manner).fax

    assert fax is not None
    assert (fax.state, fax.pages, fax.outcome) == (Arrival.PARTIAL, 2, "cut")
    assert pages_of(office.inbox.path(fax)) == pages_of(source)[:2]


def test_a_call_without_a_page(office_of: OfficeOf, tmp_path: Path) -> None:
    """Nothing is kept of it, not even a file."""
    office, source = office_of(SECTION), tiff(tmp_path / "out.tif")
    manner = FaxManner(settings=SENDER, faults=FaxFaults(mute_in="B"))

    taken = office.takes(source, manner)

    assert taken.fax is None
    assert taken.result.outcome is not FaxOutcome.OK
    assert office.inbox.file.faxes() == []
    assert list(office.inbox.folder.iterdir()) == []


def test_a_poll_is_served(office_of: OfficeOf, tmp_path: Path) -> None:
    """Who polls gets the document that he names, and leaves nothing in the inbox."""
    office, source = office_of(SECTION), tiff(tmp_path / "out.tif", 2)
    polls = FaxManner(settings=FaxSettings(is_poll=True, poll_address="7"))

    taken = office.takes(source, polls, offers=(FaxOffer(path=source, address="7"),))

    assert (taken.fax, taken.result.pages_confirmed) == (None, 2)
    assert taken.result.polled is not None
    assert pages_of(tmp_path / "1.tif") == pages_of(source)
    assert office.inbox.file.counts() == {}


def test_a_box_that_is_said(office_of: OfficeOf, tmp_path: Path) -> None:
    """A flow that names the box has its way."""
    fax = office_of(SECTION).takes(tiff(tmp_path / "out.tif"), box="law").fax

    assert fax is not None
    assert fax.box == "law"


def test_seen_and_deleted(office_of: OfficeOf, tmp_path: Path) -> None:
    """Looking at a fax is noted; a deleted one is gone with its file."""
    office = office_of(SECTION)
    fax = office.takes(tiff(tmp_path / "out.tif")).fax
    assert fax is not None

    assert office.inbox.see(fax.id).seen is not None
    assert office.inbox.file.faxes(is_unseen=True) == []
    office.inbox.delete(fax.id)
    with pytest.raises(NotFound, match="no received fax 1"):
        office.inbox.see(fax.id)
    assert list(office.inbox.folder.iterdir()) == []


def test_kept_as_long_as_its_box_says(
    office_of: OfficeOf, tmp_path: Path, wall: ManualClock
) -> None:
    """Then it goes by itself."""
    office = office_of(SECTION)
    office.takes(tiff(tmp_path / "out.tif"))

    assert office.inbox.expire() == 0
    wall.advance(seconds=91 * 24 * 3600.0)
    assert office.inbox.expire() == 1


def test_a_process_that_died(store: Store, tmp_path: Path, wall: ManualClock) -> None:
    """What it was receiving is put into its box at the next start, by what the pages tell."""
    inbox = Inbox(store, SECTION, tmp_path / "in", wall.wall)
    coming = inbox.begin(ReceivedFax(file="", box="", began=wall.wall(), dnis="1", node="main"))
    empty = inbox.begin(ReceivedFax(file="", box="", began=wall.wall(), node="main"))
    other = inbox.begin(ReceivedFax(file="", box="", began=wall.wall(), node="other"))
    tiff(inbox.path(coming), 2)
    inbox.path(empty).touch()
    (inbox.folder / "stranger.tif").touch()

    (found,) = inbox.recover("main")

    assert (found.id, found.state, found.pages) == (coming.id, Arrival.PARTIAL, 2)
    assert found.words == "the appliance ended while it came"
    assert inbox.file.arriving() == [other]
    assert {path.name for path in inbox.folder.iterdir()} == {coming.file}


def test_what_is_left_over_is_read_with_care(tmp_path: Path) -> None:
    """Only whole pages count, whatever else is in the file; any cut is survived."""
    whole = tiff(tmp_path / "a.tif", 3).read_bytes()
    pages = set()
    for cut in range(0, len(whole), 97):
        (tmp_path / "b.tif").write_bytes(whole[:cut])
        pages.add(read_leftover(tmp_path / "b.tif").pages)
    assert pages <= {0, 1, 2, 3}
    assert read_leftover(tmp_path / "a.tif").pages == 3
    assert read_leftover(tmp_path / "none.tif").pages == 0


def test_pins(office_of: OfficeOf, wall: ManualClock) -> None:
    """Three wrong ones lock a box for a day; a box without a PIN can't be opened."""
    inbox = office_of(SECTION).inbox
    assert inbox.verify_pin("sales", "1234") is PinVerdict.UNKNOWN
    inbox.set_pin("sales", "4711")

    assert inbox.verify_pin("sales", "4711") is PinVerdict.RIGHT
    verdicts = [inbox.verify_pin("sales", "0000") for _ in range(3)]
    assert verdicts == [PinVerdict.WRONG, PinVerdict.WRONG, PinVerdict.LOCKED]
    assert inbox.verify_pin("sales", "4711") is PinVerdict.LOCKED
    wall.advance(seconds=24 * 3600.0 + 1)
    assert inbox.verify_pin("sales", "4711") is PinVerdict.RIGHT


def test_a_fax_knows_who_sent_it(wall: ManualClock) -> None:
    """By its machine's number, else by the caller's."""
    fax = ReceivedFax(file="", box="", began=wall.wall(), ani="6601")
    assert fax.sender == "6601"
    assert replace(fax, ident="+33").sender == "+33"
