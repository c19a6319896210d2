"""What the file of a fax tells whose process died: its pages, and who sent them.

The file is ours (``media/src/fax_keep.c``), written up to some moment. It is read here
without a library for images: only whole pages count, whatever is behind them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

IDENT = 270  # ImageDescription: spandsp puts the sender's number there
SUB_ADDRESS = 34909
STRIP_OFFSETS, STRIP_SIZES = 273, 279
MOST_PAGES = 10_000

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}
Directory = dict[int, bytes]


@dataclass(frozen=True, kw_only=True)
class Leftover:
    pages: int = 0
    ident: str = ""
    sub_address: str = ""


def read_leftover(path: Path) -> Leftover:
    """Return what a file has; no pages where it isn't there or holds nothing whole."""
    try:
        data = path.read_bytes()
    except OSError:
        return Leftover()
    pages = list(_pages(data))
    if not pages:
        return Leftover()
    first = pages[0]
    return Leftover(
        pages=len(pages),
        ident=_text(first.get(IDENT, b"")),
        sub_address=_text(first.get(SUB_ADDRESS, b"")),
    )


def _pages(data: bytes) -> Iterator[Directory]:
    """Yield the directories of whole pages (TIFF 6.0, section 2)."""
    if data[:4] != b"II*\0" or len(data) < 8:
        return
    (at,) = struct.unpack_from("<I", data, 4)
    seen: set[int] = set()
    while at and at not in seen and len(seen) < MOST_PAGES and at + 2 <= len(data):
        seen.add(at)
        (count,) = struct.unpack_from("<H", data, at)
        end = at + 2 + 12 * count
        if end + 4 > len(data):
            return
        page = dict(_entries(data, at + 2, count))
        if not _is_whole(page, len(data)):
            return
        yield page
        (at,) = struct.unpack_from("<I", data, end)


def _entries(data: bytes, at: int, count: int) -> Iterator[tuple[int, bytes]]:
    for place in range(at, at + 12 * count, 12):
        tag, kind, length = struct.unpack_from("<HHI", data, place)
        size = _SIZES.get(kind, 0) * length
        (offset,) = struct.unpack_from("<I", data, place + 8)
        value = data[offset : offset + size] if size > 4 else data[place + 8 : place + 8 + size]
        yield tag, value


def _is_whole(page: Directory, size: int) -> bool:
    offset, length = page.get(STRIP_OFFSETS, b""), page.get(STRIP_SIZES, b"")
    if len(offset) != 4 or len(length) not in (2, 4):
        return False
    return int.from_bytes(offset, "little") + int.from_bytes(length, "little") <= size


def _text(value: bytes) -> str:
    return value.rstrip(b"\0").decode("ascii", "replace").strip()
