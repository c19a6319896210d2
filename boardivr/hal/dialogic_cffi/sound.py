"""Sound as the board takes it: clips in memory, files to record into.

Voice API Library Reference, "DX_IOTT" and "DX_XPB"; sampling rates are codes there, not Hz.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boardivr.closing import Closing
from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.types import SAMPLE_RATE, Clip, Encoding
from boardivr.media.riff import ALAW, PCM, ULAW, open_header


@dataclass(frozen=True, kw_only=True)
class Format:
    """How samples at 8 kHz are coded on the board and in a file.

    :param header: before the samples, with two lengths to be filled in; may be empty
    """

    data_format: int
    bits: int
    header: bytes = b""

    def seconds(self, size: int) -> float:
        """Return how long so many bytes of samples last."""
        return size * 8 / self.bits / SAMPLE_RATE


PLAYED = {
    Encoding.ALAW: Format(data_format=C.DATA_FORMAT_G711_ALAW, bits=8),
    Encoding.ULAW: Format(data_format=C.DATA_FORMAT_G711_MULAW, bits=8),
    Encoding.LINEAR: Format(data_format=C.DATA_FORMAT_PCM, bits=16),
}

RECORDED = {
    ".alaw.wav": Format(data_format=C.DATA_FORMAT_G711_ALAW, bits=8, header=open_header(ALAW, 8)),
    ".ulaw.wav": Format(data_format=C.DATA_FORMAT_G711_MULAW, bits=8, header=open_header(ULAW, 8)),
    ".wav": Format(data_format=C.DATA_FORMAT_PCM, bits=16, header=open_header(PCM, 16)),
    ".vox": Format(data_format=C.DATA_FORMAT_DIALOGIC_ADPCM, bits=4),
}


def format_of(path: Path) -> Format:
    """Return a recording's format by its ending.

    :raises ValueError: another ending
    """
    for ending, one in RECORDED.items():
        if path.name.endswith(ending):
            return one
    raise ValueError(f"expected a file ending in {', '.join(RECORDED)}, found {path.name!r}")


def parameters(api: Any, coded: Format) -> Any:
    """Return a DX_XPB for samples of a format, without a file's header."""
    block = api.new("DX_XPB *")
    block.wFileFormat = C.FILE_FORMAT_VOX
    block.wDataFormat = coded.data_format
    block.nSamplesPerSec = C.DRT_8KHZ
    block.wBitsPerSample = coded.bits
    return block


class Playlist:
    """Clips as a chain of DX_IOTT; keep it while it is played."""

    def __init__(self, api: Any, clips: Sequence[Clip]) -> None:
        self.format = PLAYED[clips[0].encoding]
        self.seconds = sum(clip.seconds for clip in clips)
        self._held = [api.from_buffer("char[]", clip.data) for clip in clips]
        self.chain = api.new("DX_IOTT[]", len(clips))
        for one, clip, held in zip(self.chain, clips, self._held, strict=True):
            one.io_type = C.IO_MEM | C.IO_CONT
            one.io_bufp = held
            one.io_length = len(clip.data)
        self.chain[len(clips) - 1].io_type = C.IO_MEM | C.IO_EOT
        self.block = parameters(api, self.format)


class Converted:
    """Clips of mixed encodings, all made the line's, once each: one chain has one coding."""

    def __init__(self, law: Encoding) -> None:
        self._law = law
        self._made: weakref.WeakKeyDictionary[Clip, Clip] = weakref.WeakKeyDictionary()

    def alike(self, clips: Sequence[Clip]) -> Sequence[Clip]:
        """Return clips of one encoding; those that are anyway, as they are."""
        if len({clip.encoding for clip in clips}) == 1:
            return clips
        return [self.in_law(clip) for clip in clips]

    def in_law(self, clip: Clip) -> Clip:
        """Return a clip in the line's law."""
        return clip if clip.encoding is self._law else self._converted(clip)

    def _converted(self, clip: Clip) -> Clip:
        made = self._made.get(clip)
        if made is None:
            from boardivr.media.g711 import decode, encode

            data = encode(decode(clip.data, clip.encoding), self._law)
            made = Clip(data=data, encoding=self._law, name=clip.name, text=clip.text)
            self._made[clip] = made
        return made


class RecordFile(Closing):
    """A file that the board records into; its header is right at least once a second.

    :raises OSError: it can't be made
    :raises ValueError: its ending is none of a recording's
    """

    def __init__(self, api: Any, path: Path) -> None:
        self.format = format_of(path)
        self._path = path
        self._start = len(self.format.header)
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o640)
        os.write(self._handle, self.format.header)
        self.chain = api.new("DX_IOTT *")
        self.chain.io_type = C.IO_DEV | C.IO_EOT
        self.chain.io_fhandle = self._handle
        self.chain.io_offset = self._start
        self.chain.io_length = -1
        self.block = parameters(api, self.format)

    @property
    def seconds(self) -> float:
        """How long the samples in the file last."""
        return self.format.seconds(self._size())

    def update(self) -> None:
        """Write the lengths of what is there by now into the header."""
        if not self._start:
            return
        size = self._size()
        os.pwrite(self._handle, (self._start - 8 + size).to_bytes(4, "little"), 4)
        os.pwrite(self._handle, size.to_bytes(4, "little"), self._start - 4)

    def close(self) -> None:
        self.update()
        os.close(self._handle)

    def _size(self) -> int:
        return max(0, os.fstat(self._handle).st_size - self._start)
