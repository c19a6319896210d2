"""What the libraries refuse, by name."""

from __future__ import annotations

import errno
from types import SimpleNamespace

import pytest

from boardivr.hal import BoardError
from boardivr.hal.dialogic_cffi import errors
from boardivr.hal.dialogic_cffi.names import C


def libraries(code: int, words: str = "words", number: int = 0) -> SimpleNamespace:
    """Return what is asked after a -1."""
    return SimpleNamespace(
        ATDV_LASTERR=lambda device: code, ATDV_ERRMSGP=lambda device: words, text=str, errno=number
    )


@pytest.mark.parametrize(
    ("code", "number", "kind", "words"),
    [
        (C.EDX_BUSY, 0, BoardError, r"dxxxB1C1: words \(EDX_BUSY\) \[dx_play: 9\]"),
        (C.EDX_FWERROR, 0, errors.FirmwareMissing, "EDX_FWERROR"),
        (C.EDX_INUSE, 0, errors.DeviceTaken, "EDX_INUSE"),
        (C.EDX_SYSTEM, errno.EBUSY, errors.DeviceTaken, "Device or resource busy"),
        (4321, 0, BoardError, "code 4321"),
    ],
)
def test_check(code: int, number: int, kind: type[BoardError], words: str) -> None:
    """A -1 is an error with the function, the code, its name, and the library's words."""
    with pytest.raises(kind, match=words) as told:
        errors.check(libraries(code, number=number), -1, "dx_play", 1, "dxxxB1C1")
    assert (type(told.value), told.value.function) == (kind, "dx_play")


def test_good() -> None:
    """Anything but -1 is a result."""
    assert errors.check(libraries(0), 3, "ATDX_BUFDIGS", 1, "dxxxB1C1") == 3


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.EBUSY, errors.DeviceTaken, "another program has it open"),
        (errno.ENXIO, errors.BoardNotStarted, "no such device; do the boards run"),
        (0, BoardError, "can't be opened \\(no reason given\\)"),
    ],
)
def test_not_opened(number: int, kind: type[BoardError], words: str) -> None:
    """A device that can't be opened says why by the system's error."""
    error = errors.not_opened(libraries(0, number=number), "dx_open", "dxxxB9C9")
    assert type(error) is kind
    with pytest.raises(kind, match=words):
        raise error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (C.EGC_RESOURCE_NOT_LICENSED, errors.LicenceMissing),
        (C.EGC_OPENH, errors.DeviceTaken),
        (C.EGC_INVDEVNAME, errors.BoardNotStarted),
        (C.EGC_INVSTATE, BoardError),
    ],
)
def test_global_call(code: int, kind: type[BoardError]) -> None:
    """Global Call's errors have names of their own."""
    error = errors.gc_error("gc_OpenEx", "dtiB1T1", code, "words")
    assert type(error) is kind
    assert errors.gc_code_name(code) in str(error)
