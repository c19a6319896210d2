"""One decoder of pocketsphinx, with all grammars of a language; it lives in a worker.

Two passes over each utterance: one with the grammar, one over all phones, against which
the first is judged. Both score against the best senone of each frame (``compallsen``), so
that their scores can be compared. No third pass over the lattice (``bestpath``): it doesn't
keep to the grammar, and lost every fifth phrase that the first one had right.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boardivr.hal.types import SAMPLE_RATE, Encoding
from boardivr.media.g711 import decode
from boardivr.speech.confidence import Evidence, Segment

MOST_GRAMMARS = 100
MOST_RIVALS = 20
FREE = "free"
LOG_BASE = math.log(1.0001)
LEAST = -7.0e6  # of a score whose exponent underflows
COMFORT = 50.0
"""Noise that is added, of about -50 dBm0: on a line without any, every fourth phrase is lost."""

NOISES = ("SIL", "+", "<", "[", "(")


@dataclass(frozen=True)
class Task:
    """What is to be heard.

    :param words: their pronunciations
    :param jsgf: the rule
    """

    words: Mapping[str, Sequence[str]]
    jsgf: str


class PhraseDecoder:
    """:raises RuntimeError: pocketsphinx can't read the model"""

    def __init__(self, folder: Path, rate: int) -> None:
        from pocketsphinx import Decoder

        self._rate = rate
        self._words: dict[str, tuple[str, ...]] = {}
        self._grammars: dict[str, None] = {}
        with tempfile.NamedTemporaryFile("w", suffix=".dict") as empty:
            self._decoder: Any = Decoder(
                hmm=str(folder), dict=empty.name, lm=None, samprate=rate, loglevel="FATAL",
                compallsen=True, allphone_ci=True, cmn="batch", bestpath=False,
            )  # fmt: skip
        self._decoder.add_allphone_file(FREE, None)

    def hear(self, task: Task, audio: bytes, law: Encoding) -> list[Evidence]:
        """Return the phrases that may have been said, the best first; none where there are none."""
        grammar = self._grammar(task)
        samples = self._samples(audio, law)
        found = self._pass(grammar, samples)
        if found is None:
            return []
        words = self._segments()
        others = self._others(tuple(word.name for word in words))
        free_score = self._pass(FREE, samples)
        if free_score is None or not words:
            return []
        free = self._segments()
        best = Evidence(words=words, score=found, free=free, free_score=free_score)
        return [best, *self._rivals(others, best)]

    def _grammar(self, task: Task) -> str:
        """Return the name under which a task's grammar is loaded."""
        name = f"g{hash((task.jsgf, tuple(sorted(task.words))))}"
        if name in self._grammars:
            return name
        for word, spoken in task.words.items():
            for number, phones in enumerate(spoken, 1):
                spelling = word if number == 1 else f"{word}({number})"
                if spelling not in self._words:
                    self._decoder.add_word(spelling, phones, True)
                    self._words[spelling] = tuple(phones.split())
        self._decoder.add_jsgf_string(name, f"#JSGF V1.0; grammar g; public <g> = {task.jsgf} ;")
        self._grammars[name] = None
        if len(self._grammars) > MOST_GRAMMARS:
            oldest = next(iter(self._grammars))
            self._decoder.activate_search(name)
            self._decoder.remove_search(oldest)
            del self._grammars[oldest]
        return name

    def _samples(self, audio: bytes, law: Encoding) -> bytes:
        import numpy as np
        import soxr

        samples = decode(audio, law).astype(np.float32)
        samples += np.random.default_rng(1).normal(0.0, COMFORT, len(samples))  # always the same
        if self._rate != SAMPLE_RATE:
            samples = soxr.resample(samples, SAMPLE_RATE, self._rate)
        return np.clip(samples, -32768, 32767).astype(np.int16).tobytes()

    def _pass(self, search: str, samples: bytes) -> float | None:
        decoder = self._decoder
        decoder.activate_search(search)
        decoder.start_utt()
        decoder.process_raw(samples, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        return None if found is None else _log(found.best_score)

    def _segments(self) -> list[Segment]:
        """Return what the last pass aligned, without silence and noises."""
        return [
            Segment(
                name=one.word.partition("(")[0],
                frames=one.end_frame - one.start_frame + 1,
                phones=self._words.get(one.word, (one.word,)),
            )
            for one in self._decoder.seg() or ()
            if not one.word.startswith(NOISES)
        ]

    def _others(self, best: tuple[str, ...]) -> list[tuple[tuple[str, ...], float]]:
        """Return other phrases of the last pass, with their scores."""
        found: dict[tuple[str, ...], float] = {}
        for number, one in enumerate(self._decoder.nbest() or ()):
            if number >= MOST_RIVALS or one is None:
                break
            words = tuple(w.partition("(")[0] for w in one.hypstr.split() if w[0] not in "<+[")
            if words and words != best:
                found.setdefault(words, _log(one.best_score))
        return list(found.items())

    def _rivals(
        self, others: list[tuple[tuple[str, ...], float]], best: Evidence
    ) -> list[Evidence]:
        frames = sum(word.frames for word in best.words)
        rivals = []
        for words, score in others:
            each = max(1, frames // len(words))
            segments = [Segment(w, each, self._words.get(w, ())) for w in words]
            rivals.append(
                Evidence(words=segments, score=score, free=best.free, free_score=best.free_score)
            )
        return rivals


def _log(score: float) -> float:
    return math.log(score) / LOG_BASE if score > 0 else LEAST
