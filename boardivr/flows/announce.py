"""How choices are announced: each by its name, then its key, in the language's own pattern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from boardivr.flows.model import Flow
from boardivr.flows.values import FlowFault
from boardivr.prompts.pieces import Pause, Piece, Spelled, Text

BETWEEN: Final = Pause(0.25)


def announcement(
    flow: Flow, language: str, choices: Iterable[tuple[Sequence[Piece], str]]
) -> Iterator[Piece]:
    """Yield what is said of choices; those without a name aren't told.

    :param choices: each with the pieces of its name, and its key
    :raises FlowFault: the flow has no pattern in this language
    """
    before, between, after = _pattern(flow, language)
    for number, (name, key) in enumerate(choice for choice in choices if choice[0]):
        if number:
            yield BETWEEN
        yield from (Text(before),) if before else ()
        yield from name
        yield from (Text(between),) if between else ()
        yield Spelled(key)
        yield from (Text(after),) if after else ()


def _pattern(flow: Flow, language: str) -> tuple[str, str, str]:
    pattern = flow.announce(language)
    if pattern is None:
        raise FlowFault(f"no way to announce a choice in {language}")
    before, _, rest = pattern.partition("{say}")
    between, _, after = rest.partition("{key}")
    return before.strip(), between.strip(), after.strip()
