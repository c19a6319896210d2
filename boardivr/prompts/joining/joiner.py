"""Values as pieces that were spoken ahead, joined so that the joints aren't heard.

``一万零一百元零五分`` is five pieces: 一万 零 一百 元 零 五分. The fewest pieces that
cover a clause are taken; where one word isn't there, the speech engine says it all.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.hal.types import SAMPLE_RATE
from boardivr.media.audiofile import AudioFileError, read_clip
from boardivr.prompts.joining import shipped
from boardivr.prompts.languages import code
from boardivr.prompts.level import Level

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

log = logging.getLogger(__name__)

COMMA, STOP = 0.18, 0.35  # seconds after a clause, after a sentence
JOINT = 0.012  # seconds that are left between two pieces of a clause
VOICE = "kokoro"  # the engine whose voice the pieces have
LONGEST = 24  # words or characters of a piece
FADE = 0.004  # seconds, so that a cut doesn't click

_CLAUSES = re.compile(r"(?<![ap]\.m)([,.;:!?]+)(?=\s|$)|([，。；：！？、,;:!?])")
_STOPS = frozenset(".!?。！？;；")


class Joiner:
    """Joins what came with us. For any thread.

    :param but_not: languages that are said by a voice which somebody chose
    """

    def __init__(self, but_not: Collection[str] = ()) -> None:
        self._but_not = {tag.lower() for tag in but_not}
        self._samples: dict[Path, Samples] = {}
        self._lock = threading.Lock()

    def alaw(self, text: str, language: str) -> bytes | None:
        """Return a text as A-law; None where a word of it isn't there."""
        if language.lower() in self._but_not or code(language) in self._but_not:
            return None
        parts = cover(text, language, shipped.pieces(language), shipped.whole(language))
        if not parts:
            return None
        try:
            return self._joined(parts)
        except AudioFileError as error:
            log.warning("%s; spoken instead", error)
            return None

    def _joined(self, clauses: Sequence[tuple[Sequence[Path], float]]) -> bytes:
        import numpy as np

        from boardivr.media import g711

        made = []
        for pieces, gap in clauses:
            made += [join([self._read(path) for path in pieces]), silence(gap)]
        return g711.linear_to_alaw(np.concatenate(made[:-1]))

    def _read(self, path: Path) -> Samples:
        from boardivr.media import g711

        with self._lock:
            if path not in self._samples:
                clip = read_clip(path)
                self._samples[path] = g711.decode(clip.data, clip.encoding)
            return self._samples[path]


def joiner_beside(chosen: Mapping[str, str]) -> Joiner:
    """Return the joiner for the languages that settings name no other voice for.

    :param chosen: as :func:`boardivr.prompts.tts.casting.cast` has it
    """
    return Joiner([tag for tag, voice in chosen.items() if voice.partition(":")[0] != VOICE])


def cover(
    text: str, language: str, pieces: Mapping[str, Path], whole: Mapping[str, Path]
) -> list[tuple[list[Path], float]] | None:
    """Return the files of each clause, and the seconds of silence after it.

    :param pieces: that clauses are made of, by what they say
    :param whole: clauses that are there as one
    :return: None where a word has no file
    """
    found = []
    for clause, gap in _clauses(text):
        said = shipped.bare(clause, language)
        if not said:
            continue
        files = [whole[said]] if said in whole else _fewest(said, language, pieces, whole)
        if files is None:
            return None
        found.append((files, gap))
    return found or None


def _clauses(text: str) -> list[tuple[str, float]]:
    cut, at = [], 0
    for stop in _CLAUSES.finditer(text):
        cut.append((text[at : stop.start()], STOP if set(stop[0]) & _STOPS else COMMA))
        at = stop.end()
    return [*cut, (text[at:], 0.0)]


def _fewest(
    text: str, language: str, pieces: Mapping[str, Path], whole: Mapping[str, Path]
) -> list[Path] | None:
    """The fewest pieces that are the text; a whole clause may be at an end of it."""
    words = text.split() if code(language) == "en" else list("".join(text.split()))
    joint = " " if code(language) == "en" else ""
    best: list[list[Path] | None] = [[]]
    for end in range(1, len(words) + 1):
        choices = []
        for start in range(max(0, end - LONGEST), end):
            before, said = best[start], joint.join(words[start:end])
            file = pieces.get(said) or (
                whole.get(said) if start == 0 or end == len(words) else None
            )
            if before is not None and file is not None:
                choices.append([*before, file])
        best.append(min(choices, key=len, default=None))
    return best[-1]


def join(pieces: Sequence[Samples]) -> Samples:
    """Join pieces of one clause: what is silent at their ends is cut to a joint, and faded.

    :param pieces: each with :attr:`.level.Level.edge` of silence around it
    """
    import numpy as np

    cut = int((Level().edge - JOINT / 2) * SAMPLE_RATE)
    ramp = np.linspace(0.0, 1.0, int(FADE * SAMPLE_RATE))
    made = []
    for number, piece in enumerate(pieces):
        part = piece.astype(np.float64)
        if number:
            part = part[cut:]
            part[: len(ramp)] *= ramp
        if number < len(pieces) - 1:
            part = part[: len(part) - cut]
            part[len(part) - len(ramp) :] *= ramp[::-1]
        made.append(part)
    return np.rint(np.concatenate(made)).astype(np.int16)


def silence(seconds: float) -> Samples:
    import numpy as np

    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.int16)
