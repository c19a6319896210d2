"""What became of a call, as the classes of failure that the queue knows."""

from __future__ import annotations

from boardivr.fax.queue.job import Failure
from boardivr.hal.types import AnsweredBy, CallProgress, FaxOutcome, FaxResult, Outcome

BY_CALL = {
    Outcome.BUSY: Failure.BUSY,
    Outcome.NO_ANSWER: Failure.NO_ANSWER,
    Outcome.NO_RINGBACK: Failure.NO_ANSWER,
    Outcome.CONGESTION: Failure.CONGESTION,
    Outcome.INTERCEPT: Failure.WRONG_NUMBER,
    Outcome.REJECTED: Failure.REJECTED,
    Outcome.NO_DIAL_TONE: Failure.NO_LINE,
    Outcome.GLARE: Failure.NO_LINE,
    Outcome.STOPPED: Failure.STOPPED,
}
BY_FAX = {
    FaxOutcome.OK: None,
    FaxOutcome.NO_FAX: Failure.NO_FAX,
    FaxOutcome.TRAINING: Failure.TRAINING,
    FaxOutcome.PAGE: Failure.PAGE,
    FaxOutcome.CUT: Failure.CUT,
    FaxOutcome.INCOMPATIBLE: Failure.INCOMPATIBLE,
    FaxOutcome.FILE: Failure.FILE,
    FaxOutcome.POLLING: Failure.ACCESS,
    FaxOutcome.ACCESS: Failure.ACCESS,
    FaxOutcome.TIMEOUT: Failure.TIMEOUT,
    FaxOutcome.STOPPED: Failure.STOPPED,
}
BY_VOICE = {AnsweredBy.VOICE: Failure.VOICE, AnsweredBy.MACHINE: Failure.MACHINE}

NOT_THIS_FORM = (11, 12)
"""spandsp's codes for a resolution and a width that the far end can't take."""

ADVICE = {
    Failure.BUSY: "The number is busy; if it always is, the machine may be off the hook.",
    Failure.NO_ANSWER: "Nobody answers: the machine may be off, or out of paper.",
    Failure.CONGESTION: "The network has no way through; more lines to the exchange may help.",
    Failure.NO_LINE: "Our own line isn't ready: see `boardivr board test` and the log.",
    Failure.WRONG_NUMBER: "The number isn't in service: check it.",
    Failure.REJECTED: "The call is refused: the number may block callers, or our caller ID.",
    Failure.VOICE: "A person answers there: check the number before it is tried again.",
    Failure.MACHINE: "An answering machine answers there: check the number.",
    Failure.NO_FAX: "Somebody answers, but no fax: check the number, try `boardivr fax probe`.",
    Failure.TRAINING: "The modems found no rate. It is tried again without V.17, then at 4800"
    " bit/s; if that helps at all numbers, the line loses too much, or its codec isn't G.711.",
    Failure.PAGE: "A page wasn't accepted. It is tried again more carefully; `boardivr fax trace`"
    " shows the frames.",
    Failure.CUT: "The call was cut; what was confirmed isn't sent again.",
    Failure.TIMEOUT: "The machine stayed silent or too slow; our watchdog freed the line.",
    Failure.INCOMPATIBLE: "The machine can't take such a page; `boardivr fax probe` shows what"
    " it can. Send it with `--resolution standard --paper a4`.",
    Failure.FAULT: "A fault of ours; the log has it.",
    Failure.FILE: "The pages can't be read any more: send the documents anew.",
    Failure.ACCESS: "The machine refuses us: it wants another ident, sub-address or password.",
    Failure.STOPPED: "It was stopped; it goes on at the first unconfirmed page.",
    Failure.INTERRUPTED: "The appliance ended in the middle; it goes on at the first"
    " unconfirmed page.",
    Failure.NOT_REACHED: "A fax before it in the same call failed; it is tried again at once.",
    Failure.TOO_LATE: "It wasn't sent in its time: see the last reason, the window, the lines.",
    Failure.FORBIDDEN: "The settings forbid this number (`fax: rules:`).",
}
"""What an operator may do about each class."""


def of_call(progress: CallProgress) -> Failure:
    """Return what a call that wasn't answered is."""
    return BY_CALL[progress.outcome]


def of_fax(progress: CallProgress, result: FaxResult) -> Failure | None:
    """Return what a call is that was answered; None: a fax that went through."""
    failure = BY_FAX[result.outcome]
    if failure is Failure.NO_FAX:
        return BY_VOICE.get(progress.answered_by, failure)
    return failure


def is_reached(result: FaxResult) -> bool:
    """Return whether a fax spoke to us."""
    return any(not frame.is_sent for frame in result.trace)
