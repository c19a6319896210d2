"""A line that Global Call works: ISDN, R2 (PDK), T1 signalling, IP on HMP.

::

    OFFERED ─► gc_AcceptCall ─► gc_AnswerCall ─► ANSWERED ─► … ─► DISCONNECTED
    gc_MakeCall ─► ALERTING ─► CONNECTED ─► …                          │
    gc_DropCall ─► DROPCALL ─► gc_ReleaseCallEx ─► RELEASECALL  ◄──────┘

Global Call API Library Reference; a call is known by its call reference number (CRN).
"""

from __future__ import annotations

import logging

from boardivr.clock import Clock
from boardivr.hal.dialogic_cffi import errors, outcomes
from boardivr.hal.dialogic_cffi.channel import DialogicChannel
from boardivr.hal.dialogic_cffi.lines import GcLine
from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.dialogic_cffi.operations import IsEnd, nothing
from boardivr.hal.dialogic_cffi.options import Accepting, Options
from boardivr.hal.dialogic_cffi.routing import GcSeat, Mixer, Seat
from boardivr.hal.dialogic_cffi.srl import SrlEvent
from boardivr.hal.dialogic_cffi.system import System
from boardivr.hal.errors import BoardError
from boardivr.hal.types import CallProgress, Feature, IncomingCall, LineKind, Outcome

log = logging.getLogger(__name__)

FEATURES = (
    Feature.VOICE | Feature.DIAL | Feature.ANI | Feature.DNIS | Feature.REJECT | Feature.ROUTING
)
PATIENCE = 10.0  # seconds for the network to answer a step of a call
SPARE = 10.0  # seconds by which gc_MakeCall()'s own time-out may be late
ADDRESS_SIZE = 129  # GC_ADDRSIZE and a NUL
PLACED = (C.GCEV_CONNECTED, C.GCEV_DISCONNECTED, C.GCEV_CALLSTATUS, C.GCEV_DROPCALL)
"""What ends gc_MakeCall(); the last, where we gave it up."""

GONE = (C.EGC_INVCRN, C.EGC_NOCALL)
"""What is said of a call that is over."""

NORMAL = C.GC_NORMAL_CLEARING


class GlobalCallChannel(DialogicChannel):
    """:param line: the line device, open and not blocked"""

    kind = LineKind.E1
    features = FEATURES

    def __init__(
        self, system: System, line: GcLine, options: Options, clock: Clock, mixer: Mixer | None
    ) -> None:
        super().__init__(system, line.name, line.voice, options, clock, mixer)
        self.line = line
        self._crn = 0
        self._offered: list[int] = []
        self._gone: set[int] = set()  # offered, and given up by their callers
        self._is_blocked = False
        self._is_accepted = False
        self._is_dropped = False
        self._is_reset = False
        system.srl.subscribe(line.handle, self._take_line, is_gc=True)
        self._wait_for_offers()
        if line.needs_route:
            self._route()

    @property
    def front(self) -> Seat:
        return GcSeat(api=self.api, handle=self.line.handle, check=self._check)

    def _route(self) -> None:
        """Connect line and voice: nothing else has."""
        self.front.listen(self.ear.slot)
        self.ear.listen(self.front.slot)

    def _wait_for_offers(self) -> None:
        null = self.api.null
        result = self.api.gc_WaitCall(self.line.handle, null, null, 0, C.EV_ASYNC)
        self._check(result, "gc_WaitCall")

    def _check(self, result: int, function: str) -> None:
        errors.gc_check(self.api, result, function, self.name)

    # events, on the SRL thread

    def _take_line(self, event: SrlEvent) -> None:
        if event.type == C.GCEV_DROPCALL and event.crn == self._crn:
            self._is_dropped = True
        if event.type == C.GCEV_OFFERED:
            self._offered.append(event.crn)
            self.operations.wake()
        elif event.type == C.GCEV_RESETLINEDEV:
            self._is_reset = True
            self.operations.wake()
        elif event.type == C.GCEV_DISCONNECTED:
            self._take_disconnect(event)
        elif event.type in (C.GCEV_BLOCKED, C.GCEV_UNBLOCKED):
            self._is_blocked = event.type == C.GCEV_BLOCKED
            log.warning("%s: %s %s", self.name, event.name, event.words)
        elif not self.operations.take(event):
            log.debug("%s: %s", self.name, event.name)

    def _take_disconnect(self, event: SrlEvent) -> None:
        if event.crn in self._offered:
            self._gone.add(event.crn)
        elif not self.operations.take(event) and event.crn == self._crn:
            self.operations.lose()

    # calls that come in

    def _wait_for_call(self, rings: int, timeout: float | None) -> IncomingCall | None:
        deadline = None if timeout is None else self.clock.now() + timeout
        with self.operations.verb(can_wake=True):
            while True:
                left = None if deadline is None else max(0.0, deadline - self.clock.now())
                if not self.operations.wait(lambda: bool(self._offered), left):
                    return None
                if call := self._look_at(self._offered.pop(0)):
                    return call

    def _look_at(self, crn: int) -> IncomingCall | None:
        """Take an offered call; None if its caller has given up."""
        self._crn, self._is_accepted, self._is_dropped = crn, False, False
        self.operations.is_lost = crn in self._gone
        self._gone.discard(crn)
        try:
            call = IncomingCall(
                ani=self._info(C.ORIGINATION_ADDRESS), dnis=self._info(C.DESTINATION_ADDRESS)
            )
            if self.options.accepting is Accepting.OFFER:
                self._accept()
        except BoardError as error:
            log.info("%s: the offered call is gone: %s", self.name, error)
            self.operations.lose()
        if self.operations.is_lost:
            self._end(NORMAL)
            return None
        return call

    def _info(self, what: int) -> str | None:
        buffer = self.api.new("char[]", ADDRESS_SIZE)
        self._check(self.api.gc_GetCallInfo(self._crn, what, buffer), "gc_GetCallInfo")
        return self.api.text(buffer) or None

    def _accept(self) -> None:
        self._step("gc_AcceptCall", (C.GCEV_ACCEPT,), 0)
        self._is_accepted = True

    def _answer(self) -> None:
        with self.operations.verb():
            self._clear_digits()
            try:
                if not self._is_accepted:
                    self._accept()
                if not self.operations.is_lost:
                    self._step("gc_AnswerCall", (C.GCEV_ANSWERED,), 0)
            except BoardError as error:
                if error.code not in GONE:
                    raise
                self.operations.lose()  # its caller was faster, and nobody has told us yet

    def _reject(self, cause: int) -> None:
        self._end(cause)

    def _hang_up(self) -> None:
        self._unbridge()
        self._forget_fax()
        self._end(NORMAL)
        self._clear_digits()

    def _end(self, cause: int) -> None:
        """Drop and release the call; reset the line where that doesn't work."""
        if self._crn:
            try:
                if not self._is_dropped:
                    self._step("gc_DropCall", (C.GCEV_DROPCALL,), cause, whatever=True)
                self._step("gc_ReleaseCallEx", (C.GCEV_RELEASECALL,), whatever=True)
            except BoardError as error:
                log.warning("%s: the call couldn't be ended: %s: resetting", self.name, error)
                self._reset()
        self._crn = 0
        self.operations.is_lost = False

    def _step(
        self, function: str, ends: tuple[int, ...], *arguments: int, whatever: bool = False
    ) -> None:
        """Do a step of the call; it ends with an event of these, or with the call.

        :raises BoardError: it was refused, at once or by an event
        """
        crn = self._crn

        def start() -> None:
            result = getattr(self.api, function)(crn, *arguments, C.EV_ASYNC)
            self._check(result, function)

        # While a call is ended, the far end's going is no news.
        is_end = self._ends(*ends) if whatever else self._ends(*ends, C.GCEV_DISCONNECTED)
        event = self.operations.run(
            function, start, is_end, nothing, limit=PATIENCE, whatever=whatever
        )
        if event is None or event.type in ends:
            return
        if event.type == C.GCEV_DISCONNECTED:
            self.operations.lose()
            return
        raise errors.gc_error(function, self.name, event.result, event.words)

    def _ends(self, *types: int) -> IsEnd:
        failures = (C.GCEV_TASKFAIL, C.GCEV_RELEASECALL_FAIL)
        return lambda event: event.is_gc and event.type in (*types, *failures)

    # calls that are placed

    def _dial(self, number: str, timeout: float) -> CallProgress:
        with self.operations.verb():
            if self._is_blocked:
                raise BoardError(f"{self.name}: blocked: the network has taken it out of service")
            if self._offered:
                return CallProgress(outcome=Outcome.GLARE)
            self.operations.is_lost = False
            self._clear_digits()
            return self._make_call(number.replace(",", ""), timeout)

    def _make_call(self, number: str, timeout: float) -> CallProgress:
        crn = self.api.new("long *")
        text = self.api.new("char[]", number.encode())

        def start() -> None:
            result = self.api.gc_MakeCall(
                self.line.handle, crn, text, self.api.null, round(timeout), C.EV_ASYNC
            )
            self._check(result, "gc_MakeCall")
            self._crn, self._is_dropped = int(crn[0]), False

        event = self.operations.run(
            "gc_MakeCall", start,
            self._ends(*PLACED),
            self._give_up_call, timeout=timeout + SPARE,
        )  # fmt: skip
        if self.operations.is_stopped:
            return CallProgress(outcome=Outcome.STOPPED)
        if event is None or event.type == C.GCEV_DROPCALL:
            return CallProgress(outcome=Outcome.NO_ANSWER)
        if event.type == C.GCEV_CONNECTED:
            return CallProgress(outcome=Outcome.CONNECTED)
        return outcomes.progress(event)

    def _give_up_call(self) -> None:
        """Have gc_MakeCall() end; :meth:`_end` does the rest."""
        self._check(self.api.gc_DropCall(self._crn, NORMAL, C.EV_ASYNC), "gc_DropCall")

    # the line

    def _reset(self) -> None:
        """Bring line and voice to rest; a wait for calls has to be begun anew."""
        super()._reset()
        self._is_reset = False
        result = self.api.gc_ResetLineDev(self.line.handle, C.EV_ASYNC)
        self._check(result, "gc_ResetLineDev")
        self.clock.wait(lambda: self._is_reset, PATIENCE)
        self._offered.clear()
        self._wait_for_offers()

    def _close(self) -> None:
        self.system.srl.unsubscribe(self.line.handle, is_gc=True)
        self._close_fax()
        self.line.close()
        if self.line.needs_route:
            self._close_voice()
        else:  # it went with the line
            self.system.srl.unsubscribe(self.voice.handle)
