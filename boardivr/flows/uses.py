"""Where a flow's prompts are said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from boardivr.flows.model import Flow
from boardivr.flows.parts import SayPiece
from boardivr.flows.walk import every


def uses(flow: Flow) -> Mapping[str, tuple[str, ...]]:
    """Return for each prompt the places that say it: ``menu main``, ``steps tell_balance``.

    Overlays' prompts and places are among them.
    """
    found: dict[str, dict[str, None]] = {str(id): {} for id in flow.prompt_ids}
    for place, part in (one for variant in flow.variants for one in _parts(variant)):
        for piece in every(SayPiece, part):
            if piece.prompt is not None and piece.prompt in found:
                found[piece.prompt][place] = None
    return {name: tuple(places) for name, places in found.items()}


def _parts(flow: Flow) -> Iterator[tuple[str, object]]:
    yield "defaults", flow.defaults
    for name, menu in flow.menus.items():
        yield f"menu {name}", menu
    for name, steps in flow.steps.items():
        yield f"steps {name}", steps
