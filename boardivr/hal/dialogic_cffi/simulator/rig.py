"""Simulated lines for the conformance suite: telephones on the exchange behind the firmware."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boardivr.hal.board import Board
from boardivr.hal.conformance.rig import FarEnd, Rig
from boardivr.hal.dialogic_cffi.opening import open_board
from boardivr.hal.dialogic_cffi.options import Disconnect, read_options
from boardivr.hal.dialogic_cffi.simulator.board import SOCKET, SimulatedBoard, with_defaults
from boardivr.hal.dialogic_cffi.simulator.build import build
from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.loopback.farends import FaxRoom, Switch, answering_numbers
from boardivr.hal.types import Feature


@contextmanager
def rig_through_a_helper(kind: str) -> Iterator[Rig]:
    """Start the firmware here, and have a helper open two of its lines.

    :param kind: ``fxo`` or ``e1``, as in a simulated board's URL
    """
    options, layout = with_defaults(read_options(f"dialogic:sim?lines=2&kind={kind}"))
    with Firmware(layout) as firmware, tempfile.TemporaryDirectory() as folder:
        os.environ[SOCKET] = str(firmware.path)
        url = f"dialogic:?libraries={build().lib}&device={options.device}&lines=2&helper=yes"
        with open_board(url) as board:
            yield Rig(
                board=board, far_ends=[firmware.telephone(f"7000{n}") for n in range(2)],
                numbers=[line.number for line in firmware.lines[:2]],
                dials=answering_numbers(firmware),
                fax=_fax_room(board, firmware, Path(folder)),
            )  # fmt: skip


def _fax_room(board: Board, switch: Switch, folder: Path) -> FaxRoom | None:
    return FaxRoom(switch, folder) if Feature.FAX in board.channels[0].features else None


@contextmanager
def conformance_rig(url: str) -> Iterator[Rig]:
    """Open a board of the URL's first two lines, with far ends and numbers to dial."""
    options = read_options(url)
    with SimulatedBoard(options) as board, tempfile.TemporaryDirectory() as folder:
        far_ends: list[FarEnd] = [board.telephone(f"7000{n}") for n in range(2)]
        is_tone = options.disconnect is Disconnect.TONE
        yield Rig(
            board=board, far_ends=far_ends, numbers=[line.number for line in board.lines[:2]],
            dials=answering_numbers(board), hang_up_time=3.0 if is_tone else 0.0,
            fax=_fax_room(board, board, Path(folder)),
        )  # fmt: skip
