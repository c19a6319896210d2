"""Rules about the ways through a flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from boardivr.flows.check_values import known_names
from boardivr.flows.model import Flow
from boardivr.flows.paths import Paths, explore, place_of
from boardivr.yamlread import Problem, near


def ways_are_sound(flow: Flow) -> Iterator[Problem]:
    """All rules about ways, from one exploration."""
    paths = explore(flow)
    for rule in (unreachable, no_exit, loops, unset):
        yield from rule(flow, paths)


def unreachable(flow: Flow, paths: Paths) -> Iterator[Problem]:
    """``unreachable``: nothing leads to a section, a menu or a step."""
    for name in (*flow.menus, *flow.steps):
        if paths.nodes[name].entry is None:
            message = f"nothing leads to {str(name)!r}"
            yield Problem(at=name.at, code="unreachable", message=message)
    for step in paths.dead:
        message = f"this {step.kind!r} can't be reached: what is before it leaves"
        yield Problem(at=place_of(step), code="unreachable", message=message)


def no_exit(flow: Flow, paths: Paths) -> Iterator[Problem]:
    """``no-exit``: from there the call can neither end nor go back."""
    ending = paths.ending()
    for name in (*flow.menus, *flow.steps):
        if name not in ending and paths.nodes[name].entry is not None:
            message = f"from {str(name)!r} there is no way out"
            hint = "return, hang_up, or go where the call can end"
            yield Problem(at=name.at, code="no-exit", message=message, hint=hint)


def loops(flow: Flow, paths: Paths) -> Iterator[Problem]:
    """``loop-without-input``: a circle in which the caller need not press a key."""
    for name, target in paths.quiet_circles():
        message = f"{name!r} comes back to itself without a key from the caller"
        hint = "count it, or ask for a key on the way"
        yield Problem(at=target.at, code="loop-without-input", message=message, hint=hint)


def unset(flow: Flow, paths: Paths) -> Iterator[Problem]:
    """``unknown-variable``, ``unset-variable``: nothing sets it, or not on every way."""
    known = known_names(flow)
    for expression, variable in paths.unset:
        at = expression.place(variable)
        if variable.name not in known:
            message = f"nothing sets ${variable.name}"
            hint = near(variable.name, {str(name) for name in known})
            yield Problem(at=at, code="unknown-variable", message=message, hint=hint)
        else:
            message = f"${variable.name} isn't set on every way to here"
            hint = f"set it before, as in '- set: {{{variable.name}: nothing}}'"
            yield Problem(at=at, code="unset-variable", message=message, hint=hint)


RULES: Final = (ways_are_sound,)
