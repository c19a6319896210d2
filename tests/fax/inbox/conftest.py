from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from boardivr.fax.inbox.inbox import Inbox
from boardivr.fax.inbox.settings import InboxSection
from boardivr.fax.inbox.taking import Taken, take
from boardivr.hal.loopback import LoopbackBoard, open_board
from boardivr.hal.loopback.faxmachine import FaxMachine, FaxManner
from boardivr.hal.types import FaxOffer, FaxSettings
from boardivr.store import Store
from tests.manual_clock import ManualClock

SENDER = FaxSettings(ident="+86 10 6601", sub_address="42")


@dataclass
class Office:
    """An inbox, a line, and a machine that calls it."""

    board: LoopbackBoard
    inbox: Inbox
    folder: Path

    def takes(
        self,
        source: Path,
        manner: FaxManner = FaxManner(settings=SENDER),  # noqa: B008
        *,
        box: str = "",
        offers: tuple[FaxOffer, ...] = (),
    ) -> Taken:
        """Let a machine send a file; return what the inbox has of it."""
        machine = FaxMachine(self.board.telephone("6601"), self.folder, manner)
        line = self.board.channels[0]
        act = machine.poll if manner.settings.is_poll else partial(machine.send, path=source)
        self.board.clock.spawn(lambda: act(line.number), "fax calls")
        call = line.wait_for_call(timeout=20.0)
        assert call is not None
        line.answer()
        taken = take(
            self.inbox, line, FaxSettings(ident="95588"), call=call, call_id="c1", node="main",
            box=box, offers=offers,
        )  # fmt: skip
        line.clock.sleep(1.0)
        line.hang_up()
        line.clock.sleep(2.0)
        return taken


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "boardivr.db") as store:
        store.migrate()
        yield store


@pytest.fixture
def wall() -> ManualClock:
    return ManualClock()


@pytest.fixture
def office_of(
    tmp_path: Path, store: Store, wall: ManualClock
) -> Iterator[Callable[[InboxSection], Office]]:
    with ExitStack() as stack:

        def office_of(section: InboxSection) -> Office:
            board = stack.enter_context(
                open_board("loopback:?lines=1&kind=e1&time=virtual&telephones=2")
            )
            inbox = Inbox(store, section, tmp_path / "in", wall.wall, pin_cost=4)
            return Office(board, inbox, tmp_path)

        yield office_of
