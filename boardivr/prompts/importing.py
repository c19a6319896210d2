"""Making a prompt of any audio file: 8 kHz mono, one level, no DC, no silence around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from boardivr.hal.types import SAMPLE_RATE, Encoding
from boardivr.media import compressed, g711, riff
from boardivr.media.audiofile import AudioFileError, resample, samples_of
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.history import Source, Version
from boardivr.prompts.level import Level, active_level, bring_to, measure

if TYPE_CHECKING:
    from boardivr.prompts.level import Samples


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A recording as it is played, and what was done to it.

    :param audio: bytes of a file with the suffix
    :param level_dbm0: active speech level now
    :param gain_db: by which it was made louder
    :param clipped: samples in flat tops of the original
    :param cut: seconds of silence that were cut off its ends
    """

    audio: bytes
    suffix: str
    seconds: float
    level_dbm0: float
    gain_db: float
    clipped: int
    cut: float


def prepare(
    path: Path,
    content: bytes,
    *,
    level: Level | None = None,
    suffix: Literal[".wav", ".flac"] = ".wav",
    vox_rate: int = SAMPLE_RATE,
) -> Prepared:
    """Make a prompt of a file's bytes.

    :param path: for messages, and for what only a name can tell
    :param suffix: ``.wav`` is A-law, played byte for byte; ``.flac`` is smaller, and exact
    :raises AudioFileError: no audio in it, or silence
    """
    samples, rate = samples_of(path, content, vox_rate=vox_rate)
    clipped = measure(samples).clipped
    before = active_level(resample(samples, rate))
    brought = bring_to(level or Level(), samples, rate)
    after = active_level(brought)
    if before is None or after is None:
        seconds = len(samples) / rate
        raise AudioFileError(f"{path}: expected speech, found {seconds:.1f} s of silence")
    return Prepared(
        audio=encoded(brought, suffix),
        suffix=suffix,
        seconds=len(brought) / SAMPLE_RATE,
        level_dbm0=after,
        gain_db=after - before,
        clipped=clipped,
        cut=max(len(samples) / rate - len(brought) / SAMPLE_RATE, 0.0),
    )


def encoded(samples: Samples, suffix: str) -> bytes:
    """Return 8 kHz samples as the bytes of a file: A-law WAV, or FLAC."""
    if suffix == ".flac":
        return compressed.encode_flac(samples, SAMPLE_RATE)
    data = g711.encode(samples, Encoding.ALAW)
    return riff.build_wave(data, kind=riff.ALAW, bits=8, rate=SAMPLE_RATE)


def take_in(
    folder: RecordingFolder,
    prepared: Prepared,
    *,
    prompt: str,
    language: str,
    text: str,
    source: Source,
    who: str,
    when: datetime,
    original: tuple[str, bytes] | None,
    voice: str = "",
) -> Version:
    """Keep a prepared recording in a folder; it's played from now on.

    :param original: name and bytes of the file it was made of
    :raises PromptError, AudioFileError: as :meth:`RecordingFolder.add`
    """
    version = Version(
        prompt=prompt,
        language=language,
        number=0,
        sha256="",
        suffix=prepared.suffix,
        text=text,
        source=source,
        who=who,
        when=when,
        seconds=round(prepared.seconds, 3),
        level_dbm0=round(prepared.level_dbm0, 2),
        clipped=prepared.clipped,
        voice=voice,
    )
    return folder.add(version, prepared.audio, original)
