"""Documents that are made to hurt: each is refused with a reason, in time, and leaves nothing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from boardivr.fax.document import convert, export, preview
from boardivr.fax.errors import DocumentError
from boardivr.fax.model import Limits, Options
from boardivr.fax.paper import Resolution

LIMITS = Limits(seconds=60.0, cpu_seconds=1)
OPTIONS = Options(resolution=Resolution.STANDARD)


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    data, places = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(data)


def page_of(content: bytes, box: bytes = b"0 0 595 842", filters: bytes = b"") -> bytes:
    stream = b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), filters, content)
    return pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R>>" % box,
        stream,
    )


def flate_bomb() -> bytes:
    """A page whose drawing is 300 MB of commands, in some hundred kilobytes."""
    packer = zlib.compressobj(9)
    block = b"0 0 m 595 842 l S " * 60_000
    packed = b"".join(packer.compress(block) for _ in range(300)) + packer.flush()
    return page_of(packed, filters=b" /Filter /FlateDecode")


def picture_bomb() -> bytes:
    """A page with a picture that claims 30,000 x 30,000 pixels."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(9_000_000)) for _ in range(100)) + packer.flush()
    image = (
        b"<</Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream"
        % (len(packed), packed)
    )
    draw = b"595 0 0 842 0 0 cm /I Do"
    return pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources <</XObject <</I 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(draw), draw),
        image,
    )


def pages_in_circles() -> bytes:
    """A tree of pages that leads back to its root."""
    return pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [2 0 R 2 0 R] /Count 100000>>",
    )


def tiff(pages: int, *, columns: int, rows: int, strip: bytes) -> bytes:
    """A fax TIFF (Group 4) whose pages all have this strip, and say that they are so large."""
    data = bytearray(b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip)
    for number in range(pages):
        entries = [
            (256, 4, 1, columns), (257, 4, 1, rows), (258, 3, 1, 1), (259, 3, 1, 4), (262, 3, 1, 0),
            (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, rows), (279, 4, 1, len(strip)),
        ]  # fmt: skip
        here = len(data)
        after = here + 2 + 12 * len(entries) + 4
        data += struct.pack("<H", len(entries))
        data += b"".join(struct.pack("<HHII", *entry) for entry in entries)
        data += struct.pack("<I", after if number + 1 < pages else 0)
    return bytes(data)


WHITE_ROWS = b"\xff" * 1000  # eight rows like the one above, each
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "drawing without end": ("a.pdf", flate_bomb),
    "picture bomb": ("a.pdf", picture_bomb),
    "endless page": ("a.pdf", lambda: page_of(b"", box=b"0 0 99999999 99999999")),
    "pages in circles": ("a.pdf", pages_in_circles),
    "nested arrays": ("a.pdf", lambda: page_of(b"[" * 3_000_000)),
    "10,000 TIFF pages": ("a.tif", lambda: tiff(10_000, columns=1728, rows=8, strip=WHITE_ROWS)),
    "TIFF bomb": ("a.tif", lambda: tiff(1, columns=1728, rows=90_000_000, strip=WHITE_ROWS)),
    "wide TIFF": ("a.tif", lambda: tiff(1, columns=2**31 - 1, rows=2**31 - 1, strip=WHITE_ROWS)),
    "endless text": ("a.txt", lambda: b"\f".join([b"page"] * 400_000)),
    "one long line": ("a.md", lambda: b"**" + b"x" * 8_000_000),
}

DRAWN = {"picture bomb", "endless page", "nested arrays"}
"""These may be drawn after all, as far as the limits go."""


SLOW = {"picture bomb", "endless text"}
"""Those take seconds to make, or to give up."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.grid] if n in SLOW else []) for n in HOSTILE],
)
def test_it_is_refused(name: str, tmp_path: Path) -> None:
    """In time, with a reason that names it, and nothing is written."""
    file, make = HOSTILE[name]
    source, out = tmp_path / file, tmp_path / "out.tif"
    source.write_bytes(make())

    refusal = refused(source, out)

    assert file in refusal or (refusal == "" and name in DRAWN)
    assert out.exists() == (refusal == "")
    out.unlink(missing_ok=True)
    assert [path.name for path in tmp_path.iterdir()] == [file]


def refused(source: Path, out: Path) -> str:
    """Return why a document can't be faxed; empty where it was, as one page."""
    try:
        fax = convert([source], out, OPTIONS, limits=LIMITS)
    except DocumentError as error:
        return str(error)
    assert len(fax.pages) == 1
    return ""


@pytest.mark.parametrize("name", [name for name, (file, _) in HOSTILE.items() if file == "a.tif"])
def test_a_hostile_fax_cannot_be_looked_at(name: str, tmp_path: Path) -> None:
    """What was received is opened with the same care, for a PDF and for a sheet."""
    source = tmp_path / "a.tif"
    source.write_bytes(HOSTILE[name][1]())

    with pytest.raises(DocumentError, match=r"a\.tif"):
        export(source, tmp_path / "a.pdf", limits=LIMITS)
    with pytest.raises(DocumentError, match=r"a\.tif"):
        preview(source, tmp_path / "a.png", limits=LIMITS)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tif"]
