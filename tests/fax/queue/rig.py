"""A queue with its desk on a loopback board in virtual time, and fax machines to call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from boardivr.calls.answering import Attendant, Reception
from boardivr.fax.queue.desk import FaxDesk
from boardivr.fax.queue.job import FaxJob
from boardivr.fax.queue.order import FaxOrder
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.settings import FaxSection
from boardivr.hal.loopback.board import LoopbackBoard, open_board
from boardivr.hal.loopback.faxmachine import PLAIN, FaxMachine, FaxManner
from boardivr.store import Store
from boardivr.store.lock import NodeLock

URL = "loopback:?lines={lines}&kind={kind}&time=virtual&start=2026-09-21T08:00:00&telephones=4"


class Rig:
    def __init__(self, board: LoopbackBoard, queue: FaxQueue, desk: FaxDesk, folder: Path) -> None:
        self.board = board
        self.clock = board.clock
        self.queue = queue
        self.desk = desk
        self.folder = folder
        self.log = queue.log
        self.attendants: list[Attendant] = []

    def machine(self, number: str, manner: FaxManner = PLAIN) -> FaxMachine:
        """A machine that attends to a number."""
        folder = self.folder / f"at-{number}"
        folder.mkdir(exist_ok=True)
        machine = FaxMachine(self.board.telephone(number), folder, manner)
        machine.attend()
        return machine

    def letter(self, pages: int = 1, name: str = "letter") -> Path:
        path = self.folder / f"{name}.txt"
        path.write_text("\f".join(f"{name}: page {page + 1}\n" for page in range(pages)))
        return path

    def send(self, *numbers: str, pages: int = 1, **more: object) -> list[FaxJob]:
        order = FaxOrder(files=(self.letter(pages),), numbers=numbers, **more)  # type: ignore[arg-type]
        return self.queue.submit(order)

    def until(self, ready: Callable[[], bool], within: float = 300.0) -> None:
        """Let time pass until something is so."""
        for _ in range(int(within)):
            if ready():
                return
            self.clock.sleep(1.0)
        raise AssertionError("it never came")

    def finish(self, *jobs: FaxJob, within: float = 7200.0) -> list[FaxJob]:
        """Wait until jobs are over; return them."""
        left = within
        while left > 0 and not all(self.queue.job(job.id).state.is_final for job in jobs):
            self.clock.sleep(5.0)
            left -= 5.0
        return [self.queue.job(job.id) for job in jobs]


@contextmanager
def rig(folder: Path, section: FaxSection, *, lines: int = 2, kind: str = "e1") -> Iterator[Rig]:
    with (
        Store(folder / "boardivr.db") as store,
        NodeLock(store.path, "main"),
        open_board(URL.format(lines=lines, kind=kind)) as board,
    ):
        if not store.applied():
            store.migrate()
        queue = FaxQueue(store, section, folder / "out", board.clock.wall)
        queue.recover("main")
        desk = FaxDesk(queue, "main")
        made = Rig(board, queue, desk, folder)
        reception = Reception(
            flow_for=lambda channel, dnis: None,
            services=lambda flow, session: None,  # type: ignore[arg-type,return-value]
            open_session=lambda channel, call: None,  # type: ignore[arg-type,return-value]
        )
        for channel in board.channels:
            attendant = Attendant(channel, reception, desk)
            made.attendants.append(attendant)
            board.clock.spawn(attendant.work, channel.name)
        desk.start(board, made.attendants)
        try:
            yield made
        finally:
            desk.stop()
            for attendant in made.attendants:
                attendant.stop()
            desk.cut()
