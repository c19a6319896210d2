"""The flow language's expressions: small, typed, safe.

::

    open("forex") and $bal.amount >= 10000.00
    $kind in ["saving", "card"] or not $customer.vip

Parsed once, with places, by a Pratt parser of our own; worked out by
:mod:`boardivr.flows.evaluate`. There is no loop, no call into Python and no
power operator: what an expression costs is bounded by its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from boardivr.yamlread import Mark, Node, Reader, Scalar

MAX_LENGTH = 500
MAX_NESTING = 30


class ExpressionError(ValueError):
    """An expression that can't be read; ``offset`` counts characters from its start."""

    def __init__(self, message: str, offset: int) -> None:
        self.offset = offset
        super().__init__(message)


@dataclass(frozen=True)
class Literal:
    value: str | Decimal | bool | None
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Variable:
    """``$bal.amount``: the variable ``bal`` and the fields to follow from it."""

    name: str
    fields: tuple[str, ...]
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return "$" + ".".join((self.name, *self.fields))


@dataclass(frozen=True)
class Unary:
    operator: str  # not -
    operand: Tree
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Binary:
    operator: str
    left: Tree
    right: Tree
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple[Tree, ...]
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Items:
    """``[a, b]``"""

    items: tuple[Tree, ...]
    offset: int = field(default=0, compare=False)


Tree = Literal | Variable | Unary | Binary | Call | Items

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]{1,20}(?:\.[0-9]{1,12})?)
    | (?P<text>"[^"]*"|'[^']*')
    | \$(?P<variable>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign>==|!=|<=|>=|[<>+\-*/%()\[\],])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)

_BINDING = {
    "or": 1, "and": 2,
    "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_NOT = 3
_MINUS = 7
_WORDS: dict[str, bool | None] = {
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "nothing": None,
}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    offset: int


def parse_expression(text: str) -> Tree:
    """Return the tree of an expression.

    :raises ExpressionError: it can't be read
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression has more than {MAX_LENGTH} characters", 0)
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def whole(self) -> Tree:
        tree = self.expression(0)
        if self.next.kind != "end":
            raise _unexpected(self.next, "an operator such as and, or, ==")
        return tree

    def expression(self, binding: int) -> Tree:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise ExpressionError(f"nested deeper than {MAX_NESTING} levels", self.next.offset)
        left = self.prefix()
        compared = False
        while (power := self.power()) > binding:
            operator = self.operator()
            if power == _BINDING["=="]:
                if compared:
                    raise ExpressionError(
                        "compare two values at a time, joined by 'and'", operator.offset
                    )
                compared = True
            left = self.binary(operator, left, power)
        self.depth -= 1
        return left

    def power(self) -> int:
        token = self.next
        if token == _Token("word", "not", token.offset) and self.tokens[self.at + 1].text == "in":
            return _BINDING["in"]
        return _BINDING.get(token.text, 0) if token.kind in ("word", "sign") else 0

    def operator(self) -> _Token:
        token = self.take()
        if token.text == "not":
            self.take()
            return _Token("word", "not in", token.offset)
        return token

    def binary(self, operator: _Token, left: Tree, power: int) -> Tree:
        right = self.expression(power)
        if operator.text == "not in":
            return Unary("not", Binary("in", left, right, operator.offset), operator.offset)
        return Binary(operator.text, left, right, operator.offset)

    def prefix(self) -> Tree:
        token = self.take()
        if token.kind == "number":
            return Literal(Decimal(token.text), token.offset)
        if token.kind == "text":
            return Literal(token.text[1:-1], token.offset)
        if token.kind == "variable":
            name, *fields = token.text.split(".")
            return Variable(name, tuple(fields), token.offset)
        if token.kind == "word":
            return self.word(token)
        if token.text == "-":
            return Unary("-", self.expression(_MINUS), token.offset)
        if token.text == "(":
            inner = self.expression(0)
            self.expect(")")
            return inner
        if token.text == "[":
            return Items(self.list_until("]"), token.offset)
        raise _unexpected(token, "a value")

    def word(self, token: _Token) -> Tree:
        if token.text == "not":
            return Unary("not", self.expression(_NOT), token.offset)
        if token.text in _WORDS:
            return Literal(_WORDS[token.text], token.offset)
        if self.next.text == "(" and token.text not in _BINDING:
            self.take()
            return Call(token.text, self.list_until(")"), token.offset)
        raise ExpressionError(
            f'{token.text!r} is no value: a variable is ${token.text}, text is "{token.text}"',
            token.offset,
        )

    def list_until(self, close: str) -> tuple[Tree, ...]:
        items: list[Tree] = []
        while self.next.text != close or self.next.kind != "sign":
            if items:
                self.expect(",")
            items.append(self.expression(0))
        self.take()
        return tuple(items)

    def expect(self, sign: str) -> None:
        token = self.take()
        if token.kind != "sign" or token.text != sign:
            raise _unexpected(token, f"{sign!r}")


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while True:
        found = _TOKEN.match(text, at)
        if not found:
            offset = at + len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionError(f"{text[offset]!r} means nothing here", offset)
        kind = found.lastgroup or "end"
        start = found.start(kind) - (kind == "variable")
        yield _Token(kind, found[kind], start)
        if kind == "end":
            return
        at = found.end()


def _unexpected(token: _Token, wanted: str) -> ExpressionError:
    found = repr(token.text) if token.kind != "end" else "its end"
    return ExpressionError(f"expected {wanted}, found {found}", token.offset)


def parts(tree: Tree) -> Iterator[Tree]:
    """Yield a tree's nodes, itself first."""
    yield tree
    inner: tuple[Tree, ...] = ()
    if isinstance(tree, Unary):
        inner = (tree.operand,)
    elif isinstance(tree, Binary):
        inner = (tree.left, tree.right)
    elif isinstance(tree, Call):
        inner = tree.arguments
    elif isinstance(tree, Items):
        inner = tree.items
    for part in inner:
        yield from parts(part)


@dataclass(frozen=True)
class Expression:
    """An expression in a flow, with its place."""

    tree: Tree
    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Expression:
        """Read a condition: always an expression, quoted or not."""
        text = reader.text(node, "an expression")
        try:
            return cls(parse_expression(text), node.at)
        except ExpressionError as error:
            at = f"at character {error.offset + 1} of {text[:60]!r}"
            raise reader.invalid(node, f"{error} ({at})", code="expression") from None

    def place(self, tree: Tree) -> Mark:
        """Return about where a part of it is written (exact on one unquoted line)."""
        at = self.at or Mark("", 1, 1)
        return Mark(at.file, at.line, at.column + tree.offset)


@dataclass(frozen=True)
class Given(Expression):
    """A value that a step is given: an expression, or quoted text as it stands.

    YAML wants quotes around some expressions, as those with a comma inside ``{}``:
    quoted text that begins with ``=`` is an expression, too.
    """

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Given:
        if isinstance(node, Scalar):
            if node.text.startswith("="):
                node = Scalar(at=node.at, text=" " + node.text[1:])
            elif node.quoted:
                if re.search(r"\$[^\W\d]", node.text):
                    message = f"{node.text[:60]!r} is text, as it is quoted"
                    hint = f"an expression in quotes begins with =, as '= {node.text[:60]}'"
                    reader.complain(node, "quoted-expression", message, hint)
                return cls(Literal(node.text), node.at)
        read = Expression.from_node(reader, node)
        return cls(read.tree, read.at)
