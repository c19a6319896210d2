"""Making a prompt of any audio file: 8 kHz mono, one level, no DC, no silence around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from boardivr.hal.types import SAMPLE_RATE
from boardivr.media.audiofile import AudioFileError, resample, samples_of
from boardivr.prompts.errors import TtsError
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.history import Source, Version
from boardivr.prompts.level import Level, active_level, bring_to, measure
from boardivr.prompts.output import encoded

if TYPE_CHECKING:
    from boardivr.prompts.tts.synthesiser import Speech


KIND = {".wav": "alaw", ".flac": "flac"}


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
        audio=encoded(brought, KIND[suffix]),
        suffix=suffix,
        seconds=len(brought) / SAMPLE_RATE,
        level_dbm0=after,
        gain_db=after - before,
        clipped=clipped,
        cut=max(len(samples) / rate - len(brought) / SAMPLE_RATE, 0.0),
    )


def prepare_speech(speech: Speech, suffix: Literal[".wav", ".flac"]) -> Prepared:
    """Make a prompt of what an engine spoke.

    :raises TtsError: it's silence
    """
    import numpy as np

    spoken = np.frombuffer(speech.samples, dtype="<i2").astype(np.int16)
    brought = bring_to(Level(), spoken, speech.rate)
    after = active_level(brought)
    if after is None:
        raise TtsError(f"expected speech, found {speech.seconds:.1f} s of silence")
    return Prepared(
        audio=encoded(brought, KIND[suffix]),
        suffix=suffix,
        seconds=len(brought) / SAMPLE_RATE,
        level_dbm0=after,
        gain_db=0.0,
        clipped=0,
        cut=0.0,
    )


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
