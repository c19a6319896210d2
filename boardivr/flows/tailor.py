"""Puts an overlay on a flow: nodes on nodes, so that every part keeps its place in its file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boardivr import yamlread
from boardivr.flows import overlay as lay
from boardivr.flows.overlay import Changes, Edit, Overlay, Place
from boardivr.yamlread import Mapping, Name, Node, Problem, Scalar, near

Pair = tuple[Scalar, Node]


def tailored(base: Mapping, overlay: Overlay) -> tuple[Mapping, list[Problem]]:
    """Return a flow's nodes with an overlay on them, and what names nothing in the flow."""
    work = _Tailoring(overlay)
    return work.flow(base), work.problems


def choices(menu: Node, key: str) -> list[str]:
    """Return the ids of a menu's items."""
    inside = child(menu, key)
    return [k.text for k, _ in inside.pairs] if isinstance(inside, Mapping) else []


def child(node: Node | None, key: str) -> Node | None:
    """Return a mapping's value, if it is there."""
    if not isinstance(node, Mapping):
        return None
    return next((value for k, value in node.pairs if k.text == key), None)


@dataclass(frozen=True)
class _Part:
    """One of a list that is edited: a step, or a choice with its id."""

    value: Node
    id: Scalar | None = None

    def is_at(self, place: Place) -> bool:
        if self.id is not None:
            return isinstance(place.node, Scalar) and place.node.text == self.id.text
        return _is_in(place.node, self.value)


class _Tailoring:
    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.problems: list[Problem] = []

    def flow(self, base: Mapping) -> Mapping:
        parts = {key: self.with_new(base, key) for key in ("prompts", "menus", "steps")}
        for name, change in self.overlay.change.items():
            for key in ("menus", "steps"):
                if child(parts[key], name) is not None:
                    parts[key] = self.changed(parts[key], name, change, is_menu=key == "menus")
                    break
            else:
                known = [k.text for key in ("menus", "steps") for k in _keys(parts[key])]
                self.unknown(name, f"the flow has no section or menu {str(name)!r}", known)
        pairs = [(key, parts.pop(key.text, value)) for key, value in base.pairs]
        pairs += [(Scalar(at=p.at, text=key), p) for key, p in parts.items() if p.pairs]
        return Mapping(at=base.at, pairs=pairs)

    def with_new(self, base: Mapping, key: str) -> Mapping:
        """Return the flow's prompts, menus or steps with those that the overlay adds."""
        there = child(base, key)
        pairs = list(there.pairs) if isinstance(there, Mapping) else []
        lines = {k.text: k.at for k, _ in pairs}
        at = there.at if there is not None else self.overlay.name.at
        for name, raw in getattr(self.overlay, key).items():
            if name in lines:
                message = f"the flow has {str(name)!r} already, on line {lines[name].line}"
                hint = "choose another name" if key == "prompts" else "change it under 'change'"
                self.complain(name, "name-clash", message, hint)
            else:
                pairs.append((Scalar(at=name.at, text=str(name)), raw.node))
        return Mapping(at=at, pairs=pairs)

    def changed(self, parts: Mapping, name: Name, change: Changes, *, is_menu: bool) -> Mapping:
        if change.is_menu != is_menu:
            kind, form = ("menu", "mapping") if is_menu else ("section", "list")
            message = f"{str(name)!r} is a {kind}; its changes are a {form}"
            self.complain(name, "value", message)
            return parts
        make = self.menu if is_menu else self.section
        pairs = [(k, make(v, change) if k.text == name else v) for k, v in parts.pairs]
        return Mapping(at=parts.at, pairs=pairs)

    def section(self, base: Node, change: Changes) -> Node:
        if not isinstance(base, yamlread.Sequence):
            return base
        parts = self.edited([_Part(step) for step in base.items], change.edits, _steps)
        return yamlread.Sequence(at=base.at, items=[part.value for part in parts])

    def menu(self, base: Node, change: Changes) -> Node:
        if not isinstance(base, Mapping):
            return base
        replaced = {k.text: (k, v) for k, v in change.keys}
        for word, edits in (("items", change.items), ("always", change.always)):
            if edits:
                old = child(base, word) or Mapping(at=change.at)
                key = next((k for k in _keys(base) if k.text == word), None)
                replaced[word] = (key or Scalar(at=change.at, text=word), self.items(old, edits))
        pairs = [replaced.pop(k.text, (k, v)) for k, v in base.pairs]
        return Mapping(at=base.at, pairs=[*pairs, *replaced.values()])

    def items(self, base: Node, edits: Sequence[Edit]) -> Node:
        if not isinstance(base, Mapping):
            return base
        parts = self.edited([_Part(v, k) for k, v in base.pairs], edits, _choices)
        return Mapping(at=base.at, pairs=[(p.id, p.value) for p in parts if p.id is not None])

    def edited(
        self, parts: list[_Part], edits: Iterable[Edit], read: type[_steps] | type[_choices]
    ) -> list[_Part]:
        for edit in edits:
            parts = self.edit(list(parts), edit, read)
        return parts

    def edit(
        self, parts: list[_Part], edit: Edit, read: type[_steps] | type[_choices]
    ) -> list[_Part]:
        match edit:
            case lay.Instead():
                return self.new(edit.instead, read)
            case lay.Remove():
                index = self.find(parts, edit.remove)
                return parts if index is None else parts[:index] + parts[index + 1 :]
            case lay.Replace():
                index = self.find(parts, edit.replace)
                fresh = self.new(edit.parts, read)
                return parts if index is None else parts[:index] + fresh + parts[index + 1 :]
            case lay.Insert():
                return self.put(parts, self.new(edit.insert, read), edit)
            case lay.Move():
                index = self.find(parts, edit.move)
                if index is None:
                    return parts
                part = parts.pop(index)
                return self.put(parts, [part], edit)
        raise AssertionError(edit)

    def put(
        self, parts: list[_Part], fresh: list[_Part], edit: lay.Insert | lay.Move
    ) -> list[_Part]:
        """Put parts before or after another, or at the end."""
        place = edit.before or edit.after
        index = len(parts) if place is None else self.find(parts, place)
        if index is None:
            return parts
        index += 1 if edit.after is not None else 0
        return parts[:index] + fresh + parts[index:]

    def new(self, parts: lay.NewParts, read: type[_steps] | type[_choices]) -> list[_Part]:
        found = read.of(parts.node)
        if found is None:
            at, kind = parts.node.at, parts.node.kind
            message = f"expected {read.what}, found a {kind}"
            self.problems.append(Problem(at=at, code="value", message=message))
        return found or []

    def find(self, parts: list[_Part], place: Place) -> int | None:
        """Return which part is meant; a place that fits none, or several, is a problem."""
        found = [index for index, part in enumerate(parts) if part.is_at(place)]
        if len(found) == 1:
            return found[0]
        if found:
            lines = ", ".join(str(parts[index].value.at.line) for index in found)
            message = f"{str(place)!r} may be any of those on lines {lines}"
            self.complain(place, "ambiguous-place", message, "write more of the step")
        elif all(part.id is not None for part in parts) and parts:
            known = [part.id.text for part in parts if part.id is not None]
            self.unknown(place, f"the menu has no choice {str(place)!r}", known)
        else:
            known = list(dict.fromkeys(_word(part.value) for part in parts))
            self.unknown(place, f"the section has no step {str(place)!r}", known)
        return None

    def unknown(self, what: Name | Place, message: str, known: list[str]) -> None:
        self.complain(what, "unknown-place", message, near(str(what), known))

    def complain(self, what: Name | Place, code: str, message: str, hint: str = "") -> None:
        at = what.node.at if isinstance(what, Place) else what.at
        self.problems.append(Problem(at=at, code=code, message=message, hint=hint))


class _steps:
    """How new steps are written: a list, or a single one."""

    what = "steps"

    @staticmethod
    def of(node: Node) -> list[_Part] | None:
        if isinstance(node, yamlread.Sequence):
            return [_Part(item) for item in node.items]
        return [_Part(node)]


class _choices:
    """How new choices are written: by their ids."""

    what = "choices by their ids"

    @staticmethod
    def of(node: Node) -> list[_Part] | None:
        return [_Part(v, k) for k, v in node.pairs] if isinstance(node, Mapping) else None


def _keys(node: Node) -> list[Scalar]:
    return [key for key, _ in node.pairs] if isinstance(node, Mapping) else []


def _word(step: Node) -> str:
    """Return a step's word."""
    if isinstance(step, Mapping) and step.pairs:
        return step.pairs[0][0].text
    return lay.written(step)


def _is_in(part: Node, whole: Node) -> bool:
    """Return whether a node is as much of another as it says; a word alone is a step's kind."""
    if isinstance(part, Scalar):
        if isinstance(whole, Mapping) and whole.pairs:
            return part.text == whole.pairs[0][0].text
        return isinstance(whole, Scalar) and part.text == whole.text
    if isinstance(part, Mapping) and isinstance(whole, Mapping):
        return all(
            any(key.text == k.text and _is_same(value, v) for k, v in whole.pairs)
            for key, value in part.pairs
        )
    return False


def _is_same(part: Node, whole: Node) -> bool:
    if isinstance(part, Scalar) or isinstance(whole, Scalar):
        return isinstance(part, Scalar) and isinstance(whole, Scalar) and part.text == whole.text
    if isinstance(part, yamlread.Sequence) and isinstance(whole, yamlread.Sequence):
        both = zip(part.items, whole.items, strict=False)
        return len(part.items) == len(whole.items) and all(_is_same(a, b) for a, b in both)
    return isinstance(part, Mapping) and isinstance(whole, Mapping) and _is_in(part, whole)
