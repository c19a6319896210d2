"""Recordings of prompts: read once, and again when their file has changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from boardivr.hal.types import Clip
from boardivr.media.audiofile import AudioFileError, read_clip


@dataclass(frozen=True, kw_only=True)
class Recording:
    """:param version: of the file, as its directory has it
    :param level_dbm0: active speech level
    """

    version: tuple[int, int]
    clip: Clip
    level_dbm0: float


class Recordings:
    """Recorded prompts as clips, as they are: no level is changed. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[Path, str, str], Recording] = {}

    def clip(self, path: Path, name: str, text: str) -> Clip:
        """Return a file's clip: the same object until the file changes.

        :raises AudioFileError: it can't be read, or is silent
        """
        return self.get(path, name, text).clip

    def get(self, path: Path, name: str, text: str) -> Recording:
        """Return a file's clip and level.

        :raises AudioFileError: as :meth:`clip`
        """
        key = path, name, text
        version = _version(path)
        known = self._known.get(key)
        if known is not None and known.version == version:
            return known
        with self._lock:
            known = self._known.get(key)
            if known is None or known.version != version:
                known = self._known[key] = _read(path, name, text, version)
        return known


def _version(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise AudioFileError(f"{path}: can't be read: {reason}") from error
    return found.st_mtime_ns, found.st_size


def _read(path: Path, name: str, text: str, version: tuple[int, int]) -> Recording:
    clip = read_clip(path, name=name, text=text)
    level = _level(clip)
    if level is None:
        raise AudioFileError(f"{path}: expected speech, found {clip.seconds:.1f} s of silence")
    return Recording(version=version, clip=clip, level_dbm0=level)


def _level(clip: Clip) -> float | None:
    from boardivr.media import g711
    from boardivr.prompts.level import SILENCE_DBM0, active_level

    # A-law has no zero: its idle is 8, at -66 dBm0.
    found = active_level(g711.decode(clip.data, clip.encoding))
    return found if found is not None and found > SILENCE_DBM0 else None
