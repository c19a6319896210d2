"""Tones and plans as the engine's C tables."""

from __future__ import annotations

import enum
from typing import Any

from boardivr.media import tonespec
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


def generator_steps(tone: Tone) -> tuple[Any, int]:
    """Return a tone as ``struct bi_tone_step[]``, and the step it repeats from (-1: once)."""
    steps, repeat_from = tonespec.steps(tone)
    return ffi.new("struct bi_tone_step[]", steps), repeat_from


def detector_tones(plan: TonePlan) -> Any:
    """Return the tones that tell how a call goes on, as ``struct bi_cpt_tone[]``.

    An event's id is its :class:`ProgressTone`.
    """
    specs = tonespec.heard(plan)
    for spec in specs:
        spec["id"] = MEANINGS[plan.tones[spec["id"]].name]
    return ffi.new("struct bi_cpt_tone[]", specs)
