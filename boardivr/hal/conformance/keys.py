"""Collecting keys, and sending them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from boardivr.clock import Clock
from boardivr.hal import (
    Channel,
    Digits,
    Reason,
    Termination,
)
from boardivr.hal.conformance.cases import (
    Cases,
    connect,
)
from boardivr.hal.conformance.rig import FarEnd, Rig


class KeyCases(Cases):
    @pytest.mark.parametrize(
        ("keys", "until", "collected", "reason"),
        [
            ("1234", Termination(max_digits=4, max_time=5.0), "1234", Reason.MAX_DIGITS),
            ("12#", Termination(digits="#", max_time=5.0), "12", Reason.DIGIT),
            (
                "12",
                Termination(max_digits=4, max_time=5.0, inter_digit=1.0),
                "12",
                Reason.INTER_DIGIT,
            ),
            ("", Termination(max_digits=4, max_time=2.0), "", Reason.MAX_TIME),
            ("", Termination(max_digits=4, max_time=5.0, first_digit=1.0), "", Reason.FIRST_DIGIT),
            ("0", Termination(max_digits=4, max_time=2.0, first_digit=1.0), "0", Reason.MAX_TIME),
            ("987654321*", Termination(digits="*", max_time=5.0), "987654321", Reason.DIGIT),
        ],
    )
    def test_get_digits(
        self, call: Channel, far: FarEnd, keys: str, until: Termination, collected: str,
        reason: Reason,
    ) -> None:  # fmt: skip
        """Collection ends by whichever condition is met first."""
        far.press(keys)

        digits = call.get_digits(until)

        assert (digits.keys, digits.reason) == (collected, reason)

    def test_every_key(self, call: Channel, far: FarEnd) -> None:
        """All sixteen keys are told apart."""
        far.press("0123456789*#ABCD")

        digits = call.get_digits(Termination(max_digits=16, max_time=5.0))

        assert digits == Digits("0123456789*#ABCD", Reason.MAX_DIGITS)

    def test_keys_while_collecting(
        self, call: Channel, far: FarEnd, after: Callable[..., None]
    ) -> None:
        """Keys pressed during collection are collected, a repeated one twice."""
        after(0.5, lambda: far.press("1155"))

        digits = call.get_digits(Termination(max_digits=4, max_time=5.0))

        assert digits.keys == "1155"

    def test_rest_stays(self, call: Channel, far: FarEnd) -> None:
        """What wasn't asked for stays in the buffer, in order."""
        far.press("12345")

        assert call.get_digits(Termination(max_digits=2, max_time=5.0)).keys == "12"
        assert call.get_digits(Termination(max_digits=3, max_time=5.0)).keys == "345"

    def test_needs_an_end(self, call: Channel) -> None:
        """A collection that could wait for ever is refused."""
        with pytest.raises(ValueError, match="max_time"):
            call.get_digits(Termination(max_digits=1))

    def test_send_digits(self, rig: Rig, clock: Clock) -> None:
        """Keys that are sent are heard at the far end; what isn't a key is refused."""
        channel = connect(rig, 0)
        thread = clock.spawn(partial(channel.send_digits, "1234567890"), "sender")
        clock.sleep(0.1)

        assert rig.far_ends[0].level(0.5) > -20.0
        clock.join(thread)
        with pytest.raises(ValueError, match="found"):
            channel.send_digits("12x")
