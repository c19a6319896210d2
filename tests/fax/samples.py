"""Documents made for tests: PDFs by hand, faxes as machines send them, pictures."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from boardivr.fax import tiff

REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


def text_pdf(
    sizes: Sequence[tuple[float, float]] = ((595, 842),), text: str = "Hello", trailer: bytes = b""
) -> bytes:
    """Return a PDF with a line of text at the upper left of each page.

    :param sizes: of its pages, in points
    """
    contents = [b"BT /F 24 Tf 60 %d Td (%b) Tj ET" % (h - 80, text.encode()) for _, h in sizes]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(sizes)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(sizes), kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, ((width, height), content) in enumerate(zip(sizes, contents, strict=True)):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>" % (width, height, 5 + 2 * number)
        )
        objects.append(b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content))
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
    body += b"trailer\n<</Size %d/Root 1 0 R%b>>\n" % (size, trailer)
    return body + b"startxref\n%d\n%%%%EOF\n" % start


def encrypted_pdf() -> bytes:
    """Return a PDF that wants a password which nobody knows."""
    key = b"5a" * 32
    return text_pdf(
        trailer=b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>/ID[<00><00>]" % (key, key)
    )


def drawing(columns: int = 1728, rows: int = 1143) -> Image.Image:
    """Return a page in black and white with lines at all angles, up to its edges."""
    image = Image.new("1", (columns, rows), 255)
    on = ImageDraw.Draw(image)
    on.rectangle((0, 0, columns - 1, rows - 1), outline=0, width=5)
    for x in range(0, columns, 97):
        on.line((x, 0, columns - x, rows), fill=0, width=1 + x % 5)
    return image


def photo(size: tuple[int, int] = (600, 800)) -> Image.Image:
    """Return a picture that has all greys."""
    return Image.radial_gradient("L").resize(size)


def received(path: Path, pages: Sequence[Image.Image], lines_per_inch: int = 98) -> Path:
    """Write a fax as receivers do: T.4 in two dimensions, least significant bit first."""
    data = struct.pack("<2sHI", b"II", 42, 8)
    for number, page in enumerate(pages):
        data += _directory(page, lines_per_inch, len(data), last=number + 1 == len(pages))
    path.write_bytes(data)
    return path


def _directory(page: Image.Image, lines_per_inch: int, at: int, *, last: bool) -> bytes:
    file = io.BytesIO()
    ImageChops.invert(page).save(
        file, "TIFF", compression="group3", tiffinfo={292: 1}, strip_size=1 << 30
    )
    strip = tiff._strip(file.getbuffer()).translate(REVERSED)
    extra = at + 2 + 13 * 12 + 4
    end = extra + 16 + len(strip) + len(strip) % 2
    entries = [
        (256, 4, page.width), (257, 4, page.height), (258, 3, 1), (259, 3, 3), (262, 3, 0),
        (266, 3, 2), (273, 4, extra + 16), (278, 4, 0xFFFFFFFF), (279, 4, len(strip)),
        (282, 5, extra), (283, 5, extra + 8), (292, 4, 1), (296, 3, 2),
    ]  # fmt: skip
    body = struct.pack("<H", len(entries))
    body += b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    body += struct.pack("<I", 0 if last else end)
    body += struct.pack("<IIII", 204, 1, lines_per_inch, 1)
    return body + strip + b"\0" * (len(strip) % 2)


def pages_of(path: Path) -> list[Image.Image]:
    """Return the pages of a TIFF as they are."""
    with Image.open(path) as image:
        found = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            found.append(image.copy())
        return found
