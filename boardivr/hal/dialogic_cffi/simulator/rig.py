"""Simulated lines for the conformance suite: telephones on the exchange behind the firmware."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boardivr.hal.conformance.rig import FarEnd, Rig
from boardivr.hal.dialogic_cffi.options import Disconnect, read_options
from boardivr.hal.dialogic_cffi.simulator.board import SimulatedBoard
from boardivr.hal.loopback.farends import FaxRoom, answering_numbers
from boardivr.hal.types import Feature


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
            fax=FaxRoom(board, Path(folder)) if Feature.FAX in board.channels[0].features else None,
        )  # fmt: skip
