from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.cli.output import cell_text, plain_table, print_json, print_table, progress, width

TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1))
def test_columns_are_straight(rows: list[tuple[str, str]]) -> None:
    """The second column begins in the same place of a terminal in every line."""
    lines = plain_table(("first", "second"), rows)
    widest = max(width(first) for first, _ in [("first", ""), *rows])

    for line, (first, second) in zip(lines, [("first", "second"), *rows], strict=True):
        assert line.startswith(first)
        assert line.endswith(second)
        assert width(line) == widest + 2 + width(second)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        ("", "-"),
        (0, "0"),
        (12.345, "12.3"),
        (Decimal("10100.05"), "10100.05"),
        (frozenset({"b", "a"}), "a, b"),
        (frozenset(), "-"),
        (("b", "a"), "b, a"),
    ],
)
def test_cells(value: object, text: str) -> None:
    """Values as people read them."""
    assert cell_text(value) == text


def test_json_keeps_letters_and_amounts(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has Chinese as it is, amounts as text, times in ISO 8601."""
    print_json({"name": "王芳", "amount": Decimal("1.50"), "at": datetime(2026, 9, 21, tzinfo=UTC)})

    assert capsys.readouterr().out == (
        '{\n  "name": "王芳",\n  "amount": "1.50",\n  "at": "2026-09-21T00:00:00+00:00"\n}\n'
    )


def test_terminal_gets_a_drawn_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a terminal the table has lines; what looks like markup is printed as it is."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_table(("name",), [("[bold]王芳[/bold]",)])

    drawn = capsys.readouterr().out
    assert "[bold]王芳[/bold]" in drawn
    assert len(drawn.splitlines()) > 3


def test_progress_is_silent_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    """Outside a terminal nothing is shown."""
    with progress("rendering", 2) as advance:
        advance()
        advance()

    assert capsys.readouterr() == ("", "")


def test_progress_goes_to_stderr(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a terminal it is shown beside the results, not among them."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress("rendering", 2) as advance:
        advance()

    shown = capsys.readouterr()
    assert shown.out == ""
    assert "rendering" in shown.err
