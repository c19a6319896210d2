"""YAML text as a tree of nodes with their places, before any value is guessed.

Built from PyYAML's parser events in one pass without recursion, so that the
limits hold before anything is built. YAML is kept tame: no aliases (a few lines
can stand for billions), no tags, no key twice, one document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import yaml

from boardivr.errors import BoardIVRError

MAX_CHARACTERS = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 40


class Mark(NamedTuple):
    """A place in a file; line and column count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with a file.

    :param code: stable name of the rule, such as ``unknown-key``
    :param hint: what may be meant, or what to do about it
    :param is_warning: it can be run, but someone should look
    """

    at: Mark
    code: str
    message: str
    hint: str = ""
    is_warning: bool = False

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.at}: {self.code}: {self.message}{hint}"


class ReadError(BoardIVRError):
    """A file that can't be used, with everything that is wrong with it, in its order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.at, p.code, p.message)))
        super().__init__("\n".join(map(str, self.problems)))


# Nodes aren't frozen: a folder of flows has a hundred thousand of them, and a frozen
# dataclass sets each field through a call.


@dataclass(kw_only=True, slots=True)
class Scalar:
    """One value, as written; ``quoted`` tells ``"7"`` from ``7``."""

    at: Mark
    text: str
    quoted: bool = False

    kind: ClassVar[str] = "value"


@dataclass(kw_only=True, slots=True)
class Sequence:
    at: Mark
    items: list[Node] = field(default_factory=list)

    kind: ClassVar[str] = "list"


@dataclass(kw_only=True, slots=True)
class Mapping:
    at: Mark
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)

    kind: ClassVar[str] = "mapping"


Node = Scalar | Sequence | Mapping


def parse(text: str, file: str) -> Node:
    """Return the tree of a one-document file.

    :param file: its name, for places
    :raises ReadError: not YAML, or more of it than we take
    """
    if len(text) > MAX_CHARACTERS:
        raise _error(
            Mark(file, 1, 1), f"the file has {len(text)} characters, at most {MAX_CHARACTERS}"
        )
    builder = _Builder(file)
    try:
        _build(text, builder)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Mark(file, mark.line + 1, mark.column + 1) if mark else Mark(file, 1, 1)
        raise _error(at, str(error.problem or error.context)) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise _error(_unreadable(text, file), "a character that YAML can't hold") from error
    if builder.root is None:
        raise _error(Mark(file, 1, 1), "the file is empty")
    if builder.problems:
        raise ReadError(builder.problems)
    return builder.root


def _build(text: str, builder: _Builder) -> None:
    # libyaml where PyYAML was built with it: ten times faster, same events.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        while (event := loader.get_event()) is not None:
            builder.take(event)
            if isinstance(event, yaml.StreamEndEvent):
                return
    finally:
        loader.dispose()


class _Builder:
    """Puts events together; ``stack`` holds the open lists and mappings."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.stack: list[Sequence | Mapping] = []
        self.keys: list[Scalar | None] = []  # per open mapping: the key that waits for its value
        self.nodes = 0

    def take(self, event: yaml.Event) -> None:
        kind = type(event)
        if kind in _ENDS:
            self.stack.pop()
            self.keys.pop()
            return
        start = event.start_mark
        at = Mark(self.file, start.line + 1, start.column + 1) if start else Mark(self.file, 1, 1)
        if kind in _NODES:
            self._node(event, at)
        elif kind is yaml.AliasEvent:
            raise _error(at, "an alias (*name) isn't taken here", "write it out")
        elif kind is yaml.DocumentStartEvent and self.root is not None:
            raise _error(at, "a second document; one file is one document")

    def _node(self, event: Any, at: Mark) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _error(at, f"more than {MAX_NODES} values in one file")
        if event.anchor is not None:
            self._complain(at, "an anchor (&name) isn't taken here")
        if event.tag is not None and event.tag != "!":
            self._complain(at, "a tag (!name) isn't taken here")
        if type(event) is yaml.ScalarEvent:
            self._put(Scalar(at=at, text=event.value, quoted=bool(event.style)))
            return
        is_list = type(event) is yaml.SequenceStartEvent
        node = Sequence(at=at) if is_list else Mapping(at=at)
        self._put(node)
        self.stack.append(node)
        self.keys.append(None)
        if len(self.stack) > MAX_DEPTH:
            raise _error(at, f"nested deeper than {MAX_DEPTH} levels")

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif (key := self.keys[-1]) is not None:
            parent.pairs.append((key, node))
            self.keys[-1] = None
        elif isinstance(node, Scalar):
            self.keys[-1] = node
        else:
            raise _error(node.at, f"a key must be one value, found a {node.kind}")

    def _complain(self, at: Mark, message: str) -> None:
        self.problems.append(Problem(at=at, code="yaml", message=message))


_ENDS = (yaml.SequenceEndEvent, yaml.MappingEndEvent)
_NODES = (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)


def _error(at: Mark, message: str, hint: str = "") -> ReadError:
    return ReadError([Problem(at=at, code="yaml", message=message, hint=hint)])


def _unreadable(text: str, file: str) -> Mark:
    """Return the place of the first character that YAML refuses."""
    line = column = 1
    for character in text:
        if not (character.isprintable() or character in "\t\n\r\x85\ufeff"):
            break
        line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
    return Mark(file, line, column)


def pairs_once(mapping: Mapping, problems: list[Problem]) -> Iterator[tuple[Scalar, Node]]:
    """Yield the pairs of a mapping; a key given twice is a problem."""
    lines: dict[str, int] = {}
    for key, value in mapping.pairs:
        if key.text in lines:
            message = f"{key.text!r} is already given on line {lines[key.text]}"
            problems.append(Problem(at=key.at, code="duplicate-key", message=message))
        else:
            lines[key.text] = key.at.line
            yield key, value
