"""Programs that use the newer conferencing, and the functions that connect devices."""

from __future__ import annotations

from collections.abc import Callable

from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.loopback.farends import babble
from tests.hal.dialogic.conftest import Program

HEARD = [
    "context 1", "opened cnfB1C1 1", "twins: ECNF_INVALID_PARM", "added cnfB1P1",
    "added cnfB1P2", "added cnfB1P3",
    "parties 3, 1", "parties left 57 of 60", "dxxxB1C2 heard 47, expected 47",
    "dxxxB1C3 heard 47, expected 47", "digit 64 of the first 1", "twice: ECNF_INVALID_STATE",
    "dxxxB1C1 heard 58, expected 58", "outside: 0 keys", "disconnected: 0 keys",
    "again -1, EDEV_NOTCONNECTED", "coach: ECNF_UNSUPPORTED_FUNC",
    "closed: -1 ECNF_INVALID_HANDLE", "parties too: -1",
]  # fmt: skip


def test_a_conference(firmware_of: Callable[..., Firmware], run: Callable[..., Program]) -> None:
    """Three channels hear each other's digits; who left, or is disconnected, hears nothing."""
    assert run(firmware_of("analog=0&ip=3"), "cnf.c").output(40).splitlines() == HEARD


def test_what_a_dead_program_had_is_closed(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """A program that ended without closing leaves the whole board to the next."""
    firmware = firmware_of("analog=0&ip=3")
    assert run(firmware, "cnf.c", "leave").output(20).splitlines()[-1] == "left"

    assert run(firmware, "cnf.c").output(40).splitlines() == HEARD


def test_devices(firmware_of: Callable[..., Firmware], run: Callable[..., Program]) -> None:
    """The physical board, half duplex, and coders; what can't be says why."""
    firmware = firmware_of("analog=2&spans=1&ip=1")

    assert run(firmware, "devices.c").output(40).splitlines() == [
        "boards -1 EBRD_BUFFERTOOSMALL of 1", "dxxxB1 is on brdB1 0", "dxxxB99 -1 1",
        "alive -1 EBRD_SENDALIVENOTENABLED 0 0 0 -1", "too few -1, all 0 1", "jack 0 1, -1",
        "keys 2 and 0", "type -1 EDEV_INVALIDCONNTYPE, itself -1 EDEV_INVALIDDEVICEHANDLE",
        "coder of a voice channel -1 EDEV_INVALIDDEVICEHANDLE", "event 1 1", "reserved 1 of 1",
        "G.729 -1 EDEV_IPM_SUBSYSTEMERR", "twice -1 EDEV_INVALIDSTATE",
    ]  # fmt: skip


def test_calls_meet_in_a_conference(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """What one caller says the other hears, from a party to the line; the talker is told."""
    firmware = firmware_of("analog=0&ip=2&country=us")
    program = run(firmware, "cnfcalls.c")
    phones = [firmware.telephone(f"700{n}") for n in (1, 2)]
    for n, phone in enumerate(phones):
        phone.call(f"955880{n + 1}")
        assert phone.wait_for_answer(20)
    phones[0].listen(0.5)

    firmware.clock.spawn(lambda: phones[1].say(babble(2.0)), "speaks")
    assert phones[0].level(1.0) > -30
    phones[0].listen(1.5)
    phones[0].hang_up()

    lines = program.output(20).splitlines()
    assert lines == ["talking 1, the second 1", "asked 1, the second 1", "done"]
