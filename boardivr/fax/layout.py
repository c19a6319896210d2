"""Blocks of text set on pages, in dots as square as a printer's.

A page is drawn at 204 dots an inch both ways (408 for superfine) and then given
the fax's lines, so that letters have their right shape at every resolution.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from boardivr.fax.blocks import Block, PageEnd, Paragraph, Rule, Span, Table
from boardivr.fax.fonts import Face
from boardivr.fax.model import Options
from boardivr.fax.paper import DOTS_PER_INCH, Resolution
from boardivr.fax.wrap import Line, Run, width_of, wrap

SIDE = 20.0  # mm of white, left and right
TOP = 16.0  # mm, and at the bottom
GAP = 9.0  # points between the columns of a table


def pages(blocks: Sequence[Block], options: Options) -> Iterator[Image.Image]:
    """Yield pages, mode L, at the fax's own dots; at least one."""
    setter = Setter(options)
    for number, block in enumerate(blocks):
        yield from setter.put(block, blocks[number + 1 : number + 2])
    yield setter.page()


class Setter:
    """One page that is being filled."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._fine = 2 if options.resolution is Resolution.SUPERFINE else 1
        self._dpi = DOTS_PER_INCH * self._fine
        height = round(options.paper.height_mm / 25.4 * self._dpi)
        self._size = (options.paper.columns * self._fine, height)
        self._left = self._mm(SIDE)
        self._width = self._size[0] - 2 * self._left
        self._bottom = height - self._mm(TOP)
        self._start()

    def _start(self) -> None:
        self._image = Image.new("L", self._size, 255)
        self._on = ImageDraw.Draw(self._image)
        self._top = self._mm(TOP)
        self._y = float(self._top)

    def page(self) -> Image.Image:
        """Return the page as it is now, with the fax's lines, and begin another."""
        rows = self._options.paper.rows(self._options.resolution)
        size = (self._options.paper.columns, rows)
        done = self._image.resize(size, Image.Resampling.BOX)
        self._start()
        return done

    def put(self, block: Block, following: Sequence[Block] = ()) -> Iterator[Image.Image]:
        """Set a block; yield the pages that it filled.

        :param following: what a heading must stay together with
        """
        if isinstance(block, PageEnd):
            yield self.page()
        elif isinstance(block, Rule):
            yield from self._rule(block)
        elif isinstance(block, Table):
            yield from self._table(block)
        else:
            yield from self._paragraph(block, following)

    def _room(self, height: float) -> Iterator[Image.Image]:
        """Begin another page if this one hasn't this height left."""
        if self._y + height > self._bottom and self._y > self._top:
            yield self.page()

    def _space(self, points: float) -> None:
        if self._y > self._top:
            self._y += self._points(points)

    def _rule(self, block: Rule) -> Iterator[Image.Image]:
        self._space(block.before)
        yield from self._room(self._points(2))
        y, thick = round(self._y), max(1, round(self._points(block.thick)))
        self._on.rectangle((self._left, y, self._left + self._width, y + thick - 1), fill=0)
        self._y += thick + self._points(2)

    def _paragraph(self, block: Paragraph, following: Sequence[Block]) -> Iterator[Image.Image]:
        self._space(block.before)
        indent = self._points(block.indent)
        lines = wrap(self._runs(block.spans, block.size), self._width - indent)
        step = self._face(block.size).line
        # Neither a heading nor a paragraph's first line is left alone at the end of a page.
        together = min(2, len(lines)) + (2 if block.keep and following else 0)
        yield from self._room(together * step)
        if block.marker:
            face = self._face(block.size)
            x = self._left + indent - face.length(block.marker + " ")
            face.draw(self._on, (x, self._y), block.marker)
        for line in lines:
            yield from self._room(step)
            self._line(line, self._left + indent, self._y)
            self._y += step

    def _table(self, block: Table) -> Iterator[Image.Image]:
        self._space(block.before)
        widths = self._widths(block)
        step = self._face(block.size).line
        for row in block.rows:
            cells = [
                wrap(self._runs(cell, block.size), width)
                for cell, width in zip(row, widths, strict=True)
            ]
            yield from self._room(max(map(len, cells)) * step)
            self._row(block, cells, widths, step)

    def _row(
        self, block: Table, cells: Sequence[list[Line]], widths: Sequence[float], step: int
    ) -> None:
        x = float(self._left)
        for column, (lines, width) in enumerate(zip(cells, widths, strict=True)):
            for number, line in enumerate(lines):
                room = width - width_of(line) if column in block.right else 0.0
                self._line(line, x + room, self._y + number * step)
            x += width + self._points(GAP)
        self._y += max(map(len, cells)) * step + self._points(2)

    def _widths(self, block: Table) -> list[float]:
        """Return the columns' widths: as told, or as wide as what is in them, at most the page."""
        columns = len(block.rows[0])
        room = self._width - (columns - 1) * self._points(GAP)
        if block.widths:
            return [room * share / sum(block.widths) for share in block.widths]
        wanted = [
            max(width_of(self._runs(row[column], block.size)) for row in block.rows) + 1
            for column in range(columns)
        ]
        if sum(wanted) <= room:
            return wanted
        # Narrow columns keep what they want; the wide ones share the rest.
        fair = room / columns
        narrow = sum(want for want in wanted if want <= fair)
        wide = sum(want for want in wanted if want > fair)
        return [want if want <= fair else (room - narrow) * want / wide for want in wanted]

    def _line(self, line: Line, x: float, y: float) -> None:
        for run in line:
            run.face.draw(self._on, (x, y), run.text)
            x += run.face.length(run.text)

    def _runs(self, spans: Sequence[Span], size: float) -> list[Run]:
        return [Run(span.text, self._face(size, bold=span.bold, mono=span.mono)) for span in spans]

    def _face(self, size: float, *, bold: bool = False, mono: bool = False) -> Face:
        return Face(size=round(self._points(size)), bold=bold, mono=mono)

    def _points(self, points: float) -> float:
        return points / 72 * self._dpi

    def _mm(self, mm: float) -> int:
        return round(mm / 25.4 * self._dpi)
