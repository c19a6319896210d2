"""A folder of recordings: one folder per language, one file per prompt.

::

    FOLDER/
        zh-CN/welcome.wav     what is played
        en/welcome.flac
        history.jsonl         every version: words, checksum, level, who, when
        kept/ab/abcdef….wav   every version's audio and original, by checksum

A file that someone puts there is played at once; ``history.jsonl`` and ``kept`` come
with :meth:`RecordingFolder.add`. What is shipped has a history and no ``kept``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from boardivr.media.audiofile import AudioFileError, read_content, sync_folder, write_whole
from boardivr.prompts.errors import PromptError
from boardivr.prompts.history import History, Version

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".vox", ".al", ".alaw", ".ul", ".ulaw")
"""Of recordings; the first one counts where a prompt has several."""

ID = re.compile(r"[^\W\d][\w-]*|[\w'-]+")
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
FRESH_NS = 20_000_000  # a folder that changed so lately may change again unseen: times are coarse


@dataclass(frozen=True, kw_only=True)
class _Listing:
    stamp: int
    read_at: int
    paths: Mapping[str, Path]


class RecordingFolder:
    """Recordings by prompt and language. For any thread.

    :param path: needn't be there
    :param keeps: older versions and originals; what is shipped has none
    """

    def __init__(self, path: Path, *, keeps: bool = True) -> None:
        self.path = path
        self._keeps = keeps
        self.history = History(path)
        self._place = str(path)
        self._listings: dict[str, _Listing] = {}

    def find(self, prompt: str, language: str) -> Path | None:
        """Return the file that is played for a prompt; ``en`` also serves ``en-GB``."""
        found = self._listed(language).get(prompt)
        if found is None and "-" in language:
            return self._listed(language.partition("-")[0]).get(prompt)
        return found

    def listing(self, language: str) -> Mapping[str, Path]:
        """Return the files that are played in a language, by prompt; see :meth:`find`."""
        bare = language.partition("-")[0]
        return {**self._listed(bare), **self._listed(language)}

    def languages(self) -> tuple[str, ...]:
        """Return the languages that have recordings."""
        try:
            names = [entry.name for entry in os.scandir(self.path) if entry.is_dir()]
        except OSError:
            return ()
        return tuple(sorted(name for name in names if TAG.fullmatch(name)))

    def all(self) -> Iterator[tuple[str, str, Path]]:
        """Return id, language and file of every recording."""
        for language in self.languages():
            for prompt, path in sorted(self._listed(language).items()):
                yield prompt, language, path

    def add(
        self, version: Version, audio: bytes, original: tuple[str, bytes] | None = None
    ) -> Version:
        """Take a recording in: it's played from now on, and lasts when this returns.

        :param version: number, checksums and names are filled in here
        :param audio: the bytes of a file with the version's suffix
        :param original: name and bytes of the file that it was made from
        :return: the version as it is kept
        :raises PromptError: an id or a language that can't be one
        :raises AudioFileError: something can't be written; the one before is still played
        """
        check_key(version.prompt, version.language)
        with self.history.locked():
            before = self.history.versions(version.prompt, version.language)
            if original is not None:
                source = self._keep(*original)
                version = dataclasses.replace(
                    version, original=source, original_name=Path(original[0]).name
                )
            kept = dataclasses.replace(
                version,
                number=before[-1].number + 1 if before else 1,
                sha256=self._keep(f"x{version.suffix}", audio),
            )
            self.history.add(kept)
            self._play_from_now_on(kept, audio)
        return kept

    def restore(self, version: Version, who: str, when: datetime) -> Version:
        """Play an older version again, as a new one.

        :raises AudioFileError: its audio isn't kept
        """
        audio = read_content(self.kept(version.sha256, version.suffix))
        if hashlib.sha256(audio).hexdigest() != version.sha256:
            raise AudioFileError(f"{version.prompt}: version {version.number} is damaged")
        again = dataclasses.replace(version, who=who, when=when)
        return self.add(again, audio)

    def remove(self, prompt: str, language: str, who: str, when: datetime) -> bool:
        """Take a recording away; its versions stay. False where there is none."""
        check_key(prompt, language)
        with self.history.locked():
            paths = self._files(prompt, language)
            if not paths:
                return False
            self.history.remove(prompt, language, who, when)
            for path in paths:
                path.unlink()
            sync_folder(paths[0].parent)
        self._listings.pop(language, None)
        return True

    def rename(self, old: str, new: str, who: str, when: datetime) -> tuple[str, ...]:
        """Give a prompt's recordings another id, in all languages, with their versions.

        :return: the languages
        :raises PromptError: the new id has recordings already, or can't be one
        """
        check_key(old, "en")
        check_key(new, "en")
        with self.history.locked():
            tags = [tag for tag in self.languages() if self._files(old, tag)]
            for tag in tags:
                if self._files(new, tag) or self.history.versions(new, tag):
                    raise PromptError(f"{new}@{tag}: expected no recording yet, found one")
            if tags:
                self.history.rename(old, new, who, when)
            for tag in tags:
                for path in self._files(old, tag):
                    path.rename(path.with_name(new + path.suffix))
                sync_folder(self.path / tag)
        self._listings.clear()
        return tuple(tags)

    def kept(self, sha256: str, suffix: str) -> Path:
        """Return where a version's audio or original lies."""
        return self.path / "kept" / sha256[:2] / (sha256 + suffix)

    def original(self, version: Version) -> Path | None:
        """Return the file that a version was made from, if it is kept."""
        if version.original is None:
            path = self.kept(version.sha256, version.suffix)
        else:
            path = self.kept(version.original, Path(version.original_name).suffix.lower())
        return path if path.exists() else None

    def _keep(self, name: str, content: bytes) -> str:
        """Keep bytes by their checksum; they last when this returns."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.kept(sha256, Path(name).suffix.lower())
        if self._keeps and not path.exists():
            _make(path.parent)
            write_whole(path, content, lasts=True)
        return sha256

    def _play_from_now_on(self, version: Version, audio: bytes) -> None:
        place = self.path / version.language
        _make(place)
        path = place / (version.prompt + version.suffix)
        write_whole(path, audio, lasts=True)
        for other in self._files(version.prompt, version.language):
            if other != path:
                other.unlink()
        self._listings.pop(version.language, None)

    def _files(self, prompt: str, language: str) -> list[Path]:
        suffixes = (*SUFFIXES, *(suffix.upper() for suffix in SUFFIXES))
        paths = (self.path / language / (prompt + suffix) for suffix in suffixes)
        return [path for path in paths if path.exists()]

    def _listed(self, language: str) -> Mapping[str, Path]:
        """The files of a language by prompt, read again when their folder has changed."""
        known = self._listings.get(language)
        try:
            stamp = os.stat(f"{self._place}/{language}").st_mtime_ns
        except (OSError, ValueError):
            return {}
        if known and known.stamp == stamp and known.read_at - stamp > FRESH_NS:
            return known.paths
        read_at = time.time_ns()
        listing = _Listing(stamp=stamp, read_at=read_at, paths=_paths(self.path / language))
        self._listings[language] = listing
        return listing.paths


def check_key(prompt: str, language: str) -> None:
    """Refuse an id or a language that can't be part of a file's name.

    :raises PromptError: it can't
    """
    if not ID.fullmatch(prompt) or len(prompt.encode()) > 200:
        raise PromptError(f"expected a prompt's id, found {prompt[:40]!r}")
    if not TAG.fullmatch(language):
        raise PromptError(f"{prompt}: expected a language such as zh-CN, found {language[:40]!r}")


def _paths(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    try:
        names = os.listdir(folder)
    except OSError:  # no folder, or not one any more
        return found
    for name in sorted(names, key=_rank):
        stem, suffix = os.path.splitext(name)
        if suffix.lower() in SUFFIXES and not name.startswith("."):
            found.setdefault(stem, folder / name)
    return found


def _rank(name: str) -> int:
    suffix = os.path.splitext(name)[1].lower()
    return SUFFIXES.index(suffix) if suffix in SUFFIXES else len(SUFFIXES)


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
    except OSError as error:
        raise AudioFileError(f"{folder}: can't be made: {error.strerror}") from error
