"""Is espeak-ng there? Asked without starting it."""

from __future__ import annotations

import ctypes
import functools

from boardivr.prompts.errors import TtsUnavailable

LIBRARIES = ("libespeak-ng.so.1", "/usr/local/lib/libespeak-ng.so.1")


@functools.cache
def version() -> str:
    """Return the version of libespeak-ng.

    :raises TtsUnavailable: it can't be loaded
    """
    for name in LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.espeak_Info.restype = ctypes.c_char_p
        library.espeak_Info.argtypes = [ctypes.c_void_p]
        said: bytes = library.espeak_Info(None)
        return said.decode().split()[0]
    raise TtsUnavailable(
        "no speech engine: expected the library libespeak-ng.so.1, found none;"
        " install the Debian package espeak-ng"
    )
