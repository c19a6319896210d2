"""Bridging and listening."""

from __future__ import annotations

from boardivr.clock import Clock
from boardivr.hal import (
    Feature,
    Reason,
    Termination,
)
from boardivr.hal.conformance.cases import (
    BEAT,
    Cases,
    connect,
    need,
    saying,
)
from boardivr.hal.conformance.rig import Rig


class RoutingCases(Cases):
    def test_bridge(self, rig: Rig, clock: Clock) -> None:
        """Bridged, each far end hears the other; parted, neither."""
        need(rig.board.channels[0], Feature.ROUTING)
        one, two = connect(rig, 0), connect(rig, 1)
        with saying(rig.far_ends[0], clock):
            assert rig.far_ends[1].level(0.5) < -60.0
            one.bridge(two)
            clock.sleep(0.1)
            assert rig.far_ends[1].level(0.5) > -20.0
            one.unbridge()
            clock.sleep(0.1)
            assert rig.far_ends[1].level(0.5) < -60.0
        one.hang_up()
        two.hang_up()

    def test_bridge_ends_with_a_call(self, rig: Rig, clock: Clock) -> None:
        """When one of two bridged calls ends, the other goes on alone."""
        need(rig.board.channels[0], Feature.ROUTING)
        one, two = connect(rig, 0), connect(rig, 1)
        one.bridge(two)
        rig.far_ends[0].hang_up()

        assert one.wait_for_hang_up(timeout=2.0 + rig.hang_up_time)
        one.hang_up()
        assert two.play(BEAT) == Reason.END_OF_DATA
        two.hang_up()

    def test_conceal(self, rig: Rig, clock: Clock) -> None:
        """While a secret is keyed, nobody else in the call hears it; it is collected."""
        need(rig.board.channels[0], Feature.ROUTING)
        one, two = connect(rig, 0), connect(rig, 1)
        one.bridge(two)
        one.conceal(True)
        with saying(rig.far_ends[0], clock):
            clock.sleep(0.1)
            assert rig.far_ends[1].level(0.5) < -60.0
        rig.far_ends[0].press("12")
        assert (
            one.get_digits(Termination(max_digits=2, first_digit=5.0, inter_digit=3.0)).keys == "12"
        )
        one.conceal(False)
        with saying(rig.far_ends[0], clock):
            clock.sleep(0.2)
            assert rig.far_ends[1].level(0.5) > -20.0
        one.hang_up()
        two.hang_up()

    def test_listen(self, rig: Rig, clock: Clock) -> None:
        """A listener hears a call without being heard in it."""
        need(rig.board.channels[0], Feature.ROUTING)
        one, two = connect(rig, 0), connect(rig, 1)
        two.listen(one)
        with saying(rig.far_ends[0], clock):
            clock.sleep(0.1)
            assert rig.far_ends[1].level(0.5) > -20.0
        with saying(rig.far_ends[1], clock):
            clock.sleep(0.1)
            assert rig.far_ends[0].level(0.5) < -60.0
        two.listen(None)
        one.hang_up()
        two.hang_up()
