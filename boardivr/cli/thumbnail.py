"""A picture in the terminal: two grey dots a letter, with half blocks."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

HALF = "▀"
DARKEST, GREYS = 232, 24  # of the 256 colours of a terminal
MOST_COLUMNS = 120
LINES_LEFT = 4  # for what is printed below


def can_show() -> bool:
    """Return whether standard output is a terminal that can show it."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return (
        sys.stdout.isatty()
        and encoding == "utf8"
        and os.environ.get("TERM", "dumb") != "dumb"
        and "NO_COLOR" not in os.environ
    )


def thumbnail(picture: Path, columns: int = 0, lines: int = 0) -> Iterator[str]:
    """Yield lines that show a picture.

    :param columns: of the terminal; 0 asks it, as with ``lines``
    """
    from PIL import Image

    size = shutil.get_terminal_size()
    columns = min(columns or size.columns, MOST_COLUMNS)
    lines = lines or max(8, size.lines - LINES_LEFT)
    with Image.open(picture) as opened:
        grey = opened.convert("L")
    scale = min(columns / grey.width, 2 * lines / grey.height, 1.0)
    # Ink is thin: what is shrunk so far would be all but white without some more of it.
    small = grey.resize(
        (max(1, round(grey.width * scale)), max(2, 2 * round(grey.height * scale / 2))),
        Image.Resampling.BOX,
    ).point([max(0, 255 - 2 * (255 - level)) for level in range(256)])
    dots = small.load()
    assert dots is not None
    for y in range(0, small.height, 2):
        line = "".join(_letter(dots[x, y], dots[x, y + 1]) for x in range(small.width))
        yield f"{line}\x1b[0m"


def _letter(upper: object, lower: object) -> str:
    return f"\x1b[38;5;{_colour(upper)};48;5;{_colour(lower)}m{HALF}"


def _colour(level: object) -> int:
    assert isinstance(level, int)
    return DARKEST + level * (GREYS - 1) // 255
