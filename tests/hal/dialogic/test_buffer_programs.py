"""Programs on the buffer of digits, and on call analysis with tones of their own."""

from __future__ import annotations

from collections.abc import Callable

from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.loopback.station import Cause
from boardivr.media.tones import Step, Tone
from tests.hal.dialogic.conftest import Program


def test_digits(firmware_of: Callable[..., Firmware], run: Callable[..., Program]) -> None:
    """31 keys are kept, the first or the last; a key that acts on what plays isn't, then."""
    keys = "12345678901234567890123456789012345"

    assert run(firmware_of("analog=2", speed=10), "digits.c").output().splitlines() == [
        f"truncated: 31 kept, {keys[:31]}", f"cyclic: 31 kept, {keys[-31:]}",
        "ended by 1, volume 2", "acting: 1 kept, 5", "idle: 1 kept, 9",
    ]  # fmt: skip


def test_tones_of_its_own(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """A busy tone that the program defines is busy, once the channel is told.

    And 279 devices are counted, which takes some pages of the firmware's list.
    """
    firmware = firmware_of("analog=1&spans=4&country=us", speed=5)
    beeps = Step(sines=((1400.0, -15.0),), on=0.2, off=0.2)
    firmware.exchange.treat("22", Tone(name="beeps", steps=(beeps,)), Cause.BUSY)

    assert run(firmware, "progress.c", "22").output(60).splitlines() == [
        "busy before: 0", "busy untold: 0", "busy told: 1", "tone 253", "others: -1 -1 -1",
        "restored: 0", "spans 4, voice boards 31",
    ]  # fmt: skip
