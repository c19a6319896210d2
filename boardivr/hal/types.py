"""The values that cross the HAL: what a verb is asked, and what came of it.

Times are seconds, levels dBm0, keys a string of ``0-9*#A-D``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path

KEYS = "0123456789*#ABCD"

SAMPLE_RATE = 8000

LONGEST_UTTERANCE = 10.0
"""Seconds that an utterance has where nobody says how long it may be."""


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
    FAX_TONE = enum.auto()  # hears a calling fax while it plays, records or collects
    SPEECH = enum.auto()  # hears when speech begins and ends, and keeps it


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
    FAX_CALLS = enum.auto()  # CNG was heard, after await_fax(): TM_TONE
    SPEECH = enum.auto()  # speech has begun
    FIRST_SPEECH = enum.auto()  # neither speech nor a key within first_speech
    SPEECH_END = enum.auto()  # speech has ended: there is an utterance


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
    speech: bool = False  # speech begins; tones and keys are none
    first_speech: float | None = None  # without speech or a key, from the start
    speech_end: float | None = None  # of hush after speech: it has ended

    @property
    def needs_speech(self) -> bool:
        """Whether speech is listened for."""
        return self.speech or self.first_speech is not None or self.speech_end is not None


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
class Utterance:
    """What a caller said or keyed, whichever came first.

    :param keys: as in :class:`Digits`
    :param speech: with 0.3 s before it; None where keys came, or nothing
    """

    keys: str = ""
    speech: Clip | None = None
    reason: Reason

    def __repr__(self) -> str:
        heard = f"{self.speech.seconds:.1f} s" if self.speech else "none"
        return f"Utterance(<{len(self.keys)} keys>, speech {heard}, {self.reason})"


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


class Modem(enum.Flag):
    """The modems that carry a fax's pages."""

    V27TER = enum.auto()  # 4800, 2400 bit/s
    V29 = enum.auto()  # 9600, 7200
    V17 = enum.auto()  # 14400, 12000, 9600, 7200


class Compression(enum.Flag):
    """How a fax's pages are coded on the line."""

    MH = enum.auto()  # T.4 one-dimensional
    MR = enum.auto()  # T.4 two-dimensional
    MMR = enum.auto()  # T.6; with error correction only


class Resolution(enum.Flag):
    """Lines of a fax page, at 8 pels a millimetre across."""

    STANDARD = enum.auto()  # 3.85 lines/mm: 98 dpi
    FINE = enum.auto()  # 7.7 lines/mm: 196 dpi
    SUPERFINE = enum.auto()  # 15.4 lines/mm: 391 dpi


ALL_MODEMS = Modem.V27TER | Modem.V29 | Modem.V17
ALL_COMPRESSIONS = Compression.MH | Compression.MR | Compression.MMR
ALL_RESOLUTIONS = Resolution.STANDARD | Resolution.FINE | Resolution.SUPERFINE


@dataclass(frozen=True, kw_only=True)
class FaxSettings:
    """How a fax terminal behaves; the defaults allow all that it can do.

    :param ident: its number, as the far end is told (TSI, CSI, CIG): digits, ``+`` and space
    :param header: text of the line over each page that is sent, at most 50; empty: no line
    :param timezone: of the time in that line, as POSIX writes it (``CST-8``); empty: the system's
    :param ecm: error correction (T.30 annex A); without it a page that has bad lines is lost
    :param max_rate: bit/s. It bounds what is sent; a receiver bounds it by ``modems``
    :param widths: of the pages that are taken, in pels: 1728 (A4), 2048 (B4), 2432 (A3)
    :param sub_address: where the far end is to put it (SUB)
    :param password: sent with a poll (PWD)
    :param wanted_password: without it nothing is given to who polls
    :param poll_address: which of the far end's documents is polled (SEP)
    :param is_poll: the answering side sends, the calling side receives
    :param idle_limit: seconds without a frame, outside a page, after which it is given up
    :param phase_limit: seconds in any phase of T.30 but a page's
    :param page_limit: seconds for a page
    :param total_limit: seconds for all of it
    """

    ident: str = ""
    header: str = ""
    timezone: str = ""
    modems: Modem = ALL_MODEMS
    compressions: Compression = ALL_COMPRESSIONS
    resolutions: Resolution = ALL_RESOLUTIONS
    widths: tuple[int, ...] = (1728, 2048, 2432)
    ecm: bool = True
    max_rate: int = 14400
    sub_address: str = ""
    password: str = field(default="", repr=False)
    wanted_password: str = field(default="", repr=False)
    poll_address: str = ""
    is_poll: bool = False
    idle_limit: float = 120.0
    phase_limit: float = 150.0
    page_limit: float = 1200.0
    total_limit: float = 7200.0


@dataclass(frozen=True, kw_only=True)
class FaxOffer:
    """A document for those who poll, while a fax can be taken from those who send.

    :param path: TIFF class F
    :param address: they have to name it (SEP); empty: it is for those who name none
    :param password: they have to send it (PWD); empty: anybody gets it
    """

    path: Path
    address: str = ""
    password: str = field(default="", repr=False)


class FaxOutcome(enum.Enum):
    """What became of a fax; a queue decides by it when to try again."""

    OK = "ok"
    NO_FAX = "no fax"  # nobody there spoke T.30
    TRAINING = "training"  # the modems found no rate: try slower
    PAGE = "page"  # a page failed, or the protocol went wrong
    CUT = "cut"  # the call ended in the middle
    INCOMPATIBLE = "incompatible"  # the far end can't take this, ever
    FILE = "file"  # our file can't be read or written
    POLLING = "polling"  # nothing to poll there
    ACCESS = "access"  # ident, sub-address or password refused
    TIMEOUT = "timeout"  # our own watchdog gave it up
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class FaxFrame:
    """A frame of the session. Image frames that follow each other are one, with a count.

    :param at: seconds from the beginning
    :param name: as T.30 has it, such as ``DIS``
    :param octets: its first 24 at most, with address and control
    """

    at: float
    is_sent: bool
    name: str
    octets: bytes
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class FaxResult:
    """What came of a fax.

    :param code: of T.30's end (spandsp's), and its words
    :param phase: A to E, where it ended (T.30, 4)
    :param pages_sent: those that were sent whole; the last one may not be confirmed
    :param pages_confirmed: those that the far end confirmed
    :param pages_received: those that are in the file, confirmed by us
    :param rate: bit/s of the pages
    :param size: columns of the last page, and its lines a metre; zeros where there was none
    :param resent: how often the far end asked for parts of a page again (ECM)
    :param ident: the far end's number as it says itself; with vendor and model where known
    :param sub_address: where the far end wants it put (SUB)
    :param poll_address: what the far end asked for (SEP)
    :param polled: the offer that it took
    :param dis: what the far end can do, as it said, with address and control; empty: nothing said
    :param dcs: what was agreed on
    :param seconds: on the line
    :param page_times: seconds from the beginning, at which each page was confirmed
    """

    outcome: FaxOutcome
    code: int
    words: str
    phase: str
    pages_sent: int = 0
    pages_confirmed: int = 0
    pages_received: int = 0
    rate: int = 0
    ecm: bool = False
    compression: Compression | None = None
    size: tuple[int, int] = (0, 0)
    bad_rows: int = 0
    resent: int = 0
    ident: str = ""
    sub_address: str = ""
    poll_address: str = ""
    polled: FaxOffer | None = None
    dis: bytes = b""
    dcs: bytes = b""
    vendor: str = ""
    model: str = ""
    seconds: float = 0.0
    page_times: tuple[float, ...] = ()
    trace: tuple[FaxFrame, ...] = field(default=(), repr=False)

    @property
    def is_ok(self) -> bool:
        return self.outcome is FaxOutcome.OK
