"""The published facts of the Dialogic API: layouts, values and signatures, once.

The text files beside this one have them; the headers of the simulated library, the
declarations of the driver, and its enumerations are all made from here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member of a structure.

    :param declaration: in C, such as ``char dg_value[32]``; ``struct x`` or ``union x``
        where it has members of its own
    :param offset64: bytes on x86-64, from the outermost structure's beginning
    :param offset32: bytes on i386
    """

    declaration: str
    offset64: int
    offset32: int
    members: tuple[Member, ...] = ()

    @property
    def name(self) -> str:
        found = re.search(r"\(\*(\w+)\)|(\w+)(?:\[\w+\])*$", self.declaration)
        assert found is not None, self.declaration
        return found[1] or found[2]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A structure or union; sizes in bytes."""

    kind: str
    name: str
    header: str
    is_packed: bool
    size64: int
    size32: int
    members: tuple[Member, ...]


@dataclass(frozen=True, kw_only=True)
class Constant:
    name: str
    value: int
    header: str
    group: str


@dataclass(frozen=True, kw_only=True)
class Function:
    name: str
    signature: str
    header: str


@functools.cache
def constants() -> Mapping[str, Constant]:
    """Return all constants by name, in the order of their groups."""
    found = {}
    for group, line in _sections("constants.txt"):
        name, value, header = line.split()
        found[name] = Constant(name=name, value=int(value, 0), header=header, group=group)
    return found


@functools.cache
def enumerations() -> Mapping[str, Mapping[str, int]]:
    """Return all enumerations: by type, the members' values."""
    found: dict[str, dict[str, int]] = {}
    for name, line in _sections("enums.txt"):
        member, value = line.split()
        found.setdefault(name, {})[member] = int(value, 0)
    return found


@functools.cache
def functions() -> Mapping[str, Function]:
    """Return all functions by name."""
    found = {}
    for header, signature in _sections("functions.txt"):
        match = re.search(r"(\w+)\(", signature)
        assert match is not None, signature
        found[match[1]] = Function(name=match[1], signature=signature, header=header)
    return found


@functools.cache
def layouts() -> Mapping[str, Layout]:
    """Return all structures and unions by name."""
    found: dict[str, Layout] = {}
    for block in _text("structs.txt").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            kind, name, header, packing, sizes = lines[0].split()
            size64, size32 = map(int, sizes.split("/"))
            found[name] = Layout(
                kind=kind, name=name, header=header, is_packed=packing == "packed",
                size64=size64, size32=size32, members=_members(lines[1:], 1),
            )  # fmt: skip
    return found


def _members(lines: list[str], depth: int) -> tuple[Member, ...]:
    """Read members that are indented so deep, those below them into them."""
    margin = "    " * depth
    found: list[Member] = []
    for i, line in enumerate(lines):
        if not line.startswith(margin) or line.startswith(margin + " "):
            continue
        below = i + 1
        while below < len(lines) and lines[below].startswith(margin + " "):
            below += 1
        offsets, declaration = line.strip().split(" ", 1)
        offset64, offset32 = map(int, offsets.split("/"))
        inner = _members(lines[i + 1 : below], depth + 1)
        found.append(
            Member(declaration=declaration, offset64=offset64, offset32=offset32, members=inner)
        )
    return tuple(found)


def _sections(file: str) -> Iterator[tuple[str, str]]:
    """Return each line with the heading in brackets that it stands under."""
    section = ""
    for line in _text(file).splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            yield section, line


def _text(file: str) -> str:
    return (FOLDER / file).read_text("utf-8")
