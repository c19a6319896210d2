"""What hangs on a line of the exchange, and the calls between two of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from boardivr.hal.types import LineKind
from boardivr.media.port import Port


class Signal(enum.IntEnum):
    """What the exchange tells a station, in the event queue of its port."""

    RING = 1  # the bell, once a cycle; or the call's message on E1
    RING_STOP = 2  # the caller gave up
    ALERTING = 3  # the called station rings
    ANSWERED = 4
    RELEASED = 5  # the call is over; b: Q.850 cause
    FLASH = 6  # the other station flashed its hook
    WAKE = 7  # stop() was called


class Hook(enum.Enum):
    ON = "on-hook"
    OFF = "off-hook"


class Cause(enum.IntEnum):
    """Release causes (ITU-T Q.850) that the exchange knows."""

    UNALLOCATED = 1
    NORMAL = 16
    BUSY = 17
    NO_ANSWER = 19
    REJECTED = 21
    CONGESTION = 34


@dataclass(eq=False)
class Call:
    """A call that is being set up, or stands."""

    caller: Station
    called: Station
    ani: str | None
    dnis: str
    is_answered: bool = False


@dataclass(eq=False)
class Station:
    """A channel of the board, or a telephone.

    :param kind: what the board has there; None: a telephone of the harness
    """

    name: str
    port: Port
    numbers: tuple[str, ...]
    kind: LineKind | None = None
    hook: Hook = Hook.ON
    call: Call | None = None
    rings: int = 0
    serial: int = field(default=0)  # counts calls: a timer of an old one does nothing

    @property
    def is_free(self) -> bool:
        return self.hook is Hook.ON and self.call is None

    @property
    def has_messages(self) -> bool:
        """Call data and progress come as messages, not as bells and tones."""
        return self.kind is not LineKind.FXO

    def peer(self) -> Station | None:
        """Return the other station of the call."""
        if self.call is None:
            return None
        return self.call.called if self.call.caller is self else self.call.caller
