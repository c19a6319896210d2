"""Walking over a flow's parts, whatever they are: checks and drawings read flows by this."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from boardivr.flows.expressions import Expression, Variable, parts
from boardivr.flows.model import Flow
from boardivr.flows.parts import Step

T = TypeVar("T")


def walk(value: object, into: Callable[[object], bool] | None = None) -> Iterator[object]:
    """Yield a value and everything in it, each before what it holds.

    :param into: says whether to look into a part, once it has been yielded
    """
    waiting = [value]
    while waiting:
        part = waiting.pop()
        yield part
        kind: type = type(part)
        look = _look(kind)
        if look is not None and (into is None or into(part)):
            waiting += look(part)


def every(kind: type[T], value: object) -> Iterator[T]:
    """Yield everything of a kind in a value."""
    if isinstance(value, Flow):
        return iter(value.parts_of(kind))
    return (part for part in walk(value) if isinstance(part, kind))


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
def _look(cls: type) -> Callable[[Any], Iterable[object]] | None:
    """Return what gives the parts of a value of a class, the last first; None where it has none."""
    if issubclass(cls, str | Expression):
        return None
    if issubclass(cls, tuple) and not hasattr(cls, "_fields"):
        return reversed
    if issubclass(cls, dict):
        return lambda value: [one for pair in reversed(value.items()) for one in reversed(pair)]
    if not dataclasses.is_dataclass(cls):
        return None
    # Marks and paths hold nothing to look into; an overlay's flow is looked into by itself.
    left_out = ("at", "path", "overlay_file", "overlays")
    names = [f.name for f in reversed(dataclasses.fields(cls)) if f.name not in left_out]
    if not names:
        return None
    get = operator.attrgetter(*names)
    return get if len(names) > 1 else lambda value: (get(value),)
