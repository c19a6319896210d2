"""Letters to set text with: one family for all scripts, so that pages look of one piece.

WenQuanYi Micro Hei is 5 MB and has Latin, Greek, Cyrillic and Chinese; other
Debian fonts stand in for it. Pillow's own font has ASCII only: a text that it can
set needs no package, any other is refused with the package's name.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageDraw, ImageFont

PACKAGE = "fonts-wqy-microhei"
PIECES = re.compile(r"[\x21-\x7e]+|[^\x21-\x7e]+")  # words in ASCII, and what is between them


@dataclass(frozen=True)
class Family:
    """A font file; its faces by their numbers."""

    path: str
    face: int
    mono: int


FAMILIES = (
    Family("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0, 1),
    Family("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0, 1),
    Family("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2, 7),
)
"""Where Debian and Ubuntu have them; the first that is there is taken."""


@functools.cache
def family() -> Family | None:
    """Return the family that is installed, if one is."""
    return next((one for one in FAMILIES if Path(one.path).exists()), None)


@dataclass(frozen=True, kw_only=True)
class Face:
    """Letters of one look.

    :param size: of an em, in dots
    :param mono: all letters are one cell wide, Chinese ones two
    """

    size: int
    bold: bool = False
    mono: bool = False

    @property
    def line(self) -> int:
        """From one line to the next, in dots."""
        return round(self.size * 1.35)

    @property
    def cell(self) -> float:
        return self.size * 0.6

    def length(self, text: str) -> float:
        """Return how wide a text is, in dots."""
        if self.mono:
            return self.cell * cells(text)
        return _length(self.size, text)

    def draw(self, on: ImageDraw.ImageDraw, at: tuple[float, float], text: str) -> None:
        """Set a text; ``at`` is its left upper corner."""
        if not self.mono:
            self._put(on, at, text)
            return
        x, y = at
        for piece in PIECES.findall(text):
            width = self.length(piece)
            room = width - _length(self.size, piece, mono=True)
            if abs(room) <= 0.03 * width:  # the font's cell is ours
                self._put(on, (x, y), piece)
            else:
                self._put_apart(on, (x, y), piece)
            x += width

    def _put_apart(self, on: ImageDraw.ImageDraw, at: tuple[float, float], text: str) -> None:
        """Set each letter in the middle of its cell."""
        x, y = at
        for letter in text:
            width = self.length(letter)
            if not letter.isspace():
                self._put(on, (x + (width - _length(self.size, letter, mono=True)) / 2, y), letter)
            x += width

    def _put(self, on: ImageDraw.ImageDraw, at: tuple[float, float], text: str) -> None:
        x, y = at
        weight = self.size / 50 if self.bold else 0.0
        on.text(
            (x, y + 0.12 * self.size), text, fill=0, stroke_width=weight,
            font=_font(self.size, self.mono),
        )  # fmt: skip


def cells(text: str) -> int:
    """Return how many cells of a typewriter a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


@functools.lru_cache(maxsize=4096)
def has(letter: str) -> bool:
    """Return whether the font that is installed has a letter."""
    if letter.isspace() or unicodedata.combining(letter):
        return True
    font = _font(24, False)
    return bytes(font.getmask(letter)) != bytes(font.getmask("\U0010fffe"))


@functools.lru_cache(maxsize=32)
def _font(size: int, mono: bool) -> ImageFont.FreeTypeFont:
    found = family()
    if found is None:
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font
    return ImageFont.truetype(found.path, size, index=found.mono if mono else found.face)


@functools.lru_cache(maxsize=65536)
def _length(size: int, text: str, mono: bool = False) -> float:
    return _font(size, mono).getlength(text)
