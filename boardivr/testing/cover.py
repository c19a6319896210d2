"""Which parts of a flow were gone through: steps, branches, and menu items.

A branch is counted by where it leads: two words of a step that lead to the same
place are one. What is only in ``defaults`` is counted once for the flow.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from boardivr.flows.interpreter import Interpreter
from boardivr.flows.menu import MORE
from boardivr.flows.model import Always, Flow, Item, Menu
from boardivr.flows.parts import Block, Branch, Go, HangUp, Next, Retry, Step, Visit
from boardivr.flows.steps.if_ import If
from boardivr.flows.visit import MenuVisit
from boardivr.flows.walk import all_steps
from boardivr.yamlread import Mark, Name

KINDS = {"step": "steps", "branch": "branches", "item": "menu items"}


@dataclass(frozen=True, order=True)
class Point:
    """One thing to go through.

    :param kind: ``step``, ``branch`` or ``item``
    :param label: what it is, beside its place: ``if: then``, ``main: forex``
    """

    at: Mark
    kind: str
    label: str

    def __str__(self) -> str:
        return f"{self.at.file}:{self.at.line}: {self.kind} {self.label}"


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What tests went through, of what there is."""

    points: frozenset[Point]
    hit: frozenset[Point]

    def share(self, kind: str | None = None) -> float:
        """Return how much of a kind was gone through, or of all: 0 to 1."""
        wanted = {p for p in self.points if kind in (None, p.kind)}
        return len(wanted & self.hit) / len(wanted) if wanted else 1.0

    def count(self, kind: str) -> tuple[int, int]:
        """Return how many of a kind were gone through, and how many there are."""
        wanted = {p for p in self.points if p.kind == kind}
        return len(wanted & self.hit), len(wanted)

    @property
    def missed(self) -> list[Point]:
        """What no test went through, in the order of the flow."""
        return sorted(self.points - self.hit)


def points(flow: Flow) -> frozenset[Point]:
    """Return everything in a flow that can be gone through."""
    return frozenset(point for variant in flow.variants for point in _all(variant))


def _all(flow: Flow) -> Iterator[Point]:
    for step in all_steps(flow):
        if step.at is not None:
            yield Point(step.at, "step", step.kind)
            yield from (Point(step.at, "branch", label) for label in _branches(step))
    for name, menu in flow.menus.items():
        at = menu.at or name.at
        choices: dict[Name, Item | Always] = {**menu.items, **menu.always}
        for id, item in choices.items():
            yield Point(item.at or at, "item", f"{name}: {id}")
        yield from (Point(at, "branch", f"{name}: {label}") for label in _branches(menu))
    for id, choice in flow.defaults.always.items():
        yield Point(choice.at or id.at, "item", f"always: {id}")


def _branches(part: Step | Menu) -> dict[str, Branch | None]:
    """Return the branches of a step or menu by their words; None goes on to the next step."""
    found: dict[str, Branch | None] = {}
    for f in dataclasses.fields(part):
        word, value = f.metadata.get("key", f.name), getattr(part, f.name)
        branches = value if isinstance(value, Mapping) else {"": value}
        for key, branch in branches.items():
            branch = branch.then if isinstance(branch, Retry) else branch
            if isinstance(branch, Branch):
                label = f"{word} {key}".strip()
                same = next((old for old, other in found.items() if _same(other, branch)), None)
                if same is not None:
                    del found[same]
                    label = f"{same}, {label}"
                found[label] = branch
    kind = part.kind + ": " if isinstance(part, Step) else ""
    if isinstance(part, If) and part.otherwise is None:
        found["else"] = None
    return {kind + label: branch for label, branch in found.items()}


def _same(one: Branch | None, other: Branch) -> bool:
    return one is not None and one.target is not None and one.target == other.target


class Watch:
    """Notes what a call goes through."""

    def __init__(self) -> None:
        self.hit: set[Point] = set()

    def step(self, step: Step, result: Next | None) -> None:
        """Note a step that was done, and where it led."""
        if step.at is None:
            return
        self.hit.add(Point(step.at, "step", step.kind))
        label = _taken(_branches(step), result)
        if label is not None:
            self.hit.add(Point(step.at, "branch", label))

    def menu(self, flow: Flow, visit: MenuVisit, result: Next | None, chosen: object) -> None:
        """Note a menu that was offered, what was chosen, and where that led."""
        menu, name = visit.menu, next(n for n in flow.menus if n == visit.id)
        at = menu.at or name.at
        label = _taken(_branches(menu), result)
        if label is not None:
            self.hit.add(Point(at, "branch", f"{name}: {label}"))
        if chosen is None and isinstance(result, Visit):  # the single one, entered unasked
            chosen = next((id for id, item in menu.items.items() if item.go == result.target), None)
        if chosen is None or chosen == MORE:
            return
        own: dict[Name, Item | Always] = {**menu.items, **menu.always}
        usual: dict[Name, Item | Always] = {**flow.defaults.always}
        for owner, items in ((str(name), own), ("always", usual)):
            for id, item in items.items():
                if id == chosen:
                    self.hit.add(Point(item.at or at, "item", f"{owner}: {id}"))
                    return


def _taken(branches: Mapping[str, Branch | None], result: Next | None) -> str | None:
    """Return the word of the branch that a step took."""
    for label, branch in branches.items():
        if branch is None:
            is_it = result is None
        elif isinstance(result, Block):
            is_it = branch.target is None and result.steps is branch.steps
        elif isinstance(result, Go):
            is_it = branch.target == result.target
        else:
            is_it = isinstance(result, HangUp) and branch.target == "hang_up"
        if is_it:
            return label
    return None


class WatchedInterpreter(Interpreter):
    """An interpreter that tells what it goes through."""

    watch: Watch

    def _traced(self, name: str, what: Step | MenuVisit) -> Next | None:
        try:
            result = super()._traced(name, what)
        except BaseException:
            if isinstance(what, Step) and what.at is not None:  # begun, and led nowhere
                self.watch.hit.add(Point(what.at, "step", what.kind))
            raise
        if isinstance(what, Step):
            self.watch.step(what, result)
        else:
            self.watch.menu(self.flow, what, result, self.state.notes.get("chosen"))
        return result


def summary(cover: Cover) -> list[str]:
    """Return a cover as lines: the share of each kind, and what was missed."""
    counts = {word: cover.count(kind) for kind, word in KINDS.items()}
    parts = [f"{word} {hit}/{all}" for word, (hit, all) in counts.items()]
    return [f"{cover.share():.0%} covered: {', '.join(parts)}", *map(str, cover.missed)]


def join(covers: Iterable[Cover]) -> Cover:
    """Return several as one."""
    together = list(covers)
    return Cover(
        points=frozenset().union(*(c.points for c in together)),
        hit=frozenset().union(*(c.hit for c in together)),
    )
