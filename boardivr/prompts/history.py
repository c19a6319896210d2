"""What is known of recordings: each version ever, who made it, when, how, of which words.

One file per folder, ``history.jsonl``: a line per event, only ever added to. It is
knowledge about files, found by their checksums; what is played is the file itself.
A line that a crash cut off is passed over.
"""

from __future__ import annotations

import dataclasses
import fcntl
import json
import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from boardivr.media.audiofile import AudioFileError, sync_folder

log = logging.getLogger(__name__)

FILE = "history.jsonl"
LOOK_EVERY = 0.02  # seconds between two looks whether another process added something

Source = Literal["phone", "upload", "studio", "synthesis"]
Key = tuple[str, str]
"""A prompt's id and a language."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a recording.

    :param number: from 1, of this prompt in this language
    :param sha256: of the file that is played
    :param suffix: of that file: ``.wav``
    :param text: the words that were recorded
    :param original: sha256 of what it was made from; None where that is the file itself
    :param original_name: what that file was called
    :param level_dbm0: active speech level
    :param clipped: samples in flat tops of the original
    :param voice: who speaks: an engine's voice, or a speaker's name
    """

    prompt: str
    language: str
    number: int
    sha256: str
    suffix: str
    text: str
    source: Source
    who: str
    when: datetime
    seconds: float
    level_dbm0: float
    clipped: int = 0
    original: str | None = None
    original_name: str = ""
    voice: str = ""

    def facts(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {**dataclasses.asdict(self), "when": self.when.isoformat()}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Version:
        """Read what :meth:`facts` gave; what a later program added is left out.

        :raises ValueError, TypeError, KeyError: it isn't that
        """
        kept = {name: value for name, value in facts.items() if name in _NAMES}
        kept["when"] = datetime.fromisoformat(kept["when"])
        return cls(**kept)


_NAMES = frozenset(field.name for field in dataclasses.fields(Version))


class History:
    """The versions of a folder's recordings. For any thread; other processes may add too."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._looked = -LOOK_EVERY
        self._taken = 0  # bytes
        self._lines = 0
        self._versions: dict[Key, list[Version]] = {}
        self._by_sum: dict[str, Version] = {}

    def versions(self, prompt: str, language: str) -> tuple[Version, ...]:
        """Return all versions of a recording, the first one first."""
        return tuple(self._read()._versions.get((prompt, language), ()))

    def find(self, prompt: str, language: str, sha256: str) -> Version | None:
        """Return the version that a file is; None for one that nobody told of.

        :param prompt: it counts, as the same sound may be of several
        :param language: as well
        :param sha256: of the file's bytes
        """
        read = self._read()
        for version in reversed(read._versions.get((prompt, language), ())):
            if version.sha256 == sha256:
                return version
        return read._by_sum.get(sha256)

    def all(self) -> Mapping[Key, list[Version]]:
        """Return the versions of all recordings, those too that were removed."""
        return dict(self._read()._versions)

    def add(self, version: Version) -> None:
        """Keep a version. It lasts when this returns.

        :raises AudioFileError: the file can't be written
        """
        self._append({"what": "added", **version.facts()})

    def rename(self, old: str, new: str, who: str, when: datetime) -> None:
        """Have all versions of a prompt belong to another id from now on."""
        facts = {"what": "renamed", "prompt": old, "to": new, "who": who}
        self._append({**facts, "when": when.isoformat()})

    def remove(self, prompt: str, language: str, who: str, when: datetime) -> None:
        """Note that a recording was taken away; its versions are still known."""
        facts = {"what": "removed", "prompt": prompt, "language": language, "who": who}
        self._append({**facts, "when": when.isoformat()})

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from adding meanwhile."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._looked = -LOOK_EVERY
            yield

    def _append(self, facts: Mapping[str, Any]) -> None:
        line = json.dumps(facts, ensure_ascii=False) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file:
                if not file.tell():
                    sync_folder(self.path.parent)  # the first line: its name lasts too
                elif not _ends_whole(file.fileno(), file.tell()):
                    file.write(b"\n")  # a crash cut the last line off
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
            self._looked = -LOOK_EVERY
        except OSError as error:
            raise AudioFileError(f"{self.path}: can't be written: {error.strerror}") from error

    def _read(self) -> History:
        """Read what the file has more than before; all of it if it is another one."""
        now = time.monotonic()
        if now - self._looked < LOOK_EVERY:
            return self
        try:
            found = os.stat(self.path)
        except OSError:
            return self
        self._looked = now
        stamp = found.st_ino, found.st_mtime_ns, found.st_size
        if stamp == self._stamp:
            return self
        with self._lock:
            if stamp != self._stamp:
                self._take_from(found.st_ino, found.st_size)
                self._stamp = stamp
        return self

    def _take_from(self, inode: int, size: int) -> None:
        """Take in what was added since the last look."""
        if self._stamp is None or self._stamp[0] != inode or size < self._taken:
            self._versions, self._by_sum, self._taken, self._lines = {}, {}, 0, 0
        with self.path.open("rb") as file:
            file.seek(self._taken)
            content = file.read()
        whole = content.rfind(b"\n") + 1  # a line that is being written is taken next time
        for number, facts in _parsed(content[:whole]):
            try:
                if facts is not None:
                    self._event(facts)
                    continue
            except (ValueError, TypeError, KeyError, AttributeError):
                pass
            line = self._lines + number
            log.warning("%s: line %d can't be read, passed over", self.path, line)
        self._taken += whole
        self._lines += content.count(b"\n")

    def _event(self, facts: Mapping[str, Any]) -> None:
        if facts["what"] == "added":
            version = Version.from_facts(facts)
            self._versions.setdefault((version.prompt, version.language), []).append(version)
            self._by_sum[version.sha256] = version
        elif facts["what"] == "renamed":
            old, new = cast(str, facts["prompt"]), cast(str, facts["to"])
            for key in [key for key in self._versions if key[0] == old]:
                moved = [dataclasses.replace(v, prompt=new) for v in self._versions.pop(key)]
                self._versions[new, key[1]] = moved
                self._by_sum.update((version.sha256, version) for version in moved)


def _parsed(content: bytes) -> Iterator[tuple[int, Any]]:
    """Each line's number and what is in it; None for one that can't be read."""
    lines = content.split(b"\n")
    if not lines[-1].strip():
        lines.pop()
    try:
        yield from enumerate(json.loads(b"[" + b",".join(lines) + b"]"), 1)  # at once: faster
        return
    except (ValueError, RecursionError):
        pass
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, None


def _ends_whole(handle: int, size: int) -> bool:
    return os.pread(handle, 1, size - 1) == b"\n"
