"""Bad lines on request: loss, noise, echo and lost frames, as asked for, the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.media.check import EngineError
from tests.media.lines import (
    IDLE,
    begin_play,
    clip,
    coded,
    level_at,
    linear,
    on_lines,
    seconds_of,
    virtual,
    wired,
)
from tests.media.signals import amplitude


@pytest.mark.parametrize("loss", [1.0, 6.0, 20.0])
def test_loss_is_as_asked(loss: float) -> None:
    """A tone of -3 dBm0 is so much weaker at the port, and not at the far end."""
    with virtual() as engine:
        near, far = wired(engine)
        near.set_line(loss_db=loss)
        tone = clip(seconds_of(1.0, 1000.0, -3.0))
        begin_play(far, [tone])
        begin_play(near, [tone])
        (_, here), (_, there) = on_lines(engine, [near, far], 40)

    assert level_at(linear(here), 1000) == pytest.approx(amplitude(-3.0 - loss), rel=0.02)
    assert level_at(linear(there), 1000) == pytest.approx(amplitude(-3.0), rel=0.02)


@pytest.mark.parametrize("level", [-30.0, -45.0, -55.0])
def test_noise_has_its_level(level: float) -> None:
    """White noise of so many dBm0, with no line in its spectrum."""
    with virtual() as engine:
        near, _ = wired(engine)
        near.set_line(noise_dbm0=level)
        (_, heard), *_ = on_lines(engine, [near], 200)

    x = linear(heard).astype(float)
    rms = np.sqrt(np.mean(x**2))
    assert 20 * np.log10(rms / (amplitude(level) / np.sqrt(2))) == pytest.approx(0, abs=0.5)
    power = np.abs(np.fft.rfft(x.reshape(-1, 320) * np.hanning(320), axis=1)) ** 2
    spectrum = power.mean(axis=0)[4:-4]
    assert spectrum.max() < 3 * spectrum.mean()
    assert spectrum.min() > spectrum.mean() / 3


@settings(max_examples=20, deadline=None)
@given(delay=st.integers(0, 1600), level=st.floats(3, 40))
def test_echo_is_delayed_and_weaker(delay: int, level: float) -> None:
    """What a port sends comes back to it so many samples later, so many dB weaker."""
    signal = np.zeros(800)
    signal[:100] = 20000.0
    with virtual() as engine:
        near, _ = wired(engine)
        near.set_line(echo_db=level, echo_delay=delay / 8000)
        begin_play(near, [clip(signal)])
        (_, heard), *_ = on_lines(engine, [near], 20)

    x = linear(heard).astype(float)
    assert (np.abs(x[:delay]) <= 8).all()
    assert np.mean(x[delay : delay + 100]) == pytest.approx(20000 * 10 ** (-level / 20), rel=0.04)
    assert (np.abs(x[delay + 100 :]) <= 8 + 8 * 10 ** (-level / 20)).all()


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_dropped_frames_are_whole_and_as_many_as_asked(share: float) -> None:
    """Frames are there or not, never half; the share of those that aren't is as asked."""
    signal = seconds_of(60.0)
    with virtual() as engine:
        near, far = wired(engine)
        near.set_line(drop=share, seed=7)
        begin_play(far, [clip(signal)])
        (_, heard), *_ = on_lines(engine, [near], 3000)

    said = np.frombuffer(coded(signal), np.uint8).reshape(-1, 160)
    got = np.frombuffer(heard, np.uint8).reshape(-1, 160)
    lost = (got == IDLE).all(axis=1)
    assert (got[~lost] == said[~lost]).all()
    assert np.mean(lost) == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 3000))


def noisy(seed: int) -> bytes:
    with virtual() as engine:
        near, far = wired(engine)
        near.set_line(
            loss_db=3.0, noise_dbm0=-40.0, echo_db=15.0, echo_delay=0.03, drop=0.1, seed=seed
        )
        begin_play(far, [clip(seconds_of(1.0, 700.0))])
        begin_play(near, [clip(seconds_of(1.0, 500.0))])
        return on_lines(engine, [near], 60)[0][1]


def test_same_seed_same_samples() -> None:
    """A fault is the same in every run; another seed is another line."""
    assert noisy(1) == noisy(1)
    assert noisy(1) != noisy(2)


def test_good_line_changes_nothing() -> None:
    """A line without loss carries every code as it is."""
    codes = bytes(range(256)) * 5
    with virtual() as engine:
        near, far = wired(engine)
        near.set_line()
        begin_play(far, [clip(linear(codes).astype(float))])
        (_, heard), *_ = on_lines(engine, [near], 8)

    assert heard == codes


@pytest.mark.parametrize(
    "wrong", [{"drop": 1.5}, {"drop": -0.1}, {"echo_delay": 1.0, "echo_db": 3.0}]
)
def test_what_no_line_does_is_refused(wrong: dict[str, float]) -> None:
    """A share over one, or an echo after a second."""
    with virtual() as engine, pytest.raises(EngineError, match="invalid"):
        engine.open_port().set_line(**wrong)  # type: ignore[arg-type]
