from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from boardivr.hal.dialogic_cffi.simulator.build import Library, build
from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.dialogic_cffi.simulator.layout import read_layout

PROGRAMS = Path(__file__).parent / "programs"
LINKED = ("-lgc", "-ldxxx", "-lsrl", "-ldti")


@dataclass
class Program:
    process: subprocess.Popen[str]

    def output(self, timeout: float = 30.0) -> str:
        """What it printed; it has to end well, and in time."""
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"the program doesn't end; it printed\n{out}{err}") from None
        assert self.process.returncode == 0, f"exit code {self.process.returncode}\n{out}{err}"
        return out


@pytest.fixture(scope="session")
def library() -> Library:
    return build()


@pytest.fixture(scope="session")
def compiled(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Compile a program of programs/ as its author would; once a session."""
    folder = tmp_path_factory.mktemp("programs")

    def compiled(name: str, compiler: str = "cc", *flags: str) -> Path:
        target = folder / (name + "".join(flags).replace("/", ""))
        if not target.exists():
            command = [compiler, f"-I{library.include}", *flags, str(PROGRAMS / name), "-x", "none",
                       "-o", str(target), f"-L{library.lib}", *LINKED, "-lfax"]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        return target

    return compiled


@pytest.fixture
def firmware_of() -> Iterator[Callable[..., Firmware]]:
    """Start boards by their options; all are stopped again."""
    with ExitStack() as stack:

        def firmware_of(options: str = "analog=2&country=us", **given: int) -> Firmware:
            return stack.enter_context(Firmware(read_layout(options, **given)))

        yield firmware_of


@pytest.fixture
def run(library: Library, compiled: Callable[..., Path]) -> Iterator[Callable[..., Program]]:
    """Run a program of programs/ on boards."""
    programs: list[Program] = []

    def run(firmware: Firmware, name: str, *arguments: object) -> Program:
        environment = {
            **os.environ, "LD_LIBRARY_PATH": str(library.lib),
            "BOARDIVR_DIALOGIC": str(firmware.path),
        }  # fmt: skip
        process = subprocess.Popen(
            [str(compiled(name)), *map(str, arguments)], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        programs.append(Program(process))
        return programs[-1]

    yield run
    for program in programs:
        if program.process.poll() is None:
            program.process.kill()
        program.process.communicate()
