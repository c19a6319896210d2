"""What goes wrong with the boards, by name, and the one place where a code becomes an error.

::

    DriverUnavailable
     +-- LibraryMissing      not installed, or not where it is looked for
     +-- WrongBitness        32-bit libraries, 64-bit interpreter (or the other way round)
     +-- WrongVersion        a library lacks functions that we need
    BoardError
     +-- BoardNotStarted     no such device: the boards' service doesn't run, or a wrong name
     +-- DeviceTaken         another program has it open
     +-- FirmwareMissing     the board's firmware isn't loaded, or has failed
     +-- LicenceMissing      HMP: more of a resource than the licence allows
     +-- OutOfService        an operation didn't end, even after stop and reset
"""

from __future__ import annotations

import errno
import os
from typing import Any

from boardivr.hal.dialogic_cffi.names import C, in_group
from boardivr.hal.errors import BoardError, DriverUnavailable


class LibraryMissing(DriverUnavailable):
    """A library isn't where it is looked for."""


class WrongBitness(DriverUnavailable):
    """The libraries are of another word size than this interpreter.

    :param libraries: the word size of the libraries that are there
    """

    def __init__(self, message: str, libraries: int) -> None:
        super().__init__(message)
        self.libraries = libraries


class WrongVersion(DriverUnavailable):
    """A library lacks functions that the driver needs."""


class BoardNotStarted(BoardError):
    """There is no such device."""


class DeviceTaken(BoardError):
    """Another program has the device."""


class FirmwareMissing(BoardError):
    """The board's firmware isn't loaded, or has failed."""


class LicenceMissing(BoardError):
    """The licence doesn't cover it."""


class OutOfService(BoardError):
    """The channel's operation never ended; it isn't used any more until it is opened anew."""


BY_ERRNO: dict[int, type[BoardError]] = {
    errno.EBUSY: DeviceTaken,
    errno.ENXIO: BoardNotStarted,
    errno.ENODEV: BoardNotStarted,
    errno.ENOENT: BoardNotStarted,
}


def code_name(code: int) -> str:
    """Return an error's name as the manuals have it, such as ``EDX_BUSY``."""
    for group, prefix in (
        ("voice_errors_EDX", "EDX_"),
        ("fax_errors_EFX", "EFX_"),
        ("dti_errors_EDT", "EDT_"),
        ("srl_errors", "ESR_"),
    ):
        if code in (names := in_group(group, prefix)):
            return names[code]
    return f"code {code}"


def _kind(code: int) -> type[BoardError]:
    if code == C.EDX_INUSE:
        return DeviceTaken
    if code == C.EDX_FWERROR:
        return FirmwareMissing
    return BoardError


def failure(api: Any, function: str, device: int, name: str) -> BoardError:
    """Return the error that a function's -1 stands for.

    Corresponds to ATDV_LASTERR() and ATDV_ERRMSGP().
    """
    code = int(api.ATDV_LASTERR(device))
    words = api.text(api.ATDV_ERRMSGP(device))
    kind = _kind(code)
    if code == C.EDX_SYSTEM:
        number = api.errno
        words = f"{words}: {os.strerror(number)}"
        kind = BY_ERRNO.get(number, kind)
    return kind(f"{name}: {words} ({code_name(code)})", function=function, code=code)


def not_opened(api: Any, function: str, name: str) -> BoardError:
    """Return why a device can't be opened: there is no handle to ask yet, only errno."""
    number = api.errno
    hint = {
        DeviceTaken: "another program has it open",
        BoardNotStarted: "no such device; do the boards run, and is it spelled as they list it?",
    }
    kind = BY_ERRNO.get(number, BoardError)
    words = hint.get(kind, "can't be opened")
    found = os.strerror(number) if number else "no reason given"
    return kind(f"{name}: {words} ({found})", function=function, code=number)


def check(api: Any, result: int, function: str, device: int, name: str) -> int:
    """Return a function's result, unless it is -1.

    :raises BoardError: what the library says of it
    """
    if result == -1:
        raise failure(api, function, device, name)
    return result


GC_KINDS: dict[str, type[BoardError]] = {
    "EGC_RESOURCE_NOT_LICENSED": LicenceMissing,
    "EGC_OPENH": DeviceTaken,
    "EGC_DTOPEN": DeviceTaken,
    "EGC_INVDEVNAME": BoardNotStarted,
    "EGC_NAMENOTFOUND": BoardNotStarted,
    "EGC_DRIVER": FirmwareMissing,
}


def gc_code_name(code: int) -> str:
    """Return a Global Call error's or result's name."""
    errors = in_group("gc_errors_EGC_GCRV", "EGC_")
    return errors.get(code) or in_group("gc_errors_EGC_GCRV", "GCRV_").get(code) or f"code {code}"


def gc_error(function: str, name: str, code: int, words: str) -> BoardError:
    """Return the error of a Global Call code."""
    known = gc_code_name(code)
    kind = GC_KINDS.get(known, BoardError)
    return kind(f"{name}: {words} ({known})", function=function, code=code)


def gc_check(api: Any, result: int, function: str, name: str) -> None:
    """Do nothing for success.

    :raises BoardError: what gc_ErrorInfo() says
    """
    if result >= 0:
        return
    info = api.new("GC_INFO *")
    api.gc_ErrorInfo(info)
    words = "; ".join(filter(None, (api.text(info.gcMsg), api.text(info.ccMsg))))
    raise gc_error(function, name, info.gcValue, words)
