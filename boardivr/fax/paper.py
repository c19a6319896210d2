"""Papers and resolutions that a fax knows, and how a page is fitted to them.

Fax dots aren't square: 8.04 dots a millimetre across, but 3.85, 7.7 or 15.4 lines
down (ITU-T T.4, tables 1 and 2). In a TIFF they are told as 204 x 98, 196 or 391
an inch (RFC 3949).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

DOTS_PER_INCH = 204
DOTS_PER_MM = 1728 / 215
MM_PER_POINT = 25.4 / 72


class Resolution(enum.Enum):
    """How many lines there are down the page; across there are always 8.04 dots a millimetre."""

    STANDARD = "standard"
    FINE = "fine"
    SUPERFINE = "superfine"

    @property
    def lines_per_mm(self) -> float:
        return {"standard": 3.85, "fine": 7.7, "superfine": 15.4}[self.value]

    @property
    def lines_per_inch(self) -> int:
        """As a TIFF has it."""
        return {"standard": 98, "fine": 196, "superfine": 391}[self.value]


class Paper(enum.Enum):
    """The paper in the machine that is called: columns of dots, millimetres down."""

    A4 = ("a4", 1728, 297.0)
    LETTER = ("letter", 1728, 279.4)
    B4 = ("b4", 2048, 364.0)
    A3 = ("a3", 2432, 420.0)

    @classmethod
    def named(cls, name: str) -> Paper:
        """Return a paper by its name.

        :raises ValueError: there is none
        """
        for paper in cls:
            if paper.label == name:
                return paper
        raise ValueError(f"expected one of {', '.join(p.label for p in cls)}, found {name!r}")

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def columns(self) -> int:
        return self.value[1]

    @property
    def width_mm(self) -> float:
        """What the dots cover: 5 mm more than A4 is wide."""
        return self.columns / DOTS_PER_MM

    @property
    def height_mm(self) -> float:
        return self.value[2]

    def rows(self, resolution: Resolution) -> int:
        """Return how many lines a whole page has."""
        return round(self.height_mm * resolution.lines_per_mm)


def true_dpi(across: float, down: float) -> tuple[float, float]:
    """Return what a fax's dots an inch are exactly: 98, 196 and 391 are round figures.

    Other figures, 200 among them, are taken as they are.
    """
    for resolution in Resolution:
        if abs(down - resolution.lines_per_inch) < 1 and abs(across - DOTS_PER_INCH) < 1:
            return DOTS_PER_MM * 25.4, resolution.lines_per_mm * 25.4
    return across, down


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A page as it lies on the paper.

    :param columns: of the page's own picture, at most the paper's
    :param left: white columns before it
    """

    columns: int
    rows: int
    left: int


def fit(width_mm: float, height_mm: float, paper: Paper, resolution: Resolution) -> Fitted:
    """Fit a page to a paper: in its own size, or shrunk where it's larger; never cut."""
    scale = min(1.0, paper.width_mm / width_mm, paper.height_mm / height_mm)
    columns = min(paper.columns, max(1, round(width_mm * scale * DOTS_PER_MM)))
    rows = max(1, round(height_mm * scale * resolution.lines_per_mm))
    return Fitted(columns=columns, rows=rows, left=(paper.columns - columns) // 2)
