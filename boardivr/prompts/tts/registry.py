"""Speech engines by name: entry points of the group ``boardivr.synthesisers``."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points

from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.tts.engine import Engine

GROUP = "boardivr.synthesisers"


def names() -> list[str]:
    """Return the names of the engines that we could find, installed or not."""
    return sorted({point.name for point in entry_points(group=GROUP)})


@dataclass(frozen=True, kw_only=True)
class Described:
    """What is known of an engine without starting it.

    :param voices: each with its language; the best first
    :param problem: why it can't be used, and what to install; empty where it can
    """

    name: str
    about: str = ""
    licence: str = ""
    version: str = ""
    voices: Sequence[tuple[str, str]] = ()
    problem: str = ""


def describe(name: str) -> Described:
    """Return what an engine says of itself; none is an error."""
    try:
        engine = find(name)
    except TtsUnavailable as error:
        return Described(name=name, problem=str(error))
    version, problem = "", ""
    voices: Sequence[tuple[str, str]] = ()
    try:
        version = engine.version()
        voices = tuple(engine.voices())
    except TtsUnavailable as error:
        problem = str(error)
    except Exception as error:  # of an engine that we don't know
        problem = f"it raised {error!r}"
    return Described(
        name=name,
        about=engine.about,
        licence=engine.licence,
        version=version,
        voices=voices,
        problem=problem,
    )


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
