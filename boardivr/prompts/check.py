"""Checks of prompts without playing them: id by language, and what is wrong there."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence

from boardivr.media.audiofile import AudioFileError
from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.languages import code
from boardivr.prompts.level import Level
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.problems import ProblemKind, PromptProblem
from boardivr.prompts.recorded import Recorded

TOLERANCE = 6.0  # dB around the level of spoken prompts


def has_words(text: str) -> bool:
    """Return whether there's anything to say in a text: a letter, a digit, a picture."""
    return any(c.isalnum() or unicodedata.category(c) == "So" for c in text)


def is_playable(source: PromptSource) -> bool:
    """Return whether a prompt has a recording or a text, good or not."""
    return source.file is not None or has_words(source.text)


def check(
    prompts: Mapping[str, Prompt],
    languages: Sequence[str],
    recorded: Recorded,
    engine: Callable[[], None],
) -> tuple[PromptProblem, ...]:
    """Look at prompts in languages.

    :param languages: those that each prompt must be in
    :param engine: raises TtsUnavailable where the speech engine isn't installed
    """
    found: list[PromptProblem] = []
    needs_speech: list[tuple[str, str]] = []
    for prompt in prompts.values():
        found += _missing(prompt, languages)
        for tag, source in prompt.sources.items():
            problem = _recording(prompt.id, tag, source, recorded)
            if problem is not None:
                found.append(problem)
            is_broken = problem is not None and problem.kind is ProblemKind.FILE
            if is_playable(source) and (source.file is None or is_broken):
                needs_speech.append((prompt.id, tag))
    return (*found, *_engine(needs_speech, engine))


def _missing(prompt: Prompt, languages: Sequence[str]) -> Iterator[PromptProblem]:
    there = {code(tag) for tag, source in prompt.sources.items() if is_playable(source)}
    for tag in languages:
        if code(tag) not in there:
            yield PromptProblem(
                prompt=prompt.id,
                language=tag,
                kind=ProblemKind.LANGUAGE,
                message="expected a text or a recording, found none",
            )


def _recording(id: str, tag: str, source: PromptSource, recorded: Recorded) -> PromptProblem | None:
    if source.file is None:
        return None
    kind = ProblemKind.FILE
    try:
        level = recorded.recordings.get(source.file, f"{id}@{tag}", source.text).level_dbm0
        target = Level().active_dbm0
        if abs(level - target) <= TOLERANCE:
            return None
        kind = ProblemKind.LEVEL
        message = f"{source.file}: expected about {target:.0f} dBm0, found {level:.0f}"
    except AudioFileError as error:
        message = str(error)
    return PromptProblem(prompt=id, language=tag, kind=kind, message=message)


def _engine(
    needs_speech: Sequence[tuple[str, str]], engine: Callable[[], None]
) -> Iterator[PromptProblem]:
    try:
        engine()
    except TtsUnavailable as error:
        for id, tag in needs_speech:
            yield PromptProblem(
                prompt=id, language=tag, kind=ProblemKind.SPEECH, message=str(error)
            )
