"""Clips louder or softer, for callers who want to hear them so."""

from __future__ import annotations

import functools

from boardivr.hal.types import Clip, Encoding
from boardivr.media import g711

PEAK = 31_000  # as :class:`boardivr.prompts.level.Level`: below A-law's largest value


@functools.lru_cache(maxsize=64)
def scaled(clip: Clip, gain_db: float) -> Clip:
    """Return a clip so many dB louder; the same object each time. Peaks are cut, not wrapped."""
    if not gain_db:
        return clip
    import numpy as np

    samples = g711.decode(clip.data, clip.encoding).astype(np.float64)
    louder = np.clip(np.rint(samples * 10 ** (gain_db / 20)), -PEAK, PEAK).astype(np.int16)
    data = g711.encode(louder, Encoding.LINEAR)
    return Clip(data=data, encoding=Encoding.LINEAR, name=clip.name, text=clip.text)
