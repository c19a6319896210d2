"""What Global Call says of a call that failed, as an outcome.

gc_ResultInfo(): its own value (GCRV_*), and the call control library's, which on ISDN
has the cause of Q.850 in it.
"""

from __future__ import annotations

from boardivr.hal.causes import outcome_of
from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.dialogic_cffi.srl import SrlEvent
from boardivr.hal.types import CallProgress, Outcome

RESULTS = {
    C.GCRV_BUSY: Outcome.BUSY,
    C.GCRV_NOANSWER: Outcome.NO_ANSWER,
    C.GCRV_TIMEOUT: Outcome.NO_ANSWER,
    C.GCRV_NORB: Outcome.NO_RINGBACK,
    C.GCRV_CONGESTION: Outcome.CONGESTION,
    C.GCRV_CEPT: Outcome.INTERCEPT,
    C.GCRV_UNALLOCATED: Outcome.INTERCEPT,
    C.GCRV_NOT_INSERVICE: Outcome.INTERCEPT,
    C.GCRV_VACANT_CIRCUIT: Outcome.INTERCEPT,
    C.GCRV_SIT_UNKNOWN: Outcome.INTERCEPT,
    C.GCRV_REORDER_INTERLATA: Outcome.CONGESTION,
    C.GCRV_NO_CIRCUIT_INTERLATA: Outcome.CONGESTION,
    C.GCRV_REJECT: Outcome.REJECTED,
    C.GCRV_GLARE: Outcome.GLARE,
    C.GCRV_STOPD: Outcome.STOPPED,
    C.GCRV_DIALTONE: Outcome.NO_DIAL_TONE,
}

ISDN_CAUSES = range(C.ERR_ISDN_CAUSE, C.ERR_ISDN_CAUSE + 128)
"""The ISDN libraries' values: the cause, above this number."""


def cause_of(event: SrlEvent) -> int | None:
    """Return the cause of Q.850 that an event has; None where it has none."""
    value = event.cause
    if value in ISDN_CAUSES:
        return value - ISDN_CAUSES.start
    return value if 1 <= value <= 127 else None


def progress(event: SrlEvent) -> CallProgress:
    """Return what became of a call, by the event that ended it."""
    cause = cause_of(event)
    outcome = RESULTS.get(event.result)
    if cause is not None and (outcome is None or outcome is Outcome.REJECTED):
        outcome = outcome_of(cause)
    return CallProgress(outcome=outcome or Outcome.REJECTED, cause=cause)
