"""Fax machines that misbehave: each is a named outcome, with the line free in time."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from boardivr.hal.loopback.faxmachine import FaxManner
from boardivr.hal.types import FaxOffer, FaxOutcome, FaxResult, FaxSettings
from boardivr.media.faxfaults import ALWAYS, FaxFaults
from tests.hal.loopback.conftest import Open
from tests.hal.loopback.test_fax import Desk
from tests.media.faxpages import pages_of, tiff

NO_ECM = FaxSettings(ecm=False)
ECM = FaxSettings()
LONGEST = 160.0  # seconds: the phase limit, and some
AFTER_GOODBYE = 5.0


@pytest.fixture
def desk(board_of: Open, tmp_path: Path) -> Desk:
    return Desk(board_of("lines=1&telephones=4"), tmp_path)


def send(
    desk: Desk, faults: FaxFaults, settings: FaxSettings = ECM, ours: FaxSettings = ECM
) -> tuple[FaxResult, list[bytes]]:
    """Send three pages to a bad machine; what became of it, and the pages that it has."""
    machine = desk.machine(FaxManner(settings=settings, faults=faults))
    machine.attend()
    result = desk.sends(tiff(desk.folder / "out.tif", 3, rows=300), ours)
    assert result.seconds < LONGEST
    goodbyes = [frame.at for frame in result.trace if frame.name == "DCN"]
    assert not goodbyes or result.seconds - goodbyes[0] <= AFTER_GOODBYE
    desk.line.clock.sleep(LONGEST)
    got = pages_of(machine.files[0]) if machine.files[0].exists() else []
    return result, got


def wanted(desk: Desk) -> list[bytes]:
    return pages_of(desk.folder / "out.tif")


@pytest.mark.parametrize("before", [0, 1])
def test_a_refused_page_is_sent_again(desk: Desk, before: int) -> None:
    """Without error correction: RTN, then the same page again at a lower rate, then the rest."""
    faults = FaxFaults(instead_of="MCF", says="RTN", says_after=before)

    result, got = send(desk, faults, NO_ECM)

    assert (result.outcome, result.pages_confirmed) == (FaxOutcome.OK, 3)
    assert result.rate < 14400
    again = wanted(desk)
    again.insert(before, again[before])  # spandsp's machine had taken it
    assert got == again


@pytest.mark.parametrize(
    ("faults", "settings", "outcome", "confirmed"),
    [
        (FaxFaults(instead_of="MCF", says="RTN", says_times=ALWAYS), NO_ECM, "training", 0),
        (FaxFaults(instead_of="MCF", says="RTN", says_after=1), ECM, "page", 1),
        (FaxFaults(instead_of="MCF", says="DCN", says_after=1), NO_ECM, "page", 1),
        (FaxFaults(instead_of="CFR", says="FTT", says_times=ALWAYS), ECM, "training", 0),
        (FaxFaults(has_no_paper=True), ECM, "incompatible", 0),
        (FaxFaults(paper=1), ECM, "page", 1),
        (FaxFaults(mute_in="B"), ECM, "training", 0),
        (FaxFaults(deaf_in="B"), ECM, "page", 0),
        (FaxFaults(mute_in="C", mute_after=1), NO_ECM, "page", 0),
        (FaxFaults(mute_in="C", mute_after=2), ECM, "page", 1),
        (FaxFaults(deaf_in="C", deaf_after=1), NO_ECM, "page", 1),
    ],
)
def test_a_machine_that_fails(
    desk: Desk, faults: FaxFaults, settings: FaxSettings, outcome: str, confirmed: int
) -> None:
    """What it confirmed is counted, nothing else is, and its pages are the same."""
    result, got = send(desk, faults, settings)

    assert (result.outcome.value, result.pages_confirmed) == (outcome, confirmed), result.words
    assert got[:confirmed] == wanted(desk)[:confirmed]


@pytest.mark.parametrize(
    ("faults", "rate"),
    [
        (FaxFaults(instead_of="CFR", says="FTT"), 12000),
        (FaxFaults(is_slow=True), 2400),
        (FaxFaults(deaf_in="D", deaf_after=3), 14400),
    ],
)
def test_a_machine_that_gets_there(desk: Desk, faults: FaxFaults, rate: int) -> None:
    """Slower, but whole."""
    result, got = send(desk, faults)

    assert (result.outcome, result.rate) == (FaxOutcome.OK, rate)
    assert got == wanted(desk)


@pytest.mark.parametrize("settings", [ECM, NO_ECM])
@pytest.mark.parametrize("missed", ["CFR", "MCF"])
def test_a_caller_that_repeats(desk: Desk, missed: str, settings: FaxSettings) -> None:
    """Who didn't hear our answer says his command again; no page comes twice."""
    machine = desk.machine(FaxManner(settings=settings, faults=FaxFaults(misses=missed)))
    source, target = tiff(desk.folder / "out.tif", 3, rows=300), desk.folder / "in.tif"
    desk.line.clock.spawn(partial(machine.send, desk.line.number, source), "fax calls")

    result = desk.takes(target)

    assert (result.outcome, result.pages_received) == (FaxOutcome.OK, 3)
    assert pages_of(target) == pages_of(source)


@pytest.mark.parametrize("settings", [ECM, NO_ECM])
@pytest.mark.parametrize(
    ("faults", "pages"),
    [
        (FaxFaults(mute_in="B"), 0),
        (FaxFaults(mute_in="C", mute_after=1), 1),
        (FaxFaults(deaf_in="C", deaf_after=1), 2),
    ],
)
def test_a_caller_that_falls_silent(
    desk: Desk, faults: FaxFaults, pages: int, settings: FaxSettings
) -> None:
    """What came until then is there, and the line comes free."""
    machine = desk.machine(FaxManner(settings=settings, faults=faults))
    source, target = tiff(desk.folder / "out.tif", 3, rows=300), desk.folder / "in.tif"
    desk.line.clock.spawn(partial(machine.send, desk.line.number, source), "fax calls")

    result = desk.takes(target)

    named = (FaxOutcome.PAGE, FaxOutcome.NO_FAX, FaxOutcome.CUT)
    assert result.outcome in named, result.words
    assert (result.pages_received, result.seconds < LONGEST) == (pages, True)
    assert (pages_of(target) if pages else []) == pages_of(source)[:pages]


def test_talk_without_end(desk: Desk) -> None:
    """A machine that only ever says who it is, is given up at the limit for a phase."""
    faults = FaxFaults(instead_of="CFR", says="CRP", says_times=ALWAYS)
    desk.machine(FaxManner(faults=faults)).attend()

    result = desk.sends(tiff(desk.folder / "out.tif"), FaxSettings(phase_limit=12.0))

    assert (result.outcome, result.phase) == (FaxOutcome.TIMEOUT, "B")
    assert result.words == "nothing but talk came of it for too long"
    assert result.seconds < 20


def test_abilities_are_seen(desk: Desk) -> None:
    """The result has what the far end said that it can do, and what was agreed on."""
    result, _ = send(desk, FaxFaults(is_slow=True))

    assert result.dis[2] & 0xFE == 0x80
    assert result.dis[4] & 0x3C == 0
    assert result.dcs[2] & 0xFE == 0x82


OFFERS = {"": "", "11": "", "22": "4711"}  # password by address


@pytest.mark.parametrize(
    ("address", "password", "outcome"),
    [
        ("", "", FaxOutcome.OK),
        ("11", "", FaxOutcome.OK),
        ("22", "4711", FaxOutcome.OK),
        ("22", "4712", FaxOutcome.ACCESS),
        ("33", "", FaxOutcome.ACCESS),
    ],
)
def test_polling_by_address(desk: Desk, address: str, password: str, outcome: FaxOutcome) -> None:
    """A line that takes faxes gives them too: the one that a poll names, with its password."""
    offers = [
        FaxOffer(path=tiff(desk.folder / f"offer{n}.tif", n + 1), address=a, password=p)
        for n, (a, p) in enumerate(OFFERS.items())
    ]
    polls = FaxSettings(is_poll=True, poll_address=address, password=password)
    machine = desk.machine(FaxManner(settings=polls))
    desk.line.clock.spawn(partial(machine.poll, desk.line.number), "fax polls")
    assert desk.line.wait_for_call(timeout=20.0) is not None
    desk.line.answer()

    result = desk.line.receive_fax(desk.folder / "in.tif", offers=offers)

    desk.rest()
    assert (result.outcome, result.poll_address) == (outcome, address)
    if outcome is FaxOutcome.OK:
        polled = result.polled
        assert polled is not None
        assert polled.address == address
        assert pages_of(machine.files[0]) == pages_of(polled.path)
    else:
        assert result.polled is None
        assert not machine.files[0].exists()


def test_a_line_with_offers_takes_faxes(desk: Desk) -> None:
    """Who calls to send isn't disturbed by what could be polled."""
    machine = desk.machine(FaxManner())
    source, target = tiff(desk.folder / "out.tif", 2), desk.folder / "in.tif"
    desk.line.clock.spawn(partial(machine.send, desk.line.number, source), "fax calls")
    assert desk.line.wait_for_call(timeout=20.0) is not None
    desk.line.answer()

    result = desk.line.receive_fax(target, offers=[FaxOffer(path=source)])

    assert (result.outcome, result.polled) == (FaxOutcome.OK, None)
    assert pages_of(target) == pages_of(source)


def test_nobody_hears_a_password(desk: Desk) -> None:
    """It isn't in what can be printed of an offer."""
    assert "4711" not in repr(FaxOffer(path=desk.folder, password="4711"))
