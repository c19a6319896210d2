"""Reads a flow's overlays, puts them on it, and checks what comes of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

from boardivr import yamlread
from boardivr.flows.check import check
from boardivr.flows.expressions import Call, Expression, Literal, parts
from boardivr.flows.model import Flow, Tailored
from boardivr.flows.overlay import Overlay
from boardivr.flows.tailor import tailored
from boardivr.flows.walk import every
from boardivr.yamlnodes import parse
from boardivr.yamlread import Name, Problem, ReadError, near, read_node

NOT_ITS_FAULT = ("unreachable", "unused-prompt", "no-holidays")
"""What an overlay may leave the flow with: parts of it that this group doesn't need."""


def with_overlays(flow: Flow, base: yamlread.Mapping, texts: Mapping[Path, str]) -> Flow:
    """Return a flow with its overlays.

    :param base: the flow's nodes
    :raises ReadError: with every problem of all overlays
    """
    problems: list[Problem] = []
    found: list[Tailored] = []
    for path, text in sorted(texts.items()):
        try:
            overlay = read_overlay(text, path)
            problems += _fits(overlay, flow, found)
            found.append(_put_on(overlay, flow, base))
        except ReadError as error:
            problems += error.problems
    if problems:
        raise ReadError(problems)
    return dataclasses.replace(flow, overlays=tuple(found))


def read_overlay(text: str, path: Path) -> Overlay:
    """Read an overlay.

    :raises ReadError: it isn't well-formed; every problem with its place
    """
    return dataclasses.replace(read_node(parse(text, str(path)), Overlay), path=path)


def check_overlays(flow: Flow, known: list[Problem]) -> list[Problem]:
    """Return what is wrong with a flow once an overlay is on it, and isn't without.

    :param known: what is wrong with the flow itself
    """
    found: list[Problem] = []
    for one in flow.overlays:
        fresh = [p for p in check(one.flow) if p not in known]
        for problem in fresh:
            if problem.at.file == str(one.path):
                found.append(problem)
            elif problem.code not in NOT_ITS_FAULT:
                because = f"with {one.path.name}: {problem.message}"
                found.append(dataclasses.replace(problem, message=because))
    return sorted(found, key=lambda p: (p.at, p.code, p.message))


def functions_of(flow: Flow) -> list[str]:
    """Return what customers can open: as the flow says, or as its conditions ask for."""
    asked = dict.fromkeys(map(str, flow.functions))
    for expression in every(Expression, flow):
        for tree in parts(expression.tree):
            if isinstance(tree, Call) and tree.name in ("open", "fixed"):
                literals = [a.value for a in tree.arguments if isinstance(a, Literal)]
                asked.update(dict.fromkeys(map(str, literals)))
    return list(asked)


def _put_on(overlay: Overlay, flow: Flow, base: yamlread.Mapping) -> Tailored:
    nodes, problems = tailored(base, overlay)
    if problems:
        raise ReadError(problems)
    made = dataclasses.replace(
        read_node(nodes, Flow),
        path=flow.path,
        overlay=str(overlay.name),
        overlay_file=overlay.path,
        switched=overlay.functions,
    )
    return Tailored(name=overlay.name, groups=overlay.groups, path=overlay.path, flow=made)


def _fits(overlay: Overlay, flow: Flow, others: list[Tailored]) -> Iterator[Problem]:
    """Find what an overlay says of itself that can't be: its flow, groups and functions."""
    if overlay.flow != flow.name:
        message = f"it is beside flow {str(flow.name)!r}, and for {str(overlay.flow)!r}"
        yield Problem(at=overlay.flow.at, code="overlay-flow", message=message)
    if not overlay.groups and overlay.at is not None:
        message = "it is for no group"
        yield Problem(at=overlay.at, code="overlay-group", message=message)
    taken = {str(group): other for other in others for group in other.groups}
    for group in overlay.groups:
        if group in taken:
            message = f"group {str(group)!r} has overlay {str(taken[group].name)!r} already"
            yield Problem(at=group.at, code="overlay-group", message=message)
    yield from _switched(overlay, functions_of(flow))
    yield from _names_once(overlay, others)


def _switched(overlay: Overlay, functions: list[str]) -> Iterator[Problem]:
    for function in (*overlay.functions.on, *overlay.functions.off):
        if function not in functions:
            message = f"no customer can open {str(function)!r}"
            hint = near(function, functions)
            yield Problem(at=function.at, code="unknown-service", message=message, hint=hint)
    for function in overlay.functions.off:
        if function in overlay.functions.on:
            message = f"{str(function)!r} is switched on and off"
            yield Problem(at=function.at, code="overlay-functions", message=message)


def _names_once(overlay: Overlay, others: list[Tailored]) -> Iterator[Problem]:
    """Find names that two overlays have: of prompts, as there is one library for all."""
    if overlay.name in {other.name for other in others}:
        message = f"another overlay is called {str(overlay.name)!r}"
        yield Problem(at=overlay.name.at, code="name-clash", message=message)
    for other in others:
        theirs: list[Name] = [n for n in other.flow.prompts if n.at.file == str(other.path)]
        for name in overlay.prompts:
            if name in theirs:
                message = f"overlay {str(other.name)!r} has {str(name)!r} already"
                yield Problem(at=name.at, code="name-clash", message=message)
