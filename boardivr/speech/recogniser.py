"""What a caller said, as phrases of a grammar with how sure each is.

Flows know :class:`boardivr.flows.services.Recogniser`; this is the one that is behind it:
pocketsphinx in processes of its own.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from boardivr.hal.types import Clip
from boardivr.speech.confidence import Evidence, Segment, confidence
from boardivr.speech.errors import DecoderDied, ModelError, WordError
from boardivr.speech.grammar import Grammar, Hypothesis, Words
from boardivr.speech.lexicon import Lexicon
from boardivr.speech.model import Model, Models
from boardivr.speech.pool import DecoderPool

log = logging.getLogger(__name__)

MOST_DEATHS = 3
"""Utterances in a row that killed two decoders each, after which a model is given up."""

TIMEOUT = 3.0  # seconds for an utterance, once a decoder has it


class PhraseRecogniser:
    """pocketsphinx, with a dictionary for each language and a pool of processes."""

    def __init__(self, models: Models, pool: DecoderPool | None = None) -> None:
        self.models = models
        self.pool = pool or DecoderPool()
        self._known: dict[str, tuple[Model, Lexicon]] = {}
        self._broken: dict[str, str] = {}
        self._deaths: dict[str, int] = {}  # in a row
        self._lock = Lock()

    def hears(self, language: str) -> bool:
        """Return whether there is a model for a language; `boardivr doctor` says why not."""
        try:
            self._language(language)
        except ModelError:
            return False
        return True

    def prepare(self, grammar: Grammar) -> None:
        """Make sure that a grammar can be recognised.

        :raises SpeechError: there is no model, or a word that can't be pronounced
        """
        _, lexicon = self._language(grammar.language)
        lexicon.of(grammar.words)

    def recognise(self, speech: Clip, grammar: Grammar, today: dt.date) -> Sequence[Hypothesis]:
        """Return what may have been said, the surest first; empty where nothing fits.

        A phrase that can't be pronounced isn't there; `flow check` tells of it.

        :raises SpeechError: it can't be recognised; :exc:`SpeechBusy` among them
        """
        model, lexicon = self._language(grammar.language)
        grammar = _pronounceable(grammar, lexicon)
        began = time.monotonic()
        request = {
            "model": str(model.folder),
            "rate": model.rate,
            "words": {word: list(said) for word, said in lexicon.of(grammar.words).items()},
            "jsgf": grammar.jsgf(),
            "law": speech.encoding.value,
        }
        found = self._ask(grammar.language, model, request, speech.data)
        log.debug("%.1f s of speech decoded in %.3f s", speech.seconds, time.monotonic() - began)
        return _hypotheses(found, grammar, today)

    def _ask(
        self, language: str, model: Model, request: dict[str, Any], audio: bytes
    ) -> list[dict[str, Any]]:
        """Ask a decoder. A model that nobody survives is given up."""
        try:
            found = self.pool.ask(request, audio, TIMEOUT)
        except DecoderDied as error:
            message = f"{model.folder}: {error}"
            with self._lock:
                self._deaths[language] = self._deaths.get(language, 0) + 1
                if self._deaths[language] >= MOST_DEATHS:
                    self._broken[language] = message
                    log.error("%s; callers use keys from now on", message)
            raise DecoderDied(message) from error
        with self._lock:
            self._deaths.pop(language, None)
        return found

    def close(self) -> None:
        """End the processes. Safe to repeat."""
        self.pool.close()

    def _language(self, language: str) -> tuple[Model, Lexicon]:
        with self._lock:
            if language in self._broken:
                raise ModelError(self._broken[language])
            if language not in self._known:
                try:
                    model = self.models.find(language)
                except ModelError as error:
                    self._broken[language] = str(error)
                    raise
                self._known[language] = model, Lexicon(model.dictionary, language)
            return self._known[language]


def open_recogniser(home: Path, named: Mapping[str, Path] | None = None) -> PhraseRecogniser:
    """Return a recogniser with the models of an appliance's home; its processes start later."""
    return PhraseRecogniser(Models(home / "speech", named))


def _pronounceable(grammar: Grammar, lexicon: Lexicon) -> Grammar:
    """Return what of a grammar can be pronounced.

    :raises WordError: nothing of it
    """
    try:
        lexicon.of(grammar.words)
    except WordError as error:
        rest = grammar.without(error.words)
        if grammar.kind != "phrases" or not rest.phrases:
            raise
        return rest
    return grammar


def _hypotheses(
    found: Sequence[Mapping[str, Any]], grammar: Grammar, today: dt.date
) -> list[Hypothesis]:
    """Return those of a decoder's phrases that the grammar has whole, one for each meaning."""
    best: dict[str, Hypothesis] = {}
    for one in found:
        evidence = _evidence(one)
        words: Words = tuple(word.name for word in evidence.words)
        keys = grammar.keys(words, today)
        if keys is not None and keys not in best:
            best[keys] = Hypothesis(
                keys=keys, words=" ".join(words), confidence=confidence(evidence)
            )
    return sorted(best.values(), key=lambda h: -h.confidence)


def _evidence(one: Mapping[str, Any]) -> Evidence:
    try:
        words, free = (
            [Segment(str(s["name"]), int(s["frames"]), tuple(s["phones"])) for s in one[name]]
            for name in ("words", "free")
        )
        return Evidence(
            words=words, score=float(one["score"]), free=free, free_score=float(one["free_score"])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DecoderDied(f"a decoder's answer can't be read: {error!r}") from None
