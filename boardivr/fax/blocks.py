"""What a text is made of: the blocks that Markdown, plain text and covers come to."""

from __future__ import annotations

from dataclasses import dataclass

BODY = 11.0  # points


@dataclass(frozen=True, kw_only=True)
class Span:
    """Words of one look."""

    text: str
    bold: bool = False
    mono: bool = False


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Text that is broken into lines.

    :param size: of letters, in points, as are all other measures
    :param marker: stands before the first line, in the indent
    :param before: white above it, unless it begins a page
    :param keep: stays on a page with what follows
    """

    spans: tuple[Span, ...]
    size: float = BODY
    indent: float = 0.0
    marker: str = ""
    before: float = 5.0
    keep: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A line across the page."""

    before: float = 8.0
    thick: float = 0.75


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells.

    :param right: columns whose cells stand at the right
    :param widths: share of the page by column; without it by what is in them
    """

    rows: tuple[tuple[tuple[Span, ...], ...], ...]
    right: frozenset[int] = frozenset()
    widths: tuple[float, ...] = ()
    size: float = BODY
    before: float = 6.0


@dataclass(frozen=True)
class PageEnd:
    """What follows begins a page."""


Block = Paragraph | Rule | Table | PageEnd
