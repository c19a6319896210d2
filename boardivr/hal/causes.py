"""Release causes (ITU-T Q.850) as outcomes of a call that was placed."""

from __future__ import annotations

from boardivr.hal.types import Outcome

OUTCOMES = {
    1: Outcome.INTERCEPT,  # unallocated number
    2: Outcome.INTERCEPT,  # no route to the network
    3: Outcome.INTERCEPT,  # no route to the destination
    4: Outcome.INTERCEPT,  # send special information tone
    17: Outcome.BUSY,
    18: Outcome.NO_ANSWER,  # no user responding
    19: Outcome.NO_ANSWER,  # alerted, no answer
    20: Outcome.NO_ANSWER,  # subscriber absent
    21: Outcome.REJECTED,
    22: Outcome.INTERCEPT,  # number changed
    27: Outcome.INTERCEPT,  # destination out of order
    28: Outcome.INTERCEPT,  # invalid number format
    31: Outcome.CONGESTION,  # normal, unspecified: what gateways say for "it didn't work"
}

NO_RESOURCE = range(32, 48)  # class 010: no circuit, network out of order, congestion ...


def outcome_of(cause: int) -> Outcome:
    """Return what a release before the answer means; what isn't known is a refusal."""
    if cause in NO_RESOURCE:
        return Outcome.CONGESTION
    return OUTCOMES.get(cause, Outcome.REJECTED)
