"""How well callers are understood: through the engine, over lines of several kinds.

Every utterance is played from a telephone's port over a line to a channel's, is cut out by
the engine's endpointer, and decoded: what is measured is what callers meet.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from boardivr.hal.types import Clip, Termination
from boardivr.speech.confidence import Evidence, confidence
from boardivr.speech.decoder import PhraseDecoder, Task
from boardivr.speech.grammar import PAUSE, Grammar, Phrase
from boardivr.speech.lexicon import Lexicon
from boardivr.speech.model import Model
from boardivr.speech.phrases import phrases
from boardivr.speech.samples import Sample


@dataclass(frozen=True, kw_only=True)
class Line:
    """:param noise: dBm0 at the board
    :param loss: dB
    :param drop: share of frames that are lost
    """

    name: str
    noise: float = -65.0
    loss: float = 0.0
    drop: float = 0.0


LINES = (
    Line(name="quiet"),
    Line(name="noisy", noise=-45.0),
    Line(name="far", noise=-55.0, loss=10.0),
    Line(name="losses", noise=-60.0, drop=0.02),
)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One utterance over one line.

    :param words: the phrase that was found; empty for none, or where no speech was heard
    :param speech: seconds of the utterance
    :param seconds: of a processor's time that decoding took
    """

    sample: Sample
    line: Line
    words: str
    confidence: float
    speech: float
    seconds: float

    @property
    def is_right(self) -> bool:
        return bool(self.words) and self.words == self.sample.phrase


class Evaluation:
    """Tries utterances against a grammar of phrases."""

    def __init__(self, model: Model, language: str, texts: Sequence[str]) -> None:
        named = [(str(n), next(phrases(text, language))) for n, text in enumerate(texts)]
        grammar = Grammar(language=language, phrases=tuple(Phrase(n, words) for n, words in named))
        self._texts = {words: text for text, (_, words) in zip(texts, named, strict=True)}
        self._decoder = PhraseDecoder(model.folder, model.rate)
        lexicon = Lexicon(model.dictionary, language)
        self._task = Task(words=lexicon.of(grammar.words), jsgf=grammar.jsgf())

    def run(self, samples: Sequence[Sample], lines: Sequence[Line] = LINES) -> Iterator[Trial]:
        """Try each sample on each line."""
        for line in lines:
            for sample in samples:
                yield self.try_one(sample, line)

    def try_one(self, sample: Sample, line: Line) -> Trial:
        heard = through(sample.clip, line)
        began = time.process_time()
        found = self._decoder.hear(self._task, heard.data, heard.encoding) if heard else []
        words, sure = self._best(found)
        return Trial(
            sample=sample, line=line, words=words, confidence=sure,
            speech=heard.seconds if heard else 0.0, seconds=time.process_time() - began,
        )  # fmt: skip

    def _best(self, found: Sequence[Evidence]) -> tuple[str, float]:
        for evidence in found:
            text = self._texts.get(tuple(word.name for word in evidence.words))
            if text is not None:
                return text, confidence(evidence)
        return "", 0.0


def through(clip: Clip, line: Line) -> Clip | None:
    """Return an utterance as a channel gets it over a line; None where none is heard."""
    from boardivr.media.engine import Engine

    engine = Engine(ports=2, is_virtual=True)
    try:
        telephone, board = engine.open_port(), engine.open_port()
        telephone.wire(board)
        board.set_line(
            loss_db=line.loss, noise_dbm0=line.noise, drop=line.drop, seed=1 + len(clip.data)
        )
        board.detect_digits()
        board.idle(Termination(max_time=0.5))  # a caller listens first; so does the endpointer
        engine.clock.spawn(partial(telephone.play, [clip], Termination()), "caller")
        until = Termination(max_digits=1, first_speech=clip.seconds + 1.0, speech_end=PAUSE)
        _, speech, _ = board.get_utterance(until, 10.0)
        return speech
    finally:
        engine.close()
