"""Pages to fax: a TIFF file written by hand, so that the suite needs no library for images."""

from __future__ import annotations

import struct
from pathlib import Path


def write_pages(path: Path, count: int, *, rows: int = 300, columns: int = 1728) -> Path:
    """Write a TIFF of so many pages of 204 by 196 dpi, not compressed; return its path.

    TIFF 6.0, section 3 (bilevel images).
    """
    data = bytearray(b"II*\0" + struct.pack("<I", 8))
    for number in range(count):
        strip = b"".join(_row(number, row, columns) for row in range(rows))
        at = len(data)
        after = at + 2 + 12 * 12 + 4
        inch = struct.pack("<IIII", 204, 1, 196, 1)
        following = after + len(inch) + len(strip) if number + 1 < count else 0
        entries = [
            (256, 4, 1, columns), (257, 4, 1, rows), (258, 3, 1, 1), (259, 3, 1, 1),
            (262, 3, 1, 0), (273, 4, 1, after + len(inch)), (277, 3, 1, 1), (278, 4, 1, rows),
            (279, 4, 1, len(strip)), (282, 5, 1, after), (283, 5, 1, after + 8), (296, 3, 1, 2),
        ]  # fmt: skip
        data += struct.pack("<H", len(entries))
        data += b"".join(struct.pack("<HHII", *entry) for entry in entries)
        data += struct.pack("<I", following) + inch + strip
    path.write_bytes(data)
    return path


def _row(number: int, row: int, columns: int) -> bytes:
    """Return a row of a pattern that differs from page to page; white margins."""
    if row % 30 < 10:
        return bytes(columns // 8)
    inside = columns // 8 - 20
    return (
        bytes(10)
        + bytes((row // 5 + n * n * (number + 3)) & 0xFF for n in range(inside))
        + bytes(10)
    )
