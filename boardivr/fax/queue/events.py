"""What can befall a fax job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from boardivr.fax.queue.job import Failure


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A channel has taken it.

    :param is_plain: the machine is known not to take it but in the plainest form
    """

    node: str
    channel: str
    level: int = 0
    is_plain: bool = False


@dataclass(frozen=True)
class Talking:
    """The call was answered; from now on pages may pass."""


@dataclass(frozen=True)
class Confirmed:
    """:param pages: of the job that are confirmed by now"""

    pages: int


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The call is over.

    :param failure: None where nothing failed
    :param confirmed: pages of the job, those of earlier calls too
    :param is_printed: the page after those may have been printed
    :param is_reached: a fax answered (T.30's phase B)
    :param is_known: a fax has answered at that number, now or ever
    :param is_reformattable: there is a plainer form of the document
    """

    failure: Failure | None
    words: str = ""
    confirmed: int = 0
    is_printed: bool = False
    is_reached: bool = False
    is_known: bool = False
    is_reformattable: bool = False


@dataclass(frozen=True)
class Interrupted:
    """The process died that had it on a line."""


@dataclass(frozen=True)
class Held:
    """Somebody wants it to wait."""


@dataclass(frozen=True)
class Released:
    """Somebody wants it to go on."""


@dataclass(frozen=True)
class Cancelled:
    """Somebody doesn't want it sent any more."""


@dataclass(frozen=True)
class Hurried:
    """Somebody wants its next try now."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Somebody changed it; None leaves a thing as it is."""

    number: str | None = None
    extra: str | None = None
    priority: int | None = None
    send_at: datetime | None = None
    lines: str | None = None
    window: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reformatted:
    """There is a plainer form of the document, page by page the same."""

    document: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """It can't be sent as things are: its number is forbidden now, its document is gone."""

    failure: Failure
    words: str


@dataclass(frozen=True)
class TimePassed:
    """Its time may be over, or its window have closed."""


Event = (
    Claimed | Talking | Confirmed | Ended | Interrupted | Held | Released | Cancelled
    | Hurried | Moved | Reformatted | Refused | TimePassed
)  # fmt: skip
