"""Faxes over the loopback board: pixels, rates, bad lines and bad machines, in virtual time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from boardivr.hal.channel import PLAIN_FAX
from boardivr.hal.loopback import LoopbackBoard
from boardivr.hal.loopback.channel import LoopbackChannel
from boardivr.hal.loopback.faults import Fault
from boardivr.hal.loopback.faxmachine import FaxMachine, FaxManner
from boardivr.hal.types import (
    AnsweredBy,
    Compression,
    FaxOutcome,
    FaxResult,
    FaxSettings,
    Modem,
    Resolution,
    State,
)
from boardivr.media.fax import trace_lines
from tests.hal.loopback.conftest import Open
from tests.media.faxpages import pages_of, tiff

PAD = 8.0
FAX = "7001"
PLAIN = FaxManner()


@dataclass
class Desk:
    """A board with one line, and a fax machine to talk to."""

    board: LoopbackBoard
    folder: Path

    @property
    def line(self) -> LoopbackChannel:
        return self.board.channels[0]

    def machine(self, manner: FaxManner = PLAIN, number: str = FAX) -> FaxMachine:
        folder = self.folder / number
        folder.mkdir()
        return FaxMachine(self.board.telephone(number), folder, manner)

    def sends(
        self, path: Path, settings: FaxSettings = PLAIN_FAX, *, first_page: int = 0
    ) -> FaxResult:
        assert self.line.dial(FAX).is_connected
        result = self.line.send_fax(path, settings, first_page=first_page)
        self.rest()
        return result

    def takes(self, path: Path, settings: FaxSettings = PLAIN_FAX) -> FaxResult:
        assert self.line.wait_for_call(timeout=20.0) is not None
        self.line.answer()
        result = self.line.receive_fax(path, settings)
        self.rest()
        return result

    def rest(self) -> None:
        """Hang up; the far end is to come to its own end."""
        self.line.clock.sleep(1.0)
        self.line.hang_up()
        assert self.line.state is State.ON_HOOK
        self.line.clock.sleep(1.0)


@pytest.fixture
def desk(board_of: Open, tmp_path: Path) -> Desk:
    return Desk(board_of("lines=1&telephones=4"), tmp_path)


def settings_of(ecm: bool, rate: int) -> FaxSettings:
    return FaxSettings(ident="95588", ecm=ecm, max_rate=rate)


SAMPLE = [
    (True, 3, 14400), (False, 3, 14400), (True, 1, 12000), (True, 1, 9600), (False, 1, 9600),
    (True, 1, 7200), (True, 1, 4800), (False, 1, 4800), (True, 1, 2400),
]  # fmt: skip
GRID = [
    (ecm, pages, rate)
    for ecm in (True, False)
    for pages in (1, 2, 3)
    for rate in (14400, 12000, 9600, 7200, 4800, 2400)
]
LINES = {
    "clean": Fault(loss=PAD),
    "noise": Fault(loss=PAD, noise=-52.0),
    "weak": Fault(loss=12.0),
}


def check_sent(desk: Desk, ecm: bool, pages: int, rate: int) -> None:
    machine = desk.machine(FaxManner(settings=FaxSettings(ident="+86 10 7001")))
    machine.attend()
    source = tiff(desk.folder / "out.tif", pages)

    result = desk.sends(source, settings_of(ecm, rate))

    assert (result.outcome, result.words) == (FaxOutcome.OK, "OK")
    assert (result.rate, result.ecm, result.pages_confirmed) == (rate, ecm, pages)
    assert result.compression is (Compression.MMR if ecm else Compression.MR)
    assert (result.ident, machine.results[0].ident) == ("+86 10 7001", "95588")
    assert pages_of(machine.files[0]) == pages_of(source)


def check_received(desk: Desk, ecm: bool, pages: int, rate: int) -> None:
    machine = desk.machine(FaxManner(settings=settings_of(ecm, rate)))
    source, target = tiff(desk.folder / "out.tif", pages), desk.folder / "in.tif"
    desk.line.clock.spawn(partial(machine.send, desk.line.number, source), "fax calls")

    result = desk.takes(target)

    assert (result.outcome, result.pages_received) == (FaxOutcome.OK, pages)
    assert (result.rate, result.ecm, result.ident) == (rate, ecm, "95588")
    assert pages_of(target) == pages_of(source)


def check_polled(desk: Desk, ecm: bool, pages: int, rate: int) -> None:
    source, target = tiff(desk.folder / "out.tif", pages), desk.folder / "in.tif"
    serving = FaxSettings(is_poll=True, ecm=ecm, max_rate=rate)
    desk.machine(FaxManner(settings=serving, serves=source)).attend()
    assert desk.line.dial(FAX).is_connected

    result = desk.line.receive_fax(target, FaxSettings(is_poll=True))

    assert (result.outcome, result.pages_received) == (FaxOutcome.OK, pages)
    assert pages_of(target) == pages_of(source)


CHECKS = {"send": check_sent, "receive": check_received, "poll": check_polled}


@pytest.mark.parametrize("how", CHECKS)
@pytest.mark.parametrize(("ecm", "pages", "rate"), SAMPLE)
def test_pages_are_the_same(desk: Desk, how: str, ecm: bool, pages: int, rate: int) -> None:
    """Sent, received or polled, each page comes out pixel for pixel, at the asked rate."""
    CHECKS[how](desk, ecm, pages, rate)


@pytest.mark.grid
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("how", CHECKS)
@pytest.mark.parametrize(("ecm", "pages", "rate"), GRID)
def test_grid(desk: Desk, how: str, ecm: bool, pages: int, rate: int, line: str) -> None:
    """So it is on every line that is good enough."""
    desk.line.fault(LINES[line])
    CHECKS[how](desk, ecm, pages, rate)


def test_noise(desk: Desk) -> None:
    """Noise of -52 dBm0 in both directions harms nothing."""
    desk.line.fault(LINES["noise"])
    machine = desk.machine()
    machine.telephone.fault(LINES["noise"])
    machine.attend()
    source = tiff(desk.folder / "out.tif", 2)

    assert desk.sends(source).outcome is FaxOutcome.OK
    assert pages_of(machine.files[0]) == pages_of(source)


def test_ecm_mends_lost_frames(desk: Desk) -> None:
    """With error correction lost frames of audio cost time, never a pixel."""
    machine = desk.machine()
    machine.attend()
    source = tiff(desk.folder / "out.tif", 1, rows=2200)
    exchange = desk.board.exchange
    noisy = partial(machine.telephone.fault, Fault(loss=PAD, drop=0.4))
    mended = partial(machine.telephone.fault, Fault(loss=PAD))
    assert desk.line.dial(FAX).is_connected
    exchange.timers.after(16.0, noisy)
    exchange.timers.after(16.2, mended)

    result = desk.line.send_fax(source)

    assert (result.outcome, result.pages_confirmed) == (FaxOutcome.OK, 1)
    assert result.resent >= 1
    assert pages_of(machine.files[0]) == pages_of(source)


def test_without_ecm_a_bad_page_is_refused(desk: Desk) -> None:
    """A page with bad lines isn't confirmed: it is a named failure, at its page."""
    machine = desk.machine()
    machine.attend()
    source = tiff(desk.folder / "out.tif", 2, rows=2200)
    assert desk.line.dial(FAX).is_connected
    timers = desk.board.exchange.timers
    timers.after(17.0, partial(machine.telephone.fault, Fault(loss=PAD, drop=1.0)))
    timers.after(17.2, partial(machine.telephone.fault, Fault(loss=PAD)))

    result = desk.line.send_fax(source, FaxSettings(ecm=False))

    assert (result.outcome, result.pages_confirmed) == (FaxOutcome.PAGE, 0)
    assert result.pages_sent == 1


@pytest.mark.parametrize(
    ("phase", "passed", "confirmed"),
    [("B", 0, 0), ("C", 0, 0), ("D", 0, 0), ("C", 1, 1), ("C", 2, 2)],
)  # fmt: skip
@pytest.mark.parametrize("ecm", [True, False])
def test_hang_up_while_sending(
    desk: Desk, phase: str, passed: int, confirmed: int, ecm: bool
) -> None:
    """Wherever the far end hangs up, what was confirmed is known and the line comes free."""
    machine = desk.machine(FaxManner(hangs_up_in=phase, hangs_up_after=passed))
    machine.attend()
    source = tiff(desk.folder / "out.tif", 3, rows=2200)

    result = desk.sends(source, FaxSettings(ecm=ecm))

    assert result.outcome is FaxOutcome.CUT
    assert result.pages_confirmed == confirmed
    assert result.phase == phase
    if confirmed:
        assert pages_of(machine.files[0]) == pages_of(source)[:confirmed]


def test_what_came_is_kept(desk: Desk) -> None:
    """A caller who hangs up on the third page leaves two good ones."""
    manner = FaxManner(hangs_up_in="C", hangs_up_after=2)
    machine = desk.machine(manner)
    source, target = tiff(desk.folder / "out.tif", 3, rows=2200), desk.folder / "in.tif"
    desk.line.clock.spawn(partial(machine.send, desk.line.number, source), "fax calls")

    result = desk.takes(target)

    assert (result.outcome, result.pages_received) == (FaxOutcome.CUT, 2)
    assert pages_of(target)[:2] == pages_of(source)[:2]


def test_resume(desk: Desk) -> None:
    """The second try begins with the first page that wasn't confirmed."""
    machine = desk.machine(FaxManner())
    machine.attend()
    source = tiff(desk.folder / "out.tif", 3)

    result = desk.sends(source, first_page=2)

    assert (result.outcome, result.pages_confirmed) == (FaxOutcome.OK, 1)
    assert pages_of(machine.files[0]) == pages_of(source)[2:]


def test_silence(board_of: Open, tmp_path: Path) -> None:
    """Somebody who answers and says nothing is no fax, after T.30's minute."""
    desk = Desk(board_of("lines=1&telephones=4&kind=e1"), tmp_path)  # told who answers
    desk.machine(FaxManner(is_silent=True)).attend()

    result = desk.sends(tiff(desk.folder / "out.tif"))

    assert (result.outcome, result.phase, result.pages_sent) == (FaxOutcome.NO_FAX, "A", 0)
    assert result.seconds < 65


def test_silent_caller(desk: Desk) -> None:
    """A caller that never speaks is no fax either, and leaves no file."""
    caller = desk.board.telephone("7002")
    target = desk.folder / "in.tif"
    caller.call(desk.line.number)

    result = desk.takes(target)

    assert result.outcome is FaxOutcome.NO_FAX
    assert result.seconds < 60
    assert not target.exists()


def test_noise_for_ever(desk: Desk) -> None:
    """In noise that never stops, where T.30 has no timer, our own clocks free the line."""
    machine = desk.machine()
    machine.attend()
    for end in (desk.line, machine.telephone):
        end.fault(Fault(loss=PAD, noise=-44.0))

    result = desk.sends(tiff(desk.folder / "out.tif"))

    assert result.outcome in (FaxOutcome.TIMEOUT, FaxOutcome.NO_FAX, FaxOutcome.CUT)
    assert result.pages_confirmed == 0
    assert result.seconds <= 130


def test_watchdog_for_a_page(desk: Desk) -> None:
    """A page that takes longer than allowed ends the fax."""
    desk.machine().attend()
    source = tiff(desk.folder / "out.tif", 1, rows=2200)

    result = desk.sends(source, FaxSettings(max_rate=2400, page_limit=20.0))

    assert (result.outcome, result.words) == (FaxOutcome.TIMEOUT, "a page took too long")
    assert result.seconds == pytest.approx(20.0, abs=0.1)


@pytest.mark.parametrize(
    ("ability", "rate", "ecm"),
    [
        (FaxSettings(ecm=False), 14400, False),
        (FaxSettings(modems=Modem.V27TER), 4800, True),
        (FaxSettings(modems=Modem.V27TER | Modem.V29), 9600, True),
        (FaxSettings(modems=Modem.V27TER, ecm=False, compressions=Compression.MH), 4800, False),
    ],
)
def test_simple_machines(desk: Desk, ability: FaxSettings, rate: int, ecm: bool) -> None:
    """What the far end can't do isn't used."""
    machine = desk.machine(FaxManner(settings=ability))
    machine.attend()
    source = tiff(desk.folder / "out.tif", 2)

    result = desk.sends(source)

    assert (result.outcome, result.rate, result.ecm) == (FaxOutcome.OK, rate, ecm)
    assert pages_of(machine.files[0]) == pages_of(source)


def test_resolution_that_it_has_not(desk: Desk) -> None:
    """A fine page for a machine without fine lines is refused by name, not garbled."""
    desk.machine(FaxManner(settings=FaxSettings(resolutions=Resolution.STANDARD))).attend()

    result = desk.sends(tiff(desk.folder / "out.tif", lines=196))

    assert (result.outcome, result.pages_sent) == (FaxOutcome.INCOMPATIBLE, 0)


def test_width_that_it_has_not(desk: Desk) -> None:
    """So is a page that is too wide."""
    desk.machine(FaxManner(settings=FaxSettings(widths=(1728,)))).attend()

    result = desk.sends(tiff(desk.folder / "out.tif", width=2432))

    assert (result.outcome, result.pages_sent) == (FaxOutcome.INCOMPATIBLE, 0)


@pytest.mark.parametrize(
    ("password", "outcome"), [("1234", FaxOutcome.OK), ("", FaxOutcome.ACCESS)]
)
def test_password(desk: Desk, password: str, outcome: FaxOutcome) -> None:
    """Who wants a password gives a fax only to a poll that has it."""
    source, target = tiff(desk.folder / "out.tif"), desk.folder / "in.tif"
    wants = FaxSettings(is_poll=True, wanted_password="1234")
    machine = desk.machine(FaxManner(settings=wants, serves=source))
    machine.attend()
    assert desk.line.dial(FAX).is_connected

    desk.line.receive_fax(target, FaxSettings(is_poll=True, password=password))

    desk.rest()
    assert machine.results[0].outcome is outcome
    assert target.exists() == (outcome is FaxOutcome.OK)


def test_sub_address(desk: Desk) -> None:
    """A sub-address comes along, for routing."""
    machine = desk.machine(FaxManner(settings=FaxSettings(sub_address="42")))
    source = tiff(desk.folder / "out.tif")
    desk.line.clock.spawn(partial(machine.send, desk.line.number, source), "fax calls")

    assert desk.takes(desk.folder / "in.tif").sub_address == "42"


def test_nothing_to_poll(desk: Desk) -> None:
    """A machine that has nothing to give is told apart."""
    desk.machine().attend()
    assert desk.line.dial(FAX).is_connected

    result = desk.line.receive_fax(desk.folder / "in.tif", FaxSettings(is_poll=True))

    assert result.outcome in (FaxOutcome.POLLING, FaxOutcome.INCOMPATIBLE)
    assert not (desk.folder / "in.tif").exists()


def test_header(desk: Desk) -> None:
    """A header line stands above the page, whose own pixels stay as they are."""
    machine = desk.machine()
    machine.attend()
    source = tiff(desk.folder / "out.tif")

    desk.sends(source, FaxSettings(ident="95588", header="Bank", timezone="CST-8"))

    (sent,), (came,) = pages_of(source), pages_of(machine.files[0])
    pixels = sent.split(b") ", 1)[1]
    assert came.endswith(pixels)
    assert len(came) > len(sent)


def test_a_machine_answers_a_call(desk: Desk) -> None:
    """Call progress knows it by its tone, and it waits until we speak T.30."""
    desk.machine().attend()

    assert desk.line.dial(FAX).answered_by is AnsweredBy.FAX


def test_board_closes_on_a_fax(board_of: Open, tmp_path: Path) -> None:
    """A board that is closed in the middle of a fax ends it; nothing hangs."""
    desk = Desk(board_of("lines=1&telephones=4"), tmp_path)
    machine = desk.machine()
    machine.attend()
    source = tiff(tmp_path / "out.tif", 3)
    thread = desk.line.clock.spawn(partial(desk.sends, source), "sender")
    desk.line.clock.sleep(20.0)

    desk.board.close()

    thread.join(10.0)
    assert not thread.is_alive()


def test_trace(desk: Desk) -> None:
    """The frames of a fax read as T.30 does, image frames counted."""
    desk.machine(FaxManner(settings=FaxSettings(ident="2"))).attend()

    lines = trace_lines(desk.sends(tiff(desk.folder / "out.tif", 2), FaxSettings(ident="1")))

    names = [line.split()[2] for line in lines]
    assert names == [
        "CSI", "DIS", "TSI", "DCS", "CFR",
        "FCD", "RCP", "PPS", "MCF", "FCD", "RCP", "PPS", "MCF", "DCN",
    ]  # fmt: skip
