"""The echo canceller: how much of an echo is gone, how soon, and what it costs.

Speech is espeak-ng's, in A-law, on a hybrid that rings for 8 ms.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from tests.media.echoes import cancelled, echo, hybrid, on_line, weaker_db
from tests.media.signals import Signal, alaw
from tests.media.speech import VOICES, spoken

SECONDS = 20
ROUNDS = 5
DELAYS = (0, 80, 400, 1600)


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    figures: dict[str, object] = {}
    for loss in (8.0, 14.0, 20.0):
        calls = [
            (voice, echo(voice, hybrid(loss, seed), delay))
            for seed, voice in enumerate(voices())
            for delay in DELAYS
        ]
        figures[f"echo_of_-{loss:.0f}_dB"] = taken(calls)
    sent = next(iter(voices()))
    figures["frame_us"] = {
        "with_echo": cost(sent, on_line(echo(sent, hybrid(14.0), 80))),
        "without": cost(sent, on_line(0 * sent)),
    }
    return figures


def voices() -> list[Signal]:
    return [alaw(np.resize(spoken(*v), 8000 * SECONDS)).astype(float) for v in VOICES[::6]]


def taken(calls: list[tuple[Signal, Signal]]) -> dict[str, float]:
    """Median and least decibels that are taken out, in the second second and afterwards."""
    second, later = [], []
    for sent, heard in calls:
        heard = on_line(heard)
        _, left = cancelled(sent, heard)
        second.append(weaker_db(heard, left, slice(1, 2)))
        later.append(weaker_db(heard, left, slice(2, SECONDS)))
    return {
        "second_1_to_2_median_dB": statistics.median(second),
        "second_1_to_2_least_dB": min(second),
        "later_median_dB": statistics.median(later),
        "later_least_dB": min(later),
    }


def cost(sent: Signal, heard: Signal) -> float:
    """Microseconds a frame; the least of the rounds."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        cancelled(sent, heard)
        times.append(time.process_time() - began)
    return 1e6 * min(times) / (len(sent) / 160)
