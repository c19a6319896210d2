"""Read YAML into frozen dataclasses; every problem with its place, all at once.

The types come from the dataclass, never from YAML: ``0123`` keeps its zero and
``on:`` stays a key. A class that has another shape than its fields brings its
own ``from_node``.
"""

from __future__ import annotations

import collections.abc
import contextlib
import dataclasses
import difflib
import functools
import re
import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NewType, Self, TypeVar

from boardivr.yamlnodes import (
    Mapping,
    Mark,
    Node,
    Problem,
    ReadError,
    Scalar,
    Sequence,
    pairs_once,
    parse,
)

__all__ = [
    "Invalid",
    "Keys",
    "Mapping",
    "Mark",
    "Name",
    "Node",
    "Problem",
    "ReadError",
    "Reader",
    "Scalar",
    "Seconds",
    "Sequence",
    "Span",
]

T = TypeVar("T")
MOST_NAMED = 16
"""Words that a message names, where what was found is near to none of them."""

Seconds = NewType("Seconds", float)
"""A time, written ``10s``, ``500ms``, ``5min`` or ``24h``."""


class Invalid(Exception):
    """A value that has been complained about; reading goes on beside it."""


class Placed(str):
    """Text that knows where it was written."""

    at: Mark

    def __new__(cls, text: str, at: Mark) -> Self:
        self = super().__new__(cls, text)
        self.at = at
        return self


class Name(Placed):
    """A word that names something: a prompt, a section, a variable."""

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Name:
        text = reader.text(node, "a name")
        if not re.fullmatch(r"[^\W\d][\w-]*", text):
            hint = "a letter, then letters, digits, _ and -"
            raise reader.invalid(node, f"expected a name, found {text!r}", hint)
        return Name(text, node.at)


class Keys(Placed):
    """Keys of a telephone: one or more of ``0-9*#A-D``."""

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Keys:
        text = reader.text(node, "keys")
        if not re.fullmatch(r"[0-9*#A-D]+", text):
            raise reader.invalid(node, f"expected keys of 0-9*#A-D, found {text!r}")
        return Keys(text, node.at)


@dataclass(frozen=True)
class Span:
    """How many: ``6`` is exactly six, ``16..19`` at least and at most."""

    least: int
    most: int

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Span:
        text = reader.text(node, "a count such as 6 or 16..19")
        found = re.fullmatch(r"([0-9]{1,4})(?:\.\.([0-9]{1,4}))?", text)
        if not found:
            raise reader.invalid(node, f"expected a count such as 6 or 16..19, found {text!r}")
        span = cls(int(found[1]), int(found[2] or found[1]))
        if span.most == 0:
            raise reader.invalid(node, "expected at least one")
        if span.most < span.least:
            raise reader.invalid(node, f"expected the smaller number first, found {text!r}")
        return span


def read(path: Path, want: type[T]) -> T:
    """Read a file into ``want``.

    :raises ReadError: with every problem found
    """
    return read_text(read_file(path), str(path), want)


def read_file(path: Path) -> str:
    """Return a UTF-8 file's text.

    :raises ReadError: it can't be read, or isn't UTF-8
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        message = f"can't be read: {error.strerror or error}"
    except UnicodeDecodeError as error:
        message = f"isn't UTF-8: byte {error.start} is {error.object[error.start]:#04x}"
    raise ReadError([Problem(at=Mark(str(path), 1, 1), code="unreadable", message=message)])


def read_text(text: str, file: str, want: type[T]) -> T:
    """Read YAML text into ``want``; see :func:`read`."""
    return read_node(parse(text, file), want)


def read_node(node: Node, want: type[T]) -> T:
    """Read a file's tree into ``want``; see :func:`read`."""
    reader = Reader()
    value = None
    with contextlib.suppress(Invalid):
        value = reader.read(node, want)
    if reader.problems:
        raise ReadError(reader.problems)
    return typing.cast(T, value)


class Reader:
    """Reads nodes as types and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def complain(self, node: Node, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(at=node.at, code=code, message=message, hint=hint))

    def invalid(self, node: Node, message: str, hint: str = "", code: str = "value") -> Invalid:
        """Note a problem; raise what this returns."""
        self.complain(node, code, message, hint)
        return Invalid()

    def text(self, node: Node, what: str = "text") -> str:
        """Return a value's text; empty text has to be quoted."""
        if not isinstance(node, Scalar):
            raise self.invalid(node, f"expected {what}, found a {node.kind}")
        if not node.text and not node.quoted:
            raise self.invalid(node, f"expected {what}, found nothing")
        return node.text

    def read(self, node: Node, want: Any) -> Any:
        """Read a node as a type.

        :raises Invalid: it can't be; the problem is noted
        """
        return _way(want)(self, node)

    def record(self, node: Node, cls: type[T]) -> T:
        """Read a mapping as a dataclass, by its fields."""
        if not isinstance(node, Mapping):
            known = ", ".join(keys_of(typing.cast(Any, cls)))
            raise self.invalid(node, f"expected a mapping of {known}, found a {node.kind}")
        return self.record_of(node, self.pairs(node), cls)

    def record_of(self, node: Node, pairs: Iterable[tuple[Scalar, Node]], cls: type[T]) -> T:
        """Make a dataclass from pairs; ``node`` is the place to complain about missing keys."""
        shape, values, before = _shape(typing.cast(Any, cls)), {}, len(self.problems)
        for key, value in pairs:
            found = shape.fields.get(key.text)
            if found is None:
                hint = near(key.text, shape.fields)
                self.complain(key, "unknown-key", f"unknown key {key.text!r}", hint)
                continue
            name, read = found
            try:
                values[name] = read(self, value)
            except Invalid:
                values[name] = None
        for written, name in shape.required:
            if name not in values:
                self.complain(node, "missing-key", f"{written!r} is missing")
        if len(self.problems) > before:
            raise Invalid
        if shape.has_place:
            values["at"] = node.at
        return cls(**values)

    def pairs(self, node: Node) -> Iterable[tuple[Scalar, Node]]:
        """Return a mapping's pairs, each key once."""
        if not isinstance(node, Mapping):
            raise self.invalid(node, f"expected a mapping, found a {node.kind}")
        return pairs_once(node, self.problems)


Way = Callable[[Reader, Node], Any]
"""How a node is read as one type."""


@functools.cache
def _way(want: Any) -> Way:
    """Return how a type is read: worked out once, as flows have thousands of parts."""
    origin, args = typing.get_origin(want), typing.get_args(want)
    if origin in (typing.Union, types.UnionType):  # X | None: null isn't written
        return _way(args[0])
    if want in _SCALARS:
        return _scalar(*_SCALARS[want])
    if origin is typing.Literal:
        return _choice(args)
    if origin is tuple:
        return _sequence(args[0])
    if origin is dict:
        return _dict(*args)
    if hasattr(want, "from_node"):
        return lambda reader, node: want.from_node(reader, node)
    return lambda reader, node: reader.record(node, want)


def _scalar(what: str, convert: Callable[[str], object]) -> Way:
    def read(reader: Reader, node: Node) -> object:
        text = reader.text(node, what)
        try:
            return convert(text)
        except (ValueError, ArithmeticError):
            raise reader.invalid(node, f"expected {what}, found {text!r}") from None

    return read


def _choice(words: tuple[str, ...]) -> Way:
    def read(reader: Reader, node: Node) -> str:
        text = reader.text(node, " or ".join(words))
        if text not in words:
            message = f"expected {' or '.join(words)}, found {text!r}"
            raise reader.invalid(node, message, near(text, words, tell_all=False))
        return text

    return read


def _sequence(want: Any) -> Way:
    def read(reader: Reader, node: Node) -> tuple[Any, ...]:
        if not isinstance(node, Sequence):
            raise reader.invalid(node, f"expected a list, found a {node.kind}")
        way = _way(want)
        return tuple(_all(reader, ((item, way) for item in node.items)))

    return read


def _dict(key_want: Any, want: Any) -> Way:
    def read(reader: Reader, node: Node) -> dict[Any, Any]:
        key_way, way = _way(key_want), _way(want)
        pairs = reader.pairs(node)
        wanted = ((n, w) for key, value in pairs for n, w in ((key, key_way), (value, way)))
        values = _all(reader, wanted)
        return dict(zip(values[::2], values[1::2], strict=True))

    return read


def _all(reader: Reader, wanted: Iterable[tuple[Node, Way]]) -> list[Any]:
    """Read each, going on after a broken one."""
    values, before = [], len(reader.problems)
    for node, way in wanted:
        try:  # noqa: SIM105 - suppress() costs more than what it guards
            values.append(way(reader, node))
        except Invalid:
            pass
    if len(reader.problems) > before:
        raise Invalid
    return values


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """How a dataclass is read: by key, the field and how its value is; keys that must be there."""

    fields: collections.abc.Mapping[str, tuple[str, Way]]
    required: collections.abc.Sequence[tuple[str, str]]
    has_place: bool


@functools.cache
def _shape(cls: Any) -> _Shape:
    known = keys_of(cls)
    return _Shape(
        fields={key: (name, _later(want)) for key, (name, want, _) in known.items()},
        required=[(key, name) for key, (name, _, is_required) in known.items() if is_required],
        has_place="at" in {f.name for f in dataclasses.fields(cls)},
    )


def _later(want: Any) -> Way:
    """Return how a type is read, worked out when it is: a type may have itself within it."""
    found: Way | None = None

    def read(reader: Reader, node: Node) -> Any:
        nonlocal found
        found = found or _way(want)
        return found(reader, node)

    return read


def near(word: str, known: Iterable[str], *, tell_all: bool = True) -> str:
    """Return "did you mean …?" for a word that isn't among ``known``, or what there is."""
    known = sorted(known) if isinstance(known, set | frozenset) else list(known)
    close = difflib.get_close_matches(word[:100], known, 1)
    if close:
        return f"did you mean {close[0]!r}?"
    more = ", ..." if len(known) > MOST_NAMED else ""
    return f"there are {', '.join(known[:MOST_NAMED])}{more}" if known and tell_all else ""


@functools.cache
def keys_of(cls: Any) -> dict[str, tuple[str, Any, bool]]:
    """Return a dataclass's keys as written: field name, type, and whether it must be there.

    ``metadata={"key": "if"}`` gives a field another word; a key of ``""`` keeps it out.
    """
    hints = typing.get_type_hints(cls)
    return {
        f.metadata.get("key", f.name): (
            f.name,
            hints[f.name],
            f.default is f.default_factory is dataclasses.MISSING,
        )
        for f in dataclasses.fields(cls)
        if f.name != "at" and f.metadata.get("key", f.name)
    }


_UNITS = {"ms": Decimal("0.001"), "s": Decimal(1), "min": Decimal(60), "h": Decimal(3600)}


def _seconds(text: str) -> float:
    found = re.fullmatch(r"([0-9]{1,7}(?:\.[0-9]{1,6})?) ?(ms|s|min|h)", text)
    if not found:
        raise ValueError(text)
    return float(Decimal(found[1]) * _UNITS[found[2]])


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,15}", text):
        raise ValueError(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", text):
        raise ValueError(text)
    return Decimal(text)


def _yes_no(text: str) -> bool:
    if text not in ("yes", "true", "no", "false"):
        raise ValueError(text)
    return text in ("yes", "true")


_SCALARS: dict[Any, tuple[str, Callable[[str], object]]] = {
    str: ("text", str),
    bool: ("yes or no", _yes_no),
    int: ("a whole number", _integer),
    Decimal: ("a number", _decimal),
    Seconds: ("a time such as 10s, 500ms, 5min or 24h", _seconds),
}
