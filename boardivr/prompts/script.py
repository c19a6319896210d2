"""A recording script: what a speaker in a studio is to say, and under which name it comes back.

``script.csv`` is for programs and for taking the recordings back: it has the words that
were recorded, whatever the flow says by then. ``script.pdf`` is for the music stand.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.media.audiofile import AudioFileError, write_whole
from boardivr.prompts.check import Cell
from boardivr.prompts.tts import markup
from boardivr.prompts.wording import speaking_time

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

    from boardivr.fax.wrap import Run

CSV, PDF = "script.csv", "script.pdf"
DPI = 150
PAGE = (round(8.27 * DPI), round(11.69 * DPI))  # A4
EDGE = DPI * 3 // 4


@dataclass(frozen=True, kw_only=True)
class Line:
    """:param file: that the recording is to be delivered as
    :param seconds: that it will take, about
    :param why: it's recorded
    """

    number: int
    file: str
    language: str
    prompt: str
    text: str
    seconds: float
    said_by: str
    why: str


def lines(cells: Iterable[Cell], uses: Mapping[str, Sequence[str]]) -> list[Line]:
    """Return what there is to say, language by language."""
    ordered = sorted(cells, key=lambda cell: cell.language)  # stable: in the flow's order
    return [
        Line(
            number=number,
            file=f"{cell.language}/{cell.prompt}.wav",
            language=cell.language,
            prompt=cell.prompt,
            text=markup.plain(cell.text),
            seconds=round(speaking_time(markup.plain(cell.text)), 1),
            said_by=", ".join(uses.get(cell.prompt, ())),
            why=", ".join(problem.kind.value for problem in cell.problems) or cell.state,
        )
        for number, cell in enumerate((cell for cell in ordered if cell.text), 1)
    ]


def write_script(folder: Path, title: str, script: Sequence[Line]) -> tuple[Path, Path]:
    """Write a script as CSV and PDF.

    :param script: of one line or more
    :raises AudioFileError: it can't be written
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Line)])
    writer.writeheader()
    writer.writerows(asdict(line) for line in script)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AudioFileError(f"{folder}: can't be made: {error.strerror}") from error
    write_whole(folder / CSV, out.getvalue().encode("utf-8-sig"))  # as spreadsheets want it
    write_whole(folder / PDF, _pdf(title, script))
    return folder / CSV, folder / PDF


def read_texts(folder: Path) -> Mapping[tuple[str, str], str]:
    """Return the words of a script by prompt and language; nothing where there is no script.

    :raises AudioFileError: it is there and can't be read
    """
    path = folder / CSV
    if not path.exists():
        return {}
    try:
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
        return {(row["prompt"], row["language"]): row["text"] for row in rows}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise AudioFileError(f"{path}: expected a recording script, found {error}") from error


def _pdf(title: str, script: Sequence[Line]) -> bytes:
    from PIL import Image, ImageDraw

    pages: list[Image.Image] = []
    pen: ImageDraw.ImageDraw | None = None
    y = PAGE[1]
    for line in script:
        if pen is None or (y + _height(line) > PAGE[1] - EDGE and y > 2 * EDGE):
            pages.append(Image.new("L", PAGE, 255))
            pen = ImageDraw.Draw(pages[-1])
            y = _head(pen, title, len(pages))
        y = _draw(pen, line, y)
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=DPI, title=title)
    return out.getvalue()


def _head(pen: ImageDraw.ImageDraw, title: str, page: int) -> int:
    from boardivr.fax.fonts import Face

    Face(size=26, bold=True).draw(pen, (EDGE, EDGE // 2), title)
    Face(size=18).draw(pen, (PAGE[0] - EDGE - 60, EDGE // 2 + 6), f"page {page}")
    pen.line((EDGE, EDGE - 8, PAGE[0] - EDGE, EDGE - 8), fill=0, width=2)
    return EDGE + 10


def _draw(pen: ImageDraw.ImageDraw, line: Line, y: int) -> int:
    from boardivr.fax.fonts import Face

    about = f"{line.number}.  {line.file}   about {line.seconds:g} s   {line.said_by}"
    small = Face(size=17)
    small.draw(pen, (EDGE, y), printable(about)[:110])
    y += small.line
    for runs in _wrapped(line):
        x = float(EDGE + 30)
        for run in runs:
            run.face.draw(pen, (x, y), run.text)
            x += run.face.length(run.text)
        y += Face(size=28).line
    pen.line((EDGE, y + 8, PAGE[0] - EDGE, y + 8), fill=190)
    return y + 22


def _wrapped(line: Line) -> list[list[Run]]:
    from boardivr.fax.fonts import Face
    from boardivr.fax.wrap import Run, wrap

    return wrap([Run(printable(line.text), Face(size=28))], PAGE[0] - 2 * EDGE - 30)


def _height(line: Line) -> int:
    from boardivr.fax.fonts import Face

    return Face(size=17).line + len(_wrapped(line)) * Face(size=28).line + 30


def printable(text: str) -> str:
    """Return a text as it can be set: in one line, a box for what has no shape."""
    return "".join(
        " " if c.isspace() else "\u25a1" if unicodedata.category(c)[0] == "C" else c for c in text
    )
