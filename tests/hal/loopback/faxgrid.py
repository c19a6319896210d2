"""The grid of fax calls: who sends x error correction x pages x rates x what goes wrong.

Each ends with its pages confirmed, dot by dot, or with a failure that has a name, the
confirmed ones dot by dot; and with the line free in time. But on a line that loses frames pages
without error correction may have bad lines, or be cut short.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from boardivr.hal.loopback import LoopbackBoard, open_board
from boardivr.hal.loopback.faults import Fault
from boardivr.hal.loopback.faxmachine import FaxMachine, FaxManner
from boardivr.hal.types import FaxOutcome, FaxResult, FaxSettings, State
from boardivr.media.faxfaults import SOUND, FaxFaults
from tests.media.faxpages import pages_of, tiff

HOWS = ("send", "receive", "poll")
PAGES = (1, 2, 30)
RATES = (14400, 12000, 9600, 7200, 4800, 2400)
PAD = 8.0
PADDED = Fault(loss=PAD)
ROWS = {1: 1100, 2: 1100, 30: 120}  # of a page, by how many there are
PATIENCE = 150.0  # seconds without progress in which a line must come free
PER_PAGE = 180.0  # and for each page at the slowest rate


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What goes wrong.

    :param must_pass: with ECM, and without
    :param fault: of the line, both ways
    :param law: of the board
    """

    must_pass: tuple[bool, bool] = (True, True)
    fault: Fault = PADDED
    law: str = "alaw"
    hangs_up_in: str = ""
    is_silent: bool = False
    faults: FaxFaults = SOUND


TROUBLES: Mapping[str, Trouble] = {
    "clean, A-law": Trouble(),
    "mu-law": Trouble(law="ulaw"),
    "noise -52 dBm0": Trouble(fault=Fault(loss=PAD, noise=-52.0)),
    "level -12 dB": Trouble(fault=Fault(loss=12.0)),
    "delay 0.3 s": Trouble(fault=Fault(loss=PAD, delay=0.3)),
    "echo -20 dB, 30 ms": Trouble(fault=Fault(loss=PAD, echo=20.0, echo_delay=0.03)),
    "frames lost, 0.2 %": Trouble(must_pass=(False, False), fault=Fault(loss=PAD, drop=0.002)),
    "hangs up in B": Trouble(must_pass=(False, False), hangs_up_in="B"),
    "hangs up in C": Trouble(must_pass=(False, False), hangs_up_in="C"),
    "hangs up in D": Trouble(must_pass=(False, False), hangs_up_in="D"),
    "is silent": Trouble(must_pass=(False, False), is_silent=True),
    "repeats itself": Trouble(faults=FaxFaults(misses="MCF")),
}


@dataclass(frozen=True, kw_only=True)
class Case:
    how: str
    ecm: bool
    pages: int
    rate: int
    trouble: str

    def __str__(self) -> str:
        ecm = "ECM" if self.ecm else "no ECM"
        return f"{self.how}, {ecm}, {self.pages} pages, {self.rate} bit/s, {self.trouble}"


def cases(how: str, trouble: str) -> Iterator[Case]:
    """Yield all cases of a row of the table."""
    for ecm, pages, rate in itertools.product((True, False), PAGES, RATES):
        yield Case(how=how, ecm=ecm, pages=pages, rate=rate, trouble=trouble)


def run(case: Case, folder: Path) -> FaxResult:
    """Make a call, and see that it ended as it may.

    :return: our side's result
    :raises AssertionError: it didn't
    """
    trouble = TROUBLES[case.trouble]
    url = f"loopback:?lines=1&kind=e1&telephones=2&time=virtual&law={trouble.law}"
    with open_board(url) as board:
        return _Call(board, case, trouble, folder).check()


class _Call:
    def __init__(self, board: LoopbackBoard, case: Case, trouble: Trouble, folder: Path) -> None:
        self.case, self.trouble, self.board = case, trouble, board
        self.line = board.channels[0]
        self.source = folder / f"source-{case.pages}.tif"
        if not self.source.exists():
            tiff(self.source, case.pages, rows=ROWS[case.pages])
        self.target = folder / "in.tif"
        self.target.unlink(missing_ok=True)
        self.folder = folder
        (folder / "1.tif").unlink(missing_ok=True)
        self.machine = FaxMachine(board.telephone("7001"), folder, self.manner())
        seeds = random.Random(str(case))
        for end in (self.line, self.machine.telephone):
            end.fault(replace(trouble.fault, seed=seeds.randrange(2**31)))

    @property
    def settings(self) -> FaxSettings:
        case = self.case
        return FaxSettings(ident="1", ecm=case.ecm, max_rate=case.rate, is_poll=case.how == "poll")

    def manner(self) -> FaxManner:
        case, trouble = self.case, self.trouble
        return FaxManner(
            settings=self.settings,
            serves=self.source if case.how == "poll" else None,
            hangs_up_in=trouble.hangs_up_in,
            hangs_up_after=case.pages // 2,
            is_silent=trouble.is_silent,
            faults=trouble.faults,
        )

    def check(self) -> FaxResult:
        began = self.line.clock.now()
        result = {"send": self.send, "receive": self.receive, "poll": self.poll}[self.case.how]()
        assert self.line.clock.now() - began < PATIENCE + PER_PAGE * self.case.pages
        goodbyes = [frame.at for frame in result.trace if frame.name == "DCN"]
        assert not goodbyes or result.seconds - goodbyes[0] <= 5.0, "the line came free too late"
        self.line.hang_up()
        assert self.line.state is State.ON_HOOK
        self.line.clock.sleep(90.0)  # the machine comes to its own end
        self._compare(result)
        return result

    def send(self) -> FaxResult:
        self.machine.attend()
        assert self.line.dial("7001", timeout=60.0).is_connected
        return self.line.send_fax(self.source, self.settings)

    def receive(self) -> FaxResult:
        act: Callable[[], object] = partial(self.machine.send, self.line.number, self.source)
        if self.trouble.is_silent:
            act = self._call_silently
        self.board.clock.spawn(act, "fax calls")
        assert self.line.wait_for_call(timeout=20.0) is not None
        self.line.answer()
        return self.line.receive_fax(self.target, self.settings)

    def _call_silently(self) -> None:
        self.machine.telephone.call(self.line.number)
        self.machine.telephone.wait_for_end(300.0)

    def poll(self) -> FaxResult:
        self.machine.attend()
        assert self.line.dial("7001", timeout=60.0).is_connected
        return self.line.receive_fax(self.target, self.settings)

    def _compare(self, result: FaxResult) -> None:
        case = self.case
        path = self.folder / "1.tif" if case.how == "send" else self.target
        count = result.pages_confirmed if case.how == "send" else result.pages_received
        got = pages_of(path) if path.exists() else []
        wanted = pages_of(self.source)
        assert len(got) >= count, f"{count} pages confirmed, {len(got)} are there"
        # Without error correction bad lines are as T.30 has it, and spandsp takes some lost
        # bits for a page's end: nobody is told. Error correction is for that.
        may_differ = not case.ecm and self.trouble.fault.drop > 0
        assert may_differ or got == wanted[: len(got)], "a page isn't as it was sent"
        if result.is_ok:
            assert count == case.pages
        must = self.trouble.must_pass[0 if case.ecm else 1]
        assert result.is_ok or not must, f"{result.outcome.value}: {result.words}"


def row(how: str, trouble: str, results: Sequence[FaxResult]) -> str:
    """Return a line of the summary."""
    counts = Counter(result.outcome for result in results)
    whole = counts.pop(FaxOutcome.OK, 0)
    failures = ", ".join(f"{n} {outcome.value}" for outcome, n in counts.most_common())
    return f"{how:<8} {trouble:<20} {whole:>3} of {len(results)} whole  {failures}".rstrip()
