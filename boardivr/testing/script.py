"""A ``*.test.yaml`` as data: several documents, each a test; ``shared`` is for all of them.

Read like a flow: every problem with its place, all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from boardivr import yamlread
from boardivr.customer import Value
from boardivr.testing.acts import Act, Answer, Do, Heard
from boardivr.yamlread import (
    Mark,
    Name,
    Node,
    Placed,
    Problem,
    Reader,
    ReadError,
    Seconds,
    near,
    read_file,
    read_text,
)

DEFAULT_NOW = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)
"""When calls are made where a test doesn't say: a Monday, ten o'clock in China."""

SUFFIX = ".test.yaml"


class ScriptError(ReadError):
    """A file of tests that can't be used, with everything that is wrong with it."""


@dataclass(frozen=True)
class Moment:
    """A date and time of day; in the flow's own time zone where none is written."""

    when: datetime

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Moment:
        text = reader.text(node, "a date and time such as 2026-09-21 14:30")
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            message = f"expected a date and time such as 2026-09-21 14:30, found {text!r}"
            raise reader.invalid(node, message) from None
        return cls(when)


@dataclass(frozen=True)
class Fact:
    """A customer's fact: a number, yes or no where it is written so, else text."""

    value: Value

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Fact:
        text = reader.text(node, "a fact")
        quoted = isinstance(node, yamlread.Scalar) and node.quoted
        if not quoted and text in ("yes", "no"):
            return cls(text == "yes")
        if not quoted and re.fullmatch(r"-?[0-9]{1,15}", text):
            return cls(int(text))
        if not quoted and re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,12}", text):
            return cls(Decimal(text))
        return cls(text)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who calls. One of ``shared`` by name, or as he is written here.

    :param like: a customer of ``shared``; what is written here stands instead of his
    """

    like: Name | None = None
    id: str | None = None
    name: str | None = None
    card: str | None = None
    pin: str | None = field(default=None, repr=False)
    ani: str | None = None
    grade: str | None = None
    language: Name | None = None
    group: Name | None = None
    functions: tuple[Name, ...] | None = None
    order: tuple[Name, ...] | None = None
    hide: tuple[Name, ...] | None = None
    facts: dict[Name, Fact] | None = None
    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Person:
        if isinstance(node, yamlread.Scalar):
            return cls(like=Name.from_node(reader, node), at=node.at)
        return reader.record(node, cls)

    def on(self, other: Person) -> Person:
        """Return this, with what it leaves out from another."""
        own = {name: value for name, value in vars(self).items() if value is not None}
        return replace(other, **own)


@dataclass(frozen=True)
class Traffic:
    """One transaction that a host was asked: its name, and maybe what was sent."""

    txn: str
    data: dict[Name, str] = field(default_factory=dict)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Traffic:
        if isinstance(node, yamlread.Scalar):
            return cls(reader.text(node, "a transaction"))
        return reader.record(node, cls)


@dataclass(frozen=True, kw_only=True)
class Expect:
    """What must be so when the call is over; what isn't written isn't looked at.

    :param path: the choices that were made, by their ids
    :param ended: how the call ended: ``caller`` hung up, or the flow's reason
    :param overlay: the overlay that served him
    :param duration_under: seconds from the answer to the end
    :param tags: tags of the call's record; others may be there
    :param hosts: every transaction, in order
    :param faxed: the numbers to which faxes were ordered, in order
    :param functions: what the customer has open afterwards
    :param order: his own order of menu items afterwards
    :param hide: the items that he hides afterwards
    """

    path: tuple[Name, ...] | None = None
    ended: Name | None = None
    language: Name | None = None
    customer: str | None = None
    overlay: Name | None = None
    duration_under: Seconds | None = None
    tags: dict[Name, str] = field(default_factory=dict)
    hosts: tuple[Traffic, ...] | None = None
    faxed: tuple[str, ...] | None = None
    heard: Heard | None = None
    not_heard: Heard | None = None
    functions: tuple[Name, ...] | None = None
    order: tuple[Name, ...] | None = None
    hide: tuple[Name, ...] | None = None
    at: Mark | None = field(default=None, compare=False)


class Title(Placed):
    """A test's name."""

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Title:
        return cls(reader.text(node, "the test's name"), node.at)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One test: a call, and what must come of it.

    :param group: the customer's, instead of his own
    :param caller: the number that it comes from; the customer's own where it isn't written
    :param language: the flow begins in it, instead of its default
    :param hosts: by transaction, what hosts do each time they are asked
    """

    test: Title
    call: tuple[Act, ...] = ()
    expect: Expect = field(default_factory=Expect)
    customer: Person | None = None
    group: Name | None = None
    caller: str | None = field(default=None, metadata={"key": "from"})
    dnis: str = "95588"
    now: Moment | None = None
    language: Name | None = None
    hosts: dict[str, Answer] = field(default_factory=dict)
    clock: Literal["virtual"] = "virtual"
    at: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What all tests of the file have.

    :param flow: the flow's file; the one beside the tests where it isn't written
    :param customers: by name; all of them are in the customer file
    :param calls: steps by name, for ``do``
    """

    flow: str | None = None
    customers: dict[Name, Person] = field(default_factory=dict)
    hosts: dict[str, Answer] = field(default_factory=dict)
    calls: dict[Name, tuple[Act, ...]] = field(default_factory=dict)
    now: Moment | None = None


@dataclass(frozen=True, kw_only=True)
class _SharedDocument:
    shared: Shared


@dataclass(frozen=True, kw_only=True)
class Script:
    """A file of tests.

    :param flow: the flow's file
    """

    path: Path
    flow: Path
    shared: Shared
    cases: tuple[Case, ...]


def read_script(path: Path) -> Script:
    """Read a file of tests.

    :raises ScriptError: it isn't well-formed; every problem with its place
    """
    try:
        return read_script_text(read_file(path), path)
    except ReadError as error:
        raise ScriptError(list(error.problems)) from None


def read_script_text(text: str, path: Path) -> Script:
    """Read tests as if they were in a file; see :func:`read_script`."""
    shared = Shared()
    cases: list[Case] = []
    problems: list[Problem] = []
    for number, document in enumerate(_documents(text)):
        at = Mark(str(path), len(document) - len(document.lstrip("\n")) + 1, 1)
        is_shared = re.search(r"^shared *:", document, re.MULTILINE) is not None
        try:
            if is_shared:
                shared = read_text(document, str(path), _SharedDocument).shared
            else:
                cases.append(read_text(document, str(path), Case))
        except ReadError as error:
            problems += error.problems
        if is_shared and number:
            problems.append(Problem(at=at, code="shared-first", message="'shared' comes first"))
    flow = path.parent / (shared.flow or path.name.removesuffix(SUFFIX) + ".yaml")
    script = Script(path=path, flow=flow, shared=shared, cases=tuple(cases))
    if problems := [*problems, *_names(script)]:
        raise ScriptError(problems)
    return script


def _documents(text: str) -> Iterator[str]:
    """Yield the documents of a text, each with blank lines before it that keep its places."""
    before = 0
    for document in re.split(r"^---[ \t]*(?:#.*)?$", text, flags=re.MULTILINE):
        if re.sub(r"^\s*#.*$", "", document, flags=re.MULTILINE).strip():
            yield "\n" * before + document
        before += document.count("\n")


def _names(script: Script) -> Iterator[Problem]:
    """Find names that nothing has, and tests of one name."""
    shared, seen = script.shared, dict[str, Title]()
    for case in script.cases:
        if case.test in seen:
            message = f"test {str(case.test)!r} is already on line {seen[case.test].at.line}"
            yield Problem(at=case.test.at, code="duplicate-test", message=message)
        seen.setdefault(case.test, case.test)
    people = [*shared.customers.values(), *(c.customer for c in script.cases if c.customer)]
    for like in (p.like for p in people if p.like is not None):
        if like not in shared.customers:
            hint = near(like, map(str, shared.customers))
            message = f"there is no customer {str(like)!r} under 'shared'"
            yield Problem(at=like.at, code="unknown-customer", message=message, hint=hint)
    for steps in (*shared.calls.values(), *(c.call for c in script.cases)):
        for name in (act.name for act in steps if isinstance(act, Do)):
            if name not in shared.calls:
                hint = near(name, map(str, shared.calls))
                message = f"there are no steps {str(name)!r} under 'shared'"
                yield Problem(at=name.at, code="unknown-steps", message=message, hint=hint)
    for name, steps in shared.calls.items():
        if any(isinstance(act, Do) for act in steps):
            message = f"the shared steps {str(name)!r} use 'do'; only tests can"
            yield Problem(at=name.at, code="nested-steps", message=message)
