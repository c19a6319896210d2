"""Documents with fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.fax.markdown import blocks
from boardivr.flows.documents import Template, fill, read_template
from boardivr.flows.values import FlowFault, Held, Secret

TABLE = """# {{ title }}

| What | How much |
|---|---:|
{{#rows}}
| {{what}} | {{amount:money}} |
{{/rows}}

{{ end }}
"""


def filled(text: str, **data: Held) -> str:
    return fill(Template(read_template(text)), data)


def test_fields_and_rows() -> None:
    """A line of a table for each row, without an empty line between."""
    rows = [{"what": "tea", "amount": Decimal("1234.5")}, {"what": "milk", "amount": 2}]

    text = filled(TABLE, title="Bill", rows=rows, end=date(2026, 9, 21))

    assert text.split("\n") == [
        "# Bill", "", "| What | How much |", "|---|---:|", "| tea | 1,234.50 |",
        "| milk | 2.00 |", "", "2026-09-21", "",
    ]  # fmt: skip
    assert Template(read_template(TABLE)).names() == {"title", "rows", "end"}


def test_rows_know_what_is_around_them() -> None:
    """A row's own fields come before those of the document."""
    assert filled("{{#r}}{{a}}{{b}};{{/r}}", a="1", b="2", r=[{"b": "3"}, {}]) == "13;12;"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ 9 }}", "expected a field such as"),
        ("{{name", "expected a field such as"),
        ("{{#a}}", "isn't closed"),
        ("{{/a}}", "closes what isn't open"),
        ("{{#a}}{{/b}}", "closes what isn't open"),
        ("{{#a}}{{#b}}{{/b}}{{/a}}", "lists have no lists"),
        ("{{a:euro}}", "expected one of"),
    ],
)
def test_what_cannot_be_meant(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_template(text)


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("{{a:money}}", "12", "a: expected an amount, found text"),
        ("{{#a}}{{/a}}", "12", "a: expected a list, found text"),
        ("{{a}}", Secret("1234"), "a secret can't be in a document"),
        ("{{a}}", [{}], "a: a list can't be written"),
        ("{{#a}}{{b}}{{/a}}", [{}], "a row of the document has no field 'b'"),
    ],
)
def test_what_cannot_be_written(text: str, value: Held, words: str) -> None:
    with pytest.raises(FlowFault, match=words):
        filled(text, a=value)


@given(st.text(max_size=40))
def test_a_field_is_text(value: str) -> None:
    """Whatever is in a field, the document has as many blocks as without it."""
    wanted = list(blocks(filled(TABLE, title="Bill", rows=[{"what": "x", "amount": 1}], end="")))
    text = filled(TABLE, title="Bill", rows=[{"what": value, "amount": 1}], end="")
    assert len(list(blocks(text))) == len(wanted)
