"""A program that receives fax after fax until it is killed; started by ``test_kill.py``.

For each line on stdin (a folder, and seconds) it forks a process that works there, and
kills that so many seconds after its first call. What the *sender* was told as
confirmed is in ``told``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from boardivr.fax.inbox.inbox import Inbox
from boardivr.fax.inbox.settings import InboxSection
from boardivr.fax.inbox.taking import take
from boardivr.hal.loopback import open_board
from boardivr.hal.types import FaxSettings
from boardivr.store import Store
from tests.manual_clock import ManualClock


def receive(folder: Path) -> None:
    """Receive faxes without end; the sender's ident is the fax's number."""
    told = os.open(folder / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Store(folder / "boardivr.db") as store:
        inbox = Inbox(store, InboxSection(), folder / "in", ManualClock().wall)
        board = open_board("loopback:?lines=1&kind=e1&time=virtual&telephones=2")
        phone, line = board.telephone("6601"), board.channels[0]
        for number in range(int(time.monotonic() * 1000) % 10**8 * 1000, 10**12):
            phone_sends(phone, line.number, folder / "out.tif", number, told)
            call = line.wait_for_call()
            assert call is not None
            line.answer()
            (folder / "begun").touch()
            take(inbox, line, FaxSettings(), call=call, node="main")
            line.hang_up()
            line.clock.sleep(2.0)


def phone_sends(phone, to: str, source: Path, number: int, told: int) -> None:  # type: ignore[no-untyped-def]
    def send() -> None:
        phone.call(to)
        phone.wait_for_answer()
        phone.send_fax(
            source,
            FaxSettings(ident=str(number)),
            on_page=lambda pages: os.write(told, f"{number} {pages}\n".encode()),
        )
        phone.hang_up()

    phone.clock.spawn(send, "sends")


def main() -> None:
    print("ready", flush=True)
    for line in sys.stdin:
        name, seconds = line.rsplit(" ", 1)
        child = os.fork()
        if child == 0:
            receive(Path(name))
        begun = Path(name, "begun")
        while not begun.exists():  # a busy machine takes its time
            time.sleep(0.01)
        begun.unlink()
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print("killed", flush=True)


if __name__ == "__main__":
    main()
