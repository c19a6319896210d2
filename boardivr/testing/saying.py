"""What a test's caller says, where there is no audio: matched by its words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from boardivr.hal.types import Clip
from boardivr.speech.grammar import Grammar, Hypothesis
from boardivr.speech.phrases import phrases


class TextRecogniser:
    """Understands exactly what a grammar has: a recogniser for lines without audio."""

    def hears(self, language: str) -> bool:
        """It knows all of them."""
        return True

    def recognise(self, speech: Clip, grammar: Grammar, today: date) -> Sequence[Hypothesis]:
        """Return what a clip's text stands for."""
        for words in phrases(speech.text, grammar.language):
            keys = grammar.keys(words, today)
            if keys is not None:
                return [Hypothesis(keys=keys, words=" ".join(words), confidence=1.0)]
        return []
