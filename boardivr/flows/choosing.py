"""A choice that a step lets the caller make, outside of the flow's menus.

It is announced as menus are; the keys run from the first without a gap, and what
doesn't fit goes behind "more".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from boardivr.flows.announce import announcement
from boardivr.flows.asking import Tries
from boardivr.flows.menu import pages_of
from boardivr.flows.model import KEYS_IN_ORDER
from boardivr.flows.parts import Interrupt, Next, Retry
from boardivr.flows.run import Run
from boardivr.flows.say import Spoken
from boardivr.prompts.pieces import Piece


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One thing to choose.

    :param key: its own key; empty for a computed one
    """

    id: str
    say: tuple[Piece, ...]
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How is asked; what is None is as in the flow's ``defaults``."""

    interrupt: Interrupt | None = None
    typeahead: Literal["keep", "drop"] | None = None
    no_input: Retry | None = None
    no_match: Retry | None = None


def choose(
    run: Run, words: Sequence[Spoken], offers: Sequence[Offer], manner: Manner
) -> str | Next:
    """Let the caller choose.

    :param words: said before the choices, the first time
    :return: the id of what he chose, or where to go as he hasn't
    """
    tries = Tries(run, manner.no_input, manner.no_match)
    pages = list(_pages(run, offers))
    number = 0
    while True:
        keyed = pages[number]
        told = announcement(run.flow, run.language, [(o.say, key) for key, o in keyed.items()])
        digits = run.collect(
            [*words, *((run.language, piece) for piece in told)],
            most=1,
            silence=tries.silence,
            between=tries.between,
            interrupt=manner.interrupt,
            typeahead=manner.typeahead,
        )
        words = ()
        chosen = keyed.get(digits.keys) if digits is not None else None
        if chosen is not None and chosen.id == _MORE:
            number += 1
        elif chosen is not None:
            return chosen.id
        else:
            leave = tries.was_silent() if digits is None else tries.did_not_fit()
            if leave is not None:
                return leave


_MORE = "more page"  # with a blank, so that it is nobody's name


def _pages(run: Run, offers: Sequence[Offer]) -> Iterator[dict[str, Offer]]:
    """Yield each page by its keys."""
    own = [offer for offer in offers if offer.key]
    counted = [offer for offer in offers if not offer.key]
    keys = KEYS_IN_ORDER[run.flow.defaults.keys.first - 1 :]
    pages = pages_of(counted, max(2, min(run.flow.defaults.limits.breadth, len(keys))))
    for number, page in enumerate(pages, 1):
        if number < len(pages):
            page = [*page, Offer(id=_MORE, say=run.words("more_choices"))]
        keyed = dict(zip(keys, page, strict=False))
        yield {**keyed, **{offer.key: offer for offer in own}}
