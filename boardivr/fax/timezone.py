"""Time zones as POSIX writes them, for the line over each page."""

from __future__ import annotations

import zoneinfo
from pathlib import Path


def posix(name: str) -> str:
    """Return a zone such as ``Asia/Shanghai`` as ``CST-8``; empty where that can't be said.

    It stands at the end of the zone's file (RFC 8536, 3.3).
    """
    for folder in zoneinfo.TZPATH:
        path = Path(folder, name)
        if path.is_file():
            last = path.read_bytes().rstrip(b"\n").rpartition(b"\n")[2]
            return last.decode("ascii", "ignore")
    return ""
