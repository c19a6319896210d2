"""The headers are what the facts say, in C, on x86-64 and i386; and every function exists."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from boardivr.hal.dialogic_cffi import facts
from boardivr.hal.dialogic_cffi.facts import Member
from boardivr.hal.dialogic_cffi.simulator import headers
from boardivr.hal.dialogic_cffi.simulator.build import Library

STATIC = "int main(void) { return 0; }\n"


def compiles(source: str, library: Library, folder: Path, *flags: str) -> str:
    """What the compiler complains about."""
    path = folder / "check.c"
    path.write_text(source)
    command = ["cc", "-Wall", "-Wextra", "-fsyntax-only", f"-I{library.include}", *flags, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def includes() -> str:
    return "".join(f"#include <{name}>\n" for name in headers.INCLUDES) + "#include <stddef.h>\n"


def places(members: Iterable[Member], bits: int, path: str = "") -> Iterator[tuple[str, int]]:
    for member in members:
        name = f"{path}{member.name}"
        yield name, member.offset64 if bits == 64 else member.offset32
        yield from places(member.members, bits, f"{name}.")


def layout_checks(bits: int) -> str:
    lines = []
    for one in facts.layouts().values():
        size = one.size64 if bits == 64 else one.size32
        lines.append(f'_Static_assert(sizeof({one.name}) == {size}, "{one.name}");')
        for name, offset in places(one.members, bits):
            check = f"offsetof({one.name}, {name}) == {offset}"
            lines.append(f'_Static_assert({check}, "{one.name}.{name}");')
    return "\n".join(lines) + "\n"


def test_layouts(library: Library, tmp_path: Path) -> None:
    assert compiles(includes() + layout_checks(64) + STATIC, library, tmp_path) == ""


def test_layouts_on_i386(library: Library, tmp_path: Path) -> None:
    source = includes() + layout_checks(32) + STATIC
    if compiles("#include <string.h>\n", library, tmp_path, "-m32"):
        pytest.skip("gcc -m32 isn't installed (gcc-multilib)")
    assert compiles(source, library, tmp_path, "-m32") == ""


def test_values(library: Library, tmp_path: Path) -> None:
    members = {
        name: value for enum in facts.enumerations().values() for name, value in enum.items()
    }
    values = {name: one.value for name, one in facts.constants().items()} | members
    checks = "".join(
        f'_Static_assert((unsigned)({name}) == {value & 0xFFFFFFFF}u, "{name}");\n'
        for name, value in values.items()
    )
    assert compiles(includes() + checks + STATIC, library, tmp_path) == ""


def test_signatures(library: Library, tmp_path: Path) -> None:
    """Declaring each once more as the facts have it is no conflict."""
    again = "".join(f"{one.signature};\n" for one in facts.functions().values())
    assert compiles(includes() + again + STATIC, library, tmp_path) == ""


@pytest.mark.parametrize("name", [*headers.INCLUDES])
def test_each_header_stands_alone(name: str, library: Library, tmp_path: Path) -> None:
    assert compiles(f"#include <{name}>\n#include <{name}>\n{STATIC}", library, tmp_path) == ""


def exported(library: Library) -> dict[str, str]:
    """Every symbol of the library: T is defined, W a stub."""
    done = subprocess.run(
        ["nm", "-D", "--defined-only", str(library.file)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {line.split()[2]: line.split()[1] for line in done.stdout.splitlines()}


def test_every_function_exists(library: Library) -> None:
    assert set(facts.functions()) - set(exported(library)) == set()


WHOLE = re.compile(r"(sr_|SRL|ATDV_|ATDX_|dx_|ag_|cnf_|dev_|brd_)")
NOT_HERE = {
    # Windows', or of boards that have what ours don't: streams, CSP, caches, MF, ECR, templates.
    "sr_GetDllVersion", "sr_GetVersion", "sr_NotifyEvent", "dx_GetDllVersion",
    "dx_fileopen_osfhandle",
    "dx_filelocking", "dx_BargeIn", "dx_InitializeBargeIn", "dx_cspstopch", "dx_rearm",
    "dx_OpenStreamBuffer", "dx_CloseStreamBuffer", "dx_PutStreamData", "dx_GetStreamInfo",
    "dx_ResetStreamBuffer", "dx_SetWaterMark", "dx_cacheprompt", "dx_uncacheprompt",
    "dx_getcachesize", "dx_getxmitslotecr", "dx_listenecr", "dx_listenecrex", "dx_unlistenecr",
    "dx_getr2mf", "dx_getqualtmplate", "dx_setqualtmplate", "dx_getextqualtmplate",
    "dx_setextqualtmplate", "dx_chgqualid",
    "dx_createtone", "dx_deletetone", "dx_querytone", "dx_get_tngencad", "dx_settonelen",
    "dx_SendReadRequest", "dx_SendWriteRequest", "dx_SetRecordNotifyBeepTone", "dx_FileTranscode",
    "dx_TSFStatus", "dx_ResetPBXpertInitFlag", "dx_assignresource", "dx_unassignresource",
    "dx_GetRscStatus", "dx_getdsprs", "dx_gtromsig", "dx_readsram", "dx_route", "dx_routerxtx",
    "dx_setiostatus", "dx_TxIottData", "dx_RxIottData", "dx_TxRxIottData",
}  # fmt: skip


def test_what_is_a_stub_is_known(library: Library) -> None:
    """SRL, voice, routing, cnf_*, dev_*, brd_* are whole, but for a list of what isn't."""
    stubs = {name for name, kind in exported(library).items() if kind == "W"}

    assert {name for name in stubs if WHOLE.match(name)} == NOT_HERE
