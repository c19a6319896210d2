"""What an evaluation says: by line, by threshold, and how fast."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from boardivr.speech.evaluate import Trial
from boardivr.speech.grammar import PAUSE

THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, kw_only=True)
class Row:
    """At one threshold, or on one line: shares of utterances, 0 to 1; None where there are none.

    :param right: phrases that were taken for what they are
    :param wrong: phrases that were taken for another
    :param synthetic, human: other speech that was taken for a phrase
    """

    name: str
    right: float | None
    wrong: float | None
    synthetic: float | None
    human: float | None


@dataclass(frozen=True, kw_only=True)
class Speed:
    """:param latency: seconds from the end of a phrase to its result, on a core of its own:
        median and 95th percentile
    :param factor: processor time for a second of speech
    :param streams: callers who speak at once, for a core
    """

    latency: tuple[float, float]
    factor: float
    streams: float


def curve(trials: Sequence[Trial]) -> list[Row]:
    """Return the shares over the thresholds."""
    return [row(f"{threshold:.1f}", trials, threshold) for threshold in THRESHOLDS]


def by_line(trials: Sequence[Trial], threshold: float) -> list[Row]:
    """Return the shares by line."""
    names = dict.fromkeys(trial.line.name for trial in trials)
    return [
        row(name, [trial for trial in trials if trial.line.name == name], threshold)
        for name in names
    ]


def row(name: str, trials: Sequence[Trial], threshold: float) -> Row:
    """Return the shares of some trials."""
    ours = [trial for trial in trials if trial.sample.phrase]
    others = [trial for trial in trials if not trial.sample.phrase]
    taken = [trial for trial in ours if _is_taken(trial, threshold)]
    return Row(
        name=name,
        right=_share([trial.is_right for trial in taken], len(ours)),
        wrong=_share([not trial.is_right for trial in taken], len(ours)),
        synthetic=_taken([t for t in others if t.sample.source != "human"], threshold),
        human=_taken([t for t in others if t.sample.source == "human"], threshold),
    )


def _is_taken(trial: Trial, threshold: float) -> bool:
    return bool(trial.words) and trial.confidence >= threshold


def _taken(trials: Sequence[Trial], threshold: float) -> float | None:
    return _share([_is_taken(trial, threshold) for trial in trials], len(trials))


def _share(hits: Sequence[bool], count: int) -> float | None:
    return sum(hits) / count if count else None


def speed(trials: Sequence[Trial]) -> Speed | None:
    """Return how fast it was; None where nothing was decoded."""
    decoded = [trial for trial in trials if trial.speech]
    answers = [PAUSE + trial.seconds for trial in decoded if trial.sample.phrase]
    if len(answers) < 2:
        return None
    times = statistics.quantiles(answers, n=20)
    factor = sum(trial.seconds for trial in decoded) / sum(trial.speech for trial in decoded)
    return Speed(latency=(times[9], times[18]), factor=factor, streams=1 / factor)


def as_values(trials: Sequence[Trial], threshold: float) -> dict[str, Any]:
    """Return all of it for programs."""
    fast = speed(trials)
    return {
        "utterances": len(trials),
        "threshold": threshold,
        "lines": [asdict(one) for one in by_line(trials, threshold)],
        "curve": [asdict(one) for one in curve(trials)],
        "speed": asdict(fast) if fast else None,
    }
