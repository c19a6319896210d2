"""The values that cross the HAL: what a verb is asked, and what came of it.

Times are seconds, levels dBm0, keys a string of ``0-9*#A-D``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path

KEYS = "0123456789*#ABCD"

SAMPLE_RATE = 8000


class Feature(enum.Flag):
    """What a channel can do; the conformance suite skips by these, never by name."""

    NONE = 0
    VOICE = enum.auto()  # play, record, keys
    DIAL = enum.auto()  # places calls
    CPA = enum.auto()  # hears how a call that it placed goes on
    ANI = enum.auto()  # is told who calls
    DNIS = enum.auto()  # is told which number was called
    REJECT = enum.auto()  # refuses an offered call with a cause
    FLASH = enum.auto()  # hook flash
    ROUTING = enum.auto()  # bridge, listen, conference
    FAX = enum.auto()
    TONE_BEGIN = enum.auto()  # barge-in acts when a key's tone begins, not when it ends


class LineKind(enum.Enum):
    """What the channel hangs on."""

    FXO = "fxo"  # analog line to an exchange: rings, loop current, dial tone
    FXS = "fxs"  # analog station: a telephone hangs on it
    E1 = "e1"  # a 64 kbit/s timeslot; call data come as messages


class State(enum.Enum):
    ON_HOOK = enum.auto()
    RINGING = enum.auto()
    DIALING = enum.auto()
    CONNECTED = enum.auto()
    DISCONNECTED = enum.auto()  # the far end is gone, we're still off-hook
    CLOSED = enum.auto()


class Reason(enum.Flag):
    """Why an operation ended; several can hold at once, as in a TM_* mask."""

    END_OF_DATA = enum.auto()  # TM_EOD
    MAX_DIGITS = enum.auto()  # TM_MAXDTMF
    DIGIT = enum.auto()  # TM_DIGIT
    MAX_TIME = enum.auto()  # TM_MAXTIME
    FIRST_DIGIT = enum.auto()  # no key within first_digit (TM_IDDTIME before any key)
    INTER_DIGIT = enum.auto()  # TM_IDDTIME
    MAX_SILENCE = enum.auto()  # TM_MAXSIL
    MAX_NON_SILENCE = enum.auto()  # TM_MAXNOSIL
    STOPPED = enum.auto()  # TM_USRSTOP


@dataclass(frozen=True, kw_only=True)
class Termination:
    """When an operation ends: a board's termination parameter table (TPT).

    A condition that is None isn't watched; whichever is met first ends it.
    A driver rounds times to what its board can keep, upwards (Dialogic: 0.1 s;
    our engine: one frame of 0.02 s).
    """

    max_digits: int | None = None  # so many keys are in the buffer
    digits: str = ""  # one of these keys is in the buffer
    max_time: float | None = None  # from the operation's start
    first_digit: float | None = None  # without any key, from the start
    inter_digit: float | None = None  # since the last key, once there is one
    max_silence: float | None = None  # unbroken, at the line
    max_non_silence: float | None = None


class Encoding(enum.Enum):
    """How samples at 8 kHz are kept."""

    ALAW = "alaw"  # G.711, one byte a sample
    ULAW = "ulaw"  # G.711, one byte a sample
    LINEAR = "linear"  # 16 bit, little endian


@dataclass(frozen=True, kw_only=True, eq=False)
class Clip:
    """Audio that can be played: 8 kHz, mono, whole in memory, never changed.

    A driver may keep its own copy per clip (the engine loads each one once for
    all ports), so make a clip once and play it often.

    :param name: identity in traces and tests, such as ``welcome@zh-CN``
    :param text: the words in it, for transcripts; empty where there are none
    """

    data: bytes
    encoding: Encoding = Encoding.ALAW
    name: str = ""
    text: str = ""

    @property
    def seconds(self) -> float:
        width = 2 if self.encoding is Encoding.LINEAR else 1
        return len(self.data) / width / SAMPLE_RATE


@dataclass(frozen=True)
class Digits:
    """Keys that were collected, without the terminating one, and why it ended."""

    keys: str
    reason: Reason

    def __repr__(self) -> str:
        # Keys are PINs and card numbers: they don't get into a log by accident.
        return f"Digits(<{len(self.keys)} keys>, {self.reason})"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What was recorded, and why it ended."""

    path: Path
    seconds: float
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class IncomingCall:
    """A call that is offered. ANI and DNIS are None where the line has none."""

    ani: str | None = None
    dnis: str | None = None
    rings: int = 1


class Outcome(enum.Enum):
    """What became of a call that was placed."""

    CONNECTED = "connected"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    CONGESTION = "congestion"  # reorder: no way through
    INTERCEPT = "intercept"  # SIT or cause 1/22: the number isn't in service
    REJECTED = "rejected"
    NO_DIAL_TONE = "no dial tone"
    NO_RINGBACK = "no ringback"  # neither ringback nor anything else was heard
    GLARE = "glare"  # a call came in on the line that was being seized
    STOPPED = "stopped"


class AnsweredBy(enum.Enum):
    """Who answered, as far as can be heard."""

    UNKNOWN = "unknown"
    VOICE = "voice"  # PVD
    MACHINE = "machine"  # PAMD
    FAX = "fax"  # CED, or V.21 preamble


@dataclass(frozen=True, kw_only=True)
class CallProgress:
    """Call progress analysis of a call that was placed.

    :param cause: Q.850 cause where the line signals one
    """

    outcome: Outcome
    answered_by: AnsweredBy = AnsweredBy.UNKNOWN
    cause: int | None = None

    @property
    def is_connected(self) -> bool:
        return self.outcome is Outcome.CONNECTED
