"""One call's session: keeps its record and its trace while it runs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from boardivr.calls.masking import masked
from boardivr.calls.record import CallRecord, CallSink, Ending, TraceStep, new_call_id
from boardivr.clock import Clock
from boardivr.customer import Value

log = logging.getLogger(__name__)

TRACE = "trace"
"""The live parameter that switches tracing, ``on`` or ``off``; ``bank.trace`` for one flow."""


class Switches(Protocol):
    """Live switches (:class:`boardivr.store.parameters.LiveParameters`)."""

    def is_on(self, name: str, default: bool) -> bool: ...


class CallSession:
    """The record of one call; implements :class:`boardivr.flows.services.Tracer`.

    Worked by its channel's thread. What it is told goes to the sink at once,
    so a process that dies has lost at most what the sink was still holding.

    :param trace: whether steps are kept where the live parameter says nothing
    """

    def __init__(
        self,
        *,
        sink: CallSink,
        switches: Switches,
        clock: Clock,
        node: str,
        board: str,
        channel: str,
        ani: str | None = None,
        dnis: str | None = None,
        trace: bool = True,
    ) -> None:
        self._sink = sink
        self._switches = switches
        self._clock = clock
        self._trace = trace
        self._steps = 0
        started = clock.wall()
        self.record = CallRecord(
            id=new_call_id(started),
            node=node,
            board=board,
            channel=channel,
            ani=ani,
            dnis=dnis,
            started=started,
        )
        sink.started(self.record)

    def answered(
        self, *, flow: str, flow_hash: str | None = None, language: str | None = None
    ) -> None:
        """Note that the call was answered, and by which version of which flow."""
        self._change(
            replace(
                self.record,
                answered=self._now(),
                flow=flow,
                flow_hash=flow_hash,
                language=language,
            )
        )

    def identified(self, customer: str, language: str | None = None) -> None:
        """Note who calls, by his customer id, and the language that he is served in."""
        spoken = language or self.record.language
        self._change(replace(self.record, customer=customer, language=spoken))

    def step(self, name: str, detail: Mapping[str, Value]) -> None:
        """Note one step, if tracing is on at this moment."""
        if self._is_traced():
            self._steps += 1
            self._sink.step(
                TraceStep(
                    call=self.record.id,
                    number=self._steps,
                    at=self._now(),
                    name=name,
                    detail=masked(detail),
                )
            )

    def path(self, choice: str) -> None:
        """Note a choice that the caller made, by its id."""
        self._change(replace(self.record, path=(*self.record.path, choice)))

    def tag(self, name: str, value: Value) -> None:
        """Carry a business reason to the call record."""
        tags = {**self.record.tags, **masked({name: value})}
        self._change(replace(self.record, tags=tags))

    def end(self, ending: Ending, why: str = "") -> CallRecord:
        """Note how the call ended, and return its record. Only the first time counts."""
        if self.record.ended is None:
            self._change(replace(self.record, ended=self._now(), ending=ending, why=why))
            log.info("%s: call %s: %s", self.record.channel, self.record.id, ending.value)
        return self.record

    def _is_traced(self) -> bool:
        for_all = self._switches.is_on(TRACE, self._trace)
        flow = self.record.flow
        return for_all if flow is None else self._switches.is_on(f"{flow}.{TRACE}", for_all)

    def _now(self) -> datetime:
        return self._clock.wall()

    def _change(self, record: CallRecord) -> None:
        self.record = record
        self._sink.changed(record)
