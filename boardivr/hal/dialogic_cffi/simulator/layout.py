"""What the simulated boards are: how many lines of what kind, and the devices' names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from boardivr.hal.errors import BoardError
from boardivr.hal.loopback.options import Options, read_options

CHANNELS = 4
"""A virtual voice board has four channels: dxxxB1C1 to dxxxB1C4, then dxxxB2C1."""

TIMESLOTS = 30
"""Of a span of E1 that carry calls."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """:param analog: lines with a voice channel each, the first of the voice boards
    :param spans: E1 spans of 30 timeslots, with as many voice channels
    :param ip: IP timeslots, with as many voice channels
    :param stations: of the station board
    :param far_ends: room for so many telephones at once
    :param speed: simulated seconds in a real one
    :param options: of the exchange, as in a loopback board's URL
    """

    analog: int = 4
    spans: int = 0
    ip: int = 0
    stations: int = 4
    far_ends: int = 16
    speed: int = 1
    options: Options = field(default_factory=Options)

    @property
    def digital(self) -> int:
        return TIMESLOTS * self.spans + self.ip

    def timeslots(self) -> Iterator[tuple[str, str]]:
        """The digital lines' devices: names, and the vendor's type of each."""
        for index in range(TIMESLOTS * self.spans):
            yield timeslot_name(index), "TYPE_R4_DTI_TIMESLOT"
        for index in range(self.ip):
            yield ip_name(index), "TYPE_R4_IPT_TIMESLOT"

    @property
    def voices(self) -> int:
        return self.analog + self.digital


def voice_name(index: int) -> str:
    """Return the name of a voice channel by its place, from 0."""
    board, channel = divmod(index, CHANNELS)
    return f"dxxxB{board + 1}C{channel + 1}"


def timeslot_name(index: int) -> str:
    span, slot = divmod(index, TIMESLOTS)
    return f"dtiB{span + 1}T{slot + 1}"


def ip_name(index: int) -> str:
    return f"iptB1T{index + 1}"


def read_layout(text: str, **given: int) -> Layout:
    """Read ``analog=4&spans=1&country=us``.

    :raises BoardError: a word that isn't known, or a value that can't be meant
    """
    own, others = dict(given), []
    for part in filter(None, text.split("&")):
        name, _, value = part.partition("=")
        if name not in ("analog", "spans", "ip", "stations", "far_ends", "speed"):
            others.append(part)
        elif not value.isdecimal() or len(value) > 4:
            raise BoardError(f"{name}: expected a whole number, found {value!r}")
        else:
            own[name] = int(value)
    return Layout(options=read_options("dialogic:?" + "&".join(others)), **own)
