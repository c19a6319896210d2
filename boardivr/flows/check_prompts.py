"""Rules about prompts and what is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from boardivr.flows.model import Flow
from boardivr.flows.parts import SayPiece
from boardivr.flows.walk import all_steps, every
from boardivr.flows.words import WORDS, built_in
from boardivr.prompts.tts.markup import mistakes
from boardivr.prompts.wording import named_key
from boardivr.yamlread import Problem, near


def prompts_exist(flow: Flow) -> Iterator[Problem]:
    """``unknown-prompt``: something is said that has no words at all."""
    for piece in every(SayPiece, flow):
        if piece.prompt is not None and piece.prompt not in flow.prompts:
            message = f"there is no prompt {str(piece.prompt)!r}"
            hint = near(piece.prompt, flow.prompts) or "add it under 'prompts'"
            yield Problem(at=piece.prompt.at, code="unknown-prompt", message=message, hint=hint)


def groups_have_prompts(flow: Flow) -> Iterator[Problem]:
    """``unknown-prompt``: a group names a prompt that isn't there."""
    for names in flow.prompt_groups.values():
        for name in names:
            if name not in flow.prompts:
                message, hint = f"there is no prompt {str(name)!r}", near(name, flow.prompts)
                yield Problem(at=name.at, code="unknown-prompt", message=message, hint=hint)


def every_language_has_words(flow: Flow) -> Iterator[Problem]:
    """``missing-prompt``: a prompt that is used lacks a language of the flow."""
    sources = flow.prompt_sources()
    used = {piece.prompt for piece in every(SayPiece, flow)}
    for name in flow.prompts:
        missing = [tag for tag in flow.language.all if tag not in sources[name].sources]
        if missing and name in used:
            message = f"prompt {str(name)!r} has no words in {', '.join(missing)}"
            hint = "add them, or name a language under 'language: fallback'"
            yield Problem(at=name.at, code="missing-prompt", message=message, hint=hint)


def prompts_are_used(flow: Flow) -> Iterator[Problem]:
    """``unused-prompt``: nothing says it; a warning."""
    used = {piece.prompt for piece in every(SayPiece, flow)}
    for name in flow.prompts:
        if name not in used:
            message = f"nothing says prompt {str(name)!r}"
            yield Problem(at=name.at, code="unused-prompt", message=message, is_warning=True)


def recordings_are_there(flow: Flow) -> Iterator[Problem]:
    """``prompt-file``: a recording isn't there, its words will be synthesised; a warning."""
    for languages in flow.prompts.values():
        for words in languages.values():
            if words.file and words.at and not (flow.path.parent / words.file).is_file():
                yield Problem(
                    at=words.at, code="prompt-file", message=f"there is no file {words.file!r}",
                    hint="its text will be spoken by synthesis", is_warning=True,
                )  # fmt: skip


def keys_are_not_in_words(flow: Flow) -> Iterator[Problem]:
    """``press-in-text``: words name a key, which the menu computes."""
    for languages in flow.prompts.values():
        for words in languages.values():
            if words.at and (found := named_key(words.text)):
                message = f"the words say {found!r}, but keys are computed"
                hint = "name the choice only; the menu adds its key"
                yield Problem(at=words.at, code="press-in-text", message=message, hint=hint)


def marks_are_marks(flow: Flow) -> Iterator[Problem]:
    """``bad-mark``: what looks like a pause, emphasis or spelling in a text and isn't one."""
    for languages in flow.prompts.values():
        for words in languages.values():
            for mistake in mistakes(words.text):
                if words.at:
                    hint = "docs/voices.md has the marks; what isn't one would be read out"
                    yield Problem(at=words.at, code="bad-mark", message=mistake, hint=hint)


def words_are_there(flow: Flow) -> Iterator[Problem]:
    """``empty-prompt``: a prompt's text is empty."""
    for languages in flow.prompts.values():
        for words in languages.values():
            if words.at and not words.text.strip():
                message, hint = "a prompt without words", "write what its recording says"
                yield Problem(at=words.at, code="empty-prompt", message=message, hint=hint)


def languages_of_pieces(flow: Flow) -> Iterator[Problem]:
    """``unknown-language``: a piece is said in a language that the flow doesn't have."""
    for piece in every(SayPiece, flow):
        if piece.language is not None and piece.language not in flow.language.all:
            message = f"the flow has no language {str(piece.language)!r}"
            hint = near(piece.language, flow.language.all)
            yield Problem(at=piece.language.at, code="unknown-language", message=message, hint=hint)


def built_in_words_are_there(flow: Flow) -> Iterator[Problem]:
    """``missing-words``, ``unknown-word``: what built-in dialogues say, in each language."""
    for name in flow.defaults.words:
        if name not in WORDS:
            message, hint = f"there are no built-in words {str(name)!r}", near(name, WORDS)
            yield Problem(at=name.at, code="unknown-word", message=message, hint=hint)
    for step in all_steps(flow):
        for language in flow.language.all:
            missing = [
                name
                for name in step.said_words()
                if name not in flow.defaults.words and built_in(name, language) is None
            ]
            if missing and step.at:
                message = f"{step.kind!r} has no words of its own in {str(language)!r}"
                hint = f"add them under 'defaults: words': {', '.join(missing)}"
                yield Problem(at=step.at, code="missing-words", message=message, hint=hint)


RULES: Final = (
    prompts_exist,
    groups_have_prompts,
    every_language_has_words,
    prompts_are_used,
    recordings_are_there,
    keys_are_not_in_words,
    marks_are_marks,
    words_are_there,
    languages_of_pieces,
    built_in_words_are_there,
)
