"""The cover page: a template's words with a job's fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from boardivr.fax.blocks import Block, Paragraph, Rule, Span, Table
from boardivr.fax.errors import DocumentError
from boardivr.fax.model import Cover, CoverTemplate

FIELDS = (
    "to", "to_company", "to_number", "from", "from_company", "from_number",
    "date", "pages", "regarding", "comments",
)  # fmt: skip
"""What a job has to say; ``pages`` is counted."""

TEMPLATES = Path(__file__).parent / "covers"


def template(name: str | Path) -> CoverTemplate:
    """Return a template: one of ours by its language (``en``, ``zh``), or a YAML file.

    :raises boardivr.yamlread.ReadError: it can't be read, with its lines
    :raises DocumentError: it has a label for a field that there isn't
    """
    from boardivr.yamlread import read

    own = TEMPLATES / f"{name}.yaml"
    path = own if own.exists() else Path(name)
    found = read(path, CoverTemplate)
    _check(found.labels, str(path))
    return found


def cover(words: CoverTemplate, fields: Mapping[str, str]) -> Cover:
    """Return a cover to be made.

    :raises DocumentError: a field that there isn't
    """
    _check(fields, "cover")
    if "pages" in fields:
        raise DocumentError("cover: expected no field 'pages': the pages are counted")
    return Cover(template=words, fields=dict(fields))


def blocks(cover: Cover, pages: int) -> Iterator[Block]:
    """Yield a cover's blocks.

    :param pages: of the whole fax, the cover too
    """
    words, fields = cover.template, {**cover.fields, "pages": str(pages)}
    company = fields.get("from_company", "")
    if company:
        yield Paragraph(spans=(Span(text=company, bold=True),), size=14)
    yield Paragraph(spans=(Span(text=words.title, bold=True),), size=34, before=10)
    yield Rule(before=6, thick=2.5)
    for name, label in words.labels.items():
        value = fields.get(name, "").strip()
        if value:
            cells = ((Span(text=label, bold=True),), (Span(text=value),))
            yield Table(rows=(cells,), widths=(2, 7), size=13, before=7)
            yield Rule(before=2, thick=0.5)
    yield from _comments(words, fields.get("comments", ""))
    if words.notice:
        yield Rule(before=30, thick=0.5)
        yield Paragraph(spans=(Span(text=words.notice),), size=9)


def _comments(words: CoverTemplate, text: str) -> Iterator[Block]:
    if not text.strip():
        return
    if words.comments:
        yield Paragraph(spans=(Span(text=words.comments, bold=True),), size=13, before=20)
    for line in text.split("\n"):
        yield Paragraph(spans=(Span(text=line or " "),), size=12, before=3)


def _check(names: Iterable[str], where: str) -> None:
    from boardivr.yamlread import near

    for name in names:
        if name not in FIELDS:
            raise DocumentError(f"{where}: no such field: {name!r}; {near(name, FIELDS)}")
