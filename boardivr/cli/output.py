"""Printing: tables for people, JSON for programs, progress for the patient.

Results go to stdout and nothing else does; what is said beside them goes to stderr.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""``--json``, for every command that lists something."""


def print_json(value: object) -> None:
    """Print a value as JSON; dates as ISO 8601, amounts as text."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_json_text))


def _json_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table: drawn in a terminal, plain columns elsewhere."""
    cells = [[cell_text(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_drawn(columns, cells)
    else:
        for line in plain_table(columns, cells):
            click.echo(line)


def plain_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as lines; columns are two spaces apart, Chinese counts double."""
    table = [list(columns), *(list(row) for row in rows)]
    widths = [max(width(row[place]) for row in table) for place in range(len(columns))]
    return [
        "  ".join(
            cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    ]


def width(text: str) -> int:
    """Return how many columns a terminal gives a text."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def cell_text(value: object) -> str:
    """Return a value as people read it: nothing as ``-``, times in their own zone."""
    if value is None or value == "":
        return "-"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return f"{value:.1f}"
    if isinstance(value, frozenset | set):
        return ", ".join(sorted(map(str, value))) or "-"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "-"
    return str(value)


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[], None]]:
    """Show on stderr how far something long has come; call what is given after each part.

    Nothing is shown where stderr isn't a terminal.
    """
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def _print_drawn(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table: Any = Table(*columns)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
