"""Programs that send and receive faxes run on the simulated boards, thirty times as fast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.loopback.faxmachine import FaxMachine, FaxManner
from boardivr.hal.types import FaxSettings
from tests.hal.dialogic.conftest import Program
from tests.media.faxpages import pages_of, tiff

Run = Callable[..., Program]
BOARDS = "analog=1&country=us"
SPEED = 15


def machine(firmware: Firmware, folder: Path, manner: FaxManner) -> FaxMachine:
    folder.mkdir()
    return FaxMachine(firmware.telephone("7001"), folder, manner)


def test_two_documents_go_as_one_fax(
    firmware_of: Callable[..., Firmware], run: Run, tmp_path: Path
) -> None:
    """Three pages of two files arrive pixel by pixel; each is told; the order of calls is kept."""
    firmware = firmware_of(BOARDS, speed=SPEED)
    fax = machine(firmware, tmp_path / "in", FaxManner(settings=FaxSettings(ident="13800")))
    letters = [tiff(tmp_path / "one.tif", 2), tiff(tmp_path / "two.tif", 1, rows=300)]
    fax.attend()

    lines = run(firmware, "faxsend.c", "7001", *letters).output(120).splitlines()

    assert lines == [
        "before fx_initstat: 267", "phase B: 13800, 14400 bit/s",
        "phase D: page 1, 1728 wide, 600 rows, more, reply 1",
        "phase D: page 2, 1728 wide, 600 rows, more, reply 1",
        "phase D: page 3, 1728 wide, 300 rows, the last, reply 1",
        "sent 3 pages, ECM 1, coding 2",
    ]  # fmt: skip
    assert [result.ident for result in fax.results] == ["95588"]
    [arrived] = sorted((tmp_path / "in").glob("*.tif"))
    assert pages_of(arrived) == [page for letter in letters for page in pages_of(letter)]


def test_a_machine_of_the_options(
    firmware_of: Callable[..., Firmware], run: Run, tmp_path: Path
) -> None:
    """A machine that the boards' options name takes a program's fax; its ident is its number."""
    came = tmp_path / "came"
    firmware = firmware_of(f"{BOARDS}&fax=7001:standard&fax_folder={came}", speed=SPEED)
    letter = tiff(tmp_path / "letter.tif", 1, rows=300, lines=98)

    lines = run(firmware, "faxsend.c", "7001", letter).output(120).splitlines()

    assert lines[1] == "phase B: 7001, 14400 bit/s"
    [arrived] = (came / "7001").glob("*.tif")
    assert pages_of(arrived) == pages_of(letter)


def test_a_fax_is_received(firmware_of: Callable[..., Firmware], run: Run, tmp_path: Path) -> None:
    """Two pages come into the program's file; phases are told by handlers, in sync mode too."""
    firmware = firmware_of(BOARDS, speed=SPEED)
    fax = machine(firmware, tmp_path / "out", FaxManner(settings=FaxSettings(ident="13900")))
    letter = tiff(tmp_path / "letter.tif", 2, rows=300)
    program = run(firmware, "faxreceive.c", tmp_path / "came.tif")

    result = fax.send("9558801", letter)

    lines = program.output(120).splitlines()
    assert result is not None
    assert result.is_ok
    assert lines[-1] == "received: 0, 2 pages from 13900, status 0"
    assert lines[:-1].count("phase D") == 2
    assert lines[0] == "phase B"
    assert pages_of(tmp_path / "came.tif") == pages_of(letter)
