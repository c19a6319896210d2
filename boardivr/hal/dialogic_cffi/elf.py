"""Whether a shared object fits this interpreter: read before it is loaded, to say it in words."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

CLASSES = {1: 32, 2: 64}
MACHINES = {3: "i386", 62: "x86-64", 40: "ARM", 183: "AArch64"}
OUR_BITS = struct.calcsize("P") * 8


def bits(path: Path) -> tuple[int, str]:
    """Return a shared object's word size and machine, from the first 20 bytes of its header.

    :raises ValueError: it is no ELF file
    :raises OSError: it can't be read

    System V Application Binary Interface, chapter 4 (ELF header).
    """
    with path.open("rb") as file:
        head = file.read(20)
    if len(head) < 20 or head[:4] != b"\x7fELF" or head[4] not in CLASSES or head[5] not in (1, 2):
        raise ValueError(f"{path}: expected a shared object (ELF), found {head[:4]!r}")
    (machine,) = struct.unpack_from("<H" if head[5] == 1 else ">H", head, 18)
    return CLASSES[head[4]], MACHINES.get(machine, f"machine {machine}")


def interpreter() -> str:
    """Return this interpreter and its word size, for messages."""
    return f"{sys.executable} is {OUR_BITS}-bit"
