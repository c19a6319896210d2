"""The engine's return codes become exceptions here, and nowhere else."""

from __future__ import annotations

import errno
import os

from boardivr.hal.errors import BoardError


class EngineError(BoardError):
    """The engine refused."""


class EngineClosed(EngineError):
    """The engine was closed while a thread waited in it."""


class EngineStuck(EngineError):
    """Virtual time can't go on: every thread waits, and nothing is ever due."""


def check(result: int, function: str) -> int:
    """Return what the engine returned, unless it is a negative errno."""
    if result >= 0:
        return result
    if result == -errno.ECANCELED:
        raise EngineClosed("the engine was closed", function=function, code=result)
    if result == -errno.EDEADLK:
        raise EngineStuck(
            "every thread waits and no deadline is set", function=function, code=result
        )
    raise EngineError(os.strerror(-result).lower(), function=function, code=result)
