"""A channel's work: wait for a call, answer it, run its flow, hang up; again and again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from boardivr.calls.record import CallRecord, Ending
from boardivr.calls.session import CallSession
from boardivr.flows.interpreter import Interpreter
from boardivr.flows.model import Flow
from boardivr.flows.services import (
    Customers,
    Faxes,
    Hosts,
    NoFaxes,
    Parameters,
    Recogniser,
    Services,
    Tracer,
    Voice,
)
from boardivr.hal import BoardError, CallEnded, Channel, Feature, IncomingCall

log = logging.getLogger(__name__)

UNALLOCATED = 1  # cause of ITU-T Q.850

REST = 1.0
"""Seconds before a channel that failed is tried again."""


@dataclass(frozen=True, kw_only=True)
class CallServices:
    """What one call's flow needs besides its line."""

    voice: Voice
    customers: Customers
    hosts: Hosts
    tracer: Tracer
    parameters: Parameters
    faxes: Faxes = field(default_factory=NoFaxes)
    recogniser: Recogniser | None = None


@dataclass(frozen=True, kw_only=True)
class Reception:
    """What every channel of an appliance shares.

    :param flow_for: the flow that answers on a channel, by its name and the number
        called; None leaves the call ringing
    :param services: for a call of this flow
    :param open_session: begins the record of a call
    :param interpreter: runs the flow; tests have one that watches
    :param ring: seconds that a call for a flow rings before it is answered
    """

    flow_for: Callable[[str, str | None], Flow | None]
    services: Callable[[Flow, CallSession], Services]
    open_session: Callable[[Channel, IncomingCall], CallSession]
    interpreter: Callable[..., Interpreter] = Interpreter
    ring: Callable[[Flow], float] = lambda flow: 0.0


class Errands(Protocol):
    """What a channel does between calls (:class:`boardivr.fax.queue.desk.FaxDesk`).

    Whoever wants something of a channel ends its wait with :meth:`Channel.wake`.
    """

    def wants(self, channel: Channel) -> bool: ...

    def run(self, channel: Channel) -> None: ...


class Attendant:
    """Works one channel, on a thread of its own.

    :param errands: what it does between calls; None: nothing
    """

    def __init__(
        self, channel: Channel, reception: Reception, errands: Errands | None = None
    ) -> None:
        self.channel = channel
        self.calls = 0
        self.is_busy = False
        self.session: CallSession | None = None
        """The call that goes on; None between calls."""
        self._reception = reception
        self._errands = errands
        self._is_stopping = False

    def work(self) -> None:
        """Take call after call until :meth:`stop`."""
        while not self._is_stopping:
            try:
                if self._errands is not None and self._errands.wants(self.channel):
                    self._run_errand(self._errands)
                    continue
                call = self.channel.wait_for_call()
                if call is not None:
                    self.serve(call)
            except BoardError:
                if self._is_stopping:
                    return
                log.exception("%s: waiting for a call failed", self.channel.name)
                self.channel.clock.sleep(REST)

    def stop(self) -> None:
        """Take no more calls; from any thread. A call that goes on is not cut."""
        self._is_stopping = True
        if not self.is_busy:
            self.channel.stop()

    def _run_errand(self, errands: Errands) -> None:
        """Do one thing between calls; the line is on-hook afterwards, whatever happens."""
        self.is_busy = True
        try:
            errands.run(self.channel)
        except BoardError:
            raise
        except Exception:
            log.exception("%s: an errand failed", self.channel.name)
            self.channel.clock.sleep(REST)
        finally:
            self.channel.hang_up()
            self.is_busy = False
            self.channel.clock.notify()

    def serve(self, call: IncomingCall) -> CallRecord | None:
        """Answer a call and run its flow; the line is on-hook afterwards, whatever happens.

        :return: the call's record; None where no flow answers
        """
        flow = self._reception.flow_for(self.channel.name, call.dnis)
        if flow is None:
            self._refuse()
            return None
        self.is_busy = True
        self.calls += 1
        session = self.session = self._reception.open_session(self.channel, call)
        try:
            ending, why = self._converse(call, flow, session)
        except Exception as error:
            log.exception("%s: call %s failed", self.channel.name, session.record.id)
            ending, why = Ending.FAILED, f"{type(error).__name__}: {error}"
        finally:
            self.channel.hang_up()
            self.is_busy = False
            self.channel.clock.notify()  # whoever waits for the last call to end
            self.session = None
        return session.end(ending, why)

    def _refuse(self) -> None:
        """No flow answers here: say so where the line can, else let it ring."""
        log.warning("%s: no flow answers here", self.channel.name)
        try:
            if Feature.REJECT in self.channel.features:
                self.channel.reject(UNALLOCATED)
        except CallEnded:
            pass  # the caller gave up meanwhile
        finally:
            self.channel.hang_up()

    def _converse(self, call: IncomingCall, flow: Flow, session: CallSession) -> tuple[Ending, str]:
        ring = self._reception.ring(flow)
        if ring > 0:
            self.channel.clock.sleep(ring)
        try:
            self.channel.answer()
        except CallEnded:
            return Ending.NOT_ANSWERED, ""
        session.answered(flow=str(flow.name), flow_hash=flow.hash, language=flow.language.default)
        services = self._reception.services(flow, session)
        interpreter = self._reception.interpreter(
            flow, self.channel, services, call=call, call_id=session.record.id
        )
        try:
            end = interpreter.run()
        except CallEnded:
            return Ending.CALLER_HUNG_UP, ""
        except BoardError as error:
            if self._is_stopping:
                return Ending.APPLIANCE_STOPPED, ""
            log.exception("%s: the line failed", self.channel.name)
            return Ending.FAILED, str(error)
        failed = end.reason == "error"
        return (Ending.FAILED if failed else Ending.WE_HUNG_UP), end.error or end.reason
