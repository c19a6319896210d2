"""Faxes as a PDF, as pictures, as one sheet to look at. Runs in the worker.

Whatever was received is decoded and coded anew: Group 3 or 4, either order of
bits. Pages keep their own size; pictures get square pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from boardivr.fax import pdf, pictures, tiff
from boardivr.fax.errors import DocumentError
from boardivr.fax.model import Limits

THUMB = 420  # columns of a page on a sheet
GAP = 16
ACROSS = 4
SHEET_PAGES = 40
MOST_STRETCH = 8.0


def coded_pages(source: Path, limits: Limits) -> Iterator[tiff.Coded]:
    """Yield a fax's pages in T.6 codes, with their dots an inch.

    :raises DocumentError: it's no fax, or has more pages than it may
    """
    for image in fax_pages(source, limits):
        across, down = pictures.dpi_of(image)
        yield tiff.Coded(
            columns=image.width, rows=image.height, dots_per_inch=across, lines_per_inch=down,
            data=tiff.code(image),
        )  # fmt: skip


def fax_pages(source: Path, limits: Limits) -> Iterator[Image.Image]:
    """Yield a fax's pages, mode 1."""
    for found, image in enumerate(pictures.frames(source.read_bytes(), source.name, limits), 1):
        if image.format != "TIFF" or image.mode != "1":
            raise DocumentError(
                f"{source.name}: expected a fax (TIFF in black and white), "
                f"found {image.format} in mode {image.mode} on page {found}"
            )
        if found > limits.pages:
            raise DocumentError(f"{source.name}: expected at most {limits.pages} pages")
        image.load()
        yield image


def to_pdf(source: Path, out: Path, limits: Limits) -> list[Path]:
    """Write a fax as a PDF."""
    with out.open("wb") as file:
        pdf.write(file, list(coded_pages(source, limits)))
    return [out]


def to_png(source: Path, out: Path, limits: Limits) -> list[Path]:
    """Write each page as a PNG with square pixels: ``out``, or ``out-1``, ``out-2`` ..."""
    written = []
    for number, image in enumerate(fax_pages(source, limits), 1):
        path = out.with_name(f"{out.stem}-{number}{out.suffix}")
        square(image, limits).save(path, "PNG")
        written.append(path)
    if len(written) == 1:
        return [written[0].rename(out)]
    return written


def square(image: Image.Image, limits: Limits) -> Image.Image:
    """Return a page in greys whose pixels are square; as wide as it was."""
    across, down = pictures.dpi_of(image)
    rows = max(1, round(image.height * min(across / down, MOST_STRETCH)))
    if rows * image.width > limits.pixels:
        raise DocumentError(f"a page of {image.width} x {rows} pixels is more than may be shown")
    return image.convert("L").resize((image.width, rows), Image.Resampling.BILINEAR)


def to_sheet(source: Path, out: Path, limits: Limits) -> list[Path]:
    """Write one PNG with all pages small, side by side; of a long fax the first 40."""
    thumbs, total = [], 0
    for image in fax_pages(source, limits):
        total += 1
        if total <= SHEET_PAGES:
            thumbs.append(_thumb(image))
    if not thumbs:
        raise DocumentError(f"{source.name}: expected a page, found none")
    _sheet(thumbs, total).save(out, "PNG")
    return [out]


def _thumb(image: Image.Image) -> Image.Image:
    across, down = pictures.dpi_of(image)
    stretch = min(across / down, MOST_STRETCH)
    rows = max(1, round(image.height * stretch * THUMB / image.width))
    return image.convert("L").resize((THUMB, min(rows, 4 * THUMB)), Image.Resampling.BOX)


def _sheet(thumbs: list[Image.Image], total: int) -> Image.Image:
    columns = min(ACROSS, len(thumbs))
    lines = [thumbs[at : at + columns] for at in range(0, len(thumbs), columns)]
    heights = [max(one.height for one in line) for line in lines]
    label = 2 * GAP
    size = (columns * (THUMB + GAP) + GAP, sum(heights) + len(lines) * (GAP + label) + GAP)
    sheet = Image.new("L", size, 190)
    on, font = ImageDraw.Draw(sheet), ImageFont.load_default(20)
    y, number = GAP, 0
    for line, height in zip(lines, heights, strict=True):
        for place, thumb in enumerate(line):
            x = GAP + place * (THUMB + GAP)
            number += 1
            sheet.paste(thumb, (x, y))
            text = f"{number} / {total}"
            on.text((x + THUMB / 2, y + height + 6), text, fill=0, font=font, anchor="ma")
        y += height + GAP + label
    return sheet
