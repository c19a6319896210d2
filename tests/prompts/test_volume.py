"""Clips louder and softer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.hal.types import Clip, Encoding
from boardivr.media import g711
from boardivr.prompts.volume import PEAK, scaled

SINE = (8000 * np.sin(np.arange(800) / 5)).astype(np.int16)
CLIPS = {e: Clip(data=g711.encode(SINE, e), encoding=e, name="a@en", text="a") for e in Encoding}


def rms(clip: Clip) -> float:
    return float(np.sqrt(np.mean(g711.decode(clip.data, clip.encoding).astype(float) ** 2)))


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("gain_db", [-12, -3, 3, 9])
def test_so_many_decibels(encoding, gain_db):
    """Each kind of clip becomes so much louder or softer; length and identity stay."""
    clip = CLIPS[encoding]
    changed = scaled(clip, gain_db)

    assert 20 * np.log10(rms(changed) / rms(clip)) == pytest.approx(gain_db, abs=0.05)
    assert (changed.seconds, changed.name, changed.text) == (clip.seconds, "a@en", "a")


@given(st.floats(-12, 40))
def test_nothing_wraps(gain_db):
    """However loud, a sample keeps its sign and stays below the peak."""
    clip = CLIPS[Encoding.LINEAR]
    louder = g711.decode(scaled(clip, gain_db).data, Encoding.LINEAR).astype(int)

    assert np.abs(louder).max() <= PEAK
    assert (louder * SINE.astype(int) >= 0).all()


def test_one_object_for_one_sound():
    """No change is the clip itself, and the same change the same clip: boards keep clips."""
    clip = CLIPS[Encoding.ALAW]

    assert scaled(clip, 0.0) is clip
    assert scaled(clip, 3.0) is scaled(clip, 3.0)
