"""What a country's exchange sounds like: tones, ringing, caller ID, the sign of the end.

Times are seconds, levels dBm0 at the exchange, frequencies Hz. The tables are in
:mod:`boardivr.media.toneplans`; the engine's generator and detector are told from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

Sine = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Sines (Hz, dBm0) that sound together for `on` seconds, then `off` seconds of silence."""

    sines: tuple[Sine, ...]
    on: float
    off: float = 0.0

    @property
    def frequencies(self) -> tuple[float, ...]:
        """The frequencies, lowest first."""
        return tuple(sorted(hz for hz, _ in self.sines))


@dataclass(frozen=True, kw_only=True)
class Tone:
    """A tone by its name; `cycles` of it are enough to know it by."""

    name: str
    steps: tuple[Step, ...]
    repeats: bool = True
    cycles: int = 1

    @property
    def is_continuous(self) -> bool:
        """Whether it is one sound without end."""
        return len(self.steps) == 1 and self.steps[0].on == inf

    @property
    def is_successive(self) -> bool:
        """Whether its sounds differ, one after the other, as those of SIT do."""
        return len({step.frequencies for step in self.steps}) > 1

    @property
    def frequencies(self) -> tuple[float, ...]:
        """What a detector listens for: together, or for a successive tone in this order."""
        if self.is_successive:
            return tuple(hz for step in self.steps for hz in step.frequencies)
        return self.steps[0].frequencies

    @property
    def cadence(self) -> tuple[float, ...]:
        """On, off, on, off ...; empty for a continuous or a successive tone."""
        if self.is_continuous or self.is_successive:
            return ()
        return tuple(time for step in self.steps for time in (step.on, step.off))


class CallerIdStandard(StrEnum):
    """How an analog line says who calls: what is sent, and when."""

    BELLCORE = "bellcore"  # Bell 202 FSK after the first ring (GR-30, CLASS)
    V23 = "v23"  # V.23 FSK before the first ring (SIN 227, ETSI EN 300 659)
    ETSI = "etsi"  # V.23 FSK after the first ring (ETSI EN 300 659)
    DTMF = "dtmf"  # DTMF digits before or after the first ring


class Disconnect(StrEnum):
    """How an analog line says that the far end is gone."""

    BUSY_TONE = "busy_tone"
    LOOP_DROP = "loop_drop"  # no loop current for a moment, then dial tone


@dataclass(frozen=True, kw_only=True)
class TonePlan:
    """A country's tones and what else its analog lines do."""

    country: str
    tones: tuple[Tone, ...]
    ring: tuple[float, ...]  # on, off, ... of the ringing current
    caller_id: tuple[CallerIdStandard, ...]  # the usual one first
    disconnect: Disconnect

    def tone(self, name: str) -> Tone:
        """Return a tone by its name.

        :raises KeyError: the plan has no such tone
        """
        for tone in self.tones:
            if tone.name == name:
                return tone
        known = ", ".join(tone.name for tone in self.tones)
        raise KeyError(f"no tone {name!r} in plan {self.country!r}; it has {known}")

    @property
    def heard(self) -> tuple[Tone, ...]:
        """The tones that say how a call goes on, for the call-progress detector."""
        return tuple(tone for tone in self.tones if tone.name in PROGRESS)


PROGRESS = ("dial", "ringback", "busy", "congestion", "unobtainable", "sit")


def countries() -> tuple[str, ...]:
    """Return the countries that have a plan, as two small letters."""
    from boardivr.media.toneplans import PLANS

    return tuple(sorted(PLANS))


def plan(country: str) -> TonePlan:
    """Return a country's plan.

    :param country: two letters of ISO 3166, say ``cn``
    :raises ValueError: no such plan; the message lists those there are
    """
    from boardivr.media.toneplans import PLANS

    found = PLANS.get(country.lower())
    if found is None:
        raise ValueError(f"no tone plan {country!r}; known are {', '.join(countries())}")
    return found
