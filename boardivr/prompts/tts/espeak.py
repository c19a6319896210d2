"""Where libespeak-ng is, and which: Debian's, else the one of the PyPI package.

Asked without starting it. The package ``espeakng-loader`` carries the library
and its data, for systems without Debian's ``espeak-ng``.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
from pathlib import Path

from boardivr.prompts.errors import TtsUnavailable

LIBRARIES = ("libespeak-ng.so.1", "/usr/local/lib/libespeak-ng.so.1")
PACKAGE = "espeakng_loader"


@functools.cache
def version() -> str:
    """Return the version of libespeak-ng that is installed on the system.

    :raises TtsUnavailable: it can't be loaded
    """
    found = _system()
    if found is None:
        raise TtsUnavailable(
            "no speech engine: expected the library libespeak-ng.so.1, found none;"
            " install the Debian package espeak-ng"
        )
    return _version_of(found)


@functools.cache
def any_version() -> str:
    """Return the version of the library that :func:`library` gives.

    :raises TtsUnavailable: there is none
    """
    return _version_of(library())


@functools.cache
def library() -> ctypes.CDLL:
    """Load the system's library, else the package's.

    :raises TtsUnavailable: there is neither
    """
    found = _system() or _load(str(path) if (path := _packaged("libespeak-ng.so")) else "")
    if found is None:
        raise TtsUnavailable(
            "expected the library libespeak-ng.so.1, found none; install the Debian package"
            " espeak-ng, or pip install 'boardivr[espeak]'"
        )
    return found


def data_path() -> str | None:
    """Return the folder of the package's data, where its library is used; else None."""
    path = None if _system() else _packaged("espeak-ng-data")
    return str(path) if path else None


def _system() -> ctypes.CDLL | None:
    for name in LIBRARIES:
        if (found := _load(name)) is not None:
            return found
    return None


def _load(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(name) if name else None
    except OSError:
        return None


def _packaged(name: str) -> Path | None:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / name
    return path if path.exists() else None


def _version_of(found: ctypes.CDLL) -> str:
    found.espeak_Info.restype = ctypes.c_char_p
    found.espeak_Info.argtypes = [ctypes.c_void_p]
    said: bytes = found.espeak_Info(None)
    return said.decode().split()[0]
