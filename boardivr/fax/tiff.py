"""Fax pages as a TIFF that fax machines' software reads (RFC 3949, TIFF-F).

Group 4 in one strip a page, min-is-white, most significant bit first. The codes
are Pillow's; the container is written here: asked for min-is-white, Pillow turns
every pixel over in Python, and a file that it saves again drags old tags along.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageChops

from boardivr.fax.paper import DOTS_PER_INCH

SHORT, LONG, ASCII, RATIONAL = 3, 4, 2, 5
ENTRY = struct.Struct("<HHII")
STRIP_OFFSETS, STRIP_BYTES = 273, 279


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A page in T.6 codes.

    :param lines_per_inch: down the page
    """

    columns: int
    rows: int
    lines_per_inch: float
    data: bytes
    dots_per_inch: float = DOTS_PER_INCH


def code(page: Image.Image) -> bytes:
    """Return a page in T.6 codes, in which 0 is white.

    :param page: mode 1, white is 255: a page filled with 1 looks white, but isn't inverted
    """
    file = io.BytesIO()
    ImageChops.invert(page).save(file, "TIFF", compression="group4", strip_size=1 << 30)
    return _strip(file.getbuffer())


def _strip(tiff: memoryview) -> bytes:
    """Return the one strip of a small TIFF that Pillow wrote."""
    order = "<" if bytes(tiff[:2]) == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, at)
    found = {}
    for entry in range(count):
        tag, kind, length = struct.unpack_from(order + "HHI", tiff, at + 2 + 12 * entry)
        if tag in (STRIP_OFFSETS, STRIP_BYTES):
            if length != 1:
                raise ValueError(f"expected one strip, found {length}")
            form = order + ("H" if kind == SHORT else "I")
            (found[tag],) = struct.unpack_from(form, tiff, at + 10 + 12 * entry)
    return bytes(tiff[found[STRIP_OFFSETS] : found[STRIP_OFFSETS] + found[STRIP_BYTES]])


def write(file: BinaryIO, pages: Sequence[Coded]) -> None:
    """Write pages as one TIFF."""
    if not pages:
        raise ValueError("expected at least one page, found none")
    file.write(struct.pack("<2sHI", b"II", 42, 8))
    at = 8
    for number, page in enumerate(pages):
        block = _directory(page, at, number, len(pages))
        file.write(block)
        at += len(block)


def read(data: bytes) -> list[Coded]:
    """Return the pages of a file that :func:`write` wrote.

    :raises ValueError: another program's
    """
    if data[:4] != struct.pack("<2sH", b"II", 42):
        raise ValueError("expected a fax of our own, found another file")
    pages = []
    (at,) = struct.unpack_from("<I", data, 4)
    while at:
        (count,) = struct.unpack_from("<H", data, at)
        tags = {}
        for entry in range(count):
            tag, kind, _, value = ENTRY.unpack_from(data, at + 2 + 12 * entry)
            tags[tag] = value & 0xFFFF if kind == SHORT else value
        if tags.get(259) != 4:
            raise ValueError("expected a page in T.6 codes")
        lines = struct.unpack_from("<II", data, tags[283])
        strip = data[tags[STRIP_OFFSETS] : tags[STRIP_OFFSETS] + tags[STRIP_BYTES]]
        pages.append(
            Coded(columns=tags[256], rows=tags[257], lines_per_inch=lines[0] / lines[1], data=strip)
        )
        (at,) = struct.unpack_from("<I", data, at + 2 + 12 * count)
    return pages


def _directory(page: Coded, at: int, number: int, total: int) -> bytes:
    """Return a page: its directory, what doesn't fit into that, and its strip."""
    software = b"BoardIVR\0"
    count = 17
    extra = at + 2 + count * ENTRY.size + 4
    strip = extra + 16 + len(software) + len(software) % 2
    end = strip + len(page.data) + len(page.data) % 2
    entries = [
        (254, LONG, 1, 2),  # one page of several
        (256, LONG, 1, page.columns),
        (257, LONG, 1, page.rows),
        (258, SHORT, 1, 1),
        (259, SHORT, 1, 4),  # T.6
        (262, SHORT, 1, 0),  # min is white
        (266, SHORT, 1, 1),  # most significant bit first
        (STRIP_OFFSETS, LONG, 1, strip),
        (277, SHORT, 1, 1),
        (278, LONG, 1, page.rows),
        (STRIP_BYTES, LONG, 1, len(page.data)),
        (282, RATIONAL, 1, extra),
        (283, RATIONAL, 1, extra + 8),
        (293, LONG, 1, 0),
        (296, SHORT, 1, 2),  # inches
        (297, SHORT, 2, number | total << 16),
        (305, ASCII, len(software), extra + 16),
    ]
    assert len(entries) == count
    body = struct.pack("<H", count) + b"".join(ENTRY.pack(*entry) for entry in entries)
    body += struct.pack("<I", end if number + 1 < total else 0)
    body += _rational(page.dots_per_inch) + _rational(page.lines_per_inch)
    body += software + b"\0" * (len(software) % 2)
    return body + page.data + b"\0" * (len(page.data) % 2)


def _rational(value: float) -> bytes:
    return struct.pack("<II", round(value * 100), 100)
