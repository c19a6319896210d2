"""Calling a fax machine to hear what it can do.

We call as one who wants to take a fax from it (polling). The machine says what it
can (CSI, DIS); having nothing to give it gets a goodbye (DCN) and nothing is printed.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from boardivr.errors import BoardIVRError
from boardivr.fax import dis
from boardivr.fax.queue.accepting import refuse_forbidden
from boardivr.fax.queue.desk import FaxDesk
from boardivr.fax.queue.facts import destination_facts
from boardivr.fax.queue.job import Failure
from boardivr.fax.queue.outcomes import ADVICE, BY_VOICE, of_call
from boardivr.fax.queue.sending import RING
from boardivr.hal import CallEnded, Channel
from boardivr.hal.types import FaxResult, FaxSettings
from boardivr.store.faxlog import destination, keep_destination

WITHIN = 110.0
"""Seconds of real time until who asks for a probe is told that it takes too long."""


class ProbeError(BoardIVRError):
    """A machine that couldn't be probed, and why."""


class Probe:
    """One call to a machine; :meth:`run` is an errand of the desk.

    :param number: as people write it
    """

    def __init__(self, desk: FaxDesk, number: str) -> None:
        self._queue = desk.queue
        self._number = self._queue.section.dial_plan.read(number)
        refuse_forbidden(self._queue.section, self._number.canonical)
        self._done = threading.Event()
        self._facts: dict[str, Any] = {}

    def wait(self, seconds: float = WITHIN) -> dict[str, Any]:
        """Return what was found.

        :raises ProbeError: no line was free in time
        """
        if not self._done.wait(seconds):
            raise ProbeError(f"no answer within {seconds:.0f} s: all lines may be busy")
        return self._facts

    def run(self, channel: Channel) -> None:
        """Call; the channel is hung up by who lends it."""
        try:
            self._facts = {"number": self._number.canonical, **self._call(channel)}
        except BoardIVRError as error:
            self._facts = {"number": self._number.canonical, "outcome": str(error)}
        finally:
            self._done.set()

    def _call(self, channel: Channel) -> dict[str, Any]:
        plan = self._queue.section.dial_plan
        progress = channel.dial(plan.dialled(self._number.canonical) + self._number.extra, RING)
        if not progress.is_connected:
            failure = of_call(progress)
            return {"outcome": progress.outcome.value, "advice": ADVICE[failure]}
        path = self._queue.spool.new("p")
        settings = FaxSettings(ident=self._queue.section.ident, is_poll=True, idle_limit=45.0)
        try:
            with self._queue.spool.writing():
                result = channel.receive_fax(path, settings)
        except CallEnded:
            return {"outcome": "the far end hung up at once", "advice": ADVICE[Failure.CUT]}
        finally:
            path.unlink(missing_ok=True)
        if not dis.fif(result.trace):
            failure = BY_VOICE.get(progress.answered_by, Failure.NO_FAX)
            return {"outcome": failure.value, "advice": ADVICE[failure], **_how(result)}
        return {"outcome": "fax", **self._learn(result), **_how(result)}

    def _learn(self, result: FaxResult) -> dict[str, Any]:
        with self._queue.file.change() as pen:
            known = replace(
                destination(pen.work, self._number.canonical),
                is_fax=True,
                ident=result.ident,
                vendor=result.vendor,
                model=result.model,
                dis=dis.fif(result.trace).hex(),
                last_at=self._queue.wall(),
            )
            keep_destination(pen.work, known)
        facts = destination_facts(known)
        return {name: facts[name] for name in ("ident", "vendor", "model", "can")}


def _how(result: FaxResult) -> dict[str, Any]:
    from boardivr.media.fax import trace_lines

    return {"seconds": round(result.seconds, 1), "trace": trace_lines(result)}
