"""A program with a station board runs on the simulated boards."""

from __future__ import annotations

from collections.abc import Callable

from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.loopback.farends import babble
from tests.hal.dialogic.conftest import Program


def test_a_caller_and_two_stations(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """Three hear each other; one hangs up, one may only listen; then it is over for all."""
    firmware = firmware_of("analog=1&country=us")
    program = run(firmware, "stations.c")
    caller, one, two = (firmware.telephone(number) for number in ("7001", "8001", "8002"))
    assert program.process.stdout is not None

    caller.call("9558801")
    for handset in (one, two):
        assert handset.wait_for_ring(20)
        handset.answer()
    assert caller.wait_for_answer(10)
    assert program.process.stdout.readline() == "3 parties: station station slot\n"
    caller.listen(0.2)
    speaks = firmware.clock.spawn(lambda: caller.say(babble(1.5)), "the caller speaks")
    assert one.level(0.6) > -30
    assert two.level(0.6) > -30
    firmware.clock.join(speaks)
    speaks = firmware.clock.spawn(lambda: two.say(babble(1.0)), "a station speaks")
    assert caller.level(0.7) > -30
    firmware.clock.join(speaks)

    one.hang_up()
    assert program.process.stdout.readline() == "station 1 hangs up\n"
    assert program.process.stdout.readline() == "2 parties: station listens slot\n"
    speaks = firmware.clock.spawn(lambda: two.say(babble(1.0)), "nobody hears it")
    assert caller.level(0.7) < -60
    firmware.clock.join(speaks)
    two.hang_up()

    assert program.output().splitlines() == ["station 2 hangs up", "room for 60"]
    assert caller.wait_for_end(10)
