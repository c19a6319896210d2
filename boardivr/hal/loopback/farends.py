"""Who is at the other end of a number that a line dials: people, machines, faxes.

Each is a telephone with a thread that answers in its own way, call after call.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from boardivr.hal.conformance.rig import FarEnd, Rig
from boardivr.hal.errors import BoardError, CallEnded
from boardivr.hal.loopback.board import open_board
from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.faxmachine import FaxMachine, FaxManner
from boardivr.hal.loopback.options import Disconnect
from boardivr.hal.loopback.station import Cause
from boardivr.hal.loopback.telephone import Telephone
from boardivr.hal.types import AnsweredBy, Clip, Encoding, LineKind, Outcome
from boardivr.media.tones import Step, Tone

CED = Tone(name="ced", steps=(Step(sines=((2100.0, -12.0),), on=3.0),), repeats=False)
"""An answering fax: 2100 Hz for 2.6 to 4 s (ITU-T T.30, 4.3.3)."""

BEEP = Tone(name="beep", steps=(Step(sines=((1000.0, -12.0),), on=0.5),), repeats=False)


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a far end answers.

    :param rings: it answers at this ring; None: never
    :param says: what it says then
    :param beeps: whether a beep follows, as on an answering machine
    :param is_fax: it sends the answer tone of a fax instead
    :param stays: seconds until it hangs up, unless the caller does before
    """

    rings: int | None = 1
    says: Sequence[Clip] = ()
    beeps: bool = False
    is_fax: bool = False
    stays: float = 10.0


def attend(telephone: Telephone, manner: Manner) -> None:
    """Answer call after call, on a thread of the board's clock."""
    telephone.clock.spawn(partial(_attend, telephone, manner), telephone.station.name)


def _attend(telephone: Telephone, manner: Manner) -> None:
    while True:
        telephone.wait_for_ring()
        for _ in range(1, manner.rings or 0):
            telephone.wait_for_ring()
        if manner.rings is None or not telephone.answer():
            continue
        with suppress(CallEnded):  # the caller may hang up first
            _speak(telephone, manner)
        telephone.hang_up()


def _speak(telephone: Telephone, manner: Manner) -> None:
    telephone.listen(0.5)
    if manner.is_fax:
        telephone.port.play_tone(CED)
    telephone.say(*manner.says)
    if manner.beeps:
        telephone.port.play_tone(BEEP)
    telephone.wait_for_end(manner.stays)


@functools.cache
def babble(seconds: float) -> Clip:
    """Return something that isn't words, but has speech's pitch, formants and rhythm."""
    import numpy as np

    t = np.arange(int(seconds * 8000)) / 8000
    pitch = 2 * np.pi * np.cumsum(120 + 15 * np.sin(2 * np.pi * 2.5 * t)) / 8000
    buzz = sum(np.sin(k * pitch) * _formants(120 * k) for k in range(1, 28))
    syllables = np.clip(1.3 * np.sin(2 * np.pi * 4 * t) + 0.7, 0, 1)
    voice = buzz * syllables
    linear = (voice / np.abs(voice).max() * 9000).astype("<i2")
    return Clip(data=linear.tobytes(), encoding=Encoding.LINEAR, name="babble", text="…")


def _formants(hz: float) -> float:
    return sum(1 / (1 + ((hz - f) / w) ** 2) for f, w in ((600, 90), (1100, 110), (2500, 160)))


class Switch(Protocol):
    """What has an exchange that takes telephones: a loopback board, or simulated hardware."""

    @property
    def exchange(self) -> Exchange: ...

    def telephone(self, number: str = "", name: str = "") -> Telephone: ...


@contextmanager
def conformance_rig(url: str) -> Iterator[Rig]:
    """Open a loopback board for the conformance suite, with far ends and numbers to dial."""
    with open_board(url) as board:
        if len(board.channels) < 2:
            raise BoardError(f"{url}: the suite needs 2 lines, found {len(board.channels)}")
        for channel in board.channels[2:]:
            channel.close()
        is_fxs = board.options.kind is LineKind.FXS
        far_ends: list[FarEnd] = [board.telephone(f"7000{n}") for n in range(2)]
        numbers = [channel.station.numbers[0] for channel in board.channels[:2]]
        dials = {} if is_fxs else answering_numbers(board)
        with tempfile.TemporaryDirectory() as folder:
            yield Rig(
                board=board, far_ends=far_ends, numbers=numbers, dials=dials,
                hang_up_time=3.0 if board.options.disconnect is Disconnect.TONE else 0.0,
                fax=None if is_fxs else FaxRoom(board, Path(folder)),
            )  # fmt: skip


class FaxRoom:
    """Two fax machines that answer, at 28 and 29, and one that calls."""

    number = "28"
    cutter = "29"

    def __init__(self, board: Switch, folder: Path) -> None:
        places = [folder / name for name in ("takes", "cuts", "calls")]
        for place in places:
            place.mkdir()
        cuts = FaxManner(hangs_up_in="C", hangs_up_after=1)
        self._takes = FaxMachine(board.telephone(self.number), places[0])
        self._cuts = FaxMachine(board.telephone(self.cutter), places[1], cuts)
        self._calls = FaxMachine(board.telephone(), places[2])
        self._takes.attend()
        self._cuts.attend()

    def send(self, number: str, path: Path) -> None:
        self._calls.clock.spawn(partial(self._calls.send, number, path), "fax calls")

    def received(self) -> list[Path]:
        return self._takes.files


def answering_numbers(board: Switch) -> dict[Outcome | AnsweredBy, str]:
    """People, machines and treatments at the numbers 21 to 27."""
    tone = board.exchange.plan.tone
    board.exchange.treat("22", tone("busy"), Cause.BUSY)
    board.exchange.treat("23", tone("congestion"), Cause.CONGESTION)
    board.exchange.treat("24", tone("sit"), Cause.UNALLOCATED)
    manners = {
        "21": Manner(rings=2, says=[babble(0.7)]),
        "25": Manner(rings=None),
        "26": Manner(says=[babble(5.0)], beeps=True),
        "27": Manner(is_fax=True),
    }
    for number, manner in manners.items():
        attend(board.telephone(number), manner)
    return {
        Outcome.CONNECTED: "21", AnsweredBy.VOICE: "21", Outcome.BUSY: "22",
        Outcome.CONGESTION: "23", Outcome.INTERCEPT: "24", Outcome.NO_ANSWER: "25",
        AnsweredBy.MACHINE: "26", AnsweredBy.FAX: "27",
    }  # fmt: skip
