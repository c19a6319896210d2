"""An overlay as data: what one group of customers has otherwise than the flow says.

It lies beside its flow, ``bank.youth.overlay.yaml`` beside ``bank.yaml``. What is new in
it is kept as nodes: it is read as a part of the flow, once it has its place there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, cast

from boardivr import yamlread
from boardivr.yamlread import Mark, Name, Node, Reader, Scalar, near

SUFFIX = ".overlay.yaml"


@dataclass(frozen=True)
class Raw:
    """What is written, to be read later."""

    node: Node

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Self:
        return cls(node)


class NewPrompt(Raw):
    """A prompt."""


class NewMenu(Raw):
    """A menu."""


class NewSteps(Raw):
    """Steps of a section."""


class NewParts(Raw):
    """Steps, or choices of a menu by their ids."""


class Place(Raw):
    """A choice's id; or as much of a step as tells it from the section's others."""

    def __str__(self) -> str:
        return written(self.node)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change of a list: of a section's steps, or of a menu's choices.

    :cvar word: its first key
    """

    word: ClassVar[str] = ""

    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Edit:
        pairs = list(reader.pairs(node))
        word = pairs[0][0].text if pairs else ""
        if word not in EDITS:
            message = f"expected a change to begin with {', '.join(EDITS)}, found {word!r}"
            raise reader.invalid(node, message, near(word, EDITS, tell_all=False))
        edit = reader.record_of(node, pairs, EDITS[word])
        if isinstance(edit, Move | Insert) and edit.before is not None and edit.after is not None:
            raise reader.invalid(node, "expected either 'before' or 'after', found both")
        if isinstance(edit, Move) and edit.before is None and edit.after is None:
            raise reader.invalid(node, "'before' or 'after' is missing", code="missing-key")
        return edit


@dataclass(frozen=True, kw_only=True)
class Replace(Edit):
    """Puts parts in the place of one."""

    word: ClassVar[str] = "replace"

    replace: Place
    parts: NewParts = field(metadata={"key": "with"})


@dataclass(frozen=True, kw_only=True)
class Remove(Edit):
    """Takes one out."""

    word: ClassVar[str] = "remove"

    remove: Place


@dataclass(frozen=True, kw_only=True)
class Insert(Edit):
    """Puts parts in; at the end where no place is named."""

    word: ClassVar[str] = "insert"

    insert: NewParts
    before: Place | None = None
    after: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Move(Edit):
    """Puts one at another place."""

    word: ClassVar[str] = "move"

    move: Place
    before: Place | None = None
    after: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Instead(Edit):
    """Puts parts in the place of all."""

    word: ClassVar[str] = "instead"

    instead: NewParts


EDITS: dict[str, type[Edit]] = {
    kind.word: kind for kind in (Replace, Remove, Insert, Move, Instead)
}


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is otherwise in a section: edits; in a menu: keys, and edits of its choices."""

    edits: tuple[Edit, ...] = ()
    items: tuple[Edit, ...] = ()
    always: tuple[Edit, ...] = ()
    keys: tuple[tuple[Scalar, Node], ...] = ()
    is_menu: bool = False
    at: Mark

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Changes:
        if isinstance(node, yamlread.Sequence):
            return cls(edits=reader.read(node, tuple[Edit, ...]), at=node.at)
        lists: dict[str, tuple[Edit, ...]] = {}
        keys = []
        for key, value in reader.pairs(node):
            if key.text in ("items", "always"):
                lists[key.text] = reader.read(value, tuple[Edit, ...])
            else:
                keys.append((key, value))
        return cls(keys=tuple(keys), is_menu=True, at=node.at, **cast(dict[str, Any], lists))


@dataclass(frozen=True, kw_only=True)
class Switched:
    """Functions that a group has, or hasn't, whatever a customer has opened."""

    on: tuple[Name, ...] = ()
    off: tuple[Name, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """A whole overlay.

    :param groups: of customers, as in their records
    :param prompts: further ones, as in a flow; ``menus`` and ``steps`` as well
    :param change: by section or menu
    """

    version: Literal["1"] = field(metadata={"key": "boardivr"})
    name: Name = field(metadata={"key": "overlay"})
    flow: Name
    groups: tuple[Name, ...]
    functions: Switched = field(default_factory=Switched)
    prompts: dict[Name, NewPrompt] = field(default_factory=dict)
    menus: dict[Name, NewMenu] = field(default_factory=dict)
    steps: dict[Name, NewSteps] = field(default_factory=dict)
    change: dict[Name, Changes] = field(default_factory=dict)
    at: Mark | None = field(default=None, compare=False)
    path: Path = field(default=Path(), metadata={"key": ""})


def overlays_beside(flow: Path) -> list[Path]:
    """Return the overlays of a flow's file."""
    begin = flow.stem + "."
    return sorted(
        path for path in flow.parent.glob("*" + SUFFIX)
        if path.name.startswith(begin) and "." not in path.name[len(begin) : -len(SUFFIX)]
    )  # fmt: skip


def base_of(overlay: Path) -> Path:
    """Return the file of the flow that an overlay is for, as its name says."""
    stem, _, _ = overlay.name.removesuffix(SUFFIX).rpartition(".")
    return overlay.with_name(f"{stem or 'NAME'}.yaml")


def written(node: Node) -> str:
    """Return a node in one line, for messages."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, yamlread.Sequence):
        return f"[{', '.join(map(written, node.items))}]"
    return f"{{{', '.join(f'{key.text}: {written(value)}' for key, value in node.pairs)}}}"
