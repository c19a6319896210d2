"""What of a flow can't be heard: names of choices with words that a model can't pronounce."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from boardivr.flows.model import Always, Flow, Item
from boardivr.flows.parts import Say
from boardivr.prompts.model import Prompt
from boardivr.speech.errors import ModelError, WordError
from boardivr.speech.grammar import Grammar, Phrase
from boardivr.speech.phrases import phrases
from boardivr.speech.recogniser import PhraseRecogniser
from boardivr.yamlread import Name, Problem


def unpronounceable(flow: Flow, recogniser: PhraseRecogniser) -> Iterator[Problem]:
    """``no-pronunciation``: a choice can't be said as it is named; a warning.

    Languages without a model aren't looked at: there nothing can be said at all.
    """
    prompts = flow.prompt_sources()
    for menu in flow.menus.values():
        if not flow.is_spoken_to(menu):
            continue
        for language in map(str, flow.language.all):
            choices: dict[Name, Item | Always] = {**menu.items, **flow.always(menu)}
            for name, item in choices.items():
                texts = [_text(item.say, prompts, language)]
                for tag, words in item.synonyms.items():
                    texts += words if language.startswith(str(tag)) else ()
                for unknown in _unknown(recogniser, language, texts):
                    message = f"{str(name)!r} can't be said: no pronunciation for {unknown!r}"
                    yield Problem(
                        at=item.at or name.at, code="no-pronunciation", message=message,
                        hint="give it a synonym of common words", is_warning=True,
                    )  # fmt: skip


def _text(say: Say | None, prompts: Mapping[str, Prompt], language: str) -> str:
    """Return the words of a name that are known ahead."""
    named = [str(p.prompt) for p in (say.pieces if say else ()) if p.prompt in prompts]
    sources = [prompts[name].sources.get(language) for name in named]
    return " ".join(source.text for source in sources if source is not None)


def _unknown(recogniser: PhraseRecogniser, language: str, texts: list[str]) -> Iterator[str]:
    said = tuple(Phrase("", words) for text in texts for words in phrases(text, language))
    if not said:
        return
    try:
        recogniser.prepare(Grammar(language=language, phrases=said))
    except WordError as error:
        yield from error.words
    except ModelError:
        return
