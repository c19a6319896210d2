"""Tones and plans as the engine's C tables."""

from __future__ import annotations

import enum
from math import inf
from typing import Any

from boardivr.media._engine import ffi
from boardivr.media.tones import Tone, TonePlan


class ProgressTone(enum.IntEnum):
    """What a progress tone means, whatever it is called in its plan."""

    DIAL = 1
    RINGBACK = 2
    BUSY = 3
    CONGESTION = 4
    INTERCEPT = 5


MEANINGS = {
    "dial": ProgressTone.DIAL,
    "ringback": ProgressTone.RINGBACK,
    "busy": ProgressTone.BUSY,
    "congestion": ProgressTone.CONGESTION,
    "unobtainable": ProgressTone.INTERCEPT,
    "sit": ProgressTone.INTERCEPT,
}


def generator_steps(tone: Tone) -> Any:
    """Return a tone as ``struct bi_tone_step[]``."""
    return ffi.new(
        "struct bi_tone_step[]",
        [
            {
                "parts": len(step.sines),
                "hz": [hz for hz, _ in step.sines],
                "dbm0": [level for _, level in step.sines],
                "on_ms": -1 if step.on == inf else round(step.on * 1000),
                "off_ms": round(step.off * 1000),
            }
            for step in tone.steps
        ],
    )


def detector_tones(plan: TonePlan) -> Any:
    """Return the tones that tell how a call goes on, as ``struct bi_cpt_tone[]``."""
    return ffi.new(
        "struct bi_cpt_tone[]",
        [
            {
                "id": MEANINGS[tone.name],
                "parts": len(tone.frequencies),
                "hz": list(tone.frequencies),
                "cadence_ms": [round(time * 1000) for time in tone.cadence],
                "cycles": tone.cycles,
            }
            for tone in plan.heard
        ],
    )
