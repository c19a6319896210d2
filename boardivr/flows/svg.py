"""A flow's drawing as SVG: columns from left to right, a box for each menu and section."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from boardivr.flows.draw import Box

ROW = 34
BOX = 24
GAP = 36
LETTER = 7.2  # pixels of a narrow letter at 12 px
MARGIN = 12

COLOURS = {"flow": "#dde7f5", "menu": "#fff1c9", "section": "#eef3ea", "word": "#f3f3f3"}

STYLE = (
    "text{font:12px sans-serif;fill:#222}.key{font-size:11px;fill:#555}"
    "path{fill:none;stroke:#888}.maybe{stroke-dasharray:4 3}rect{stroke:#777}"
)


@dataclass
class _Placed:
    box: Box
    column: int
    row: float
    inside: list[_Placed]


def svg(box: Box) -> str:
    """Return a drawing as SVG."""
    root, rows = _place(box, 0, 0)
    placed = list(_all(root))
    columns = max(p.column for p in placed) + 1
    widths = [max(_width(p.box.name) + 16 for p in placed if p.column == c) for c in range(columns)]
    gaps = [0.0] + [
        max(_width(_edge(p.box)) for p in placed if p.column == c) + GAP for c in range(1, columns)
    ]
    lefts = [MARGIN + sum(widths[:c]) + sum(gaps[: c + 1]) for c in range(columns)]
    width = lefts[-1] + widths[-1] + MARGIN
    height = rows * ROW + 2 * MARGIN
    body = [part for p in placed for part in _drawn(p, lefts, widths)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}">',
            f"<style>{STYLE}</style>",
            '<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>',
            *body,
            "</svg>\n",
        ]
    )


def _place(box: Box, column: int, row: float) -> tuple[_Placed, float]:
    """Place a box and what is in it; return it, and the first row that is free below."""
    inside, free = [], row
    for inner in box.inside:
        placed, free = _place(inner, column + 1, free)
        inside.append(placed)
    middle = (inside[0].row + inside[-1].row) / 2 if inside else row
    return _Placed(box, column, middle, inside), max(free, row + 1)


def _all(placed: _Placed) -> Iterator[_Placed]:
    yield placed
    for inner in placed.inside:
        yield from _all(inner)


def _drawn(placed: _Placed, lefts: list[float], widths: list[float]) -> Iterator[str]:
    box, column = placed.box, placed.column
    left, middle = lefts[column], MARGIN + placed.row * ROW + ROW / 2
    for inner in placed.inside:
        yield from _line(placed, inner, lefts, widths)
    dashed = ' stroke-dasharray="2 2"' if box.is_again else ""
    yield (
        f'<rect x="{left:.1f}" y="{middle - BOX / 2:.1f}" width="{widths[column]:.1f}"'
        f' height="{BOX}" rx="4" fill="{COLOURS[box.kind]}"{dashed}/>'
    )
    yield f'<text x="{left + 8:.1f}" y="{middle + 4:.1f}">{escape(box.name)}</text>'


def _line(outer: _Placed, inner: _Placed, lefts: list[float], widths: list[float]) -> Iterator[str]:
    x1, x2 = lefts[outer.column] + widths[outer.column], lefts[inner.column]
    y1, y2 = (MARGIN + p.row * ROW + ROW / 2 for p in (outer, inner))
    bend = x1 + GAP / 2
    maybe = ' class="maybe"' if inner.box.is_conditional else ""
    yield f'<path{maybe} d="M{x1:.1f},{y1:.1f} L{bend:.1f},{y2:.1f} L{x2:.1f},{y2:.1f}"/>'
    if edge := _edge(inner.box):
        yield f'<text class="key" x="{bend + 4:.1f}" y="{y2 - 4:.1f}">{escape(edge)}</text>'


def _edge(box: Box) -> str:
    return f"{box.key} {box.label}".strip()


def _width(text: str) -> float:
    return sum(LETTER * (1.7 if unicodedata.east_asian_width(c) in "WF" else 1) for c in text)
