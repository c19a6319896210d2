"""Fax pages as a PDF: their T.6 codes as they are, on paper of their own size.

Nothing is drawn anew: dots that aren't square become right by the page's size,
and a page that is short or long stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from boardivr.fax.tiff import Coded


def write(file: BinaryIO, pages: Sequence[Coded]) -> None:
    """Write pages as one PDF 1.4."""
    if not pages:
        raise ValueError("expected at least one page, found none")
    kids = " ".join(f"{3 + 3 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
    ]
    for number, page in enumerate(pages):
        objects += _page(page, 3 + 3 * number)
    _write_objects(file, objects)


def _page(page: Coded, number: int) -> list[bytes]:
    """Return a page's objects: the page, its content, its picture."""
    width = page.columns / page.dots_per_inch * 72
    height = page.rows / page.lines_per_inch * 72
    content = f"{width:.3f} 0 0 {height:.3f} 0 0 cm /P Do".encode()
    sheet = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.3f} {height:.3f}]"
        f"/Contents {number + 1} 0 R/Resources<</XObject<</P {number + 2} 0 R>>>>>>"
    )
    picture = (
        f"/Type/XObject/Subtype/Image/Width {page.columns}/Height {page.rows}"
        "/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
        f"/DecodeParms<</K -1/Columns {page.columns}/Rows {page.rows}>>"
    )
    return [sheet.encode(), _stream("", content), _stream(picture, page.data)]


def _stream(entries: str, data: bytes) -> bytes:
    head = f"<<{entries}/Length {len(data)}>>".encode()
    return head + b"\nstream\n" + data + b"\nendstream"


def _write_objects(file: BinaryIO, objects: Sequence[bytes]) -> None:
    at = file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(at)
        at += file.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    size = len(objects) + 1
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, at))
