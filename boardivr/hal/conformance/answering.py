"""Calls that come in, and verbs in the wrong state."""

from __future__ import annotations

from pathlib import Path

import pytest

from boardivr.clock import Clock
from boardivr.hal import (
    CallEnded,
    Channel,
    ChannelStateError,
    Feature,
    State,
    Termination,
    Unsupported,
)
from boardivr.hal.conformance.cases import (
    ROOM,
    Cases,
    connect,
    need,
    verbs,
)
from boardivr.hal.conformance.rig import Rig


class AnsweringCases(Cases):
    # answering

    def test_no_call(self, line: Channel, clock: Clock) -> None:
        """Without a caller, waiting gives None when its time is up."""
        start = clock.now()

        assert line.wait_for_call(timeout=3.0) is None
        assert clock.now() - start == pytest.approx(3.0, abs=ROOM)
        assert line.state is State.ON_HOOK

    def test_answer(self, rig: Rig, line: Channel) -> None:
        """A call is offered, answered and hung up, and the line is on-hook again."""
        rig.far_ends[0].call(rig.numbers[0])

        assert line.wait_for_call(timeout=20.0) is not None
        states = [line.state]
        line.answer()
        states.append(line.state)
        line.hang_up()
        assert [*states, line.state] == [State.RINGING, State.CONNECTED, State.ON_HOOK]

    def test_ani(self, rig: Rig, line: Channel) -> None:
        """An offered call tells who calls."""
        need(line, Feature.ANI)
        if rig.ani is None:
            pytest.skip("the far end's own number isn't known")
        rig.far_ends[0].call(rig.numbers[0], ani=rig.ani)

        call = line.wait_for_call(timeout=20.0)

        assert call is not None
        assert call.ani == rig.ani

    def test_dnis(self, rig: Rig, line: Channel) -> None:
        """An offered call tells which number was called."""
        need(line, Feature.DNIS)
        rig.far_ends[0].call(rig.numbers[0])

        call = line.wait_for_call(timeout=20.0)

        assert call is not None
        assert call.dnis == rig.numbers[0]

    def test_reject(self, rig: Rig, line: Channel) -> None:
        """A refused call leaves the line on-hook and ready for the next one."""
        need(line, Feature.REJECT)
        rig.far_ends[0].call(rig.numbers[0])
        line.wait_for_call(timeout=20.0)

        line.reject(cause=17)

        assert line.state is State.ON_HOOK
        rig.far_ends[0].hang_up()
        rig.far_ends[0].call(rig.numbers[0])
        assert line.wait_for_call(timeout=20.0) is not None

    def test_reject_unsupported(self, rig: Rig, line: Channel) -> None:
        """What a line can't do is refused by name, before anything happens."""
        if Feature.REJECT in line.features:
            pytest.skip(f"{line.name} can reject")
        rig.far_ends[0].call(rig.numbers[0])
        line.wait_for_call(timeout=20.0)

        with pytest.raises(Unsupported, match="reject"):
            line.reject()
        assert line.state is State.RINGING

    def test_caller_gives_up(self, rig: Rig, line: Channel) -> None:
        """Answering after the caller hung up ends the call, and the line is usable."""
        rig.far_ends[0].call(rig.numbers[0])
        line.wait_for_call(timeout=20.0)
        rig.far_ends[0].hang_up()

        with pytest.raises(CallEnded):
            line.answer()
        line.hang_up()
        assert connect(rig, 0).state is State.CONNECTED

    # states

    @pytest.mark.parametrize("verb", ["play", "get_digits", "record", "send_digits", "answer"])
    def test_on_hook(self, line: Channel, verb: str, tmp_path: Path) -> None:
        """A verb on an on-hook line is refused, not silently dropped."""
        with pytest.raises(ChannelStateError, match="ON_HOOK"):
            verbs(line, tmp_path)[verb]()

    def test_hang_up_twice(self, rig: Rig, call: Channel) -> None:
        """Hanging up is safe to repeat, and the line takes the next call."""
        call.hang_up()
        call.hang_up()
        rig.far_ends[0].hang_up()

        assert connect(rig, 0).state is State.CONNECTED

    def test_keys_end_with_the_call(self, rig: Rig, call: Channel) -> None:
        """Keys of one call never get into the next."""
        rig.far_ends[0].press("77")
        call.hang_up()
        rig.far_ends[0].hang_up()
        channel = connect(rig, 0)

        assert channel.get_digits(Termination(max_digits=1, max_time=1.0)).keys == ""
