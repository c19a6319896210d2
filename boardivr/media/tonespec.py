"""Tone plans as the engine in C takes them: plain values that cffi turns into structs."""

from __future__ import annotations

from math import inf
from typing import TypedDict

from boardivr.media.tones import Tone, TonePlan

SIT_OFF = 0.03  # exchanges differ in SIT by more than in other tones


class StepSpec(TypedDict):
    """``struct bi_tone_step``."""

    parts: int
    hz: list[float]
    dbm0: list[float]
    on_ms: int
    off_ms: int


class HeardSpec(TypedDict):
    """``struct bi_cpt_tone``; `id` is the tone's place in the plan's `tones`."""

    id: int
    parts: int
    hz: list[float]
    off_share: float
    off_hz: float
    cadence_ms: list[int]
    cycles: int


def _ms(seconds: float) -> int:
    return -1 if seconds == inf else round(1000 * seconds)


def steps(tone: Tone) -> tuple[list[StepSpec], int]:
    """Return a tone's steps and the step from which it repeats, for ``bi_tonegen_init``."""
    specs: list[StepSpec] = [
        {
            "parts": len(step.sines),
            "hz": [hz for hz, _ in step.sines],
            "dbm0": [level for _, level in step.sines],
            "on_ms": _ms(step.on),
            "off_ms": _ms(step.off),
        }
        for step in tone.steps
    ]
    return specs, 0 if tone.repeats else -1


def heard(plan: TonePlan) -> list[HeardSpec]:
    """Return the tones that the call-progress detector listens for, for ``bi_cpt_init``."""
    return [
        {
            "id": number,
            "parts": len(tone.frequencies),
            "hz": list(tone.frequencies),
            "off_share": SIT_OFF if tone.is_successive else 0.0,
            "off_hz": 0.0,
            "cadence_ms": [_ms(time) for time in tone.cadence],
            "cycles": tone.cycles,
        }
        for number, tone in enumerate(plan.tones)
        if tone in plan.heard
    ]
