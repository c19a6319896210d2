"""What recordings are like: length, level, flat tops, silence. Measured once per file.

Thousands of files are measured side by side, and what was found is kept in a file, by
the stamp that a directory has of each: a second look reads no audio.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from boardivr.hal.types import SAMPLE_RATE
from boardivr.media.audiofile import (
    AudioFileError,
    read_content,
    resample,
    samples_of,
    write_whole,
)
from boardivr.prompts.recordings import Stamp, stamp_of

log = logging.getLogger(__name__)

QUIET_BELOW = 35.0  # dB below speech is silence, at a recording's ends
CHUNK = 32  # files that a thread takes at once
FRAME = SAMPLE_RATE // 100


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What a file is like.

    :param rate: samples a second, as it lies there
    :param level_dbm0: active speech level; None for silence
    :param clipped: samples in flat tops
    :param lead: seconds of silence before the first sound
    :param tail: and after the last
    :param error: why it can't be read; then all else is zero
    """

    sha256: str = ""
    seconds: float = 0.0
    rate: int = SAMPLE_RATE
    level_dbm0: float | None = None
    clipped: int = 0
    lead: float = 0.0
    tail: float = 0.0
    error: str = ""


_NAMES = tuple(field.name for field in dataclasses.fields(Measures))


class MeasuredFiles:
    """Measures of files, kept from one look to the next.

    :param kept: the file that they are kept in; None keeps none
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._file = kept
        self._known: dict[str, tuple[Stamp, Measures]] = {}
        if kept is not None:
            self._known = _read(kept)

    def look(
        self, paths: Iterable[Path], progress: Callable[[], None] | None = None
    ) -> Mapping[Path, Measures]:
        """Return the measures of files; those that are new or have changed are read.

        :param progress: called after each file that was read
        """
        found: dict[Path, Measures] = {}
        fresh: list[tuple[Path, Stamp]] = []
        for path in dict.fromkeys(paths):
            try:
                stamp = stamp_of(path)
            except AudioFileError as error:
                found[path] = Measures(error=str(error))
                continue
            known = self._known.get(str(path))
            if known is not None and known[0] == stamp:
                found[path] = known[1]
            else:
                fresh.append((path, stamp))
        if fresh:
            found.update(self._measure(fresh, progress))
            self._write()
        return found

    def _measure(
        self, fresh: list[tuple[Path, Stamp]], progress: Callable[[], None] | None
    ) -> Mapping[Path, Measures]:
        found = {}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for chunk, measured in pool.map(_measure, _chunks(fresh)):
                for (path, stamp), measures in zip(chunk, measured, strict=True):
                    self._known[str(path)] = stamp, measures
                    found[path] = measures
                    if progress is not None:
                        progress()
        return found

    def _write(self) -> None:
        if self._file is None:
            return
        # Other flows' libraries keep theirs in the same file.
        self._known = {**_read(self._file), **self._known}
        rows = [
            [path, *stamp, *(getattr(one, name) for name in _NAMES)]
            for path, (stamp, one) in self._known.items()
        ]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, json.dumps(rows, ensure_ascii=False).encode())
        except (OSError, AudioFileError) as error:
            log.warning("%s; recordings are measured anew each time", error)


def _chunks(fresh: list[tuple[Path, Stamp]]) -> Iterable[list[tuple[Path, Stamp]]]:
    return (fresh[place : place + CHUNK] for place in range(0, len(fresh), CHUNK))


def _measure(
    chunk: list[tuple[Path, Stamp]],
) -> tuple[list[tuple[Path, Stamp]], list[Measures]]:
    return chunk, [measure_file(path) for path, _ in chunk]


def measure_file(path: Path) -> Measures:
    """Read a file and measure it; what can't be read has an error, and nothing else."""
    from boardivr.prompts.level import SILENCE_DBM0, measure

    try:
        content = read_content(path)
        samples, rate = samples_of(path, content)
        at_8_khz = resample(samples, rate)
    except AudioFileError as error:
        return Measures(error=str(error))
    measured = measure(at_8_khz)
    level = measured.active_dbm0
    is_silent = level is None or level <= SILENCE_DBM0  # A-law has no zero: idle is -66 dBm0
    lead, tail = (0.0, 0.0) if level is None or is_silent else _ends(at_8_khz, level)
    return Measures(
        sha256=hashlib.sha256(content).hexdigest(),
        seconds=round(len(samples) / rate, 3),
        rate=rate,
        level_dbm0=None if level is None or is_silent else round(level, 2),
        clipped=measured.clipped,
        lead=lead,
        tail=tail,
    )


def _ends(samples: object, level_dbm0: float) -> tuple[float, float]:
    """Seconds of silence before and after the speech."""
    import numpy as np

    from boardivr.prompts.level import power_of

    signal = np.asarray(samples)
    frames = signal[: len(signal) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float32)
    power = np.einsum("ij,ij->i", frames, frames) / FRAME
    loud = np.flatnonzero(power > power_of(level_dbm0 - QUIET_BELOW))
    if not loud.size:
        return 0.0, 0.0
    first, after = int(loud[0]), len(frames) - 1 - int(loud[-1])
    return round(first * FRAME / SAMPLE_RATE, 2), round(after * FRAME / SAMPLE_RATE, 2)


def _read(file: Path) -> dict[str, tuple[Stamp, Measures]]:
    """What was kept; nothing where the file is another program's, or broken."""
    known: dict[str, tuple[Stamp, Measures]] = {}
    with suppress(OSError, ValueError, TypeError):
        for path, inode, time, size, *values in json.loads(file.read_bytes()):
            measures = Measures(**dict(zip(_NAMES, values, strict=True)))
            known[path] = (inode, time, size), measures
    return known
