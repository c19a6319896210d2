from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from boardivr.calls.record import Ending
from boardivr.store import Store
from boardivr.store.calls import CallArchive
from boardivr.store.lock import NodeLock

CALLS_UNTIL_KILLED = """
import itertools, sys
from pathlib import Path
from boardivr.calls.record import Ending
from boardivr.calls.session import CallSession
from boardivr.clock import SystemClock
from boardivr.store import Store
from boardivr.store.calls import CallWriter
from boardivr.store.lock import NodeLock
from boardivr.store.parameters import LiveParameters
from boardivr.store.writer import GroupWriter

path, clock = Path(sys.argv[1]), SystemClock()
lock = NodeLock(path, "main")
store = Store(path)
store.migrate()
writer, live = GroupWriter(store, max_rows=20), LiveParameters(store, clock)
for number in itertools.count(1):
    session = CallSession(sink=CallWriter(writer), switches=live, clock=clock,
                          node="main", board="lb", channel="lb0-1")
    session.answered(flow="bank")
    for step in range(3):
        session.step("play", {"number": step})
    if number % 10 == 0:
        writer.flush()
        print(number, flush=True)
    if number == int(sys.argv[2]):
        sys.stdin.read()  # the caller thinks
    session.end(Ending.WE_HUNG_UP)
"""


@pytest.mark.parametrize("waits", [False, True])
def test_killed_in_the_middle_of_calls(tmp_path: Path, waits: bool) -> None:
    """After a SIGKILL everything that was committed is whole.

    The call that was going on is ended as "appliance stopped", and the node's
    place is free again. Killed while it writes, and while it waits for its caller.
    """
    path = tmp_path / "boardivr.db"
    process = subprocess.Popen(
        [sys.executable, "-c", CALLS_UNTIL_KILLED, str(path), str(50 if waits else 0)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    with process.stdin, process.stdout:
        # Every number tells of a flush, with the call of that number still going on.
        flushed = [int(process.stdout.readline()) for _ in range(5)][-1]
        process.kill()
    process.wait()

    with NodeLock(path, "main"), Store(path) as store:
        archive = CallArchive(store)
        assert store.row("pragma integrity_check") == {"integrity_check": "ok"}
        was_open = archive.end_open("main")
        calls = archive.recent(1_000_000)
        stopped = [call for call in calls if call.ending is Ending.APPLIANCE_STOPPED]

        assert len(calls) == flushed if waits else len(calls) >= flushed
        assert len(stopped) == was_open
        assert was_open == 1 if waits else was_open <= 1
        assert all(call.ended is not None for call in calls)
        for call in set(call.id for call in calls) - {call.id for call in stopped}:
            assert [step.number for step in archive.steps(call)] == [1, 2, 3]
        assert all(
            call.ending is Ending.WE_HUNG_UP and call.flow == "bank"
            for call in calls
            if call not in stopped
        )
