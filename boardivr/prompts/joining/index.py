"""Rendered speech in a folder: per language an ``index.json`` and files ``ID.wav``.

The index has the text that each file says, so a text that was changed since is
seen to have none. Files are A-law at 8 kHz, played as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from boardivr.prompts.errors import PromptError

INDEX = "index.json"


@dataclass(kw_only=True)
class Index:
    """One language of one set.

    :param speaker: engine, its version, voice and speed: what made the files
    :param texts: by id
    """

    folder: Path
    speaker: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    def path(self, id: str) -> Path:
        """Return a file's place."""
        return self.folder / f"{id}.wav"

    def is_stale(self, id: str, text: str) -> bool:
        """Return whether a text isn't what the file says, or there is none."""
        return self.texts.get(id) != text or not self.path(id).is_file()

    def save(self) -> None:
        """Write the index, whole or not at all.

        :raises AudioFileError: it can't be written
        """
        from boardivr.media.audiofile import write_whole

        content = {"speaker": self.speaker, "texts": dict(sorted(self.texts.items()))}
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        write_whole(self.folder / INDEX, text.encode())


def read_index(folder: Path) -> Index:
    """Read one language of a set; an empty index where there is none.

    :raises PromptError: it can't be read, or isn't an index
    """
    try:
        content = json.loads((folder / INDEX).read_text("utf-8"))
        texts = {str(id): str(text) for id, text in content["texts"].items()}
        return Index(folder=folder, speaker=str(content["speaker"]), texts=texts)
    except FileNotFoundError:
        return Index(folder=folder)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise PromptError(
            f"{folder / INDEX}: expected an index of rendered speech: {error!r}"
        ) from error


def indexes(root: Path) -> Iterator[tuple[str, str, Index]]:
    """Yield every index under a folder, with its set and language: ``bank``, ``zh-CN``.

    :raises PromptError: as :func:`read_index`
    """
    for path in sorted(root.glob(f"*/*/{INDEX}")):
        yield path.parents[1].name, path.parent.name, read_index(path.parent)
