"""Which boards and channels the vendor's system has.

Standard Runtime Library, device mapper: SRLGetAllPhysicalBoards(),
SRLGetVirtualBoardsOnPhysicalBoard(), SRLGetSubDevicesOnVirtualBoard().
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from boardivr.hal.dialogic_cffi.errors import BoardNotStarted
from boardivr.hal.dialogic_cffi.names import C, in_group
from boardivr.hal.errors import BoardError

MOST = 1024  # devices of one kind that are asked for at once
NAME_SIZE = 128


@dataclass(frozen=True, kw_only=True)
class VirtualBoard:
    """A virtual board: devices of one kind.

    :param kind: TYPE_R4_*
    """

    name: str
    kind: int
    devices: tuple[str, ...]

    @property
    def kind_name(self) -> str:
        return in_group("srl_device_types", "TYPE_R4_").get(self.kind, f"type {self.kind}")


@dataclass(frozen=True, kw_only=True)
class PhysicalBoard:
    name: str
    boards: tuple[VirtualBoard, ...]


def physical_boards(api: Any) -> list[PhysicalBoard]:
    """Return all boards that run.

    :raises BoardNotStarted: there are none
    """
    units = api.new("AUID[]", MOST)
    count = api.new("int *", MOST)
    result = api.SRLGetAllPhysicalBoards(count, units)
    if result != 0 or count[0] < 1:
        raise BoardNotStarted("no boards: is the boards' service started?")
    return [
        PhysicalBoard(name=_name(api, units[i]), boards=_virtual_boards(api, units[i]))
        for i in range(count[0])
    ]


def voice_channels(api: Any) -> list[str]:
    """Return the names of all voice channels, in the order of their numbers."""
    found = [
        device
        for board in physical_boards(api)
        for virtual in board.boards
        if virtual.kind == C.TYPE_R4_VOX_BOARD
        for device in virtual.devices
    ]
    return sorted(found, key=_numbers)


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", name)]


def _name(api: Any, unit: int) -> str:
    length = api.new("int *", NAME_SIZE)
    buffer = api.new("char[]", NAME_SIZE)
    _must(api.SRLGetPhysicalBoardName(unit, length, buffer), "SRLGetPhysicalBoardName", "a board")
    return str(api.text(buffer))


def _virtual_boards(api: Any, unit: int) -> tuple[VirtualBoard, ...]:
    found = _devices(
        api,
        "SRLGetVirtualBoardsOnPhysicalBoard",
        lambda count, info: api.SRLGetVirtualBoardsOnPhysicalBoard(unit, count, info),
    )
    return tuple(
        VirtualBoard(name=name, kind=kind, devices=_sub_devices(api, name)) for name, kind in found
    )


def _sub_devices(api: Any, board: str) -> tuple[str, ...]:
    text = api.new("char[]", board.encode())
    found = _devices(
        api,
        "SRLGetSubDevicesOnVirtualBoard",
        lambda count, info: api.SRLGetSubDevicesOnVirtualBoard(text, count, info),
    )
    return tuple(name for name, _ in found)


def _devices(api: Any, function: str, ask: Callable[[Any, Any], int]) -> list[tuple[str, int]]:
    """Return names and types of devices, as a function of the mapper fills them in."""
    count = api.new("int *", MOST)
    info = api.new("SRLDEVICEINFO[]", MOST)
    _must(ask(count, info), function, "devices")
    return [(str(api.text(info[i].szDevName)), int(info[i].iDevType)) for i in range(count[0])]


def _must(result: int, function: str, what: str) -> None:
    if result != 0:
        raise BoardError(f"the {what} couldn't be listed", function=function, code=int(result))
