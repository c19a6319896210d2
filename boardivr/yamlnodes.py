"""YAML text as a tree of nodes with their places, before any value is guessed.

Built from PyYAML's parser events in one pass without recursion, so that the
limits hold before anything is built. YAML is kept tame: no aliases (a few lines
can stand for billions), no tags, no key twice, one document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from boardivr.errors import BoardIVRError

MAX_CHARACTERS = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 40


@dataclass(frozen=True, order=True)
class Mark:
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


@dataclass(frozen=True, kw_only=True)
class Scalar:
    """One value, as written; ``quoted`` tells ``"7"`` from ``7``."""

    at: Mark
    text: str
    quoted: bool = False

    kind = "value"


@dataclass(frozen=True, kw_only=True)
class Sequence:
    at: Mark
    items: list[Node] = field(default_factory=list)

    kind = "list"


@dataclass(frozen=True, kw_only=True)
class Mapping:
    at: Mark
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)

    kind = "mapping"


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
        # libyaml where PyYAML was built with it: ten times faster, same events.
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event)
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
        start = event.start_mark
        at = Mark(self.file, start.line + 1, start.column + 1) if start else Mark(self.file, 1, 1)
        if isinstance(event, yaml.AliasEvent):
            raise _error(at, "an alias (*name) isn't taken here", "write it out")
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise _error(at, "a second document; one file is one document")
        if isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.keys.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, at)

    def _node(self, event: yaml.NodeEvent, at: Mark) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _error(at, f"more than {MAX_NODES} values in one file")
        if event.anchor is not None:
            self._complain(at, "an anchor (&name) isn't taken here")
        if getattr(event, "tag", None) not in (None, "!"):
            self._complain(at, "a tag (!name) isn't taken here")
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = Scalar(at=at, text=event.value, quoted=bool(event.style))
        else:
            node = Sequence(at=at) if isinstance(event, yaml.SequenceStartEvent) else Mapping(at=at)
        self._put(node)
        if not isinstance(node, Scalar):
            self.stack.append(node)
            self.keys.append(None)
            if len(self.stack) > MAX_DEPTH:
                raise _error(at, f"nested deeper than {MAX_DEPTH} levels")

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
        elif isinstance(parent := self.stack[-1], Sequence):
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
