"""The libraries that are there aren't always those that are needed; each time it is said how."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from boardivr import doctor
from boardivr.hal import BoardError, DriverUnavailable
from boardivr.hal.dialogic_cffi import elf, library, opening
from boardivr.hal.dialogic_cffi.errors import LibraryMissing, WrongBitness, WrongVersion
from boardivr.hal.dialogic_cffi.library import Api, folders_to_search
from boardivr.hal.registry import examine
from boardivr.settings import load_settings

NAMES = ("libsrl.so", "libdxxx.so")


def a_32_bit_file(path: Path) -> None:
    """Write the head of a shared object for i386."""
    path.write_bytes(b"\x7fELF\x01\x01\x01" + bytes(9) + struct.pack("<HH", 3, 3) + bytes(32))


def test_missing(tmp_path: Path) -> None:
    """What isn't there is told with the names and the places where it was looked for."""
    with pytest.raises(LibraryMissing, match=r"libsrl\.so or libsrl64\.so in .*, found none"):
        opening.open_board(f"dialogic:?libraries={tmp_path}")


def test_32_bit(tmp_path: Path) -> None:
    """32-bit libraries are told from missing ones, before they are loaded."""
    for name in NAMES:
        a_32_bit_file(tmp_path / name)

    with pytest.raises(WrongBitness, match=r"is 32-bit, .* is 64-bit; give it to a helper"):
        opening.open_board(f"dialogic:?libraries={tmp_path}&helper=no")


def test_not_a_library(tmp_path: Path) -> None:
    """A file that is none is told."""
    (tmp_path / "libsrl.so").write_text("<html>not found</html>")
    with pytest.raises(LibraryMissing, match="expected a shared object"):
        opening.open_board(f"dialogic:?libraries={tmp_path}")


def test_wrong_version(tmp_path: Path) -> None:
    """Functions that the libraries lack are told together."""
    source = tmp_path / "empty.c"
    source.write_text("int sr_waitevt(long t) { return -1; }\nint dx_open(void) { return -1; }\n")
    for name in NAMES:
        command = ["gcc", "-shared", "-fPIC", "-o", str(tmp_path / name), str(source)]
        subprocess.run(command, check=True)

    with pytest.raises(WrongVersion) as told:
        opening.open_board(f"dialogic:?libraries={tmp_path}&lines=1")

    assert "sr_setparm, sr_getevtdev" in str(told.value)
    assert "dx_playiottdata" in str(told.value)
    assert "dx_open" not in str(told.value)


def test_bits() -> None:
    """An interpreter's own word size is read from its file as from any other."""
    assert elf.bits(Path(sys.executable).resolve())[0] == elf.OUR_BITS


def test_a_helper_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper is found by its name, if its interpreter has the libraries' word size."""
    python = tmp_path / "python3"
    a_32_bit_file(python)
    script = tmp_path / "boardivr-dialogic32"
    script.write_text(f"#!{python}\n")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert opening.find_helper(32) == str(python)
    assert opening.find_helper(64) is None


def test_sizes() -> None:
    """Structures have the published sizes, and others with ints where longs are doubted."""
    if shutil.which("gcc") is None:
        pytest.skip("there is no compiler")
    assert library.wrong_sizes(Api([], [])) == []
    assert "DX_XPB: 12 bytes, expected 24" in library.wrong_sizes(Api([], [], long="int"))


def test_where_it_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder from the settings is the only one; else the loader's and the vendor's."""
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/a:/opt/b")

    assert folders_to_search("/opt/c") == [Path("/opt/c")]
    assert [str(folder) for folder in folders_to_search()] == [
        "/opt/a", "/opt/b", "/usr/dialogic/lib64", "/usr/dialogic/lib",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("dialogic:?lins=2", "did you mean 'lines'"),
        ("dialogic:?ca_noansr=3", "did you mean 'ca_noanswer'"),
        ("dialogic:?ca_noanswer=three", "expected a number"),
        ("dialogic:?device=dxxxB{x}", "expected {n}, {v}"),
        ("dialogic:?country=xx", "no tone plan"),
        ("dialogic:?law=linear", "expected alaw or ulaw"),
        ("dialogic:?lines=0", "from 1 to 10000"),
        ("dialogic:rack", "expected dialogic: or dialogic:sim"),
    ],
)
def test_options(url: str, words: str) -> None:
    """What can't be meant is refused with what could."""
    with pytest.raises(BoardError) as told:
        opening.open_board(url)
    assert words in str(told.value)


def test_a_helper_that_has_nothing(tmp_path: Path) -> None:
    """An interpreter without the package is told as a helper that ended."""
    false = shutil.which("false")
    with pytest.raises(DriverUnavailable, match="ended before its board was open"):
        opening.open_board(f"dialogic:?helper={false}")


@pytest.mark.parametrize(
    ("name", "content", "words", "hint"),
    [
        ("nothing.so", b"", "found none", "install the vendor's system release"),
        ("libsrl.so", b"MZ" + bytes(40), "expected a shared object", "install"),
        (
            "libsrl.so",
            b"\x7fELF\x01\x01\x01" + bytes(9) + struct.pack("<HH", 3, 3),
            "is 32-bit",
            "install boardivr for a 32-bit python",
        ),
    ],
)
def test_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, words: str,
    hint: str,
) -> None:  # fmt: skip
    """The doctor tells what is wrong with a board's libraries, and what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / name).write_bytes(content)

    (look,) = examine(f"dialogic:?libraries={tmp_path}")

    assert not look.is_ok
    assert words in look.found
    assert hint in look.hint


def test_doctor_looks_at_boards(tmp_path: Path) -> None:
    """Boards of the settings are among what the doctor looks at; loopback ones need nothing."""
    settings = replace(load_settings(), boards=("loopback:", f"dialogic:?libraries={tmp_path}"))

    (finding,) = doctor.look_at_boards(settings)

    assert (finding.part, finding.state) == ("dialogic libraries", doctor.State.FAIL)
