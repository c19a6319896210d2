"""Which ways a flow can go: what is reached, what is set there, where it ends.

An abstract run of every section and menu, again and again until nothing changes.
A state is the variables that are set on every way to a place, and whether the caller
may have pressed nothing since the section began.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from boardivr.flows.expressions import Expression, Variable
from boardivr.flows.model import Flow, Menu
from boardivr.flows.parts import WORDS, Branch, Retry, Step, Target, Way
from boardivr.flows.steps.call import Call
from boardivr.flows.steps.for_each import ForEach
from boardivr.flows.steps.goto import Goto
from boardivr.flows.steps.hang_up import HangUpStep
from boardivr.flows.steps.menu import MenuStep
from boardivr.flows.steps.return_ import Return
from boardivr.flows.walk import variables_in
from boardivr.yamlread import Mark

GIVEN = frozenset({"ani", "dnis", "language", "customer"})
"""Variables that every call has."""


class State(NamedTuple):
    known: frozenset[str]
    is_quiet: bool = True

    def join(self, other: State | None) -> State:
        if other is None or other == self:
            return self
        return State(self.known & other.known, self.is_quiet or other.is_quiet)


@dataclass
class Node:
    """A section or menu in the abstract run.

    :param entry: the state on every way to it; None while none is known
    :param exit: the state on every way back from it; None if it never comes back
    """

    name: str
    entry: State | None = None
    exit: State | None = None
    can_hang_up: bool = False
    edges: dict[str, Target] = field(default_factory=dict)
    quiet_edges: dict[str, Target] = field(default_factory=dict)
    seen: object = None

    def circumstances(self, nodes: Mapping[str, Node]) -> object:
        """Return all that what happens in it depends on."""
        return self.entry, [nodes[name].exit for name in self.edges]


@dataclass
class Paths:
    """What the abstract run has found."""

    flow: Flow
    nodes: dict[str, Node] = field(default_factory=dict)
    dead: list[Step] = field(default_factory=list)  # steps that nothing leads to
    unset: list[tuple[Expression, Variable]] = field(default_factory=list)

    def ending(self) -> set[str]:
        """Return the nodes from which the call can end or go back."""
        ending = {n.name for n in self.nodes.values() if n.can_hang_up or n.exit is not None}
        while more := {
            n.name
            for n in self.nodes.values()
            if n.name not in ending and not ending.isdisjoint(n.edges)
        }:
            ending |= more
        return ending

    def quiet_circles(self) -> Iterator[tuple[str, Target]]:
        """Yield edges that close a circle in which the caller need not press a key."""
        for node in self.nodes.values():
            for target, place in node.quiet_edges.items():
                if node.entry is not None and self._leads(target, node.name):
                    yield node.name, place

    def _leads(self, start: str, goal: str) -> bool:
        seen, waiting = set(), [start]
        while waiting:
            name = waiting.pop()
            if name == goal:
                return True
            if name not in seen and name in self.nodes:
                seen.add(name)
                waiting += self.nodes[name].quiet_edges
        return False


def explore(flow: Flow) -> Paths:
    """Return what can happen in a flow."""
    names = [str(name) for name in (*flow.menus, *flow.steps)]
    paths = Paths(flow, {name: Node(name) for name in names})
    run = _Run(flow, paths)
    before: object = None
    while before != (now := [(n.entry, n.exit, n.can_hang_up) for n in paths.nodes.values()]):
        before = now
        run.whole()
    run.is_last = True
    run.whole()
    return paths


class _Run:
    def __init__(self, flow: Flow, paths: Paths) -> None:
        self.flow = flow
        self.paths = paths
        self.is_last = False  # states are final: what is found now is so
        self.node = Node("")
        self._facts: dict[int, tuple[frozenset[str], tuple[Way, ...]]] = {}

    def whole(self) -> None:
        self.node = Node("")
        state: State | None = State(GIVEN)
        for target in self.flow.start:
            if state is not None:
                state = self.visit(target, state)
        for branch in (self.flow.defaults.on_error, self.flow.defaults.on_fax):
            if branch is not None:
                self.branch(branch, State(GIVEN))
        for name, node in self.paths.nodes.items():
            if node.entry is None:
                continue
            if not self.is_last and node.seen == node.circumstances(self.paths.nodes):
                continue
            before = node.entry, node.exit
            self.node = node
            entry = State(node.entry.known)  # quiet: as seen from its own beginning
            menu = self.flow.menu(name)
            if menu is not None:
                self.menu(menu, entry)
            elif (end := self.steps(self.flow.section(name) or (), entry)) is not None:
                self.leave(end)
            is_settled = before == (node.entry, node.exit)
            node.seen = node.circumstances(self.paths.nodes) if is_settled else None

    def leave(self, state: State) -> None:
        self.node.exit = state.join(self.node.exit)

    # edges

    def enter(self, target: Target, state: State) -> Node | None:
        """Note a way to a section or menu."""
        node = self.paths.nodes.get(target)
        if node is not None:
            node.entry = state.join(node.entry)
            self.node.edges.setdefault(str(target), target)
            if state.is_quiet:
                self.node.quiet_edges.setdefault(str(target), target)
        return node

    def visit(self, target: Target, state: State) -> State | None:
        """Go there and come back; None if it doesn't."""
        node = self.enter(target, state)
        if node is None:
            return state  # unknown: another rule tells
        if node.exit is None:
            return None
        return State(state.known | node.exit.known, state.is_quiet and node.exit.is_quiet)

    def go(self, target: Target, state: State) -> None:
        if target == "hang_up":
            self.node.can_hang_up = True
        elif target in ("return", "back"):
            self.leave(state)
        elif target == "repeat":
            self.enter(Target(self.node.name, target.at), state)
        elif target not in WORDS:
            node = self.enter(target, state)
            if node is None:  # unknown: another rule tells
                self.node.can_hang_up = True
            elif node.exit is not None:
                known = state.known | node.exit.known
                self.leave(State(known, state.is_quiet and node.exit.is_quiet))

    def branch(self, branch: Branch, state: State) -> State | None:
        """Take a branch; return the state after it, if it comes back."""
        if branch.target is not None:
            self.go(branch.target, state)
            return None
        return self.steps(branch.steps, state)

    # steps and menus

    def steps(self, steps: Sequence[Step], state: State | None) -> State | None:
        for step in steps:
            if state is None:
                if self.is_last:
                    self.paths.dead.append(step)
                return None
            state = self.step(step, state)
        return state

    def step(self, step: Step, state: State) -> State | None:
        sets, ways = self.facts(step)
        known = state.known | sets if sets else state.known
        after = State(known, state.is_quiet and not step.takes_input)
        if self.is_last:
            late = {id(e) for name in step.late for e, _ in variables_in(getattr(step, name))}
            for expression, variable in variables_in(step):
                self.use(expression, variable, after if id(expression) in late else state)
        ends = [after] if step.goes_on() else []
        for way in ways:
            known = after.known if way.is_late else state.known
            is_quiet = state.is_quiet and way.is_silent
            end = self.branch(way.branch, State(known, is_quiet))
            if end is not None:
                ends.append(end)
        ends += self.special(step, state, ends)
        joined: State | None = None
        for end in ends:
            joined = end.join(joined)
        return joined

    def facts(self, step: Step) -> tuple[frozenset[str], tuple[Way, ...]]:
        """Return what a step sets, and its branches: the same each time that it is come to."""
        found = self._facts.get(id(step))
        if found is None:
            found = frozenset(map(str, step.sets())), tuple(step.ways(self.flow))
            self._facts[id(step)] = found
        return found

    def special(self, step: Step, state: State, ends: list[State]) -> list[State]:
        """Follow the kinds of steps that lead elsewhere by themselves."""
        if isinstance(step, Goto):
            self.go(step.target, state)
        elif isinstance(step, Return):
            self.leave(state)
        elif isinstance(step, HangUpStep):
            self.node.can_hang_up = True
        elif isinstance(step, Call | MenuStep):
            target = step.target if isinstance(step, Call) else step.menu
            ends.clear()
            end = self.visit(target, state)
            return [] if end is None else [end]
        elif isinstance(step, ForEach):
            end = self.steps(step.do, State(state.known | {str(step.name)}, state.is_quiet))
            return [] if end is None else [end]
        return []

    def menu(self, menu: Menu, state: State) -> None:
        always = self.flow.always(menu)
        if self.is_last:
            for expression, variable in variables_in((menu, tuple(always.values()))):
                self.use(expression, variable, state)
        pressed = State(state.known, menu.single == "enter")
        targets = [item.go for item in menu.items.values()]
        for target in [*targets, *(item.go for item in always.values())]:
            if target not in WORDS:
                self.visit(target, pressed)
            elif target != "repeat":
                self.go(target, pressed)
        defaults = self.flow.defaults
        no_input = (menu.no_input or Retry()).or_else(defaults.no_input).then
        no_match = (menu.no_match or Retry()).or_else(defaults.no_match).then
        for branch, way in (
            (no_input, state), (no_match, State(state.known, False)), (menu.empty, state)
        ):  # fmt: skip
            end = self.branch(branch, way) if branch is not None else None
            if end is not None and branch is not None:  # the menu is offered again
                at = place_of(branch.steps[0]) if branch.steps else Mark("", 1, 1)
                self.enter(Target(self.node.name, at), end)
        if no_input is None or no_match is None:
            self.node.can_hang_up = True
        if menu.empty is None and all(item.when for item in menu.items.values()):
            self.leave(state)

    def use(self, expression: Expression, variable: Variable, state: State) -> None:
        if variable.name not in state.known:
            self.paths.unset.append((expression, variable))


def place_of(step: Step) -> Mark:
    return step.at or Mark("", 1, 1)
