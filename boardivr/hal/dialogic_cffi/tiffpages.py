"""How many pages a TIFF file has: its directories are counted, nothing in them is read.

In Python, because a helper under a 32-bit interpreter has no engine to ask.
"""

from __future__ import annotations

import struct
from pathlib import Path

MOST = 10000


def count(path: Path) -> int:
    """Return the number of pages.

    :raises ValueError: it is no TIFF file
    :raises OSError: it can't be read

    TIFF revision 6.0, section 2.
    """
    with path.open("rb") as file:
        head = file.read(8)
        order = {b"II*\0": "<", b"MM\0*": ">"}.get(head[:4])
        if order is None or len(head) < 8:
            raise ValueError(f"{path}: expected a TIFF file, found {head[:4]!r}")
        (place,) = struct.unpack(order + "I", head[4:])
        pages = 0
        while place and pages < MOST:
            file.seek(place)
            entries = file.read(2)
            if len(entries) < 2:
                raise ValueError(f"{path}: expected a directory at byte {place}, found the end")
            file.seek(place + 2 + 12 * struct.unpack(order + "H", entries)[0])
            following = file.read(4)
            place = struct.unpack(order + "I", following)[0] if len(following) == 4 else 0
            pages += 1
    return pages
