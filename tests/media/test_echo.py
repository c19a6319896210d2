"""The echo canceller on samples: how much it takes out, and what doesn't lead it astray."""

from __future__ import annotations

import numpy as np
import pytest

from tests.media.echoes import cancelled, echo, hybrid, on_line, weaker_db
from tests.media.signals import Signal, alaw, key, noise, silence, tones
from tests.media.speech import spoken

SECONDS = 8


def prompt(voice: str = "en-us", pitch: int = 55) -> Signal:
    return alaw(np.resize(spoken(voice, pitch, 175), 8000 * SECONDS)).astype(float)


@pytest.mark.parametrize("loss_db", [8.0, 14.0, 20.0])
@pytest.mark.parametrize("delay", [0, 40, 240, 1600])
@pytest.mark.parametrize("voice", ["en-us", "cmn"])
def test_echo_is_taken_out(voice: str, delay: int, loss_db: float) -> None:
    """After a second of speech the echo is 18 dB weaker, then 22: near the noise of A-law."""
    sent = prompt(voice)
    heard = on_line(echo(sent, hybrid(loss_db), delay))

    lag, left = cancelled(sent, heard)

    assert max(0, delay - 64) <= lag <= delay
    assert weaker_db(heard, left, slice(1, 2)) > 18.0
    assert weaker_db(heard, left, slice(2, SECONDS)) > 22.0


def test_no_echo_no_change() -> None:
    """Of a line without echo, quiet or noisy, nothing is taken."""
    sent = prompt()
    for level in (-75.0, -50.0):
        heard = alaw(noise(len(sent), level)).astype(float)

        lag, left = cancelled(sent, heard)

        assert lag == -1
        assert (left == heard).all()


@pytest.mark.parametrize("gain", [1.0, 0.3, 0.1])
def test_another_voice_is_no_echo(gain: float) -> None:
    """A far end that speaks meanwhile, loud or faint, loses nothing."""
    sent = prompt("en-us", 35)
    heard = alaw(gain * prompt("cmn", 80)).astype(float)

    lag, left = cancelled(sent, heard)

    assert lag == -1
    assert (left == heard).all()


def test_far_voice_is_kept_under_an_echo() -> None:
    """With the echo gone, what the far end says is there, and no more."""
    sent = prompt("en-us", 35)
    voice = np.concatenate([silence(16000), prompt("cmn", 80)[16000:]])
    heard = on_line(echo(sent, hybrid(14.0), 200) + voice)

    _, left = cancelled(sent, heard)

    error = left - voice
    assert weaker_db(voice, error, slice(2, SECONDS)) > 20.0


def test_keys_do_not_lead_it_astray() -> None:
    """Keys pressed all the time, much louder than the echo, leave the path as it is."""
    sent = prompt()
    far = silence(len(sent))
    for number, start in enumerate(range(12000, len(sent) - 800, 960)):
        far[start : start + 480] = key("1596*D"[number % 6], 480, -20.0, -20.0)
    heard = on_line(echo(sent, hybrid(20.0), 240) + far)

    _, left = cancelled(sent, heard)

    without_keys = on_line(echo(sent, hybrid(20.0), 240))
    error = left - far
    assert weaker_db(without_keys, error, slice(2, SECONDS)) > 15.0


def test_steady_tones_teach_nothing() -> None:
    """A tone that we send and one like it from the far end aren't taken for an echo."""
    sent = alaw(tones([(440.0, -10.0)], 8000 * SECONDS)).astype(float)
    heard = alaw(tones([(440.0, -22.0)], 8000 * SECONDS, phase=0.7)).astype(float)

    lag, left = cancelled(sent, heard)

    assert lag == -1
    assert (left == heard).all()


def test_new_path_after_a_transfer() -> None:
    """Where the far end changes, its echo is taken out two seconds later."""
    sent = prompt()
    one, other = (echo(sent, hybrid(12.0, seed), 80 * seed) for seed in (1, 8))
    heard = on_line(np.concatenate([one[:24000], other[24000:]]))

    _, left = cancelled(sent, heard)

    assert weaker_db(heard, left, slice(2, 3)) > 20.0
    assert weaker_db(heard, left, slice(5, SECONDS)) > 20.0
