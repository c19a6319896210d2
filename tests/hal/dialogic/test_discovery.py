"""Which boards and channels there are, asked of the (simulated) libraries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from boardivr.hal.dialogic_cffi import discovery, library
from boardivr.hal.dialogic_cffi.errors import BoardNotStarted
from boardivr.hal.dialogic_cffi.library import Api
from boardivr.hal.dialogic_cffi.simulator.board import SOCKET
from boardivr.hal.dialogic_cffi.simulator.build import build
from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.dialogic_cffi.simulator.layout import read_layout
from boardivr.hal.registry import examine


@pytest.fixture
def api() -> Api:
    return Api([build().lib], [library.SRL, library.MAPPER, library.VOICE])


@pytest.fixture
def firmware(monkeypatch: pytest.MonkeyPatch) -> Iterator[Firmware]:
    with Firmware(read_layout("", analog=70)) as firmware:
        monkeypatch.setenv(SOCKET, str(firmware.path))
        yield firmware


def test_boards(api: Api, firmware: Firmware) -> None:
    """One board has virtual boards of four channels, in the order of their numbers."""
    (board,) = discovery.physical_boards(api)
    voice = [one for one in board.boards if one.kind_name == "TYPE_R4_VOX_BOARD"]

    assert board.name == "brdB1"
    assert [one.name for one in voice] == [f"dxxxB{n}" for n in range(1, 19)]
    assert voice[0].devices == ("dxxxB1C1", "dxxxB1C2", "dxxxB1C3", "dxxxB1C4")
    assert len(voice[17].devices) == 2
    assert discovery.voice_channels(api)[-1] == "dxxxB18C2"


def test_not_started(api: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Boards that aren't started are told as that, by the doctor too."""
    monkeypatch.setenv(SOCKET, str(tmp_path / "nobody"))

    with pytest.raises(BoardNotStarted, match="no boards: is the boards' service started"):
        discovery.physical_boards(api)
    *_, last = examine(f"dialogic:?libraries={build().lib}")
    assert (last.part, last.is_ok) == ("boards", False)
    assert "dlstart" in last.hint


def test_doctor(firmware: Firmware) -> None:
    """The doctor names libraries, boards and channels, and channels that aren't there."""
    looks = list(examine(f"dialogic:?libraries={build().lib}&lines=70"))
    assert [(look.part, look.is_ok) for look in looks] == [
        ("libraries", True), ("boards", True), ("channels", True),
    ]  # fmt: skip

    *_, last = examine(f"dialogic:?libraries={build().lib}&first=70&lines=2")
    assert not last.is_ok
    assert "70 voice channels; not among them: dxxxB18C3" in last.found
