"""Recordings of prompts: read once, and again when their file has changed."""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from boardivr.hal.types import Clip
from boardivr.media.audiofile import AudioFileError, clip_of, read_content

Stamp = tuple[int, int, int]
"""Of a file, as its directory has it: it's another one when the file has changed."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """:param level_dbm0: active speech level
    :param clipped: samples in flat tops
    """

    stamp: Stamp
    clip: Clip
    sha256: str
    level_dbm0: float
    clipped: int


class Recordings:
    """Recorded prompts as clips, as they are: no level is changed. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[Path, str, str], Recording] = {}

    def get(self, path: Path, name: str, text: str) -> Recording:
        """Return a file's clip, the same object until the file changes, and its level.

        :raises AudioFileError: it can't be read, or is silent
        """
        key = path, name, text
        stamp = stamp_of(path)
        known = self._known.get(key)
        if known is not None and known.stamp == stamp:
            return known
        with self._lock:
            known = self._known.get(key)
            if known is None or known.stamp != stamp:
                known = self._known[key] = _read(path, name, text, stamp)
        return known


def stamp_of(path: Path) -> Stamp:
    """Return what tells that a file has changed.

    :raises AudioFileError: it isn't there
    """
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise AudioFileError(f"{path}: can't be read: {reason}") from error
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path, name: str, text: str, stamp: Stamp) -> Recording:
    from boardivr.media import g711
    from boardivr.prompts.level import SILENCE_DBM0, measure

    content = read_content(path)
    clip = clip_of(path, content, name=name, text=text)
    measured = measure(g711.decode(clip.data, clip.encoding))
    level = measured.active_dbm0
    # A-law has no zero: its idle is 8, at -66 dBm0.
    if level is None or level <= SILENCE_DBM0:
        raise AudioFileError(f"{path}: expected speech, found {clip.seconds:.1f} s of silence")
    return Recording(
        stamp=stamp,
        clip=clip,
        sha256=hashlib.sha256(content).hexdigest(),
        level_dbm0=level,
        clipped=measured.clipped,
    )
