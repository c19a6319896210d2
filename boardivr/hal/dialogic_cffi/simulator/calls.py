"""What Global Call asks of a line, and what a line tells of its calls.

A call has a number of its own on its line: what is placed has the library's CRN, what comes in
one below 0. ``dlg_ops.h`` has these for the library.
"""

from __future__ import annotations

import enum


class Verb(enum.IntEnum):
    """The first number of a CALL; the second is the call's."""

    WAIT = 1  # tell what is offered, what rings now too
    ACCEPT = 2
    ANSWER = 3
    MAKE = 4  # [seconds to ring, 0: as long as it takes]; number NUL own number
    DROP = 5  # [cause]; DROPPED tells when the network has done it
    RELEASE = 6
    RESET = 7
    HOLD = 8  # [on]


class CallEvent(enum.IntEnum):
    """The first number of an EVENT of a line; the second is the call's."""

    OFFERED = 1001  # who calls NUL number called
    PROCEEDING = 1002
    ALERTING = 1003
    CONNECTED = 1004
    DISCONNECTED = 1005  # [cause of Q.850, 0: time ran out]
    DROPPED = 1006


class Refusal(enum.IntEnum):
    """Why a CALL can't be done."""

    GONE = 200  # the caller has given up
    GLARE = 201  # a call comes in


def header() -> str:
    """Return these numbers for the library, in C."""
    lines = ["enum dlg_call_code {"]
    for prefix, numbers in (("VERB", Verb), ("CALL", CallEvent), ("REFUSED", Refusal)):
        lines += [f"    DLG_{prefix}_{one.name} = {one.value}," for one in numbers]
    return "\n".join([*lines, "};", ""])
