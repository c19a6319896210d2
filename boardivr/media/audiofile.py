"""Audio files: WAV of any usual kind, Dialogic VOX, raw A-law and mu-law, FLAC, Ogg, MP3.

What a board plays is 8 kHz mono (:class:`~boardivr.hal.types.Clip`); a file that
is so already is taken byte for byte, any other is brought there.

========  ===================================================================
``.wav``  linear 8, 16, 24 or 32 bit, float, A-law, mu-law; any rate; any channels
``.flac`` also ``.ogg`` and ``.mp3``: :mod:`boardivr.media.compressed`
``.vox``  Dialogic/OKI ADPCM, 4 bit, 8 kHz, or 6 kHz where the reader is told so
``.al``   A-law without a header, 8 kHz (also ``.alaw``)
``.ul``   mu-law without a header, 8 kHz (also ``.ulaw``)
========  ===================================================================

A file that begins with a RIFF header is a WAV, whatever its name says; so are FLAC, Ogg and
MP3 known by their first bytes.
"""

from __future__ import annotations

import logging
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.errors import BoardIVRError
from boardivr.hal.types import SAMPLE_RATE, Clip, Encoding
from boardivr.media import compressed, riff

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

log = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024 * 1024  # more than two hours of A-law: no prompt
MAX_SECONDS = compressed.LONGEST
VOX_RATES = (SAMPLE_RATE, 6000)
RATES = range(2000, 384_001)  # samples a second that are believed
CHANNELS = range(1, 33)

_RAW = {
    ".al": Encoding.ALAW,
    ".alaw": Encoding.ALAW,
    ".ul": Encoding.ULAW,
    ".ulaw": Encoding.ULAW,
}
_WAVE_KIND = {
    Encoding.ALAW: (riff.ALAW, 8),
    Encoding.ULAW: (riff.ULAW, 8),
    Encoding.LINEAR: (riff.PCM, 16),
}
_G711 = {riff.ALAW: Encoding.ALAW, riff.ULAW: Encoding.ULAW}


class AudioFileError(BoardIVRError, ValueError):
    """A file that can't be read as audio; says which, what was found and expected."""


def read_clip(path: Path, *, name: str | None = None, text: str = "") -> Clip:
    """Read a file as something to play.

    :param name: of the clip; the file's name where None
    :param text: the words in it
    :return: A-law and mu-law at 8 kHz as they are, anything else linear
    :raises AudioFileError: unreadable, no audio in it, or of a kind that isn't known
    """
    return clip_of(path, read_content(path), name=path.stem if name is None else name, text=text)


def clip_of(path: Path, content: bytes, *, name: str, text: str = "") -> Clip:
    """Return what :func:`read_clip` does, of a file whose bytes were read before."""
    encoding, data = _as_stored(path, content)
    if encoding is not None:
        return Clip(data=data, encoding=encoding, name=name, text=text)
    samples = resample(*samples_of(path, content))
    if not samples.size:
        raise AudioFileError(f"{path}: expected audio, found less than one sample at 8 kHz")
    return Clip(
        data=samples.astype("<i2").tobytes(), encoding=Encoding.LINEAR, name=name, text=text
    )


def read_samples(path: Path, *, vox_rate: int = SAMPLE_RATE) -> tuple[Samples, int]:
    """Read a file's samples, mixed down to one channel, and its sampling rate.

    A file that is shorter than its header says gives what is there, with a warning.

    :param vox_rate: of a VOX file, which can't tell it: 8000 or 6000
    :return: shape (n,), 16-bit linear, n > 0; samples a second
    :raises AudioFileError: as :func:`read_clip`
    """
    return samples_of(path, read_content(path), vox_rate=vox_rate)


def samples_of(path: Path, content: bytes, *, vox_rate: int = SAMPLE_RATE) -> tuple[Samples, int]:
    """Return what :func:`read_samples` does, of a file whose bytes were read before."""
    samples, rate = _decoded(path, content, vox_rate)
    if len(samples) > MAX_SECONDS * rate:
        raise AudioFileError(
            f"{path}: expected at most {MAX_SECONDS} s of audio, found {len(samples) / rate:.0f}"
        )
    return samples, rate


def _decoded(path: Path, content: bytes, vox_rate: int) -> tuple[Samples, int]:
    from boardivr.media import g711, oki

    if content[:4] == b"RIFF":
        return _wave_samples(path, _wave(path, content))
    kind = path.suffix.lower()
    if compressed.is_compressed(content, is_raw=kind == ".vox" or kind in _RAW):
        return _compressed_samples(path, content)
    if kind == ".vox":
        if len(content) > MAX_SECONDS * vox_rate // 2:
            raise AudioFileError(f"{path}: expected at most {MAX_SECONDS} s of audio, found more")
        return oki.decode_oki(content), vox_rate
    if kind in _RAW:
        return g711.decode(content, _RAW[kind]), SAMPLE_RATE
    raise AudioFileError(
        f"{path}: expected WAV, FLAC, Ogg or MP3, or a name in .vox, .al or .ul,"
        f" found {content[:4]!r}"
    )


def _compressed_samples(path: Path, content: bytes) -> tuple[Samples, int]:
    try:
        values, rate = compressed.decode(content)
    except compressed.CompressedError as error:
        raise AudioFileError(f"{path}: {error}") from error
    if rate not in RATES:
        raise AudioFileError(f"{path}: expected {_span(RATES)} samples a second, found {rate}")
    return _to_int16(values.mean(axis=1)), rate


def resample(samples: Samples, rate: int) -> Samples:
    """Bring 16-bit samples to 8 kHz."""
    import numpy as np

    if rate == SAMPLE_RATE:
        return samples
    import soxr

    out = soxr.resample(samples.astype(np.float32), rate, SAMPLE_RATE)
    return _to_int16(out)


def write_wav(path: Path, data: bytes, encoding: Encoding) -> None:
    """Write 8 kHz mono audio as a WAV file, whole or not at all.

    :raises AudioFileError: the file can't be written
    """
    kind, bits = _WAVE_KIND[encoding]
    write_whole(path, riff.build_wave(data, kind=kind, bits=bits, rate=SAMPLE_RATE))


def write_whole(path: Path, content: bytes, *, lasts: bool = False) -> None:
    """Write a file under another name and move it: nobody sees half of it.

    :param lasts: not even a power cut right after this loses it; slower
    :raises AudioFileError: the file can't be written
    """
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                if lasts:
                    file.flush()
                    os.fsync(file.fileno())
            os.chmod(draft, 0o644)  # mkstemp's file is its owner's only
            os.replace(draft, path)
            if lasts:
                sync_folder(path.parent)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise AudioFileError(f"{path}: can't be written: {error.strerror}") from error


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _as_stored(path: Path, content: bytes) -> tuple[Encoding | None, bytes]:
    """G.711 at 8 kHz, as it lies in the file; (None, b"") for any other."""
    if content[:4] != b"RIFF":
        kind = _RAW.get(path.suffix.lower())
        is_raw = kind is not None and not compressed.is_compressed(content, is_raw=True)
        return (kind, content) if is_raw else (None, b"")
    wave = _wave(path, content)
    plain = (wave.channels, wave.rate, wave.bits, wave.missing) == (1, SAMPLE_RATE, 8, 0)
    if plain and wave.data and wave.format in _G711:
        return _G711[wave.format], wave.data
    return None, b""


def read_content(path: Path) -> bytes:
    """Read a file that may be audio, whole.

    :raises AudioFileError: it can't be read, is empty, or larger than any prompt
    """
    try:
        found = path.stat()
        is_file = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
        if is_file:  # a pipe would keep us waiting
            with path.open("rb") as file:
                content = file.read(min(found.st_size, MAX_BYTES) + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise AudioFileError(f"{path}: can't be read: {reason}") from error
    if not is_file:
        raise AudioFileError(f"{path}: expected a file, found a device or a pipe")
    if len(content) > MAX_BYTES:
        raise AudioFileError(f"{path}: expected at most {MAX_BYTES} bytes, found more")
    if not content:
        raise AudioFileError(f"{path}: expected audio, found an empty file")
    return content


def _wave(path: Path, content: bytes) -> riff.Wave:
    try:
        wave = riff.parse_wave(content)
    except riff.RiffError as error:
        raise AudioFileError(f"{path}: {error}") from error
    if wave.rate not in RATES:
        raise AudioFileError(f"{path}: expected {_span(RATES)} samples a second, found {wave.rate}")
    if wave.channels not in CHANNELS:
        raise AudioFileError(f"{path}: expected {_span(CHANNELS)} channels, found {wave.channels}")
    return wave


def _span(values: range) -> str:
    return f"{values.start} to {values.stop - 1}"


def _wave_samples(path: Path, wave: riff.Wave) -> tuple[Samples, int]:
    if wave.missing:
        log.warning("%s: the file ends %d bytes before its header says", path, wave.missing)
    block = wave.channels * wave.bits // 8
    whole = wave.data[: len(wave.data) // block * block] if block else b""
    if not whole:
        raise AudioFileError(f"{path}: expected audio, found {len(wave.data)} bytes of it")
    values = _values(path, wave, whole)
    if wave.channels > 1:
        values = _to_int16(values.reshape(-1, wave.channels).mean(axis=1))
    return _to_int16(values), wave.rate


def _values(path: Path, wave: riff.Wave, data: bytes) -> npt.NDArray[np.generic]:
    """All channels' samples as they alternate, on the 16-bit scale."""
    import numpy as np

    from boardivr.media import g711

    match wave.format, wave.bits:
        case ((riff.ALAW | riff.ULAW), 8):
            return g711.decode(data, _G711[wave.format])
        case riff.PCM, 8:
            return (np.frombuffer(data, dtype=np.uint8).astype(np.int16) - 128) << 8
        case riff.PCM, 16:
            return np.frombuffer(data, dtype="<i2")
        case riff.PCM, 24:
            return (
                np.frombuffer(data, dtype=np.uint8).reshape(-1, 3)[:, 1:].copy().view("<i2")[:, 0]
            )
        case riff.PCM, 32:
            return np.frombuffer(data, dtype="<i4") / 65536
        case riff.FLOAT, (32 | 64):
            return np.frombuffer(data, dtype=f"<f{wave.bits // 8}").astype(np.float64) * 32768
    raise AudioFileError(
        f"{path}: expected linear, float, A-law or mu-law samples,"
        f" found format {wave.format} with {wave.bits} bits"
    )


def _to_int16(values: npt.NDArray[np.generic]) -> Samples:
    import numpy as np

    if values.dtype.kind == "i" and values.dtype.itemsize <= 2:
        return values.astype(np.int16)
    finite = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=32767.0, neginf=-32768.0)
    return np.clip(np.rint(finite), -32768, 32767).astype(np.int16)
