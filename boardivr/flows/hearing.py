"""Taking what a caller says in place of keys: a menu's choices, digits, dates, yes and no.

What he says becomes the keys that would have said the same. It is taken where it is sure,
read back where it isn't, and where nobody can listen, keys are asked for. The trace keeps
how sure it was, and the words only where a menu's choice was said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from boardivr.flows.menu import MenuTree
from boardivr.flows.run import Run
from boardivr.flows.say import Spoken
from boardivr.hal import Clip, Digits, Feature, Reason, Termination
from boardivr.prompts.pieces import Piece, Spelled
from boardivr.speech.errors import SpeechBusy, SpeechError
from boardivr.speech.grammar import (
    DIGITS,
    DOUBTFUL,
    PAUSE,
    PAUSE_IN_DIGITS,
    SURE,
    Grammar,
    Hypothesis,
    Phrase,
    code,
    yes_no,
)
from boardivr.speech.phrases import phrases

ANSWER_WITHIN = 5.0
YES, NO = "1", "2"


@dataclass(frozen=True, kw_only=True)
class Ear:
    """Listens for one grammar.

    :param name: what a meaning is called when it is read back
    :param confirms: whether a doubtful answer is read back; else it is taken
    :param is_shown: whether the trace may have the words
    :param is_noted: whether it is in the trace at all
    """

    run: Run
    grammar: Grammar
    name: Callable[[str], Sequence[Piece]]
    confirms: bool = True
    is_shown: bool = False
    is_noted: bool = True

    def can_hear(self) -> bool:
        """Return whether there is anybody to listen."""
        if self.grammar.kind == "phrases" and not self.grammar.phrases:  # names without words
            return False
        return is_heard(self.run, self.grammar.language)

    def take(self, until: Termination) -> Digits:
        """Return keys, or those that what was said stands for.

        Nothing that fits was said: no keys, with :attr:`Reason.SPEECH_END`.

        :param until: as for keys
        """
        pause = PAUSE if self.grammar.kind == "phrases" else PAUSE_IN_DIGITS
        heard = self.run.channel.get_utterance(
            replace(until, first_digit=None, first_speech=until.first_digit, speech_end=pause)
        )
        self.run.unless_stopped(heard.reason)
        if heard.speech is None:
            return Digits(heard.keys, heard.reason)
        try:
            found = self._recognise(heard.speech)
        except SpeechError as error:
            return self._by_keys(error, until)
        return Digits(self._judge(found), Reason.SPEECH_END)

    def _recognise(self, speech: Clip) -> Sequence[Hypothesis]:
        recogniser = self.run.services.recogniser
        assert recogniser is not None
        return recogniser.recognise(speech, self.grammar, self.run.now().date())

    def _by_keys(self, error: SpeechError, until: Termination) -> Digits:
        """Nobody can tell what was said: say so, and take keys."""
        self.run.note(speech="busy" if isinstance(error, SpeechBusy) else str(error))
        language = self.run.language
        self.run.speak([(language, piece) for piece in self.run.words("use_keys")])
        return self.run.channel.get_digits(until)

    def _judge(self, found: Sequence[Hypothesis]) -> str:
        """Return what is taken; empty for nothing."""
        if not found or found[0].confidence < DOUBTFUL:
            self._note("not understood", found)
            return ""
        best = found[0]
        self._note(best.words if self.is_shown else "understood", found)
        if best.confidence >= SURE or not self.confirms:
            return best.keys
        is_right = self._is_right(best)
        self.run.note(confirmed=is_right)
        return best.keys if is_right else ""

    def _note(self, what: str, found: Sequence[Hypothesis]) -> None:
        if self.is_noted:
            self.run.note(speech=what, sure=f"{found[0].confidence:.2f}" if found else "0")

    def _is_right(self, best: Hypothesis) -> bool:
        run, language = self.run, self.run.language
        grammar = yes_no(language, YES, NO)
        pieces = (*run.words("did_you_say"), *self.name(best.keys), *run.words("say_yes_or_no"))
        words: list[Spoken] = [(language, piece) for piece in pieces]
        run.speak(words, is_heard=grammar is not None)
        until = Termination(max_digits=1, first_digit=ANSWER_WITHIN)
        if grammar is None:
            return run.channel.get_digits(until).keys == YES
        ear = replace(self, grammar=grammar, confirms=False, is_noted=False)
        return ear.take(until).keys == YES


def is_heard(run: Run, language: str) -> bool:
    """Return whether the board hears speech, and somebody understands the language."""
    recogniser = run.services.recogniser
    if recogniser is None or Feature.SPEECH not in run.channel.features:
        return False
    return recogniser.hears(language)


def for_menu(run: Run, tree: MenuTree) -> Ear | None:
    """Return what listens for the choices of a menu as this customer has it; None: nobody does."""
    if not is_heard(run, run.language):
        return None
    grammar = Grammar(language=run.language, phrases=tuple(dict.fromkeys(_phrases(run, tree))))
    return Ear(run=run, grammar=grammar, name=lambda key: tree.by_key[key].say, is_shown=True)


def _phrases(run: Run, tree: MenuTree) -> Iterator[Phrase]:
    for key, choice in tree.by_key.items():
        spoken = "".join(run.services.voice.words(piece, run.language) for piece in choice.say)
        for text in (spoken, *choice.synonyms):
            for words in phrases(text, run.language):
                yield Phrase(key, words)


def for_input(run: Run, kind: str, least: int, most: int, *, confirms: bool) -> Ear | None:
    """Return what listens for an input; None where its language has no words for it."""
    grammar = input_grammar(run.language, kind, least, most)
    if grammar is None:
        return None
    return Ear(run=run, grammar=grammar, name=lambda keys: (Spelled(keys),), confirms=confirms)


def input_grammar(language: str, kind: str, least: int, most: int) -> Grammar | None:
    """Return the grammar of ``digits``, a ``date`` or ``yes_no``; None without the words."""
    if kind == "yes_no":
        return yes_no(language, YES, NO)
    if kind == "date":
        return (
            Grammar(language=language, kind="date", most=most) if code(language) == "en" else None
        )
    if code(language) not in DIGITS:
        return None
    return Grammar(language=language, kind="digits", least=least, most=most)
