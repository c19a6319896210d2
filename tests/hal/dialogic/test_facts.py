"""The facts agree with themselves: what C makes of the declarations has the sizes that they say."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest
from cffi import FFI

from boardivr.hal.dialogic_cffi import facts
from boardivr.hal.dialogic_cffi.facts import Member, declare

IN_C = [name for name, one in facts.functions().items() if "struct stat" not in one.signature]


@pytest.fixture(scope="module")
def ffi() -> FFI:
    ffi = FFI()
    for text, is_packed in declare.cdef(IN_C):
        ffi.cdef(text, packed=is_packed)
    return ffi


def test_layouts(ffi: FFI) -> None:
    """Every structure has the published size, and every member its place."""
    if ctypes.sizeof(ctypes.c_long) != 8:
        pytest.skip("the offsets are those of x86-64")
    for layout in facts.layouts().values():
        assert ffi.sizeof(layout.name) == layout.size64, layout.name
        assert places(ffi.typeof(layout.name), 0) == told(layout.members), layout.name


def places(ctype: Any, base: int) -> dict[str, int]:
    found = {}
    for name, field in ctype.fields:
        found[name] = base + field.offset
        if field.type.cname.find("$") >= 0 and field.type.kind in ("struct", "union"):
            inner = places(field.type, base + field.offset)
            found |= {f"{name}.{deeper}": offset for deeper, offset in inner.items()}
    return found


def told(members: tuple[Member, ...]) -> dict[str, int]:
    found = {}
    for member in members:
        found[member.name] = member.offset64
        for deeper, offset in told(member.members).items():
            found[f"{member.name}.{deeper}"] = offset
    return found


def test_long_can_be_an_int(ffi: FFI) -> None:
    """Should the 64-bit libraries have ints where the manual says long, one word changes it."""
    short = FFI()
    for text, is_packed in declare.cdef(IN_C, long="int"):
        short.cdef(text, packed=is_packed)

    assert short.sizeof("DX_XPB") == 12
    assert short.sizeof("DX_IOTT") == 40
    assert ffi.sizeof("DX_IOTT") == 48


def test_values_are_what_the_manuals_say() -> None:
    """Some that programs are built on."""
    values = {name: one.value for name, one in facts.constants().items()}

    assert (values["TDX_PLAY"], values["TM_MAXDTMF"], values["EV_ASYNC"]) == (0x81, 1, 0x8000)
    assert values["METAEVENT_MAGICNO"] == 0xBAD012FB
