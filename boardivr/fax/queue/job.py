"""Values: a fax that is to be sent to one number, its document, its tries."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


class JobState(enum.Enum):
    """Where a job is; the last three are final."""

    HELD = "held"  # somebody said: not now
    WAITING = "waiting"  # for its time, a line, or the other faxes to its number
    SENDING = "sending"  # on a channel
    SENT = "sent"  # every page was confirmed
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in (JobState.SENT, JobState.FAILED, JobState.CANCELLED)


class Failure(enum.Enum):
    """Why a try didn't send everything; :mod:`.rules` says what then."""

    BUSY = "busy"
    NO_ANSWER = "no answer"
    CONGESTION = "congestion"  # no way through the network
    NO_LINE = "no line"  # ours: no dial tone, glare, a board that fails
    WRONG_NUMBER = "wrong number"  # not in service
    REJECTED = "rejected"
    VOICE = "voice"  # a person answered
    MACHINE = "machine"  # an answering machine answered
    NO_FAX = "no fax"  # somebody answered, no fax was heard
    TRAINING = "training"  # the modems found no rate
    PAGE = "page"  # a page was refused, or the protocol went wrong
    CUT = "cut"  # the call ended in the middle
    TIMEOUT = "timeout"  # our watchdog
    INCOMPATIBLE = "incompatible"  # the machine can't take such a page
    FAULT = "fault"  # ours: something that wasn't foreseen
    FILE = "file"  # ours: it can't be read
    ACCESS = "access"  # ident, sub-address or password refused
    STOPPED = "stopped"  # by us: the appliance was stopped
    INTERRUPTED = "interrupted"  # by us: the appliance died
    NOT_REACHED = "not reached"  # in a call with other faxes that failed before
    TOO_LATE = "too late"  # not done by its time
    FORBIDDEN = "forbidden"  # a rule refuses the number


class Wish(enum.Enum):
    """What is to become of a job that is being sent, once the call has ended."""

    NONE = ""
    HOLD = "hold"
    CANCEL = "cancel"


HIGH, NORMAL, BULK = 63, 127, 191
PRIORITIES = {"high": HIGH, "normal": NORMAL, "bulk": BULK}
BUCKET = 16
"""Priorities 0 to 255, low goes first; what befalls a job moves it within its bucket of 16."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """Pages that are ready to be sent; jobs to several numbers share one.

    :param name: of the file in the spool
    :param sizes: octets of each page as T.6
    :param resolution: ``standard``, ``fine`` or ``superfine``
    :param columns: dots across
    :param digest: SHA-256 of the file
    """

    name: str
    sizes: tuple[int, ...]
    resolution: str
    columns: int
    digest: str
    made: datetime

    @property
    def pages(self) -> int:
        return len(self.sizes)


@dataclass(frozen=True, kw_only=True)
class FaxJob:
    """A document for one number.

    :param id: counts from 1 and never comes again; 0 before it is stored
    :param number: as :mod:`.numbers` writes it, for all that is the same line
    :param extra: what is dialled behind it; may be an access code, so it is never shown
    :param document: name of the :class:`Document`
    :param group: of the faxes that were ordered together
    :param priority: 0 to 255, low goes first
    :param send_at: not before
    :param kill_at: not after
    :param due: when the next try may begin
    :param window: times of day in which it may be sent (:mod:`.windows`); empty: any
    :param lines: the group of lines that it goes out on; empty: any
    :param max_rate: bit/s
    :param confirmed: pages that the far end confirmed, from the first on
    :param first_page: from 0, at which the last try began
    :param doubtful: pages (from 1) that may have been printed without a confirmation,
        and were or will be sent again
    :param dials: calls that were placed
    :param tries: calls in which a fax answered
    :param stuck: tries in a row that confirmed no page
    :param failures: how often each class of failure befell it
    :param talking: the call is answered, pages may pass
    :param node: the process that sends it, with its channel
    :param level: how careful the next try is (:mod:`.ladder`)
    :param reformatted: it goes out in a plainer form, for a machine that can't take the first
    :param words: the last failure in words
    :param origin: the job that this one is a repetition of; 0: none
    """

    id: int = 0
    number: str
    extra: str = field(default="", repr=False)
    document: str
    pages: int
    group: str = ""
    owner: str = ""
    title: str = ""
    priority: int = NORMAL
    made: datetime
    send_at: datetime
    kill_at: datetime
    due: datetime
    window: str = ""
    lines: str = ""
    ident: str = ""
    header: str = ""
    sub_address: str = ""
    ecm: bool = True
    max_rate: int = 14400
    max_dials: int = 12
    max_tries: int = 6
    state: JobState = JobState.WAITING
    wish: Wish = Wish.NONE
    confirmed: int = 0
    first_page: int = 0
    doubtful: tuple[int, ...] = ()
    dials: int = 0
    tries: int = 0
    stuck: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)
    talking: bool = False
    node: str = ""
    channel: str = ""
    level: int = 0
    reformatted: bool = False
    failure: Failure | None = None
    words: str = ""
    ended: datetime | None = None
    origin: int = 0

    @property
    def left(self) -> int:
        """Pages that aren't confirmed."""
        return self.pages - self.confirmed


@dataclass(frozen=True, kw_only=True)
class FaxTry:
    """One call of a job.

    :param number: counts from 1 in each job
    :param failure: None where every page was confirmed
    :param code: T.30's end (spandsp's); None where T.30 didn't begin
    :param first_page: from 0
    :param confirmed: pages that this call confirmed
    :param settings: what was tried, in words: ``no V.17, 4800 bit/s``
    :param ident: the far end's
    :param trace: the frames, a line each
    """

    job: int
    number: int
    channel: str
    began: datetime
    ended: datetime
    failure: Failure | None
    code: int | None = None
    words: str = ""
    phase: str = "A"
    first_page: int = 0
    confirmed: int = 0
    rate: int = 0
    ecm: bool = False
    compression: str = ""
    resent: int = 0
    seconds: float = 0.0
    settings: str = ""
    ident: str = ""
    trace: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Destination:
    """What is known of a number's machine.

    :param is_fax: a fax has answered there
    :param dis: what it says it can do, T.30's DIS as hex; empty: never heard
    :param level: how careful faxes to it are (:mod:`.ladder`)
    :param level_at: since when
    :param sent: faxes that went through; ``failed``: those that were given up
    """

    number: str
    is_fax: bool = False
    ident: str = ""
    vendor: str = ""
    model: str = ""
    dis: str = ""
    level: int = 0
    level_at: datetime | None = None
    sent: int = 0
    failed: int = 0
    last_failure: Failure | None = None
    last_at: datetime | None = None
