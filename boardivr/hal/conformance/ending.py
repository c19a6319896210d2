"""The far end hangs up, or another thread says stop, at any point."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from boardivr.clock import Clock
from boardivr.hal import (
    CallEnded,
    Channel,
    Reason,
    State,
    Termination,
)
from boardivr.hal.conformance.cases import (
    BEAT,
    ROOM,
    Cases,
    ended,
    verbs,
)
from boardivr.hal.conformance.rig import FarEnd, Rig


class EndingCases(Cases):
    # the far end hangs up

    @pytest.mark.parametrize("verb", ["play", "get_digits", "record", "send_digits"])
    @pytest.mark.parametrize("at", [0.0, 0.1, 0.5])
    def test_far_end_hangs_up(
        self, rig: Rig, call: Channel, far: FarEnd, clock: Clock, tmp_path: Path,
        after: Callable[..., None], verb: str, at: float,
    ) -> None:  # fmt: skip
        """A lost line ends any verb at any moment, and everything after it."""
        after(at, far.hang_up)
        start = clock.now()

        with pytest.raises(CallEnded):
            verbs(call, tmp_path)[verb]()
        assert clock.now() - start < at + rig.hang_up_time + 3 * ROOM
        state = call.state
        with pytest.raises(CallEnded):
            call.play(BEAT)
        call.hang_up()
        assert (state, call.state) == (State.DISCONNECTED, State.ON_HOOK)

    def test_wait_for_hang_up(
        self, call: Channel, far: FarEnd, clock: Clock, after: Callable[..., None]
    ) -> None:
        """A thread can wait for the far end to go, or for its time to run out."""
        assert call.wait_for_hang_up(timeout=1.0) is False
        after(0.5, far.hang_up)

        assert call.wait_for_hang_up(timeout=5.0) is True
        assert call.state is State.DISCONNECTED

    # stop

    @pytest.mark.parametrize("verb", ["play", "get_digits", "record"])
    def test_stop(
        self, call: Channel, clock: Clock, tmp_path: Path, after: Callable[..., None], verb: str
    ) -> None:
        """Another thread can end an operation; the call goes on."""
        after(0.5, call.stop)
        start = clock.now()

        assert ended(verbs(call, tmp_path)[verb]()) == Reason.STOPPED
        assert clock.now() - start == pytest.approx(0.5, abs=ROOM)
        assert call.play(BEAT, until=Termination(max_time=0.2)) == Reason.MAX_TIME

    def test_stop_when_idle(self, call: Channel) -> None:
        """With no operation in progress stop does nothing, then or later."""
        call.stop()

        assert call.play(BEAT) == Reason.END_OF_DATA

    def test_wake(self, line: Channel, clock: Clock, after: Callable[..., None]) -> None:
        """From another thread, wake ends the wait for a call."""
        start = clock.now()
        after(1.0, line.wake)

        assert line.wait_for_call(timeout=20.0) is None
        assert clock.now() - start == pytest.approx(1.0, abs=ROOM)

    def test_wake_leaves_calls_alone(
        self, call: Channel, clock: Clock, after: Callable[..., None]
    ) -> None:
        """What goes on in a call isn't ended by wake."""
        after(0.5, call.wake)

        assert call.play(BEAT) == Reason.END_OF_DATA

    def test_stop_waiting(self, line: Channel, clock: Clock, after: Callable[..., None]) -> None:
        """Another thread can end the wait for a call."""
        after(0.5, line.stop)
        start = clock.now()

        assert line.wait_for_call(timeout=10.0) is None
        assert clock.now() - start == pytest.approx(0.5, abs=ROOM)
