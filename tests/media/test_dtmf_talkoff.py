"""Talk-off: speech is never taken for digits, nor does its echo hide them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.media.ears import digits
from tests.media.signals import KEYS, Signal, alaw, key, samples, silence
from tests.media.speech import VOICES, spoken


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: "{}-{}-{}".format(*voice))
def test_speech_has_no_digits(voice: tuple[str, int, int]) -> None:
    """No voice of 36 says a digit, loud, normal or low."""
    speech = spoken(*voice)

    for gain in (0.3, 1.0, 2.0):
        assert digits(alaw(gain * speech)) == ""


def test_talkoff_is_long_enough() -> None:
    """The voices speak at least ten minutes together."""
    assert sum(len(spoken(*voice)) for voice in VOICES) >= 600 * 8000


def dialled(keys: str, low: float, high: float, on: int, off: int) -> Signal:
    """Return keys one after the other."""
    parts = [silence(200)]
    for i, name in enumerate(keys):
        parts += [key(name, samples(on), low, high, phase=0.7 * i), silence(samples(off))]
    return np.concatenate([*parts, silence(500)])


@pytest.mark.parametrize("voice", VOICES[::5], ids=lambda voice: "{}-{}-{}".format(*voice))
@pytest.mark.parametrize("timing", [(50, 50), (80, 80)])
def test_echo_of_prompt_hides_no_digit(
    voice: tuple[str, int, int], timing: tuple[int, int]
) -> None:
    """A prompt's echo at -20 dB hides no digit of -25 dBm0 a tone."""
    signal = dialled(KEYS * 10, -25.0, -24.0, *timing)
    echo = np.resize(spoken(*voice), len(signal)) * 0.1

    assert digits(alaw(signal + echo)) == KEYS * 10


@pytest.mark.parametrize("voice", VOICES[::5], ids=lambda voice: "{}-{}-{}".format(*voice))
def test_loud_speech_under_digits_makes_no_wrong_ones(voice: tuple[str, int, int]) -> None:
    """Speech as loud as the digits may hide some, but what is heard was pressed."""
    signal = dialled(KEYS * 4, -16.0, -16.0, 80, 80)

    heard = digits(alaw(signal + np.resize(spoken(*voice), len(signal)) * 0.5))

    rest = iter(KEYS * 4)
    assert len(heard) > 32
    assert all(name in rest for name in heard)
