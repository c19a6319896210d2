"""Programs that use Global Call run on simulated digital lines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from tests.hal.dialogic.conftest import Program

Run = Callable[..., Program]
BOARDS = "analog=0&ip=2&country=us"
LINE = ":N_iptB1T1:P_SIP:V_dxxxB1C1"
OTHER = ":N_iptB1T2:P_SIP:V_dxxxB1C2"


@pytest.fixture
def prompt(tmp_path: Path) -> Path:
    """A second of a tone, mu-law at 8 kHz."""
    path = tmp_path / "prompt.ul"
    path.write_bytes(bytes([0x10, 0x90]) * 4000)
    return path


def test_answer_play_drop(firmware_of: Callable[..., Firmware], run: Run, prompt: Path) -> None:
    """Two calls: one hears the prompt to its end, one hangs up in the middle of it."""
    firmware = firmware_of(BOARDS)
    program = run(firmware, "gcanswer.c", LINE, prompt, 2)
    one, two = firmware.telephone("7001"), firmware.telephone("7002")

    _wait_for_line(firmware)
    one.call("9558801", "13800138000")
    assert one.wait_for_answer(15)
    assert one.wait_for_end(10)
    two.call("9558801", "7002")
    assert two.wait_for_answer(15)
    two.listen(0.3)
    two.hang_up()

    assert program.output().splitlines() == [
        "open", "waiting",
        "offered from 13800138000 to 9558801, state 8", "answered", "played, ended by 0x200",
        "released",
        "offered from 7002 to 9558801, state 8", "answered", "disconnected: 0x500, cause 16",
        "played, ended by 0x100", "released", "done",
    ]  # fmt: skip


def test_calls_that_are_placed(firmware_of: Callable[..., Firmware], run: Run) -> None:
    """An answered one, a busy one, an unknown number, one that nobody answers."""
    firmware = firmware_of(BOARDS)
    ready, busy, silent = (firmware.telephone(number) for number in ("7001", "7002", "7003"))
    busy.call("7003")
    assert silent.wait_for_ring(10)
    busy_now = firmware.telephone("7004")
    busy_now.call("7002")

    def answer() -> None:
        assert ready.wait_for_ring(20)
        ready.answer()
        ready.wait_for_end(20)

    threading.Thread(target=answer, daemon=True).start()
    program = run(firmware, "gccall.c", LINE, "7001", "7002", "7999", "7005")
    firmware.telephone("7005")

    assert program.output().splitlines() == [
        "parm 1/2, 1 bytes", "parm 1/3, 2 bytes", "parm 2/1, 6 bytes",
        "1/3 is 4711, 9/9 is not there",
        "before gc_Start: 0x90", "no such device: 0x8e",
        "not set yet: 0x135", "set, request the same", "got 99", "user info kept",
        "7001: connected, state 4", "released too early: 0x41",
        "7002: 0x95", "7999: 0x10f", "7005: 0x9",
        "a call that is over: 0x42", "gc_SndMsg: 0xa",
    ]  # fmt: skip


def _wait_for_line(firmware: Firmware) -> None:
    """Let the program get to its gc_WaitCall: what rings before is offered then, too."""
    firmware.clock.sleep(0.1)
