"""What a received fax is, and a delivery of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Arrival(Enum):
    """How much of a fax is there."""

    ARRIVING = "arriving"  # its call goes on, or the process died in it
    WHOLE = "whole"
    PARTIAL = "partial"  # the call ended before the last page


@dataclass(frozen=True, kw_only=True)
class ReceivedFax:
    """A fax that came, or comes.

    :param id: 0 until it is stored
    :param file: in the inbox's folder
    :param box: the fax mailbox that it is in
    :param pages: those that are whole; each was on the disk before it was confirmed
    :param ident: the sender's number, as its machine says it
    :param call: id of the call's record
    :param outcome: of T.30, as :class:`boardivr.hal.types.FaxOutcome` has it, and its words
    :param lines: of the last page, a metre
    :param seen: when somebody looked at it first
    """

    id: int = 0
    file: str
    box: str
    state: Arrival = Arrival.ARRIVING
    pages: int = 0
    began: datetime
    ended: datetime | None = None
    ident: str = ""
    sub_address: str = ""
    ani: str = ""
    dnis: str = ""
    node: str = ""
    channel: str = ""
    call: str = ""
    outcome: str = ""
    words: str = ""
    rate: int = 0
    ecm: bool = False
    bad_rows: int = 0
    lines: int = 0
    seconds: float = 0.0
    seen: datetime | None = None

    @property
    def sender(self) -> str:
        """Who sent it, as far as is known: its machine's number, else the caller's."""
        return self.ident or self.ani


class Way(Enum):
    """How a fax is delivered."""

    FOLDER = "folder"
    MAIL = "mail"
    COMMAND = "command"


class Progress(Enum):
    """Where a delivery is."""

    DUE = "due"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A fax that is to be brought somewhere, at least once.

    :param target: a folder, an address, or a command's words
    :param due: when it is tried next
    :param words: what went wrong last
    """

    id: int = 0
    fax: int
    way: Way
    target: tuple[str, ...]
    state: Progress = Progress.DUE
    tries: int = 0
    due: datetime
    words: str = ""
    done: datetime | None = None
