"""Placing calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from boardivr.clock import Clock
from boardivr.hal import (
    AnsweredBy,
    Channel,
    ChannelStateError,
    Feature,
    Outcome,
    Reason,
    State,
)
from boardivr.hal.conformance.cases import (
    BEAT,
    Cases,
    need,
)
from boardivr.hal.conformance.rig import Rig


class DiallingCases(Cases):
    @pytest.mark.parametrize(
        "outcome",
        [Outcome.CONNECTED, Outcome.BUSY, Outcome.CONGESTION, Outcome.INTERCEPT, Outcome.NO_ANSWER],
    )
    def test_dial(self, rig: Rig, line: Channel, outcome: Outcome) -> None:
        """What becomes of a call that was placed is told; only a good one stays."""
        need(line, Feature.DIAL)
        if outcome not in rig.dials:
            pytest.skip(f"{line.name} has nobody to dial for: {outcome.value}")

        progress = line.dial(rig.dials[outcome], timeout=20.0)

        assert progress.outcome is outcome
        connected = outcome is Outcome.CONNECTED
        assert line.state is (State.CONNECTED if connected else State.ON_HOOK)
        if connected:
            assert line.play(BEAT) == Reason.END_OF_DATA
        line.hang_up()

    @pytest.mark.parametrize("who", [AnsweredBy.VOICE, AnsweredBy.MACHINE, AnsweredBy.FAX])
    def test_answered_by(self, rig: Rig, line: Channel, who: AnsweredBy) -> None:
        """A line that has only its ears tells who answered."""
        need(line, Feature.CPA)
        if who not in rig.dials:
            pytest.skip(f"{line.name} has no {who.value} to dial")

        progress = line.dial(rig.dials[who], timeout=20.0)

        assert progress.is_connected
        assert progress.answered_by is who
        line.hang_up()

    def test_dial_on_a_call(self, rig: Rig, call: Channel) -> None:
        """A line in conversation can't dial."""
        need(call, Feature.DIAL)
        with pytest.raises(ChannelStateError, match="not ON_HOOK"):
            call.dial("1")

    def test_stop_dialling(
        self, rig: Rig, line: Channel, clock: Clock, after: Callable[..., None]
    ) -> None:
        """Another thread can end dialling; the line is on-hook."""
        need(line, Feature.DIAL)
        if Outcome.NO_ANSWER not in rig.dials:
            pytest.skip(f"{line.name} has nobody who doesn't answer")
        after(6.0, line.stop)

        assert line.dial(rig.dials[Outcome.NO_ANSWER], timeout=30.0).outcome is Outcome.STOPPED
        assert line.state is State.ON_HOOK
