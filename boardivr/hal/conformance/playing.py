"""Playing, barge-in, type-ahead."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from boardivr.clock import Clock
from boardivr.hal import (
    Channel,
    Reason,
    Termination,
)
from boardivr.hal.conformance.cases import (
    BEAT,
    ROOM,
    Cases,
)
from boardivr.hal.conformance.rig import FarEnd, Rig


class PlayingCases(Cases):
    def test_play_to_the_end(self, call: Channel, clock: Clock) -> None:
        """A prompt that nothing interrupts is heard for its whole length."""
        start = clock.now()

        assert call.play(BEAT) == Reason.END_OF_DATA
        assert clock.now() - start == pytest.approx(2.0, abs=ROOM)

    def test_play_is_heard(self, rig: Rig, call: Channel, clock: Clock) -> None:
        """What is played reaches the far end."""
        thread = clock.spawn(partial(call.play, BEAT, BEAT), "player")
        clock.sleep(0.5)

        assert rig.far_ends[0].level(0.5) > -20.0
        clock.join(thread)

    def test_play_nothing(self, call: Channel) -> None:
        """Playing no clips ends at once."""
        assert call.play() == Reason.END_OF_DATA

    def test_barge_in(
        self, call: Channel, far: FarEnd, clock: Clock, after: Callable[..., None]
    ) -> None:
        """A key pressed while a prompt plays cuts it, and is kept."""
        start = clock.now()
        after(0.5, lambda: far.press("1"))

        assert call.play(BEAT) == Reason.MAX_DIGITS
        assert clock.now() - start == pytest.approx(0.5, abs=ROOM)
        assert call.get_digits(Termination(max_digits=1, max_time=1.0)).keys == "1"

    def test_type_ahead(self, call: Channel, far: FarEnd, clock: Clock) -> None:
        """Keys typed ahead cut the next prompt before it starts, and are kept."""
        far.press("12")
        start = clock.now()

        assert call.play(BEAT) == Reason.MAX_DIGITS
        assert clock.now() - start < ROOM
        assert call.get_digits(Termination(max_digits=2, max_time=1.0)).keys == "12"

    def test_chosen_keys_cut(self, call: Channel, far: FarEnd, after: Callable[..., None]) -> None:
        """With a set of keys, only those cut a prompt; the others are kept all the same."""
        after(0.3, lambda: far.press("5#"))

        assert call.play(BEAT, until=Termination(digits="#")) == Reason.DIGIT
        assert call.get_digits(Termination(digits="#", max_time=1.0)).keys == "5"

    def test_deaf_play(self, call: Channel, far: FarEnd, after: Callable[..., None]) -> None:
        """With no condition, a prompt is heard to its end, and keys wait."""
        after(0.3, lambda: far.press("5"))

        assert call.play(BEAT, until=Termination()) == Reason.END_OF_DATA
        assert call.get_digits(Termination(max_digits=1, max_time=1.0)).keys == "5"

    def test_play_max_time(self, call: Channel, clock: Clock) -> None:
        """A prompt ends when its time is up."""
        start = clock.now()

        assert call.play(BEAT, until=Termination(max_time=1.0)) == Reason.MAX_TIME
        assert clock.now() - start == pytest.approx(1.0, abs=ROOM)

    def test_clear_digits(self, call: Channel, far: FarEnd) -> None:
        """Forgotten keys don't cut the next prompt."""
        far.press("12")
        call.clear_digits()

        assert call.play(BEAT) == Reason.END_OF_DATA
