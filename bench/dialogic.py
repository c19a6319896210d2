"""A soak of the Dialogic driver: random calls and verbs on 30 simulated lines, faster than life.

What is looked for: lines that wedge, and what is left behind (threads, files, memory).
``BOARDIVR_SOAK=24`` asks for so many simulated hours; else a minute of real time.
"""

from __future__ import annotations

import collections
import logging
import os
import random
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from boardivr.hal import BoardError, CallEnded, Channel, Clip, Encoding, Feature, State, Termination
from boardivr.hal.dialogic_cffi.opening import open_board
from boardivr.hal.dialogic_cffi.simulator.board import SimulatedBoard
from boardivr.hal.loopback.telephone import Telephone

LINES = 30
SPEED = int(os.environ.get("BOARDIVR_SOAK_SPEED", "20"))
HOURS = float(os.environ.get("BOARDIVR_SOAK", SPEED / 60))
URL = f"dialogic:sim?lines={LINES}&kind=e1&speed={SPEED}&far_ends=40"
WORD = Clip(data=b"\xd5\x55" * 6000, encoding=Encoding.ALAW, name="word")


class Soak:
    def __init__(self, board: SimulatedBoard, folder: Path) -> None:
        self.board = board
        self.folder = folder
        self.end = board.clock.now() + HOURS * 3600
        self.counts: collections.Counter[str] = collections.Counter()
        self.problems: list[str] = []

    @property
    def goes_on(self) -> bool:
        return self.board.clock.now() < self.end

    def line(self, index: int) -> None:
        """Take calls, and do this and that in them."""
        channel, dice = self.board.channels[index], random.Random(index)
        while self.goes_on:
            try:
                if channel.wait_for_call(timeout=10.0) is not None:
                    self.converse(channel, dice)
            except CallEnded:
                self.counts["hung up on"] += 1
            except BoardError as error:
                self.problems.append(str(error))
                self.counts["failed"] += 1
            with suppress(BoardError):
                channel.hang_up()

    def converse(self, channel: Channel, dice: random.Random) -> None:
        if dice.random() < 0.1:
            channel.reject(dice.choice([17, 21, 34]))
            return
        channel.answer()
        self.counts["calls"] += 1
        for _ in range(dice.randint(1, 8)):
            self.verb(channel, dice)
            self.counts["verbs"] += 1

    def verb(self, channel: Channel, dice: random.Random) -> None:
        what = dice.randrange(7)
        if what < 2:
            channel.play(*[WORD] * dice.randint(1, 6))
        elif what == 2:
            channel.get_digits(Termination(max_digits=4, max_time=6.0, inter_digit=2.0))
        elif what == 3:
            file = self.folder / f"{channel.name}{dice.choice(['.wav', '.alaw.wav', '.vox'])}"
            channel.record(file, Termination(max_time=dice.uniform(0.5, 4.0), max_silence=2.0))
        elif what == 4:
            channel.send_digits("".join(dice.choices("0123456789*#", k=6)))
        elif what == 5:
            timer = threading.Timer(dice.random() / SPEED, channel.stop)
            timer.start()
            channel.play(WORD, WORD, until=Termination())
            timer.join()
        else:
            other = dice.choice(self.board.channels)
            if other is not channel and other.state is State.CONNECTED and Feature.ROUTING:
                channel.listen(other)
                channel.wait_for_hang_up(timeout=1.0)
                channel.listen(None)

    def caller(self, index: int) -> None:
        """Call a line again and again, and hang up at any moment."""
        phone: Telephone = self.board.telephone(f"7{index:03}")
        dice = random.Random(1000 + index)
        while self.goes_on:
            phone.call(self.board.lines[index].number)
            with suppress(CallEnded):
                if phone.wait_for_answer():
                    for _ in range(dice.randint(0, 4)):
                        phone.listen(dice.uniform(0.0, 6.0))
                        phone.press("".join(dice.choices("0123456789*#", k=dice.randint(1, 5))))
            phone.hang_up()
            phone.log.clear()
            phone.clock.sleep(dice.uniform(0.1, 2.0))


def resident() -> int:
    """Return this process's memory, KB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def left_behind() -> dict[str, int]:
    """Return what could be left behind: threads, open files, memory."""
    files = len(os.listdir("/proc/self/fd"))
    return {"threads": threading.active_count(), "files": files, "memory_kb": resident()}


def main() -> dict[str, object]:
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        board = open_board(URL)
        assert isinstance(board, SimulatedBoard)
        before, began = left_behind(), time.monotonic()
        soak = Soak(board, Path(folder))
        work = [soak.line] * LINES + [soak.caller] * LINES
        threads = [
            threading.Thread(target=act, args=(index % LINES,)) for index, act in enumerate(work)
        ]
        for thread in threads:
            thread.start()
        quarter: dict[str, int] = {}
        while any(thread.is_alive() for thread in threads):
            time.sleep(1.0)
            if not quarter and board.clock.now() > soak.end - 0.75 * HOURS * 3600:
                quarter = left_behind()
        took, after = time.monotonic() - began, left_behind()
        simulated = board.clock.now()
        idle = sum(channel.state is State.ON_HOOK for channel in board.channels)
        board.close()
    return {
        "lines": LINES, "speed": SPEED, "simulated_hours": simulated / 3600, "minutes": took / 60,
        **soak.counts, "problems": dict(collections.Counter(soak.problems).most_common(3)),
        "lines_on_hook_at_the_end": idle, "before": before, "at_a_quarter": quarter,
        "after": after,
    }  # fmt: skip
