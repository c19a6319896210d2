"""Pages of a PDF in grey, drawn at once in the fax's own dots (pypdfium2)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from PIL import Image

from boardivr.fax.errors import DocumentError
from boardivr.fax.model import Limits, Options
from boardivr.fax.paper import MM_PER_POINT, fit

TAIL = 2048  # octets in which the end's mark must be


def pages(data: bytes, name: str, options: Options, limits: Limits) -> Iterator[Image.Image]:
    """Yield a PDF's pages, mode L, upright, with what its forms were filled with.

    :raises DocumentError: it's cut off, encrypted, broken, or has too many pages
    """
    document = _opened(data, name)
    try:
        count = len(document)
        if not 0 < count <= limits.pages:
            raise DocumentError(
                f"{name}: expected a PDF of 1 to {limits.pages} pages, found {count}"
            )
        if document.get_formtype():
            document.init_forms()
        for number in range(count):
            yield _page(document, number, name, options)
    finally:
        document.close()


def _opened(data: bytes, name: str) -> Any:
    import pypdfium2

    if b"%%EOF" not in data[-TAIL:]:
        raise DocumentError(f"{name}: the PDF is cut off: expected %%EOF at its end, found none")
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        text = str(error).rstrip(".").lower()
        if "password" in text:
            raise DocumentError(f"{name}: the PDF is encrypted; save it without password") from None
        raise DocumentError(f"{name}: the PDF can't be read: {text}") from error


def _page(document: Any, number: int, name: str, options: Options) -> Image.Image:
    import pypdfium2

    try:
        page = document[number]
        width, height = page.get_size()
        if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
            raise DocumentError(f"{name}: page {number + 1} has no size, found {width} x {height}")
        if width > height:
            page.set_rotation((page.get_rotation() + 90) % 360)
            width, height = page.get_size()
        return _drawn(document, page, (width * MM_PER_POINT, height * MM_PER_POINT), options)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"{name}: page {number + 1} can't be read: {error}") from error


def _drawn(document: Any, page: Any, size_mm: tuple[float, float], options: Options) -> Image.Image:
    import pypdfium2
    import pypdfium2.raw as raw

    place = fit(*size_mm, options.paper, options.resolution)
    flags = raw.FPDF_GRAYSCALE | raw.FPDF_ANNOT
    area = (0, 0, place.columns, place.rows, 0, flags)
    bitmap = pypdfium2.PdfBitmap.new_native(place.columns, place.rows, raw.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, place.columns, place.rows)
    # Across and down are scaled apart: dots that aren't square need no second scaling.
    raw.FPDF_RenderPageBitmap(bitmap, page, *area)
    if document.formenv is not None:
        raw.FPDF_FFLDraw(document.formenv, bitmap, page, *area)
    drawn: Image.Image = bitmap.to_pil()
    if drawn.width == options.paper.columns:
        result = drawn.copy()
    else:
        result = Image.new("L", (options.paper.columns, place.rows), 255)
        result.paste(drawn, (place.left, 0))
    page.close()
    return result
