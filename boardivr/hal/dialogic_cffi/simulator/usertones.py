"""Tones that a program has the board listen for, and those that it has it play."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from boardivr.errors import BoardIVRError
from boardivr.hal.dialogic_cffi.simulator.device import Refused
from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.media.events import Event
from boardivr.media.tones import Step, Tone

if TYPE_CHECKING:
    from boardivr.hal.dialogic_cffi.simulator.device import Device

FIRST_ID = 32
"""In the detector; below are the exchange's own tones."""

_TONE = struct.Struct("<14i")
_SEGMENT = struct.Struct("<6i")


@dataclass(frozen=True)
class UserTone:
    """``struct dlg_tone``: Hz, and times of 10 ms."""

    id: int
    low1: int
    high1: int
    low2: int
    high2: int
    on: int
    on_dev: int
    off: int
    off_dev: int
    repeats: int
    mode: int
    digit: int
    digit_type: int
    events: int

    @property
    def is_told_at_end(self) -> bool:
        return self.mode == value("TN_TRAILING")

    def spec(self, number: int) -> dict[str, object]:
        """Return what the detector listens for, as ``struct bi_cpt_tone``."""
        bands = [(self.low1, self.high1), (self.low2, self.high2)]
        hz = [(low + high) / 2 for low, high in bands if high]
        width = max((high - low) / 2 for low, high in bands if high)
        return {
            "id": FIRST_ID + number, "parts": len(hz), "hz": hz, "off_share": 0.0,
            "off_hz": max(width, 5.0), "cycles": max(1, min(self.repeats, 8)),
            "cadence_ms": [10 * self.on, 10 * self.off] if self.on else [],
            "least_ms": 60, "tells_end": 1,
        }  # fmt: skip


class ToneWatch:
    """The tones that a device listens for; used with the device's lock held."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._tones: list[UserTone] = []

    def use(self, tones: list[UserTone]) -> None:
        """Listen for these, and for no others.

        :raises Refused: one of them can't be told from the others, or from anything
        """
        before, self._tones = self._tones, tones
        try:
            self.listen()
        except BoardIVRError:
            self._tones = before
            raise Refused(value("EDX_FREQDET")) from None

    def listen(self) -> None:
        """Listen again, after something else was listened for."""
        self._device.port.listen_for([tone.spec(n) for n, tone in enumerate(self._tones)])

    def hear(self, event: Event) -> None:
        """Take in what the detector tells."""
        number = event.a - FIRST_ID
        if not 0 <= number < len(self._tones):
            return
        tone = self._tones[number]
        if event.b == 1 and not tone.is_told_at_end:
            self._begin(tone)
        elif event.b == 0:
            if tone.is_told_at_end:
                self._begin(tone)
            self._device.tell(value("DE_TONEOFF"), tone.id)
            running = self._device.running
            if running and running.until and running.until.tone_off == tone.id:
                self._device.stop(value("TM_TONE"))

    def _begin(self, tone: UserTone) -> None:
        self._device.tell(value("DE_TONEON"), tone.id)
        if tone.digit and chr(tone.digit) in "0123456789*#ABCD":
            self._device.port.put_digits(chr(tone.digit))
        running = self._device.running
        if running and running.until and running.until.tone_on == tone.id:
            self._device.stop(value("TM_TONE"))


def read_tones(data: bytes) -> list[UserTone]:
    return [UserTone(*fields) for fields in _TONE.iter_unpack(data)]


def read_generated(data: bytes, cycles: int) -> Tone:
    """Return what dx_playtone and dx_playtoneEx play.

    :param cycles: -1: for ever
    """
    steps = [_step(fields) for fields in _SEGMENT.iter_unpack(data)]
    if cycles > 1:
        steps = steps * cycles
    return Tone(name="generated", steps=tuple(steps), repeats=cycles < 0)


def _step(fields: Sequence[int]) -> Step:
    first, second, level1, level2, on, off = fields
    sines = [(float(first), float(level1))]
    if second:
        sines.append((float(second), float(level2)))
    return Step(sines=tuple(sines), on=inf if on < 0 else on / 100, off=max(off, 0) / 100)
