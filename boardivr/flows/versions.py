"""What is different between two sets of flows, by what an author calls its parts."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from boardivr.flows.model import Flow

Kind = Literal["added", "changed", "removed"]

PARTS = {"menus": "menu", "steps": "section", "prompts": "prompt"}
HEAD = ("language", "start", "defaults", "customer", "functions")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference: ``changed section bank.identify``.

    :param what: flow, menu, section, prompt, overlay, or one of the flow's other keys
    :param name: within the flow; empty for the flow itself and its keys
    """

    kind: Kind
    flow: str
    what: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.what} {self.flow}{'.' if self.name else ''}{self.name}"


def changes(before: Mapping[str, Flow], after: Mapping[str, Flow]) -> list[Change]:
    """Return what changed from one set of flows to another, flow by flow."""
    found: list[Change] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            kind: Kind = "added" if old is None else "removed"
            found.append(Change(kind=kind, flow=name, what="flow"))
        elif old.hash != new.hash:
            found += _within(name, old, new)
    return found


def diff(old: str, new: str, old_name: str, new_name: str) -> list[str]:
    """Return two versions' texts as a unified diff, without line ends."""
    lines = old.splitlines(), new.splitlines()
    return list(difflib.unified_diff(*lines, old_name, new_name, lineterm=""))


def _within(flow: str, old: Flow, new: Flow) -> Iterator[Change]:
    some = False
    for key in HEAD:
        if getattr(old, key) != getattr(new, key):
            some = True
            yield Change(kind="changed", flow=flow, what=key)
    old_overlays, new_overlays = ({str(o.name): o for o in f.overlays} for f in (old, new))
    for name in dict.fromkeys((*old_overlays, *new_overlays)):
        kind = _kind(name, old_overlays, new_overlays)
        if kind is not None:
            some = True
            yield Change(kind=kind, flow=flow, what="overlay", name=name)
    for key, what in PARTS.items():
        parts = (
            cast(dict[str, object], getattr(old, key)),
            cast(dict[str, object], getattr(new, key)),
        )
        for name in dict.fromkeys((*parts[0], *parts[1])):
            kind = _kind(name, *parts)
            if kind is not None:
                some = True
                yield Change(kind=kind, flow=flow, what=what, name=name)
    if not some:  # comments, or a recording under its old name
        yield Change(kind="changed", flow=flow, what="file")


def _kind(name: str, old: Mapping[str, object], new: Mapping[str, object]) -> Kind | None:
    if name not in old:
        return "added"
    if name not in new:
        return "removed"
    return "changed" if old[name] != new[name] else None
