"""Random programs of lines and far ends: nothing wedges, nothing is left behind."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from boardivr.hal import (
    BoardError,
    CallEnded,
    Channel,
    ChannelStateError,
    Clip,
    Encoding,
    State,
    Termination,
    Unsupported,
)  # fmt: skip
from boardivr.hal.loopback import Fault, LoopbackBoard, Telephone, open_board
from boardivr.hal.loopback.channel import LoopbackChannel
from boardivr.hal.loopback.station import Hook

BEAT = Clip(data=(b"\x00\x20" * 8 + b"\x00\xe0" * 8) * 500, encoding=Encoding.LINEAR, name="beat")
LINES = 4
STEPS = 40
NUMBERS = ["95588", *(f"955880{n}" for n in range(1, 5)), *(f"700{n}" for n in range(4)), "404"]
EXPECTED = (CallEnded, ChannelStateError, Unsupported)
URLS = [
    "kind=fxo&disconnect=drop", "kind=fxo&disconnect=tone", "kind=fxo&country=gb",
    "kind=fxs", "kind=e1",
]  # fmt: skip


class Program:
    """Each line and each telephone does things at random, on a thread of its own."""

    def __init__(self, board: LoopbackBoard, folder: Path, seed: int) -> None:
        self.board = board
        self.folder = folder
        self.random = random.Random(seed)
        self.done: list[str] = []
        self.problems: list[BaseException] = []
        self.phones = [board.telephone(f"700{n}") for n in range(LINES)]

    def run(self) -> None:
        clock = self.board.clock
        threads = [
            clock.spawn(partial(self._work, acts), name)
            for name, acts in (
                *((line.name, self._line_acts(line)) for line in self.board.channels),
                *((phone.station.name, self._phone_acts(phone)) for phone in self.phones),
            )
        ]
        for thread in threads:
            clock.join(thread)

    def rest(self) -> None:
        """Everybody hangs up, and what was begun comes to its end."""
        for phone in self.phones:
            phone.hang_up()
        for line in self.board.channels:
            line.hang_up()
        self.board.clock.sleep(30.0)
        for line in self.board.channels:  # a bell that rang as it hung up
            line.hang_up()

    def _work(self, acts: list[Callable[[], object]]) -> None:
        mine = random.Random(self.random.random())
        for _ in range(STEPS):
            try:
                mine.choice(acts)()
                self.done.append("ok")
            except EXPECTED as error:
                self.done.append(type(error).__name__)
            except BaseException as error:
                self.problems.append(error)
                return

    def _line_acts(self, line: LoopbackChannel) -> list[Callable[[], object]]:
        r = self.random

        def take() -> None:
            if line.wait_for_call(timeout=r.uniform(0.0, 12.0)) is not None and r.random() < 0.8:
                line.answer()

        others: list[Channel] = [c for c in self.board.channels if c is not line]
        return [
            take, take, take,
            lambda: line.play(BEAT, BEAT, until=Termination(max_time=r.uniform(0.0, 3.0))),
            lambda: line.get_digits(Termination(max_digits=2, max_time=r.uniform(0.0, 3.0))),
            lambda: line.record(self.folder / f"{line.name}.wav", Termination(max_time=r.random())),
            lambda: line.send_digits(r.choice(NUMBERS)),
            line.hang_up,
            lambda: line.dial(r.choice(NUMBERS), timeout=r.uniform(1.0, 10.0)),
            lambda: line.reject(r.choice([17, 21, 34])),
            lambda: line.flash(r.uniform(0.1, 1.0)),
            lambda: line.bridge(r.choice(others)),
            line.unbridge,
            lambda: line.listen(r.choice([None, *others])),
            lambda: line.wait_for_hang_up(timeout=r.uniform(0.0, 3.0)),
            lambda: r.choice(others).stop(),
            lambda: line.fault(Fault(drop=r.random(), noise=-40.0, hang_up_after=r.random())),
            lambda: line.fault(Fault()),
        ]  # fmt: skip

    def _phone_acts(self, phone: Telephone) -> list[Callable[[], object]]:
        r = self.random

        def call() -> None:
            with suppress(BoardError):  # it is in a call already
                phone.call(r.choice(NUMBERS))
                phone.wait_for_answer(r.uniform(0.0, 10.0))

        return [
            call, call, call,
            lambda: phone.wait_for_ring(r.uniform(0.0, 5.0)) and phone.answer(),
            lambda: phone.press(r.choice(NUMBERS)),
            lambda: phone.say(BEAT),
            lambda: phone.listen(r.uniform(0.0, 3.0)),
            phone.flash, phone.hang_up, phone.hang_up, phone.look,
        ]  # fmt: skip


@pytest.mark.parametrize("options", URLS)
@pytest.mark.parametrize("seed", [0, 1, 2, 217, 228, 243])
def test_random_calls(tmp_path: Path, options: str, seed: int) -> None:
    """After any program every line is on-hook and free, every circuit and port given back."""
    with open_board(f"loopback:?lines={LINES}&time=virtual&{options}") as board:
        program = Program(board, tmp_path, seed)
        ports = board.engine.stats()["ports"]
        program.run()
        program.rest()

        assert program.problems == []
        assert len(program.done) == 2 * LINES * STEPS
        stations = [*(c.station for c in board.channels), *(p.station for p in program.phones)]
        assert all(s.call is s.held is None and s.hook is Hook.ON for s in stations)
        assert all(channel.state is State.ON_HOOK for channel in board.channels)
        circuits = board.exchange.circuits
        assert circuits.in_use == 0
        assert board.engine.stats()["ports"] == ports + circuits.idle
        assert works(board)


def works(board: LoopbackBoard) -> bool:
    """Whether a plain call can still be made on each line."""
    for n, line in enumerate(board.channels):
        phone = board.telephone()
        phone.call(f"955880{n + 1}")
        if line.wait_for_call(timeout=20.0) is None:
            return False
        line.answer()
        line.play(BEAT)
        if [entry.name for entry in phone.heard] != ["beat"]:
            return False
        line.hang_up()
        phone.close()
    return True
