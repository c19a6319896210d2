"""Plain text as blocks: letters as they are, tables in a typewriter's columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from boardivr.fax import fonts
from boardivr.fax.blocks import BODY, Block, PageEnd, Paragraph, Span
from boardivr.fax.errors import DocumentError

TABLE = re.compile(r"\S {3,}\S|\S\t|[│┃|].*[│┃|]|[─━═+-]{4,}")
TYPEWRITER = 10.0  # points: 84 columns on A4
LARGEST = 2_000_000  # letters: 500 pages hold no more
MARKS = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def blocks(text: str) -> Iterator[Block]:
    """Yield a text's blocks; each of its lines begins a line, a form feed begins a page."""
    mono = bool(TABLE.search(text))
    size = TYPEWRITER if mono else BODY
    for number, sheet in enumerate(text.rstrip("\f\n").split("\f")):
        if number:
            yield PageEnd()
        for line in sheet.split("\n"):
            line = line.expandtabs(8).rstrip() or " "
            yield Paragraph(spans=(Span(text=line, mono=mono),), size=size, before=0)


def cleaned(text: str, name: str) -> str:
    """Return a text without marks that print nothing, its lines ended by ``\\n``.

    :raises DocumentError: it's longer than a fax may be
    """
    if len(text) > LARGEST:
        raise DocumentError(
            f"{name}: expected a text of at most {LARGEST:,} letters, found {len(text):,}"
        )
    return MARKS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def check_letters(text: str, name: str) -> list[str]:
    """Return what can't be set, in words; it will be shown as boxes.

    :raises DocumentError: no font is installed that has the text's script
    """
    missing = sorted({letter for letter in set(text) if not fonts.has(letter)})
    if not missing:
        return []
    shown = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing[:5])
    if fonts.family() is None:
        line = 1 + text[: min(text.index(letter) for letter in missing)].count("\n")
        raise DocumentError(
            f"{name}: line {line}: no font has {shown}; install the package {fonts.PACKAGE}"
        )
    return [f"{name}: the font hasn't {shown}: printed as boxes"]
