"""Speech recognition: from the end of what a caller says to its result, and its cost.

The phrases of docs/speech.md by three voices of espeak-ng, through the engine. The time to
a result is the hush that ends an utterance and decoding on a core of its own; the pool's
figure is wall time with as many callers speaking at once as there are decoders.
"""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from boardivr.speech.evaluate import LINES, Evaluation, through
from boardivr.speech.grammar import PAUSE, Grammar, Phrase
from boardivr.speech.recogniser import open_recogniser
from boardivr.speech.report import speed
from boardivr.speech.samples import ESPEAK_VOICES, PHRASES, Sample, spoken

TARGET_P95_MS = 500
ROUNDS = 3


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    with tempfile.TemporaryDirectory() as home:
        recogniser = open_recogniser(Path(home))
        samples = said()
        began = time.process_time()
        judge = Evaluation(recogniser.models.find("en"), "en", PHRASES)
        loading = time.process_time() - began
        trials = [judge.try_one(s, LINES[0]) for _ in range(ROUNDS) for s in samples]
        fast = speed(trials)
        assert fast is not None
        grammar = Grammar(
            language="en",
            phrases=tuple(Phrase(str(n), tuple(p.split())) for n, p in enumerate(PHRASES)),
        )
        heard = [clip for s in samples if (clip := through(s.clip, LINES[0])) is not None]
        workers = recogniser.pool.size
        with ThreadPoolExecutor(workers) as callers:
            today = dt.date(2026, 9, 21)
            list(callers.map(lambda c: recogniser.recognise(c, grammar, today), heard[:workers]))

            def timed(clip: object) -> float:
                start = time.perf_counter()
                recogniser.recognise(clip, grammar, today)  # type: ignore[arg-type]
                return time.perf_counter() - start

            waits = list(callers.map(timed, heard * ROUNDS))
        recogniser.close()
    return {
        "right": sum(trial.is_right for trial in trials) / len(trials),
        "end_of_speech_to_result_ms": {
            "median": 1000 * fast.latency[0],
            "p95": 1000 * fast.latency[1],
            "target_p95": TARGET_P95_MS,
            "of_it_hush": 1000 * PAUSE,
        },
        "pool_busy_p95_ms": 1000 * (PAUSE + statistics.quantiles(waits, n=20)[18]),
        "real_time_factor": fast.factor,
        "streams_a_core": fast.streams,
        "first_use_ms": 1000 * loading,
    }


def said() -> list[Sample]:
    """Return the phrases by three voices."""
    found = []
    for voice, words_a_minute in ESPEAK_VOICES[:3]:
        for phrase in PHRASES:
            clip = spoken("espeak", voice, words_a_minute, phrase)
            assert clip is not None
            found.append(Sample(name=phrase, phrase=phrase, source=voice, clip=clip))
    return found
