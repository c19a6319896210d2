"""Walking over a flow's parts, whatever they are: checks and drawings read flows by this."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import TypeVar

from boardivr.flows.expressions import Expression, Variable, parts
from boardivr.flows.model import Flow
from boardivr.flows.parts import Step

T = TypeVar("T")


def walk(value: object, into: Callable[[object], bool] = lambda part: True) -> Iterator[object]:
    """Yield a value and everything in it.

    :param into: says whether to look into a part, once it has been yielded
    """
    yield value
    if not into(value):
        return
    if isinstance(value, tuple):
        for item in value:
            yield from walk(item, into)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk(key, into)
            yield from walk(item, into)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type | Expression):
        for name in _names(type(value)):
            yield from walk(getattr(value, name), into)


def every(kind: type[T], value: object) -> Iterator[T]:
    """Yield everything of a kind in a value."""
    found = value.parts if isinstance(value, Flow) else walk(value)
    return (part for part in found if isinstance(part, kind))


def all_steps(flow: Flow) -> Iterator[Step]:
    """Yield every step of a flow, those in branches and defaults too."""
    return every(Step, flow)


def variables_in(value: object) -> Iterator[tuple[Expression, Variable]]:
    """Yield the variables that a part reads itself, not those of steps within it."""
    for part in walk(value, lambda p: p is value or not isinstance(p, Step)):
        if isinstance(part, Expression):
            for tree in parts(part.tree):
                if isinstance(tree, Variable):
                    yield part, tree


@functools.cache
def _names(cls: type) -> tuple[str, ...]:
    # Marks and paths hold nothing to look into; an overlay's flow is looked into by itself.
    left_out = ("at", "path", "overlay_file", "overlays")
    return tuple(f.name for f in dataclasses.fields(cls) if f.name not in left_out)
