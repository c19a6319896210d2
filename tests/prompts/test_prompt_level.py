"""Active speech level, and bringing speech to it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.media import g711
from boardivr.prompts.level import Level, active_level, bring_to
from boardivr.prompts.tts import voice_for
from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser

RATE = 8000
SENTENCES = [
    ("zh-CN", "欢迎致电本行，查询余额请按一，转账请按二"),
    ("zh-CN", "好"),
    ("zh-CN", "您的余额是一万零一百元零五分"),
    ("en", "Welcome to the bank. For your balance, press one."),
    ("en", "Yes"),
    ("en-GB", "Your balance is ten thousand one hundred pounds and five pence"),
]


def sine(seconds: float, peak: float, hz: float = 400, rate: int = RATE):
    return peak * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)


def noise(seconds: float, rms: float, seed: int = 1):
    return np.random.default_rng(seed).normal(0, rms, int(seconds * RATE))


def test_scale():
    """A sine at A-law's limit is +3.14 dBm0; half of it 6 dB less."""
    assert active_level(sine(2, 32768)) == pytest.approx(3.14, abs=0.1)
    assert active_level(sine(2, 16384)) == pytest.approx(3.14 - 6.02, abs=0.1)


@pytest.mark.parametrize("pause", [1, 3, 8])
def test_pauses_do_not_count(pause):
    """Speech with long pauses is as loud as without; its mean level is not."""
    burst = noise(1, 2000)
    silence = noise(pause, 2)
    speech = np.concatenate([burst, silence, burst, silence, burst, silence])
    alone = 20 * math.log10(2000 / 32768) + 6.15

    # P.56 counts the hangover of 0.2 s behind each burst as active.
    assert active_level(speech) == pytest.approx(alone - 10 * math.log10(1.2), abs=0.3)


def test_gaps_between_syllables_count():
    """Gaps shorter than 0.2 s are part of the speech."""
    syllables = np.tile(np.concatenate([noise(0.2, 3000), np.zeros(800)]), 10)

    mean = 10 * math.log10(np.mean(syllables**2) / 32768**2) + 6.15
    assert active_level(syllables) == pytest.approx(mean, abs=0.3)


def test_silence_has_no_level():
    """Nothing, and nothing but zeros, has no level and stays as it is."""
    assert active_level(np.zeros(100, dtype=np.int16)) is None
    assert active_level(np.zeros(0, dtype=np.int16)) is None
    assert bring_to(Level(), np.zeros(0, dtype=np.int16), 22050).size == 0
    assert not bring_to(Level(), np.full(22050, 500, dtype=np.int16), 22050).any()  # DC only


@settings(max_examples=40, deadline=None)
@given(gain=st.floats(-45, 0), seconds=st.floats(0.3, 3))
def test_level_follows_gain(gain, seconds):
    """Turning a sound up by so many dB raises its level by as many."""
    sound = noise(seconds, 6000, seed=int(seconds * 1000))

    turned = active_level(sound * 10 ** (gain / 20))

    assert turned - active_level(sound) == pytest.approx(gain, abs=0.05)


@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_real_speech(language, text):
    """Synthesised speech comes to -16 dBm0 within 1 dB, unclipped in A-law."""
    with Pyttsx3Synthesiser() as engine:
        speech = engine.synthesise(text, voice_for(language))
    samples = np.frombuffer(speech.samples, dtype="<i2")

    brought = bring_to(Level(), samples, speech.rate)
    heard = g711.alaw_to_linear(g711.linear_to_alaw(brought))

    assert active_level(heard) == pytest.approx(-16, abs=1)
    assert np.abs(brought.astype(int)).max() <= 31_000
    assert 0.3 * speech.seconds < len(heard) / RATE <= speech.seconds


def test_peaks_are_turned_down_not_cut():
    """A click far above the speech is brought below the limit; the rest stays in step."""
    sound = noise(2, 300)
    sound[8000] = 30_000

    brought = bring_to(Level(peak=20_000), np.rint(sound).astype(np.int16), RATE)

    assert np.abs(brought.astype(int)).max() <= 20_000
    assert np.count_nonzero(np.abs(brought) >= 19_990) < 10  # a peak, not a plateau
    assert active_level(brought) == pytest.approx(-16, abs=1)


def test_edges_are_trimmed():
    """Silence around speech goes, but for 30 ms; pauses inside stay."""
    middle = np.concatenate([noise(0.5, 3000), np.zeros(8000), noise(0.5, 3000)])
    sound = np.concatenate([np.zeros(4000), middle, np.zeros(9000)])

    brought = bring_to(Level(), sound.astype(np.int16), RATE)

    assert abs(len(brought) - (16_000 + 2 * 240)) <= 160
    assert np.abs(brought[:160]).max() < 20


def test_dc_is_removed():
    """An offset doesn't get through, nor count as level."""
    sound = (noise(1, 2000) + 4000).astype(np.int16)

    brought = bring_to(Level(), sound, RATE)

    assert abs(brought.mean()) < 50
    assert active_level(brought) == pytest.approx(-16, abs=0.5)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100])
def test_rates(rate):
    """Whatever the engine's rate, the speech has its length and pitch at 8 kHz."""
    brought = bring_to(Level(), np.rint(sine(1, 5000, 1000, rate)).astype(np.int16), rate)

    spectrum = np.abs(np.fft.rfft(brought * np.hanning(len(brought))))
    assert abs(len(brought) - RATE) <= 80
    assert abs(np.argmax(spectrum) * RATE / len(brought) - 1000) < 3


def p56(samples) -> float:
    """ITU-T P.56, method B, as the Recommendation writes it down: sample by sample."""
    rate, time, hangover, margin = 8000, 0.03, 1600, 15.9
    g = math.exp(-1 / (rate * time))
    thresholds = [2.0**j for j in range(-1, 16)]
    active, since = [0] * len(thresholds), [hangover] * len(thresholds)
    p = q = energy = 0.0
    for x in samples.tolist():
        energy += x * x
        p = g * p + (1 - g) * abs(x)
        q = g * q + (1 - g) * p
        for j, threshold in enumerate(thresholds):
            if q >= threshold:
                active[j] += 1
                since[j] = 0
            elif since[j] < hangover:
                active[j] += 1
                since[j] += 1

    def excess(at: float) -> float:
        """How far the level is over the threshold, between two thresholds as well."""
        j = min(int(at), len(thresholds) - 2)
        a = [10 * math.log10(energy / max(active[i], 1)) for i in (j, j + 1)]
        return a[0] + (a[1] - a[0]) * (at - j) - 20 * math.log10(2) * (at - 1)

    low, high = 0.0, float(max(j for j in range(len(thresholds)) if active[j]))
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > margin else (low, middle)
    level = excess(low) + 20 * math.log10(2) * (low - 1)
    return level - 20 * math.log10(32768) + 3.14 + 10 * math.log10(2)


@pytest.mark.parametrize("seed", range(6))
def test_as_the_recommendation_has_it(seed):
    """The level is that of P.56's own formulas, for anything that swells and pauses."""
    random = np.random.default_rng(seed)
    parts = []
    for _ in range(6):
        length = int(random.integers(400, 4000))
        loud = random.standard_normal(length) * random.uniform(300, 6000)
        parts += [loud * np.hanning(length), np.zeros(int(random.integers(0, 4000)))]
    samples = np.clip(np.concatenate(parts), -32768, 32767).astype(np.int16)

    assert active_level(samples) == pytest.approx(p56(samples), abs=0.02)
