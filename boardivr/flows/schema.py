"""The JSON Schema of flow files, for editors: made from the classes that read them.

It knows every key, and which value a key takes as far as its form tells; what a flow
means is `flow check`'s to say.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from boardivr.flows.expressions import Expression
from boardivr.flows.model import Always, Flow, Item, Menu, Words
from boardivr.flows.overlay import (
    EDITS,
    Changes,
    NewMenu,
    NewParts,
    NewPrompt,
    NewSteps,
    Overlay,
    Place,
)
from boardivr.flows.parts import SPOKEN, WORDS, Branch, Interrupt, Say, SayPiece, Step, Target
from boardivr.flows.steps import kinds
from boardivr.yamlread import Keys, Name, Seconds, Span, keys_of

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

SCALAR: Schema = {"type": ["string", "number", "boolean"]}
YES_NO: Schema = {"enum": ["yes", "no", True, False]}
NAME: Schema = {"type": "string", "pattern": r"^[^\W\d][\w-]*$"}
KEYS: Schema = {"type": ["string", "integer"], "pattern": "^[0-9*#A-D]+$"}
SECONDS: Schema = {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$"}
SPAN: Schema = {"type": ["string", "integer"], "pattern": "^[0-9]+(\\.\\.[0-9]+)?$"}


def schema() -> Schema:
    """Return the JSON Schema of flow files."""
    maker = _Maker()
    whole = maker.record(Flow)
    maker.named("step", maker.step)
    return {
        "$schema": DRAFT,
        "title": "BoardIVR call flow",
        **whole,
        "$defs": dict(sorted(maker.defs.items())),
    }


def overlay_schema() -> Schema:
    """Return the JSON Schema of overlays."""
    maker = _Maker()
    whole = maker.record(Overlay)
    return {
        "$schema": DRAFT,
        "title": "BoardIVR overlay of a call flow",
        **whole,
        "$defs": dict(sorted(maker.defs.items())),
    }


class _Maker:
    """Makes schemas; what comes more than once gets a name under ``$defs``."""

    def __init__(self) -> None:
        self.defs: dict[str, Schema] = {}

    def of(self, want: Any) -> Schema:
        """Return the schema of a type."""
        origin, args = typing.get_origin(want), typing.get_args(want)
        if origin in (typing.Union, types.UnionType):
            return self.of(args[0])
        if origin is typing.Literal:
            return {"enum": [_number(word) for word in args] + list(args)}
        if origin is tuple:
            return {"type": "array", "items": self.of(args[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(args[1])}
        if want in _SIMPLE:
            return _SIMPLE[want]
        if want in _NAMED:
            name, make = _NAMED[want]
            return self.named(name, lambda: make(self))
        if hasattr(want, "from_node"):
            return self.own(want)
        return self.named(want.__name__.lower(), lambda: self.record(want))

    def named(self, name: str, make: Callable[[], Schema]) -> Schema:
        """Return a reference to what has this name; it is made once."""
        if name not in self.defs:
            self.defs[name] = {}  # it may come again within itself
            self.defs[name] = make()
        return {"$ref": f"#/$defs/{name}"}

    def own(self, want: Any) -> Schema:
        """Return the schema of a class that reads itself: its form, where that is known."""
        if issubclass(want, Expression):
            return SCALAR
        if issubclass(want, str):
            return {"type": ["string", "number"]}
        return {}

    def record(self, cls: Any) -> Schema:
        """Return the schema of a class that is read by its fields."""
        known = keys_of(cls)
        properties = {word: self.of(want) for word, (_, want, _) in known.items()}
        required = [word for word, (_, _, is_required) in known.items() if is_required]
        found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**found, "required": required} if required else found

    def step(self) -> Schema:
        """Return the schema of any step: a word alone, or a mapping that has the word in it."""
        every = {word: self.kind(kind) for word, kind in sorted(kinds().items())}
        return {"anyOf": [{"enum": list(every)}, *every.values()]}

    def kind(self, kind: type[Step]) -> Schema:
        """Return the schema of one kind of step."""
        known = keys_of(typing.cast(Any, kind))
        fields = {word: self.of(want) for word, (_, want, _) in known.items()}
        values: list[Schema] = [{"type": "null"}]
        if kind.main:
            values.append(fields[kind.main])
        if not kind.takes_mapping:
            inside = {"type": "object", "properties": fields, "additionalProperties": False}
            values.append(inside)
        beside = {word: value for word, value in fields.items() if word != kind.main}
        return {
            "type": "object",
            "properties": {kind.kind: {"anyOf": values}, **beside},
            "required": [kind.kind],
            "additionalProperties": False,
        }

    def branch(self) -> Schema:
        return {"anyOf": [self.of(Target), {"type": "array", "items": self.of(Step)}]}

    def say(self) -> Schema:
        piece = self.of(SayPiece)
        return {"anyOf": [piece, {"type": "array", "items": piece}]}

    def piece(self) -> Schema:
        values = {word: SCALAR for word in SPOKEN}
        others = {
            "say": NAME,
            "pause": SECONDS,
            "language": NAME,
            "currency": SCALAR,
            "yao": YES_NO,
        }
        properties = {**values, **others}
        mapping = {"type": "object", "properties": properties, "additionalProperties": False}
        return {"anyOf": [NAME, mapping]}

    def words(self) -> Schema:
        return {"anyOf": [{"type": "string"}, self.record(Words)]}

    def steps(self) -> Schema:
        step = self.named("step", self.step)
        return {"anyOf": [{"type": "array", "items": step}, step]}

    def new_parts(self) -> Schema:
        choices = {"anyOf": [self.of(Item), self.of(Always)]}
        by_id = {"type": "object", "additionalProperties": choices}
        return {"anyOf": [self.named("steps", self.steps), by_id]}

    def edit(self) -> Schema:
        return {"anyOf": [self.record(kind) for kind in EDITS.values()]}

    def changes(self) -> Schema:
        """Return the schema of a section's edits, or of a menu's keys and edits."""
        edits = {"type": "array", "items": self.named("edit", self.edit)}
        menu = self.record(Menu)
        properties = {**menu["properties"], "items": edits, "always": edits}
        return {"anyOf": [edits, {**menu, "properties": properties, "required": []}]}

    def target(self) -> Schema:
        return {"anyOf": [{"enum": list(WORDS)}, NAME]}


def _number(word: str) -> object:
    return int(word) if word.isdecimal() else word


_SIMPLE: dict[Any, Schema] = {
    str: SCALAR,
    bool: YES_NO,
    int: {"type": "integer"},
    Decimal: {"type": "number"},
    Seconds: SECONDS,
    Name: NAME,
    Keys: KEYS,
    Span: SPAN,
    Place: {"type": ["string", "object"]},
    Interrupt: {"type": ["string", "boolean", "integer"]},
}

_NAMED: dict[Any, tuple[str, Callable[[_Maker], Schema]]] = {
    Branch: ("branch", _Maker.branch),
    Say: ("say", _Maker.say),
    SayPiece: ("piece", _Maker.piece),
    Words: ("words", _Maker.words),
    Target: ("target", _Maker.target),
    Step: ("step", _Maker.step),
    NewPrompt: ("prompt", lambda maker: maker.of(dict[Name, Words])),
    NewMenu: ("new_menu", lambda maker: maker.of(Menu)),
    NewSteps: ("steps", _Maker.steps),
    NewParts: ("parts", _Maker.new_parts),
    Changes: ("changes", _Maker.changes),
}
