"""Fax machines as far ends: they answer or call, and can be bad ones.

A machine is a telephone with a T.30 terminal of its own; what it can do is in its
:class:`~boardivr.hal.types.FaxSettings` (no ECM, V.27ter only, ...).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

from boardivr.hal.channel import PLAIN_FAX
from boardivr.hal.errors import BoardError
from boardivr.hal.loopback.telephone import Telephone
from boardivr.hal.types import FaxResult, FaxSettings, Modem, Resolution
from boardivr.media.faxfaults import ALWAYS, SOUND, FaxFaults

LOOK = 0.1  # seconds between two looks at how far a fax is
INTO = {"B": 0.5, "C": 3.0, "D": 0.0}  # seconds of the phase that pass before it is cut


@dataclass(frozen=True, kw_only=True)
class FaxManner:
    """How a machine behaves.

    :param settings: what it can do, and its ident
    :param serves: a file that it gives to who polls it, instead of taking one
    :param hangs_up_in: a phase, B to D, in which it hangs up: a line that is cut
    :param hangs_up_after: pages that are done before
    :param is_silent: it answers, and is never heard
    :param faults: what it does wrong in T.30: refuses pages, has no paper, misses frames ...
    :param answers_after: seconds that it rings before
    """

    settings: FaxSettings = PLAIN_FAX
    serves: Path | None = None
    hangs_up_in: str = ""
    hangs_up_after: int = 0
    is_silent: bool = False
    faults: FaxFaults = SOUND
    answers_after: float = 0.0


PLAIN = FaxManner()
MANNERS = {
    "": PLAIN,
    "no-ecm": FaxManner(settings=FaxSettings(ecm=False)),
    "v27ter": FaxManner(settings=FaxSettings(modems=Modem.V27TER)),
    "standard": FaxManner(settings=FaxSettings(resolutions=Resolution.STANDARD)),
    "silent": FaxManner(is_silent=True),
    "cuts": FaxManner(hangs_up_in="C", hangs_up_after=1),
    "no-training": FaxManner(faults=FaxFaults(instead_of="CFR", says="FTT", says_times=ALWAYS)),
    "no-paper": FaxManner(faults=FaxFaults(has_no_paper=True)),
}
"""Manners by the name that a board's URL gives them."""


def set_up(
    machines: Mapping[str, str], folder: Path, telephone: Callable[[str], Telephone]
) -> None:
    """Put machines at their numbers, each with the manner that its name stands for.

    :param machines: numbers, and the names of :data:`MANNERS`
    :param folder: where they put what they take, a folder for each
    :param telephone: gives one at a number
    :raises BoardError: there is no such manner
    """
    for number, name in machines.items():
        if name not in MANNERS:
            known = ", ".join(filter(None, MANNERS))
            raise BoardError(f"fax: no manner {name!r}; there are {known}")
        (folder / number).mkdir(parents=True, exist_ok=True)
        plain = MANNERS[name]
        manner = replace(plain, settings=replace(plain.settings, ident=number))
        FaxMachine(telephone(number), folder / number, manner).attend()


class FaxMachine:
    """A machine at a telephone.

    :param folder: where it puts what it takes: ``1.tif``, ``2.tif``, ...
    """

    def __init__(self, telephone: Telephone, folder: Path, manner: FaxManner = PLAIN) -> None:
        self.telephone = telephone
        self.clock = telephone.clock
        self.folder = folder
        self.manner = manner
        self.results: list[FaxResult] = []
        self.files: list[Path] = []
        self._pages = 0
        self._is_over = True

    def attend(self) -> None:
        """Answer call after call, on a thread of the board's clock."""
        self.clock.spawn(self._attend, f"{self.telephone.station.name} attends")

    def send(self, number: str, path: Path) -> FaxResult | None:
        """Call, and send a file (with ``is_poll``: take one); None where nobody answers."""
        self.telephone.call(number)
        result = None
        if self.telephone.wait_for_answer():
            result = self._give(path)
        self.telephone.hang_up()
        return result

    def poll(self, number: str) -> FaxResult | None:
        """Call, and take what is served there; None where nobody answers."""
        self.telephone.call(number)
        result = None
        if self.telephone.wait_for_answer():
            result = self._take()
        self.telephone.hang_up()
        return result

    def _attend(self) -> None:
        while True:
            self.telephone.wait_for_ring()
            self.clock.sleep(self.manner.answers_after)
            if self.telephone.answer():
                self._serve()
            self.telephone.hang_up()

    def _serve(self) -> None:
        if self.manner.is_silent:
            self.telephone.wait_for_end(600.0)
        elif self.manner.serves is not None:
            self._give(self.manner.serves)
        else:
            self._take()

    def _give(self, path: Path) -> FaxResult:
        settings, faults = self.manner.settings, self.manner.faults
        return self._talk(partial(self.telephone.send_fax, path, settings, faults=faults))

    def _take(self) -> FaxResult:
        paths = (self.folder / f"{number}.tif" for number in count(len(self.results) + 1))
        path = next(path for path in paths if not path.exists())
        self.files.append(path)
        settings, faults = self.manner.settings, self.manner.faults
        return self._talk(partial(self.telephone.receive_fax, path, settings, faults=faults))

    def _talk(self, fax: Callable[..., FaxResult]) -> FaxResult:
        self._pages, self._is_over = 0, False
        if self.manner.hangs_up_in:
            self.clock.spawn(self._cut, f"{self.telephone.station.name} cuts")
        result = fax(on_page=self._count)
        self._is_over = True
        self.results.append(result)
        return result

    def _count(self, pages: int) -> None:
        self._pages = pages

    def _cut(self) -> None:
        """Hang up in the middle of the phase, once the pages before it are done."""
        phase, pages = self.manner.hangs_up_in, self.manner.hangs_up_after
        while not self._is_reached(phase, pages):
            if self._is_over:
                return
            self.clock.sleep(LOOK)
        self.clock.sleep(INTO[phase])
        if not self._is_over:
            self.telephone.port.stop()

    def _is_reached(self, phase: str, pages: int) -> bool:
        # A receiver's phase D is the moment in which it begins to confirm a page.
        if phase == "D":
            return self._pages > pages
        return self._pages >= pages and self.telephone.port.fax_phase == phase
