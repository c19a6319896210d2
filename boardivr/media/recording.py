"""A recording: the file that the engine writes, valid at any moment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boardivr.closing import Closing
from boardivr.hal.types import SAMPLE_RATE
from boardivr.media._engine import ffi, lib
from boardivr.media.check import EngineError
from boardivr.media.riff import open_header

if TYPE_CHECKING:
    from boardivr.media.engine import Engine


FORMATS = {
    ".alaw.wav": (lib.BI_ALAW, open_header(6, 8)),
    ".ulaw.wav": (lib.BI_ULAW, open_header(7, 8)),
    ".wav": (lib.BI_LINEAR, open_header(1, 16)),
    ".vox": (lib.BI_VOX, b""),
}


class Recorder(Closing):
    """An open recording; the file is complete when the block is left.

    :param path: its ending says the format: ``.wav`` (16-bit linear),
        ``.alaw.wav``, ``.ulaw.wav`` or ``.vox`` (Dialogic ADPCM, 8 kHz)
    :raises ValueError: another ending
    :raises OSError: the file can't be made, or later: can't be written
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        ending = next((e for e in FORMATS if path.name.endswith(e)), None)
        if ending is None:
            raise ValueError(f"expected a file {', '.join(FORMATS)}, found {path.name!r}")
        encoding, header = FORMATS[ending]
        self.path = path
        self.seconds = 0.0
        self._engine = engine
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
        self.handle: Any = lib.bi_recording_open(
            engine.handle, self._fd, encoding, header, len(header)
        )
        if self.handle == ffi.NULL:
            os.close(self._fd)
            raise EngineError(f"no memory to record {path}")

    def mute(self, on: bool = True) -> None:
        """Record silence instead of the line, while a PIN is entered; the time goes on."""
        if self.handle is not None:
            lib.bi_recording_mute(self._engine.handle, self.handle, on)

    def close(self) -> None:
        """Write what is left.

        :raises OSError: the file couldn't be written, now or before
        """
        if self.handle is None:
            return
        samples = lib.bi_recording_close(self._engine.handle, self.handle)
        self.handle = None
        os.close(self._fd)
        if samples < 0:
            raise OSError(-samples, os.strerror(-samples), str(self.path))
        self.seconds = samples / SAMPLE_RATE
