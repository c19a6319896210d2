"""The library with sanitizers, under valgrind, and for 32-bit programs, where these are there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from boardivr.errors import BoardIVRError
from boardivr.hal.dialogic_cffi.simulator.build import Library, build
from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from tests.hal.dialogic.conftest import LINKED, PROGRAMS


def built(*flags: str) -> Library:
    try:
        return build(flags)
    except BoardIVRError as error:
        pytest.skip(f"can't be built with {' '.join(flags)}: {str(error).splitlines()[-1]}")


def output(
    firmware: Firmware, library: Library, name: str, folder: Path, flags: Sequence[str] = (),
    under: Sequence[str] = (),
) -> str:  # fmt: skip
    program = folder / name.removesuffix(".c")
    command = ["cc", "-g", *flags, str(PROGRAMS / name), "-o", str(program),
               f"-I{library.include}", f"-L{library.lib}", *LINKED, "-lm"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    environment = {
        **os.environ, "LD_LIBRARY_PATH": str(library.lib), "BOARDIVR_DIALOGIC": str(firmware.path),
    }  # fmt: skip
    done = subprocess.run(
        [*under, str(program)], env=environment, capture_output=True, text=True, check=False,
        timeout=120, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["tones.c", "twochannels.c", "signals.c"])
def test_sanitizers(name: str, firmware_of: Callable[..., Firmware], tmp_path: Path) -> None:
    """No access out of bounds, no leak, nothing undefined."""
    flags = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    assert output(firmware_of(), built(*flags), name, tmp_path, flags)


def test_no_races(firmware_of: Callable[..., Firmware], tmp_path: Path) -> None:
    """Two threads never touch the same without the lock."""
    flags = ("-fsanitize=thread",)
    assert output(firmware_of(), built(*flags), "tones.c", tmp_path, flags)


def test_global_call(firmware_of: Callable[..., Firmware], tmp_path: Path) -> None:
    """Lines that call each other, three times: nothing out of bounds, and no leak."""
    flags = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    firmware = firmware_of("analog=0&ip=2&country=us")
    lines = output(firmware, built(*flags), "gctwolines.c", tmp_path, flags).splitlines()
    assert lines.count("offered from 4711") == 3
    assert [line for line in lines if "sees" in line] == [
        "line 1 sees the end", "line 0 sees the end", "line 1 sees the end",
    ]  # fmt: skip
    assert lines[-1] == "3 rounds"


def test_conferences(firmware_of: Callable[..., Firmware], tmp_path: Path) -> None:
    """The newer conferencing: nothing out of bounds, and no leak."""
    flags = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    lines = output(firmware_of("analog=0&ip=3"), built(*flags), "cnf.c", tmp_path, flags)
    assert lines.splitlines()[-1] == "parties too: -1"


@pytest.mark.parametrize("name", ["formats.c", "twochannels.c"])
def test_32_bits(name: str, firmware_of: Callable[..., Firmware], tmp_path: Path) -> None:
    """A 32-bit program runs as a 64-bit one does."""
    narrow = output(firmware_of(), built("-m32"), name, tmp_path, ("-m32",))
    assert narrow.splitlines()[-1] in ("done", "no file: -1 as it should")


def test_valgrind(firmware_of: Callable[..., Firmware], library: Library, tmp_path: Path) -> None:
    if shutil.which("valgrind") is None:
        pytest.skip("valgrind isn't installed")
    under = ("valgrind", "-q", "--error-exitcode=9", "--leak-check=full",
             "--errors-for-leak-kinds=definite")  # fmt: skip
    assert output(firmware_of(), library, "tones.c", tmp_path, under=under)
