"""Exceptions as JSON and back: what a verb raises there is raised here."""

from __future__ import annotations

from typing import Any

from boardivr.errors import BoardIVRError
from boardivr.hal.errors import (
    BoardError,
    CallEnded,
    ChannelStateError,
    DriverUnavailable,
    Unsupported,
)

PLAIN: dict[str, type[Exception]] = {
    "call ended": CallEnded,
    "value": ValueError,
}
BOARD: dict[str, type[BoardError]] = {
    "unavailable": DriverUnavailable,
    "unsupported": Unsupported,
    "state": ChannelStateError,
    "board": BoardError,
}


def encode(error: Exception) -> dict[str, Any]:
    """Return an exception as JSON has it; what isn't foreseen becomes a BoardError."""
    if isinstance(error, OSError):
        return {
            "kind": "system", "message": error.strerror or str(error), "code": error.errno,
            "path": None if error.filename is None else str(error.filename),
        }  # fmt: skip
    if isinstance(error, BoardError):
        kind = next(name for name, one in BOARD.items() if isinstance(error, one))
        return {
            "kind": kind, "message": str(error), "function": error.function, "code": error.code
        }  # fmt: skip
    for name, one in PLAIN.items():
        if isinstance(error, one):
            return {"kind": name, "message": str(error)}
    known = isinstance(error, BoardIVRError)
    message = str(error) if known else f"{type(error).__name__}: {error}"
    return {"kind": "board", "message": message, "function": None, "code": None}


def decode(told: dict[str, Any]) -> Exception:
    """Return the exception that was told."""
    kind, message = told.get("kind"), str(told.get("message"))
    if kind == "system":
        return OSError(told.get("code"), message, told.get("path"))
    if kind in PLAIN:
        return PLAIN[kind](message)
    error = BOARD.get(str(kind), BoardError)(message)
    error.function, error.code = told.get("function"), told.get("code")
    return error
