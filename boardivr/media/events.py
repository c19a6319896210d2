"""What a port of the engine tells: events, and how an operation ended."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from boardivr.hal.types import SAMPLE_RATE, Reason
from boardivr.media._engine import lib

_LOST = lib.BI_LOST

_REASONS = {
    lib.BI_END_OF_DATA: Reason.END_OF_DATA,
    lib.BI_MAX_DIGITS: Reason.MAX_DIGITS,
    lib.BI_DIGIT: Reason.DIGIT,
    lib.BI_MAX_TIME: Reason.MAX_TIME,
    lib.BI_FIRST_DIGIT: Reason.FIRST_DIGIT,
    lib.BI_INTER_DIGIT: Reason.INTER_DIGIT,
    lib.BI_MAX_SILENCE: Reason.MAX_SILENCE,
    lib.BI_MAX_NON_SILENCE: Reason.MAX_NON_SILENCE,
    lib.BI_STOPPED: Reason.STOPPED,
    lib.BI_FAX_CALLS: Reason.FAX_CALLS,
    lib.BI_SPEECH: Reason.SPEECH,
    lib.BI_FIRST_SPEECH: Reason.FIRST_SPEECH,
    lib.BI_SPEECH_END: Reason.SPEECH_END,
}


class Kind(enum.IntFlag):
    """What an event tells; see ``decl/engine.h`` for its two numbers."""

    DONE = lib.BI_EV_DONE
    SIGNAL = lib.BI_EV_SIGNAL
    KEY_BEGIN = lib.BI_EV_KEY_BEGIN
    KEY_END = lib.BI_EV_KEY_END
    CLIP_BEGIN = lib.BI_EV_CLIP_BEGIN
    CLIP_END = lib.BI_EV_CLIP_END
    TONE = lib.BI_EV_TONE
    VOICE = lib.BI_EV_VOICE
    FAX = lib.BI_EV_FAX
    CALLER_ID = lib.BI_EV_CALLER_ID
    AUDIOSOCKET = lib.BI_EV_AUDIOSOCKET
    FAX_PAGE = lib.BI_EV_FAXPAGE
    FAX_PHASE = lib.BI_EV_FAXPHASE
    SPEECH = lib.BI_EV_SPEECH


@dataclass(frozen=True, kw_only=True)
class Event:
    """:param at: seconds of the engine's clock
    :param posted_ns: when it was posted, as :func:`time.monotonic_ns` tells it
    """

    kind: Kind
    a: int
    b: int
    op: int
    at: float
    posted_ns: int


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How an operation ended; ``is_lost``: because the far end is gone."""

    reason: Reason
    is_lost: bool
    seconds: float


def ended(event: Event) -> Ended:
    """Return what a DONE event says."""
    reason = Reason(0)
    for bit, name in _REASONS.items():
        if event.a & bit:
            reason |= name
    return Ended(reason=reason, is_lost=bool(event.a & _LOST), seconds=event.b / SAMPLE_RATE)
