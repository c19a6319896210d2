"""Which voice would speak each language, and how well: for ``boardivr doctor``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.languages import code
from boardivr.prompts.tts import registry
from boardivr.prompts.tts.casting import BUILT_IN, Part, cast, choice, described

POOR = ("zh", "yue")  # what espeak-ng says badly (docs/voices.md has figures)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a language is spoken by.

    :param is_there: the voice that was chosen can speak
    :param is_good: and callers will understand it
    """

    language: str
    is_there: bool
    is_good: bool
    found: str
    hint: str = ""


def audition(chosen: Mapping[str, str], languages: Sequence[str]) -> Iterator[Heard]:
    """Yield what each language is spoken by; nothing is started.

    :param chosen: as :func:`.casting.cast` has it
    :raises SettingsError: an engine that isn't there
    """
    with cast(chosen) as voices:
        for language in dict.fromkeys([*languages, *chosen]):
            wanted = chosen.get(language)
            engine = choice(language, wanted)[0] if wanted else BUILT_IN[0]
            yield _heard(language, engine, voices.parts(language))


def _heard(language: str, engine: str, parts: Sequence[Part]) -> Heard:
    problem = ""
    for part in parts:
        try:
            part.synthesiser.check()
        except TtsUnavailable as error:
            if described(part).partition(" ")[0] == engine:
                problem = str(error)
            continue
        name = described(part)
        if name.partition(" ")[0] != engine:
            why = problem or _lack(engine)
            return Heard(
                language=language, is_there=False, is_good=False, found=f"{why}; {name} stands in"
            )
        if name.partition(" ")[0] in BUILT_IN and code(language) in POOR:
            hint = (
                f"texts without a recording need a better voice: `voices: {{{language}: kokoro}}`"
            )
            found = f"{name}: hard to understand"
            return Heard(language=language, is_there=True, is_good=False, found=found, hint=hint)
        return Heard(language=language, is_there=True, is_good=True, found=name)
    found = problem or "no engine speaks it"
    return Heard(language=language, is_there=False, is_good=False, found=found)


def _lack(engine: str) -> str:
    """Why an engine that was chosen has no voice for a language."""
    try:
        registry.find(engine).version()
    except TtsUnavailable as error:
        return str(error)
    return f"{engine} has no voice for it"
