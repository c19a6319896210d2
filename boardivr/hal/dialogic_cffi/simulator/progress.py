"""Tones of call analysis, as the program has changed them: dx_chgfreq() and its like."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from boardivr.errors import BoardIVRError
from boardivr.hal.dialogic_cffi.simulator.device import Refused
from boardivr.hal.dialogic_cffi.simulator.ports import VoicePort
from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.media import tonespec
from boardivr.media.tones import TonePlan
from boardivr.media.tonetables import MEANINGS, ProgressTone

NAMES = {
    value("TID_DIAL_LCL"): "dial",
    value("TID_RNGBK1"): "ringback",
    value("TID_BUSY1"): "busy",
    value("TID_BUSY2"): "congestion",
}
"""What the exchange's plan calls the tones that it has."""

OTHERS = {
    value("TID_DIAL_INTL"): ProgressTone.DIAL,
    value("TID_DIAL_XTRA"): ProgressTone.DIAL,
    value("TID_RNGBK2"): ProgressTone.RINGBACK,
}
"""What tones mean that there are only where a program defines them."""

MOST_CYCLES = 8

_TONE = struct.Struct("<9i")


@dataclass(frozen=True)
class Change:
    """``struct dlg_progress``: Hz, and times of 10 ms; -1: as it was.

    How far a time may be off is the detector's own affair.
    """

    id: int
    hz1: int
    off1: int
    hz2: int
    off2: int
    on: int
    off: int
    cycles: int
    spare: int

    def apply(self, spec: dict[str, object]) -> dict[str, object]:
        """Return a tone, as ``struct bi_cpt_tone``, with what has been changed."""
        changed = dict(spec)
        if self.hz1 >= 0:
            hz = [float(one) for one in (self.hz1, self.hz2) if one > 0]
            room = max(self.off1, self.off2 if self.hz2 > 0 else 0, 5)
            changed |= {"hz": hz, "parts": len(hz), "off_hz": float(room), "off_share": 0.0}
        if self.on >= 0:
            changed["cadence_ms"] = [10 * self.on, 10 * self.off] if self.off > 0 else []
        if self.cycles >= 0:
            changed["cycles"] = max(1, min(self.cycles, MOST_CYCLES))
        return changed


class ProgressTones:
    """What a channel's call analysis listens for: the exchange's tones, and the changes."""

    def __init__(self, plan: TonePlan) -> None:
        self._specs = _specs(plan, [])
        self._plan = plan

    def change(self, changes: Sequence[Change], port: VoicePort) -> None:
        """Take the changes of a program, all of them.

        :raises Refused: they leave a tone that can't be told from the others
        """
        specs = _specs(self._plan, changes)
        try:
            port.listen_for(specs)
        except BoardIVRError:
            raise Refused(value("EDX_FREQDET")) from None
        self._specs = specs

    def listen(self, port: VoicePort) -> None:
        port.listen_for(self._specs)

    @property
    def ringback(self) -> tuple[float, float]:
        """Seconds that it sounds, and is silent, at the end of a cycle."""
        for spec in self._specs:
            cadence = spec["cadence_ms"]
            if spec["id"] == ProgressTone.RINGBACK and isinstance(cadence, list) and cadence:
                return cadence[0] / 1000, cadence[-1] / 1000
        return 0.0, 0.0


def _specs(plan: TonePlan, changes: Sequence[Change]) -> list[dict[str, object]]:
    by_id = {change.id: change for change in changes}
    by_name = {name: by_id[id] for id, name in NAMES.items() if id in by_id}
    specs = []
    for heard in tonespec.heard(plan):
        name = plan.tones[heard["id"]].name
        spec: dict[str, object] = {**heard, "id": MEANINGS[name]}
        specs.append(by_name[name].apply(spec) if name in by_name else spec)
    for id, meaning in OTHERS.items():
        if id in by_id and by_id[id].hz1 > 0:
            specs.append(by_id[id].apply({"id": meaning, "cadence_ms": [], "cycles": 1}))
    return specs


def read_changes(data: bytes) -> list[Change]:
    return [Change(*fields) for fields in _TONE.iter_unpack(data)]
