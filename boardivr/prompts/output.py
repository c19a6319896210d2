"""Prompts as files of the kinds that other systems want."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.hal.types import SAMPLE_RATE, Clip, Encoding
from boardivr.media import compressed, g711, oki, riff
from boardivr.media.audiofile import AudioFileError, read_clip, write_whole
from boardivr.prompts.check import Cell

if TYPE_CHECKING:
    from boardivr.prompts.level import Samples

KINDS = {"alaw": ".wav", "ulaw": ".wav", "linear": ".wav", "vox": ".vox", "flac": ".flac"}
BY_NAME = {".wav": "", ".flac": "flac", ".vox": "vox", ".al": "al", ".ul": "ul"}


def write_recording(cell: Cell, folder: Path, kind: str) -> Path:
    """Write a recording into a folder, below its language.

    :param kind: one of KINDS
    :raises AudioFileError: it can't be read or written
    """
    assert cell.path is not None
    clip = read_clip(cell.path, name=cell.prompt)
    path = folder / cell.language / (cell.prompt + KINDS[kind])
    return _write(path, encoded(g711.decode(clip.data, clip.encoding), kind))


def write_clip(clip: Clip, path: Path) -> Path:
    """Write a clip as a file of the kind that its name tells; WAV as the clip is.

    :raises AudioFileError: a name that tells no kind, or it can't be written
    """
    suffix = path.suffix.lower()
    if suffix not in BY_NAME:
        raise AudioFileError(f"{path}: expected a name in {', '.join(BY_NAME)}")
    kind = BY_NAME[suffix] or clip.encoding.name.lower()
    return _write(path, encoded(g711.decode(clip.data, clip.encoding), kind))


def encoded(samples: Samples, kind: str) -> bytes:
    """Return 8 kHz samples as the bytes of a file.

    :param kind: one of KINDS, or ``al`` and ``ul``: without a header
    """
    match kind:
        case "flac":
            return compressed.encode_flac(samples, SAMPLE_RATE)
        case "vox":
            return oki.encode_oki(samples)
        case "al":
            return g711.encode(samples, Encoding.ALAW)
        case "ul":
            return g711.encode(samples, Encoding.ULAW)
    encoding, number, bits = {
        "alaw": (Encoding.ALAW, riff.ALAW, 8),
        "ulaw": (Encoding.ULAW, riff.ULAW, 8),
        "linear": (Encoding.LINEAR, riff.PCM, 16),
    }[kind]
    data = g711.encode(samples, encoding)
    return riff.build_wave(data, kind=number, bits=bits, rate=SAMPLE_RATE)


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AudioFileError(f"{path.parent}: can't be made: {error.strerror}") from error
    write_whole(path, content)
    return path
