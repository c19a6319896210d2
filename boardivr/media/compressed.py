"""FLAC, Ogg (Vorbis, Opus) and MP3, read through libsndfile (``soundfile`` brings it).

For prompts that studios and speech engines deliver; never in a call. A file is known
by its first bytes, whatever its name says.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LONGEST = 3600  # seconds: a few hundred bytes of FLAC can hold days of silence
BLOCK = 65_536  # frames

# Raw bytes without a header may begin with anything, so an MP3 without its tag (two
# bytes that are no magic) isn't looked for in files that are named as raw ones.
_MAGIC = (b"fLaC", b"OggS", b"ID3")


class CompressedError(ValueError):
    """A file that libsndfile can't read, or that is too long; says what was found."""


def is_compressed(content: bytes, *, is_raw: bool = False) -> bool:
    """Return whether bytes begin as a file of one of these kinds.

    :param is_raw: the file's name says that it has no header
    """
    if content[:4] in _MAGIC or content[:3] in _MAGIC:
        return True
    # MPEG audio: eleven bits of sync, a layer, a bit rate and a sampling rate that exist.
    is_frame = (
        len(content) > 3
        and content[0] == 0xFF
        and content[1] & 0xE0 == 0xE0
        and content[1] & 0x06 != 0
        and content[2] & 0xF0 != 0xF0
        and content[2] & 0x0C != 0x0C
    )
    return is_frame and not is_raw


def decode(content: bytes) -> tuple[npt.NDArray[np.float64], int]:
    """Return a file's samples and its sampling rate.

    What can be read of a file that was cut off is returned.

    :return: shape (n, channels), on the 16-bit scale, n > 0
    :raises CompressedError: it can't be read, holds nothing, or more than an hour
    """
    import numpy as np
    import soundfile

    parts: list[npt.NDArray[np.float32]] = []
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            rate = file.samplerate
            left = LONGEST * rate
            while left >= 0:
                try:
                    block = file.read(BLOCK, dtype="float32", always_2d=True)
                except soundfile.LibsndfileError:
                    if not parts:
                        raise
                    break  # cut off or broken from here on
                if not len(block):
                    break
                parts.append(block)
                left -= len(block)
            else:
                raise CompressedError(f"expected at most {LONGEST} s of audio, found more")
    except (soundfile.SoundFileError, RuntimeError, TypeError) as error:
        raise CompressedError(f"can't be decoded: {error}") from error
    if not parts:
        raise CompressedError("expected audio, found no samples")
    return np.concatenate(parts).astype(np.float64) * 32768, rate


def encode_flac(samples: npt.NDArray[np.int16], rate: int) -> bytes:
    """Return 16-bit mono samples as the bytes of a FLAC file: about half the size of WAV."""
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="FLAC", subtype="PCM_16")
    return out.getvalue()
