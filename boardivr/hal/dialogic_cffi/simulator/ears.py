"""A telephone that knows clips again by their samples.

The board's sound comes as a stream, without names. So what comes in is recorded, and
compared, byte by byte, with how each clip that the driver was given begins.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.telephone import Heard, Telephone
from boardivr.hal.types import SAMPLE_RATE, Clip
from boardivr.media.port import Side

LOOK = 0.1  # seconds between two looks at what has come in
PRINT = 800  # samples of a clip that it is known by
HEADER = 46  # bytes before the samples: RIFF with a fmt chunk of 18


def fingerprint(data: bytes) -> tuple[int, bytes] | None:
    """Return where a clip's sound begins, and that part of it; None: it is too short or hushed.

    Silence is the same everywhere, so it tells nothing.
    """
    for start in range(0, len(data) - PRINT, PRINT // 4):
        part = data[start : start + PRINT]
        if len(set(part)) > 20:
            return start, part
    return None


@dataclass(frozen=True, kw_only=True)
class Known:
    """A clip that can be known again.

    :param start: of the part that it is known by
    :param data: all of it, in the line's law
    """

    start: int
    data: bytes
    clip: Clip


class Ears:
    """Clips that may be heard, by what they are known by."""

    def __init__(self) -> None:
        self._known: dict[bytes, Known] = {}

    def learn(self, data: bytes, clip: Clip) -> None:
        """Know a clip again.

        :param data: it, in the line's law
        """
        if found := fingerprint(data):
            self._known.setdefault(found[1], Known(start=found[0], data=data, clip=clip))

    @property
    def known(self) -> Mapping[bytes, Known]:
        return dict(self._known)


class HearingTelephone(Telephone):
    """A telephone whose log has the clips that came in."""

    def __init__(self, exchange: Exchange, number: str, name: str, ears: Ears) -> None:
        super().__init__(exchange, number, name)
        self._ears = ears
        self._call = ExitStack()
        self._recorder = ExitStack()
        self._heard_to: dict[bytes, int] = {}
        self._going_on: list[tuple[int, bytes, Heard]] = []
        self._file: Path | None = None
        self._since = 0.0

    def call(self, number: str, ani: str | None = None) -> None:
        self._open()
        super().call(number, ani)

    def hang_up(self) -> None:
        self._recorder.close()  # what came last is in the file now
        self._recognise()
        super().hang_up()
        self._shut()

    def close(self) -> None:
        self._shut()
        super().close()

    def wait_until(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        deadline = None if timeout is None else self.clock.now() + timeout
        while True:
            left = LOOK if deadline is None else min(LOOK, deadline - self.clock.now())
            self._recognise()
            if super().wait_until(ready, max(0.0, left)):
                return True
            if deadline is not None and self.clock.now() >= deadline:
                return ready()

    def _open(self) -> None:
        """Record what comes in, from now on."""
        self._shut()
        folder = self._call.enter_context(tempfile.TemporaryDirectory())
        self._file = Path(folder) / "heard.alaw.wav"
        self._recorder.enter_context(self.port.recording(self._file, Side.IN))
        self._since = self.clock.now()

    def _shut(self) -> None:
        self._recorder.close()
        self._file = None
        self._heard_to.clear()
        self._going_on.clear()
        self._call.close()

    def _recognise(self) -> None:
        """Put what has begun into the log, in order."""
        if self._file is None:
            return
        sound = self._file.read_bytes()[HEADER:]
        found: list[tuple[int, Known]] = []
        for part, known in self._ears.known.items():
            place = sound.find(part, self._heard_to.get(part, 0))
            if place >= 0:
                self._heard_to[part] = place + len(part)
                found.append((max(0, place - known.start), known))
        for place, known in sorted(found, key=lambda one: one[0]):
            self._add(place, known)
        self._measure(sound)

    def _add(self, place: int, known: Known) -> None:
        at, clip = self._since + place / SAMPLE_RATE, known.clip
        entry = Heard(at=at, what="heard", text=clip.text, name=clip.name)
        self.log.append(entry)
        self._going_on.append((place, known.data, entry))

    def _measure(self, sound: bytes) -> None:
        """Note which clips have been heard whole by now."""
        for one in list(self._going_on):
            place, data, entry = one
            if len(sound) >= place + len(data):
                self._going_on.remove(one)
                entry.is_whole = sound[place : place + len(data)] == data
                entry.seconds = len(data) / SAMPLE_RATE if entry.is_whole else 0.0
