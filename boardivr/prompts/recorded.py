"""Which recording of a prompt is played: the appliance's own, the flow's, the shipped one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from boardivr.hal.types import Clip
from boardivr.media.audiofile import AudioFileError
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.history import Version
from boardivr.prompts.model import PromptSource
from boardivr.prompts.problems import ProblemKind
from boardivr.prompts.recordings import Recordings
from boardivr.prompts.tts import markup

Report = Callable[[str, str, ProblemKind, str], None]
"""Called with prompt, language, what kind of problem, and a line about it."""

Find = Callable[[RecordingFolder, str, str], Path | None]

OWN = "library"
SHIPPED = "prompts"


def folders_of(flow: str, path: Path, home: Path | None) -> tuple[RecordingFolder, ...]:
    """Return where a flow's recordings are, the first one first.

    :param flow: its name
    :param path: its file: recordings shipped with it are in ``prompts/FLOW`` beside it
    :param home: the appliance's, which has its own in ``library/FLOW``; None for none
    """
    own = () if home is None else (RecordingFolder(home / OWN / flow),)
    return (*own, RecordingFolder(path.parent / SHIPPED / flow, keeps=False))


def is_same_text(one: str, other: str) -> bool:
    """Return whether two texts have the same words: spaces and marks don't matter."""
    return one == other or markup.plain(one).split() == markup.plain(other).split()


class Recorded:
    """Recordings of prompts, as they are played. For any thread."""

    def __init__(self, folders: Sequence[RecordingFolder], report: Report) -> None:
        self.folders = tuple(folders)
        self.recordings = Recordings()
        self._report = report

    def clip(self, id: str, tag: str, source: PromptSource) -> Clip | None:
        """Return a prompt's recording, always the same object until its file changes.

        What can't be played is reported and passed over, and so is speech that was
        synthesised from other words: they are spoken anew. A person's recording of other
        words is played, and reported.
        """
        for folder, path in self.candidates(id, tag, source):
            try:
                found = self.recordings.get(path, f"{id}@{tag}", markup.plain(source.text))
            except AudioFileError as error:
                self._report(id, tag, ProblemKind.FILE, f"{error}; spoken instead")
                continue
            version = version_of(folder, id, path, found.sha256)
            if version is not None and not is_same_text(version.text, source.text):
                self._report(id, tag, *stale(version, source.text))
                if version.source == "synthesis":
                    continue
            return found.clip
        return None

    def candidates(
        self, id: str, tag: str, source: PromptSource, find: Find = RecordingFolder.find
    ) -> Iterator[tuple[RecordingFolder | None, Path]]:
        """Return the files that may be played for a prompt, in order, and their folders.

        :param find: finds a prompt in a folder
        """
        language = source.language or tag
        for place, folder in enumerate(self.folders):
            if place == len(self.folders) - 1 and source.file is not None:
                yield None, source.file  # named in the flow: before what is shipped
            if (path := find(folder, id, language)) is not None:
                yield folder, path
        if not self.folders and source.file is not None:
            yield None, source.file


def version_of(
    folder: RecordingFolder | None, prompt: str, path: Path, sha256: str
) -> Version | None:
    """Return what is known of a file; nothing of one outside of the folders."""
    if folder is None:
        return None
    return folder.history.find(prompt, os.path.basename(os.path.dirname(path)), sha256)


def stale(version: Version, text: str) -> tuple[ProblemKind, str]:
    """Return what is said of a recording of other words."""
    words = f"expected {text!r}, found {version.text!r}"
    if version.source == "synthesis":
        return ProblemKind.OUTDATED, f"speech was made from other words: {words}; spoken anew"
    return ProblemKind.STALE, f"other words were recorded: {words}"
