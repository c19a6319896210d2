"""Dialogic voice and fax boards (Springware, DM3, HMP), through the vendor's libraries.

A board is opened here, in a helper, or on the simulated libraries (``dialogic:sim``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from boardivr.hal.board import Board
from boardivr.hal.dialogic_cffi import elf
from boardivr.hal.dialogic_cffi.board import DialogicBoard
from boardivr.hal.dialogic_cffi.errors import WrongBitness
from boardivr.hal.dialogic_cffi.examine import examine
from boardivr.hal.dialogic_cffi.helper.board import open_remote
from boardivr.hal.dialogic_cffi.options import Options, read_options

__all__ = ["examine", "open_board"]

HELPER = "boardivr-dialogic32"


def open_board(url: str) -> Board:
    """Open Dialogic lines: ``dialogic:?lines=4&country=cn``.

    :raises DriverUnavailable: the libraries aren't there, or don't fit
    :raises BoardError: the URL can't be meant, or a line can't be opened
    """
    options = read_options(url)
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
