"""What is kept of a call: its record, and its steps while tracing is on."""

from __future__ import annotations

import enum
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from boardivr.customer import Value


class Ending(enum.Enum):
    """How a call ended."""

    CALLER_HUNG_UP = "caller hung up"
    WE_HUNG_UP = "we hung up"
    NOT_ANSWERED = "not answered"  # the caller gave up before we answered
    FAILED = "failed"  # a fault of ours: a flow, a board
    APPLIANCE_STOPPED = "appliance stopped"  # found open when it started again


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One call, from its first ring to its end.

    :param id: sorts by time; carries nothing of the caller
    :param node: the process that took it, by the name in its settings
    :param customer: his id, once he is known
    :param flow_hash: of the flow's version that the call ran with to its end
    :param why: what the ending doesn't say: ``silent for 10 s``
    :param path: the choices that the caller made, by their ids
    :param tags: business reasons that the flow noted
    """

    id: str
    node: str
    board: str
    channel: str
    ani: str | None = None
    dnis: str | None = None
    customer: str | None = None
    flow: str | None = None
    flow_hash: str | None = None
    language: str | None = None
    started: datetime
    answered: datetime | None = None
    ended: datetime | None = None
    ending: Ending | None = None
    why: str = ""
    path: tuple[str, ...] = ()
    tags: Mapping[str, Value] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """Seconds from the answer to the end; None while it goes on or if it wasn't answered."""
        if self.answered is None or self.ended is None:
            return None
        return (self.ended - self.answered).total_seconds()


@dataclass(frozen=True, kw_only=True)
class TraceStep:
    """One traced step of a call.

    :param number: counts from 1 in each call
    """

    call: str
    number: int
    at: datetime
    name: str
    detail: Mapping[str, Value]


class CallSink(Protocol):
    """Where a call's record goes (:class:`boardivr.store.calls.CallWriter`); never blocks."""

    def started(self, record: CallRecord) -> None: ...

    def changed(self, record: CallRecord) -> None: ...

    def step(self, step: TraceStep) -> None: ...


def new_call_id(started: datetime) -> str:
    """Return an id such as ``20260921-080000-123-5f0c2a9e``: the time in UTC, and chance."""
    when = started.astimezone(UTC)
    thousandths = when.microsecond // 1000
    return f"{when:%Y%m%d-%H%M%S}-{thousandths:03d}-{secrets.token_hex(4)}"
