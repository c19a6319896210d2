"""How sure it is that a phrase was said, from the pass with the grammar and the free one.

Logistic regression on what tells phrases of a grammar from other speech (docs/speech.md
says on which, and gives the curve). No part of it depends on the loudness of a line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from boardivr.speech.resemblance import resemblance

FRAME = 0.01  # seconds of a decoder's frame


@dataclass(frozen=True)
class Segment:
    """A word or phone as it was aligned.

    :param frames: how long, in frames of 10 ms
    :param phones: that it is made of
    """

    name: str
    frames: int
    phones: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What two passes over an utterance say.

    :param words: of the phrase, without silence
    :param score: of the pass with the grammar, log of 1.0001 scaled down by 1024
    :param free: phones of the pass over all phones, without silence
    :param free_score: its score; both are against the best senone of each frame
    """

    words: Sequence[Segment]
    score: float
    free: Sequence[Segment]
    free_score: float


WEIGHTS = (3.919, 0.568, -1.3, 2.154, 3.274, -2.202)
BIAS = -0.079


def features(evidence: Evidence) -> tuple[float, ...]:
    """Return what confidence is made of; each is about -5 to 5.

    How much worse the grammar's pass is, a frame; how much of the speech the phrase
    covers; its slowest and its quickest word, in frames a phone; the resemblance; how
    many phones were heard for those that it has.
    """
    words, free = evidence.words, evidence.free
    frames = max(1, sum(word.frames for word in words))
    spoken = max(1, sum(phone.frames for phone in free))
    paces = [word.frames / max(1, len(word.phones)) for word in words] or [1.0]
    phrase = [phone for word in words for phone in word.phones]
    return (
        max(-8.0, min(4.0, (evidence.score - evidence.free_score) / frames / 20)),
        min(abs(math.log(frames / spoken)), 1.5) * 3,
        math.log(max(1.0, *paces)),
        math.log(max(1.0, min(paces))),
        resemblance(phrase, [phone.name for phone in free]) * 4,
        abs(math.log(max(1, len(free)) / max(1, len(phrase)))),
    )


def confidence(evidence: Evidence) -> float:
    """Return how sure it is, 0 to 1."""
    sum_ = BIAS + sum(w * x for w, x in zip(WEIGHTS, features(evidence), strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, sum_))))
