"""The engine under the compiler's sanitizers: memory, undefined behaviour, data races."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILD = """
import sys
from boardivr.media._build import ffi
print(ffi.compile(tmpdir=sys.argv[1]))
"""
SUITES = {
    "address": ("-fsanitize=address,undefined -fno-sanitize-recover=undefined", "libasan.so"),
    "thread": ("-fsanitize=thread", "libtsan.so"),
}


@cache
def library(name: str) -> str | None:
    """Return where gcc has a sanitizer's library, or None."""
    if shutil.which("gcc") is None:
        return None
    found = subprocess.run(
        ["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True
    ).stdout.strip()
    return found if os.path.isabs(found) else None


def built(suite: str, folder: Path) -> Mapping[str, str]:
    """Build the engine with a sanitizer; return the environment to run it in.

    The package is copied, as links, so that the engine beside it is the one just built.
    """
    flags, name = SUITES[suite]
    shared = library(name)
    if shared is None:
        pytest.skip(f"gcc has no {name}")
    environment = {**os.environ, "BOARDIVR_CFLAGS": f"{flags} -O1 -g -fno-omit-frame-pointer"}
    shutil.copytree(
        ROOT / "boardivr",
        folder / "boardivr",
        ignore=shutil.ignore_patterns("*.so", "*.o", "_engine.c", "__pycache__"),
    )
    (folder / "program.py").write_bytes((ROOT / "tests/media/engine_program.py").read_bytes())
    subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=folder, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    assert list((folder / "boardivr/media").glob("_engine*.so"))
    return {
        **environment,
        "LD_PRELOAD": shared,
        "PYTHONPATH": str(folder),
        # Python itself keeps memory until the end, and takes its own locks in its own way
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0:exitcode=99",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "TSAN_OPTIONS": "exitcode=99:report_signal_unsafe=0",
    }


def run(folder: Path, environment: Mapping[str, str], *modes: str) -> None:
    done = subprocess.run(
        [sys.executable, "program.py", *modes],
        cwd=folder, env=dict(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [[m, "done"] for m in modes]
    assert done.returncode == 0


def test_memory_and_undefined_behaviour(tmp_path: Path) -> None:
    """A program that uses all of the engine has no bad access and nothing undefined."""
    run(tmp_path, built("address", tmp_path), "virtual", "real")


@pytest.mark.grid
def test_data_races(tmp_path: Path) -> None:
    """No two threads of it touch the same memory without the lock."""
    run(tmp_path, built("thread", tmp_path), "real", "virtual")
