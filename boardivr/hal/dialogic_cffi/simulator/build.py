"""Compile the simulated library and write its headers, once, into the user's cache."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boardivr.errors import BoardIVRError
from boardivr.hal.dialogic_cffi import facts
from boardivr.hal.dialogic_cffi.simulator import calls, faxes, headers, protocol

SOURCES = Path(__file__).parent / "src"
FLAGS = (
    "-std=gnu11", "-O2", "-g", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra",
    "-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64",
)  # fmt: skip
NAMES = (
    "srl", "dxxx", "gc", "fax", "dti", "msi", "cnf", "ec", "devmgmt", "devmap",
    "srl64", "dxxdm364", "dxxx64", "gc64", "fax64", "dti64", "msi64", "cnf64", "ec64",
    "devmgmt64", "devmap64",
)  # fmt: skip
"""Under these names programs link and load it, as the files of the vendor's are called."""

FAMILIES = {
    "srllib.h": "S", "dxxxlib.h": "V", "faxlib.h": "F", "dtilib.h": "D", "msilib.h": "M",
    "dcblib.h": "M", "gclib.h": "G", "eclib.h": "E", "cnflib.h": "N", "devmgmt.h": "B",
    "gcip.h": "G", "sctools.h": "V",
}  # fmt: skip
ERRORS = {
    "srl_errors": "S", "voice_errors_EDX": "V", "fax_errors_EFX": "F", "dti_errors_EDT": "D",
    "gc_errors_EGC_GCRV": "G",
}  # fmt: skip
PREFIXES = {"E_MS": "M", "ECNF": "N"}
ENUMERATED = {"T_BRDERRORVALUE": "B", "DEV_ERRORVALUE": "d"}
"""What the texts of errors are found by, where it isn't a group of constants."""


@dataclass(frozen=True, kw_only=True)
class Library:
    """:param include: the headers' folder
    :param lib: the libraries' folder
    """

    include: Path
    lib: Path

    @property
    def file(self) -> Path:
        return self.lib / "libboardivr-dialogic.so"


def build(flags: Sequence[str] = ()) -> Library:
    """Return the library, compiled if it isn't yet.

    :param flags: of the compiler, beside the usual ones: ``-m32``, sanitizers
    :raises BoardIVRError: there is no compiler, or it failed
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "boardivr"
    folder = cache / f"dialogic-{_fingerprint(tuple(flags))}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="dialogic-", dir=cache))
        try:
            _make(made, flags)
            made.rename(folder)
        except OSError:
            if not folder.exists():  # else another process was first
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return Library(include=folder / "include", lib=folder / "lib")


def _make(folder: Path, flags: Sequence[str]) -> None:
    headers.write(folder / "include")
    generated = folder / "generated"
    generated.mkdir()
    (generated / "dlg_ops.h").write_text(
        protocol.header() + calls.header() + faxes.header(), "utf-8"
    )
    (generated / "dlg_errors.h").write_text(errors(), "utf-8")
    (generated / "stubs.c").write_text(stubs(), "utf-8")
    lib = folder / "lib"
    lib.mkdir()
    target = lib / "libboardivr-dialogic.so"
    compile_c(
        [*map(str, sorted(SOURCES.glob("*.c"))), str(generated / "stubs.c")],
        [*FLAGS, *flags, f"-I{generated}", f"-I{SOURCES}", f"-I{folder / 'include'}",
         f"-Wl,-soname,{target.name}"],
        target, ["-lm", "-lpthread"],
    )  # fmt: skip
    for name in NAMES:
        (lib / f"lib{name}.so").symlink_to(target.name)


def compile_c(
    sources: Sequence[str], flags: Sequence[str], target: Path, libraries: Sequence[str]
) -> None:
    """Run the C compiler.

    :raises BoardIVRError: there is none, or it failed
    """
    compiler = os.environ.get("CC", "cc")
    command = [*compiler.split(), *flags, *sources, "-o", str(target), *libraries]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise BoardIVRError(f"{compiler}: {error.strerror}; a C compiler is needed") from None
    if done.returncode:
        raise BoardIVRError(f"{compiler} failed:\n{done.stderr}")


def stubs() -> str:
    """Return weak definitions of all functions: what the library doesn't have says so.

    A function that is written in ``src/`` takes its stub's place.
    """
    lines = [
        "/* Without prototypes: the first argument is where the calling convention has it. */",
        "int dlg_unsupported(char family, long handle);",
        '#define STUB __attribute__((weak, visibility("default")))',
    ]
    for name, one in facts.functions().items():
        family = FAMILIES[one.header]
        if f"*{name}(" in one.signature:
            lines.append(f"STUB void *{name}(void) {{ return 0; }}")
        else:
            body = f"return dlg_unsupported('{family}', (int)device);"
            lines.append(f"STUB long {name}(long device) {{ {body} }}")
    return "\n".join(lines) + "\n"


def errors() -> str:
    """Return the errors' names by library and code, for ``ATDV_ERRMSGP``."""
    lines = []
    seen = set()
    for one in facts.constants().values():
        family = PREFIXES.get(one.name[:4]) or ERRORS.get(one.group)
        if family is not None and (family, one.value) not in seen:
            seen.add((family, one.value))
            lines.append(f"{{'{family}', {one.value}, \"{one.name}\"}},")
    for name, family in ENUMERATED.items():
        members = facts.enumerations()[name]
        lines += [f"{{'{family}', {code}, \"{member}\"}}," for member, code in members.items()]
    return "\n".join(lines) + "\n"


@functools.cache
def _fingerprint(flags: tuple[str, ...]) -> str:
    """Return a name for what the library is made from."""
    digest = hashlib.sha256(repr((flags, os.environ.get("CC"))).encode())
    here = Path(__file__).parent
    for path in sorted([*SOURCES.glob("*"), *here.glob("*.py"), *facts.FOLDER.glob("*")]):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
