"""Programs written for the vendor's API run on the simulated boards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from tests.hal.dialogic.conftest import Program


@pytest.fixture
def prompt(tmp_path: Path) -> Path:
    """Three seconds of a tone, mu-law at 8 kHz."""
    path = tmp_path / "prompt.ul"
    path.write_bytes(bytes([0x10, 0x90]) * 12000)
    return path


def test_a_call_is_answered(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program], prompt: Path, tmp_path: Path
) -> None:
    """Sync: ring, answer, play with barge-in, four keys, a recording, hang up."""
    firmware = firmware_of()
    program = run(firmware, "answer.c", prompt, tmp_path / "rec.ul")
    phone = firmware.telephone("7001")

    phone.call("9558801")
    assert phone.wait_for_answer(15)
    phone.listen(1.0)
    phone.press("1234")
    assert phone.wait_for_end(20)

    lines = program.output().splitlines()
    assert lines[0] == "opened dxxxB1C1"
    assert lines[1] == "answered, hook 1"
    assert "ended by key" in lines[2]
    assert 6000 < int(lines[2].split()[1].strip(",")) < 12000
    assert lines[3] == "digits 5: 1234, type 48"
    assert lines[4] == "recorded 8000, ended by 20"
    assert (tmp_path / "rec.ul").stat().st_size == 8000
