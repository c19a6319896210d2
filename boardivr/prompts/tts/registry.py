"""Speech engines by name: entry points of the group ``boardivr.synthesisers``."""

from __future__ import annotations

import difflib
from importlib.metadata import entry_points

from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.tts.engine import Engine

GROUP = "boardivr.synthesisers"


def names() -> list[str]:
    """Return the names of the engines that we could find, installed or not."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def find(name: str) -> Engine:
    """Return an engine by its name.

    :raises TtsUnavailable: there is none, or it can't be loaded
    """
    points = entry_points(group=GROUP, name=name)
    if not points:
        near = difflib.get_close_matches(name, names(), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names())}"
        raise TtsUnavailable(f"expected a speech engine, found {name!r}; {hint}")
    try:
        engine: Engine = next(iter(points)).load()
        engine.name, engine.marks, engine.is_fast, engine.keeps_voice  # noqa: B018
    except Exception as error:  # a package of others may fail in any way
        raise TtsUnavailable(f"speech engine {name!r} can't be loaded: {error!r}") from error
    return engine
