"""When an operation of the engine ends: a termination parameter table, as C has it."""

from __future__ import annotations

from typing import Any

from boardivr.hal.types import KEYS, SAMPLE_RATE, Termination
from boardivr.media._engine import ffi


def key_mask(keys: str) -> int:
    """Return a bit for each of the keys, in the order ``0123456789*#ABCD``."""
    return sum(1 << KEYS.index(key) for key in set(keys))


def _samples(seconds: float | None) -> int:
    return -1 if seconds is None else round(seconds * SAMPLE_RATE)


def until_struct(until: Termination) -> Any:
    """Return the engine's ``bi_until``."""
    return ffi.new(
        "bi_until *",
        {
            "max_digits": -1 if until.max_digits is None else until.max_digits,
            "digit_mask": key_mask(until.digits),
            "max_time": _samples(until.max_time),
            "first_digit": _samples(until.first_digit),
            "inter_digit": _samples(until.inter_digit),
            "max_silence": _samples(until.max_silence),
            "max_non_silence": _samples(until.max_non_silence),
            "speech": until.speech,
            "first_speech": _samples(until.first_speech),
            "speech_end": _samples(until.speech_end),
        },
    )
