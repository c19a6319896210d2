"""Boards of one process share the vendor's one queue of events."""

from __future__ import annotations

import pytest

from boardivr.hal import State
from boardivr.hal.dialogic_cffi.opening import open_board
from boardivr.hal.dialogic_cffi.simulator.board import SOCKET
from boardivr.hal.dialogic_cffi.simulator.build import build
from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.dialogic_cffi.simulator.layout import read_layout


def test_analog_and_digital(monkeypatch: pytest.MonkeyPatch) -> None:
    """Analog lines and an E1 in one process: each gets its own events, by one thread."""
    url = f"dialogic:?libraries={build().lib}&lines=1"
    with Firmware(read_layout("", analog=4, spans=1, ip=0)) as firmware:
        monkeypatch.setenv(SOCKET, str(firmware.path))
        isdn = f"{url}&device=:N_dtiB1T1:P_isdn:V_dxxxB2C1"
        with open_board(f"{url}&caller_id=no") as analog, open_board(isdn) as digital:
            for board, number in ((analog, firmware.lines[0].number),
                                  (digital, firmware.lines[4].number)):  # fmt: skip
                (line,) = board.channels
                phone = firmware.telephone(f"7{number}")
                phone.call(number)
                assert line.wait_for_call(timeout=20.0) is not None
                line.answer()
                phone.hang_up()
                assert line.wait_for_hang_up(timeout=10.0)
                line.hang_up()
                assert line.state is State.ON_HOOK
