"""Speech that a caller winds: back, forward, louder, softer, by keys while it plays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from boardivr.hal import Clip, Encoding
from boardivr.hal.types import SAMPLE_RATE
from boardivr.yamlread import Keys, Seconds

LOUDEST_DB = 12.0
SKIP = Seconds(5.0)


@dataclass(frozen=True, kw_only=True)
class TapeKeys:
    """Which key does what.

    :param stop: ends it
    :param skip: seconds that ``back`` and ``forward`` go
    :param step: decibels that ``louder`` and ``softer`` change, to no more than 12
    """

    back: Keys | None = None
    forward: Keys | None = None
    louder: Keys | None = None
    softer: Keys | None = None
    stop: Keys | None = None
    skip: Seconds = SKIP
    step: int = 3

    @property
    def deeds(self) -> dict[str, str]:
        """What is done, by key."""
        names = ("back", "forward", "louder", "softer", "stop")
        return {str(key): name for name in names if (key := getattr(self, name)) is not None}


@dataclass
class Tape:
    """Clips one after another, and where one is in them.

    :param position: seconds from the beginning
    :param gain_db: how much louder than they are
    """

    clips: Sequence[Clip]
    position: float = 0.0
    gain_db: float = field(default=0.0, init=False)

    @property
    def seconds(self) -> float:
        return sum(clip.seconds for clip in self.clips)

    def rest(self) -> list[Clip]:
        """Return what is still to be heard, as loud as it is wanted."""
        from boardivr.prompts.volume import scaled

        return [part for clip in self._from_here() if (part := scaled(clip, self.gain_db)).data]

    def _from_here(self) -> Iterator[Clip]:
        skipped = self.position
        for clip in self.clips:
            if skipped <= 0:
                yield clip
            elif skipped < clip.seconds:
                width = 2 if clip.encoding is Encoding.LINEAR else 1
                data = clip.data[round(skipped * SAMPLE_RATE) * width :]
                yield Clip(data=data, encoding=clip.encoding, name=clip.name, text=clip.text)
            skipped -= clip.seconds

    def wind(self, deed: str, keys: TapeKeys) -> None:
        """Do what a key says."""
        if deed in ("back", "forward"):
            by = keys.skip if deed == "forward" else -keys.skip
            self.position = min(max(0.0, self.position + by), self.seconds)
        elif deed in ("louder", "softer"):
            by = keys.step if deed == "louder" else -keys.step
            self.gain_db = min(max(-LOUDEST_DB, self.gain_db + by), LOUDEST_DB)
