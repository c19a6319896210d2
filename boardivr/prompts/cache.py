"""Clips that were made once: in memory, and prompts on disk too.

One :class:`~boardivr.hal.types.Clip` object per content, so that the engine
loads it once for all channels. Threads that ask for the same clip at the same
time wait for the one that makes it; nobody else waits.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from concurrent.futures import Future
from pathlib import Path

from boardivr.hal.types import Clip, Encoding
from boardivr.media.audiofile import AudioFileError, read_clip, write_wav

log = logging.getLogger(__name__)

MEMORY = 32 * 1024 * 1024  # bytes of spoken values: over an hour


class ClipMemory:
    """Clips by key. Those that are kept stay; the others while there is room."""

    def __init__(self, room: int = MEMORY) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._kept: dict[Hashable, Clip] = {}
        self._recent: OrderedDict[Hashable, Clip] = OrderedDict()
        self._size = 0
        self._making: dict[Hashable, Future[Clip]] = {}

    def peek(self, key: Hashable) -> Clip | None:
        """Return the clip of a key if it's there."""
        with self._lock:
            if (clip := self._recent.get(key)) is not None:
                self._recent.move_to_end(key)
            return clip or self._kept.get(key)

    def get(self, key: Hashable, make: Callable[[], Clip], *, keep: bool) -> Clip:
        """Return the clip of a key, made by ``make`` where there is none.

        Whatever ``make`` raises is raised to all who wait, and isn't kept.
        """
        with self._lock:
            if (clip := self._kept.get(key)) is not None:
                return clip
            if (clip := self._recent.get(key)) is not None:
                self._recent.move_to_end(key)
                return clip
            future = self._making.get(key)
            is_mine = future is None
            if future is None:
                future = self._making[key] = Future()
        if not is_mine:
            return future.result()
        return self._make(key, make, future, keep)

    def take_over(self, other: ClipMemory, wanted: Collection[tuple[str, str]]) -> None:
        """Keep what another has kept, of these names and texts; the clips are the same objects."""
        with other._lock:
            theirs = list(other._kept.items())
        with self._lock:
            for key, clip in theirs:
                if (clip.name, clip.text) in wanted:
                    self._kept.setdefault(key, clip)

    def _make(
        self, key: Hashable, make: Callable[[], Clip], future: Future[Clip], keep: bool
    ) -> Clip:
        try:
            clip = make()
        except BaseException as error:
            with self._lock:
                del self._making[key]
            future.set_exception(error)
            raise
        with self._lock:
            del self._making[key]
            self._store(key, clip, keep)
        future.set_result(clip)
        return clip

    def _store(self, key: Hashable, clip: Clip, keep: bool) -> None:
        if keep:
            self._kept[key] = clip
            return
        self._recent[key] = clip
        self._size += len(clip.data)
        while self._size > self._room and len(self._recent) > 1:
            _, old = self._recent.popitem(last=False)
            self._size -= len(old.data)


class SpeechFiles:
    """Rendered speech on disk: A-law WAV files, named by what they were made of.

    :param folder: made when it's needed
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, parts: object) -> Path:
        """Return the file's place for what speech is made of (anything JSON can hold)."""
        text = json.dumps(parts, sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.wav"

    def read(self, path: Path) -> bytes | None:
        """Return the A-law samples; None where there is no file, or a broken one."""
        if not path.exists():
            return None
        with contextlib.suppress(AudioFileError):
            clip = read_clip(path)
            if clip.encoding is Encoding.ALAW:  # a truncated one is linear
                return clip.data
        log.warning("%s: broken, rendered again", path)
        return None

    def write(self, path: Path, alaw: bytes) -> None:
        """Keep A-law samples.

        :raises AudioFileError: the file can't be written
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise AudioFileError(f"{path.parent}: can't be made: {error.strerror}") from error
        write_wav(path, alaw, Encoding.ALAW)
