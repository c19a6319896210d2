"""Dialogic voice and fax boards (Springware, DM3, HMP), through the vendor's libraries.

A board is opened here, in a helper, or on the simulated libraries (``dialogic:sim``).
"""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.hal.board import Board
from boardivr.hal.dialogic_cffi import elf
from boardivr.hal.dialogic_cffi.board import DialogicBoard
from boardivr.hal.dialogic_cffi.errors import WrongBitness
from boardivr.hal.dialogic_cffi.examine import examine
from boardivr.hal.dialogic_cffi.helper.board import open_remote
from boardivr.hal.dialogic_cffi.options import Options, read_options
from boardivr.hal.errors import BoardError

if TYPE_CHECKING:
    from boardivr.hal.conformance.rig import Rig

__all__ = ["conformance_rig", "examine", "open_board"]

HELPER = "boardivr-dialogic32"


def open_board(url: str) -> Board:
    """Open Dialogic lines: ``dialogic:?lines=4&country=cn``.

    :raises DriverUnavailable: the libraries aren't there, or don't fit
    :raises BoardError: the URL can't be meant, or a line can't be opened
    """
    options = read_options(url)
    if options.is_simulated:
        from boardivr.hal.dialogic_cffi.simulator.board import SimulatedBoard

        return SimulatedBoard(options)
    python = _helper(options)
    if python is not None:
        return open_remote(without_helper(url), python)
    try:
        return DialogicBoard(options)
    except WrongBitness as error:
        python = find_helper(error.libraries) if options.helper == "auto" else None
        if python is None:
            raise
        return open_remote(without_helper(url), python)


def conformance_rig(url: str) -> AbstractContextManager[Rig]:
    """Open simulated lines for the conformance suite, with their far ends.

    :raises BoardError: real ones have none: they are wired to another board
    """
    if not read_options(url).is_simulated:
        raise BoardError(
            f"{url}: expected a board to be its far end; only dialogic:sim brings its own"
        )
    from boardivr.hal.dialogic_cffi.simulator.rig import conformance_rig

    return conformance_rig(url)


def without_helper(url: str) -> str:
    """Return a URL for the helper: it is to open the board itself."""
    return f"{url}{'&' if '?' in url else '?'}helper=no"


def _helper(options: Options) -> str | None:
    """Return the interpreter that the settings name for a helper; None: no helper."""
    if options.helper in ("auto", "no"):
        return None
    return sys.executable if options.helper == "yes" else options.helper


def find_helper(bits: int) -> str | None:
    """Return the interpreter of an installed helper, if it is of this word size."""
    for folder in os.get_exec_path():
        script = Path(folder) / HELPER
        try:
            with script.open("rb") as file:
                first = file.readline(256).decode(errors="replace").strip()
            python = first.removeprefix("#!")
            if first.startswith("#!") and elf.bits(Path(python).resolve())[0] == bits:
                return python
        except (OSError, ValueError):
            continue  # no helper there, or not by a plain interpreter
    return None
