"""What hangs on a line of the exchange, and the calls between two of them."""

from __future__ import annotations

import enum
from collections.abc import Callable
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
    WAKE = 6  # stop() was called


class Hook(enum.Enum):
    ON = "on-hook"
    OFF = "off-hook"


class Cause(enum.IntEnum):
    """Release causes (ITU-T Q.850) that the exchange gives by itself."""

    UNALLOCATED = 1
    NORMAL = 16
    BUSY = 17
    NO_ANSWER = 19
    REJECTED = 21
    CONGESTION = 34


@dataclass(eq=False)
class Call:
    """A call that is being set up, or stands.

    :param holder: who put it on hold with a hook flash
    """

    caller: Station
    called: Station
    ani: str | None
    dnis: str
    is_answered: bool = False
    holder: Station | None = None

    def other(self, station: Station) -> Station:
        """Return who is at the other end."""
        return self.called if self.caller is station else self.caller

    def replace(self, station: Station, by: Station) -> None:
        """Put another station in the place of one."""
        if self.caller is station:
            self.caller = by
        else:
            self.called = by


@dataclass(eq=False)
class Station:
    """A channel of the board, or a telephone.

    :param kind: what the board has there; None: a telephone of the harness
    :param held: a call on hold, while another one is made
    :param has_fault: whether its line is a bad one, on request
    :param ambush: called as the station's next dial begins: the fault "glare"
    """

    name: str
    port: Port
    numbers: tuple[str, ...]
    kind: LineKind | None = None
    hook: Hook = Hook.ON
    call: Call | None = None
    held: Call | None = None
    has_fault: bool = False
    ambush: Callable[[], None] | None = None
    rings: int = 0
    serial: int = field(default=0)  # counts calls: a timer of an old one does nothing

    @property
    def is_free(self) -> bool:
        return self.hook is Hook.ON and self.call is None

    @property
    def is_ringing(self) -> bool:
        """Whether a call is offered that isn't answered yet."""
        return self.call is not None and self.call.called is self and not self.call.is_answered

    @property
    def has_messages(self) -> bool:
        """Call data and progress come as messages, not as bells and tones."""
        return self.kind is not LineKind.FXO

    def peer(self) -> Station | None:
        """Return the other station of the call."""
        return None if self.call is None else self.call.other(self)
