"""What is left behind: nothing."""

from __future__ import annotations

import threading

from boardivr.hal import (
    State,
    Termination,
)
from boardivr.hal.conformance.cases import (
    BEAT,
    Cases,
    connect,
)
from boardivr.hal.conformance.rig import Rig


class LeakCases(Cases):
    def test_many_calls(self, rig: Rig) -> None:
        """Twenty calls in a row leave no thread, and the line as it was."""
        threads = threading.active_count()
        for _ in range(20):
            channel = connect(rig, 0)
            channel.play(BEAT, until=Termination(max_time=0.1))
            channel.hang_up()
            rig.far_ends[0].hang_up()

        assert threading.active_count() <= threads
        assert channel.state is State.ON_HOOK

    def test_close(self, rig: Rig) -> None:
        """Closing a board with a call on it puts every line on-hook; it is safe to repeat."""
        channel = connect(rig, 0)
        rig.board.close()
        rig.board.close()

        assert channel.state is State.CLOSED
        assert all(c.state is State.CLOSED for c in rig.board.channels)
