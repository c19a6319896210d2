"""A small Markdown, without HTML: what a letter or a statement needs.

Headings, paragraphs, lists, quotes, code, tables, rules, and bold or code within
a line. Links show their address; a line ``---`` is a rule; all else is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from boardivr.fax.blocks import BODY, Block, PageEnd, Paragraph, Rule, Span, Table

HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
ITEM = re.compile(r"(\s*)([-*+•]|\d{1,4}[.)、])\s+(.*)")
RULE = re.compile(r"\s*([-*_])(\s*\1){2,}\s*$")
FENCE = re.compile(r"\s*(```|~~~)")
QUOTE = re.compile(r"\s*>\s?(.*)")
ROW = re.compile(r"\s*\|(.*)\|\s*$")
UNDER = re.compile(r"\s*:?-{1,}:?\s*")
LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
INLINE = re.compile(r"\*\*(?P<bold>.+?)\*\*|__(?P<bold2>.+?)__|`(?P<code>[^`]+)`|"
                    r"(?<![\w*])[*_](?P<plain>[^*_\s][^*_]*)[*_](?!\w)")  # fmt: skip

SIZES = {1: 18.0, 2: 14.5, 3: 12.5}
CODE = 9.5
STEP = 16.0  # points that a list is indented


def blocks(text: str) -> Iterator[Block]:
    """Yield a document's blocks."""
    for number, sheet in enumerate(text.split("\f")):
        if number:
            yield PageEnd()
        yield from _Reader(sheet.split("\n")).blocks()


def spans(text: str) -> tuple[Span, ...]:
    """Return a line's words by their looks."""
    text = LINK.sub(_linked, text)
    found: list[Span] = []
    at = 0
    for match in INLINE.finditer(text):
        if match.start() > at:
            found.append(Span(text=text[at : match.start()]))
        bold = match["bold"] or match["bold2"]
        found.append(
            Span(text=bold or match["code"] or match["plain"] or "", bold=bool(bold),
                 mono=bool(match["code"]))
        )  # fmt: skip
        at = match.end()
    if at < len(text) or not found:
        found.append(Span(text=text[at:]))
    return tuple(found)


def _linked(match: re.Match[str]) -> str:
    words, address = match[1], match[2]
    return f"{words} ({address})" if address and address != words else words


class _Reader:
    """The lines of a document, block by block."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._at = 0

    def blocks(self) -> Iterator[Block]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip():
                self._at += 1
            elif match := HEADING.match(line):
                self._at += 1
                yield _heading(len(match[1]), match[2])
            elif FENCE.match(line):
                yield from self._fenced()
            elif RULE.match(line):
                self._at += 1
                yield Rule()
            elif ITEM.match(line):
                yield self._item()
            elif QUOTE.match(line):
                yield self._quote()
            elif self._is_table():
                yield self._table()
            elif line.startswith(("    ", "\t")):
                yield from _code(self._while(lambda one: one.startswith(("    ", "\t"))), 4)
            else:
                yield Paragraph(spans=spans(_joined(self._paragraph())))

    def _while(self, belongs: Callable[[str], object]) -> list[str]:
        start = self._at
        while self._at < len(self._lines) and belongs(self._lines[self._at]):
            self._at += 1
        return list(self._lines[start : self._at])

    def _paragraph(self) -> list[str]:
        first = self._lines[self._at]
        self._at += 1
        return [first, *self._while(_goes_on)]

    def _fenced(self) -> Iterator[Block]:
        self._at += 1
        inside = self._while(lambda line: not FENCE.match(line))
        self._at += 1
        return _code(inside, 0)

    def _item(self) -> Block:
        match = ITEM.match(self._lines[self._at])
        assert match is not None
        lines = self._paragraph()
        depth = min(4, len(match[1].expandtabs(4)) // 2)
        mark = "•" if match[2] in "-*+•" else match[2]
        words = _joined([match[3], *lines[1:]])
        return Paragraph(spans=spans(words), indent=STEP * (depth + 1), marker=mark, before=2)

    def _quote(self) -> Block:
        lines = [re.sub(QUOTE, r"\1", line) for line in self._while(QUOTE.match)]
        return Paragraph(spans=spans(_joined(lines)), indent=STEP)

    def _is_table(self) -> bool:
        head = ROW.match(self._lines[self._at])
        under = ROW.match(self._lines[self._at + 1]) if self._at + 1 < len(self._lines) else None
        return bool(head and under and all(map(UNDER.fullmatch, under[1].split("|"))))

    def _table(self) -> Table:
        head, under, *body = [_cells(line) for line in self._while(ROW.match)]
        columns = len(head)
        rows = [[*row, *[""] * columns][:columns] for row in body]
        right = {n for n, mark in enumerate(under[:columns]) if mark.endswith(":")}
        top = tuple((Span(text=cell, bold=True),) for cell in head)
        return Table(
            rows=(top, *(tuple(spans(cell) for cell in row) for row in rows)),
            right=frozenset(right),
        )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _goes_on(line: str) -> bool:
    """Return whether a line belongs to the paragraph before it."""
    others = (HEADING, FENCE, RULE, ITEM, QUOTE, ROW)
    return bool(line.strip()) and not any(other.match(line) for other in others)


def _joined(lines: Sequence[str]) -> str:
    """Join lines of a paragraph; between Chinese characters there is no space."""
    text = ""
    for line in (one.strip() for one in lines):
        wide = text and line and text[-1] > "\u2e7f" and line[0] > "\u2e7f"
        text += line if wide or not text else f" {line}"
    return text


def _heading(level: int, words: str) -> Paragraph:
    plain = "".join(span.text for span in spans(words))
    size = SIZES.get(level, BODY)
    return Paragraph(spans=(Span(text=plain, bold=True),), size=size, before=size * 0.8, keep=True)


def _code(lines: Sequence[str], strip: int) -> Iterator[Block]:
    for number, line in enumerate(lines):
        text = line.expandtabs(4)[strip:].rstrip() or " "
        span = Span(text=text, mono=True)
        yield Paragraph(spans=(span,), size=CODE, indent=STEP / 2, before=0 if number else 5)
