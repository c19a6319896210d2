"""What callers have said, to be heard again."""

from __future__ import annotations

from pathlib import Path

from boardivr.hal.types import Clip


def message_clip(path: Path) -> Clip:
    """Return a message as it was recorded.

    :raises AudioFileError: there is none, or what is there isn't a recording
    """
    from boardivr.media.audiofile import read_clip

    return read_clip(path, name=f"message:{path.name}")
