"""The facts as declarations in C: for the simulated library's headers, and for cffi.

Nobody has seen the 64-bit headers: whether what is ``long`` in a structure is 8 bytes
on x86-64 isn't proven. The type is a parameter here, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from boardivr.hal.dialogic_cffi.facts import Layout, Member, enumerations, functions, layouts

ALIASES = {
    "AUID": "long",
    "SRL_DEVICE_HANDLE": "long",
    "CNF_RETURN": "int",
    "BYTE": "unsigned char",
    "INT": "int",
    "UINT": "unsigned int",
    "DWORD": "unsigned int",
    "USHORT": "unsigned short",
    "ULONG": "unsigned long",
}
POINTERS = {
    "GC_PARM_BLKP": "GC_PARM_BLK",
    "GC_PARM_DATAP": "GC_PARM_DATA",
    "GC_PARM_DATA_EXTP": "GC_PARM_DATA_EXT",
    "GC_DEVICENAME_INFOP": "GC_DEVICENAME_INFO",
    "LPSRLDEVICEINFO": "SRLDEVICEINFO",
}
OPAQUE = (
    "CNF_RESET_DEVICES_INFO",
    "DEV_RESOURCE_RESERVATIONINFO_EX",
    "IP_CCLIB_ALARM_DATA",
    "SIP_TLS_ENGINE",
    "TSdtStatisticsList",
)
"""Structures that are only pointed at: their layouts aren't known."""


def ordered(names: Iterable[str]) -> Iterator[Layout]:
    """Return layouts so that each comes after those that it contains."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[Layout]:
        if name in done or name not in layouts():
            return
        done.add(name)
        for inner in _contained(layouts()[name].members):
            yield from visit(inner)
        yield layouts()[name]

    for name in names:
        yield from visit(name)


def _contained(members: Iterable[Member]) -> Iterator[str]:
    for member in members:
        yield from _contained(member.members)
        first = member.declaration.split()[0]
        if "*" not in member.declaration:
            yield first


def forward(layout: Layout) -> str:
    """Return the typedef that a structure can be pointed at by."""
    return f"typedef {layout.kind} {layout.name} {layout.name};"


def definition(layout: Layout, long: str = "long") -> str:
    """Return a structure's definition.

    :param long: what stands for ``long`` in it
    """
    return f"{layout.kind} {layout.name} {{\n{_body(layout.members, long, 1)}}};"


def _body(members: Iterable[Member], long: str, depth: int) -> str:
    margin = "    " * depth
    text = ""
    for member in members:
        if member.members:
            kind, name = member.declaration.split()
            inner = _body(member.members, long, depth + 1)
            text += f"{margin}{kind} {{\n{inner}{margin}}} {name};\n"
        else:
            text += margin + re.sub(r"\blong\b", long, member.declaration) + ";\n"
    return text


def enumeration(name: str) -> str:
    members = ",\n".join(
        f"    {member} = {value}" for member, value in enumerations()[name].items()
    )
    return f"typedef enum {{\n{members}\n}} {name};"


def typedefs() -> str:
    """Return the names of plain types, of pointers, and of all structures."""
    lines = [f"typedef {plain} {name};" for name, plain in ALIASES.items()]
    lines += [forward(layout) for layout in layouts().values()]
    lines += [f"typedef struct {name} {name};" for name in OPAQUE]
    lines += [f"typedef {to} *{name};" for name, to in POINTERS.items()]
    for name in (*layouts(), *OPAQUE):
        if name.startswith("CNF_"):
            lines += [f"typedef {name} *P{name};", f"typedef const {name} *CP{name};"]
    lines.append("typedef void (*DXRWROUTINE)(int, char *, unsigned int);")
    return "\n".join(lines)


def cdef(
    names: Iterable[str], long: str = "long", structures: Iterable[str] | None = None
) -> list[tuple[str, bool]]:
    """Return what ``FFI.cdef`` needs for these functions: texts, and whether each is packed.

    :param names: of functions
    :param long: what stands for ``long`` in structures
    :param structures: those whose members are needed; None: all (a second or so to parse)
    """
    wanted = layouts() if structures is None else structures
    texts = [(typedefs(), False)]
    texts += [(enumeration(name), False) for name in enumerations()]
    texts += [(definition(layout, long), layout.is_packed) for layout in ordered(wanted)]
    signatures = "\n".join(f"{functions()[name].signature};" for name in names)
    return [*texts, (signatures, False)]
