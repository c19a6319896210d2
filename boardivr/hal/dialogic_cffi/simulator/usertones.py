"""Tones that a program has the board listen for, and those that it has it play."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.media.tones import Step, Tone

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
