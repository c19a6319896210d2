"""Documents that a flow faxes: Markdown with fields, in each language.

``{{name}}`` is a field, ``{{amount:money}}`` one written as money; what is between
``{{#entries}}`` and ``{{/entries}}`` is written once a row, with the row's fields before
the others. That is all: what isn't a field is text, and what is in a field is text, too,
whatever marks of Markdown are in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from boardivr.flows.values import FlowFault, Held, Secret, is_rows, kind_of
from boardivr.yamlread import Node, Placed, Reader

TAG = re.compile(r"\{\{\s*([#/]?)\s*([A-Za-z_]\w*)\s*(?::\s*(\w+)\s*)?\}\}")
ALONE = re.compile(r"(?m)^[ \t]*(\{\{\s*[#/]\s*\w+\s*\}\})[ \t]*\n")
FORMS = ("money",)

# What would be a mark of Markdown looks like itself, and is none.
_HARMLESS = str.maketrans({
    "*": "＊", "_": "＿", "`": "｀", "|": "｜", "#": "＃", "[": "［", "<": "＜",
    "\n": " ", "\r": " ", "\f": " ", "\t": " ",
})  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A value's place; ``form`` is how it is written."""

    name: str
    form: str = ""


@dataclass(frozen=True)
class Rows:
    """What is written once a row of a list."""

    name: str
    parts: tuple[Part, ...]


Part = str | Field | Rows


@dataclass(frozen=True)
class Template:
    """One language of a document."""

    parts: tuple[Part, ...]

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Template:
        text = reader.text(node, "a document")
        try:
            return cls(read_template(text))
        except ValueError as error:
            raise reader.invalid(node, str(error)) from None

    def names(self) -> frozenset[str]:
        """Return the fields and lists that must be given; not those of rows."""
        return frozenset(part.name for part in self.parts if not isinstance(part, str))


Document = Mapping[Placed, Template]
"""By language."""


def read_template(text: str) -> tuple[Part, ...]:
    """Return a template's parts.

    :raises ValueError: a tag that can't be meant, or a list that isn't closed
    """
    text = ALONE.sub(r"\1", text)
    for found in re.finditer(r"\{\{(?:(?!\}\}).)*\}?\}?", text):
        if not TAG.fullmatch(found[0]):
            raise ValueError(f"expected a field such as {{{{name}}}}, found {found[0][:40]!r}")
    parts, at = _parts(text, 0, "")
    assert at == len(text)
    return parts


def _parts(text: str, at: int, within: str) -> tuple[tuple[Part, ...], int]:
    """Return the parts from a place on, to the end of a list, or of all."""
    parts: list[Part] = []
    while (tag := TAG.search(text, at)) is not None:
        parts.append(text[at : tag.start()])
        at = tag.end()
        mark, name, form = tag[1], tag[2], tag[3] or ""
        if form and form not in FORMS:
            raise ValueError(f"{{{{{name}:{form}}}}}: expected one of {FORMS}, found {form!r}")
        if mark == "/" and name != within:
            raise ValueError(f"{{{{/{name}}}}} closes what isn't open")
        if mark == "/":
            return tuple(parts), at
        if mark == "#" and within:
            raise ValueError(f"{{{{#{name}}}}} is within {{{{#{within}}}}}: lists have no lists")
        if mark == "#":
            inner, at = _parts(text, at, name)
            parts.append(Rows(name, inner))
        else:
            parts.append(Field(name, form))
    if within:
        raise ValueError(f"{{{{#{within}}}}} isn't closed by {{{{/{within}}}}}")
    return (*parts, text[at:]), len(text)


def fill(template: Template, data: Mapping[str, Held]) -> str:
    """Return the document with its fields.

    :raises FlowFault: a value that can't be written, or a row without a field
    """
    return "".join(_filled(template.parts, data))


def _filled(parts: tuple[Part, ...], data: Mapping[str, Held]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Field):
            if part.name not in data:
                raise FlowFault(f"a row of the document has no field {part.name!r}")
            yield _written(part, data[part.name])
        else:
            rows = data[part.name]
            if not is_rows(rows):
                raise FlowFault(f"{part.name}: expected a list, found {kind_of(rows)}")
            for row in rows:  # type: ignore[union-attr]
                own = dict(row) if isinstance(row, Mapping) else {"value": row}
                yield from _filled(part.parts, {**data, **own})


def _written(field: Field, value: Held) -> str:
    if isinstance(value, Secret):
        raise FlowFault(f"{field.name}: a secret can't be in a document")
    if field.form == "money":
        if not isinstance(value, Decimal | int) or isinstance(value, bool):
            raise FlowFault(f"{field.name}: expected an amount, found {kind_of(value)}")
        return f"{value:,.2f}"
    if value is None:
        return ""
    if isinstance(value, str | int | Decimal | date):
        return str(value).translate(_HARMLESS)
    raise FlowFault(f"{field.name}: {kind_of(value)} can't be written into a document")
