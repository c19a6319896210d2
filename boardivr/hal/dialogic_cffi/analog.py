"""An analog line of a voice board: rings, hook, caller ID, loop current, call analysis.

Voice API Library Reference: dx_sethook(), dx_setevtmsk(), dx_setrings(), dx_gtcallid(),
dx_dial(); TDX_CST events.
"""

from __future__ import annotations

import logging

from boardivr.clock import Clock
from boardivr.hal.dialogic_cffi import progress
from boardivr.hal.dialogic_cffi.channel import DialogicChannel, never
from boardivr.hal.dialogic_cffi.goodbye import listen_for_goodbye
from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.dialogic_cffi.operations import nothing
from boardivr.hal.dialogic_cffi.options import Disconnect, Options
from boardivr.hal.dialogic_cffi.routing import Mixer, Seat
from boardivr.hal.dialogic_cffi.srl import SrlEvent
from boardivr.hal.dialogic_cffi.system import System
from boardivr.hal.errors import BoardError
from boardivr.hal.types import CallProgress, Feature, IncomingCall, LineKind, Outcome

log = logging.getLogger(__name__)

FEATURES = Feature.VOICE | Feature.DIAL | Feature.CPA | Feature.FLASH | Feature.ROUTING
EVENTS = C.DM_RINGS | C.DM_RNGOFF | C.DM_LCOFF | C.DM_LCON
HOOK_TIME = 5.0  # seconds for a hook to switch
CALLER_ID_SIZE = 256
KEY_TIME = 0.3  # seconds for a digit that is dialled
SETTLE = 12.0  # seconds for dial tone, and for what follows an answer


class AnalogChannel(DialogicChannel):
    kind = LineKind.FXO
    features = FEATURES

    def __init__(
        self, system: System, name: str, handle: int, options: Options, clock: Clock,
        mixer: Mixer | None,
    ) -> None:  # fmt: skip
        super().__init__(system, name, handle, options, clock, mixer)
        self._is_ringing = False
        self._rings = 0
        self._is_talking = False  # loop current and tones tell of the far end
        self._talk_from: tuple[int, ...] = ()  # the event from which on they do
        self._rings_wanted = 0
        self._goodbyes: frozenset[int] = frozenset()
        if options.caller_id:
            self.features |= Feature.ANI
        self._prepare()

    def _prepare(self) -> None:
        """Have the board tell of rings and current, and go on-hook."""
        voice, api, handle = self.voice, self.api, self.voice.handle
        voice.check(api.dx_setevtmsk(handle, EVENTS), "dx_setevtmsk")
        if self.options.caller_id:
            enable = api.new("int *", C.DX_CALLIDENABLE)
            voice.check(api.dx_setparm(handle, C.DXCH_CALLID, enable), "dx_setparm")
        voice.check(api.dx_initcallp(handle), "dx_initcallp")
        if self.options.disconnect is Disconnect.TONE:
            self._goodbyes = listen_for_goodbye(api, voice, self.options.country)
        self._want_rings(self._least_rings)
        self._hook(C.DX_ONHOOK)

    @property
    def front(self) -> Seat:
        return Seat(api=self.api, prefix="ag", handle=self.voice.handle, check=self.voice.check)

    @property
    def _least_rings(self) -> int:
        """Who calls is told between the first ring and the second."""
        return 2 if self.options.caller_id else 1

    # events, on the SRL thread

    def _take_voice(self, event: SrlEvent) -> None:
        if event.type in self._talk_from:
            # Here, not by the channel's thread: a hang-up may be the very next event.
            self._is_talking, self._talk_from = True, ()
        super()._take_voice(event)

    def _take_condition(self, condition: int, data: int) -> None:
        if condition == C.DE_RINGS:
            self._rings += 1
            self._is_ringing = True
            self.operations.wake()
        elif condition == C.DE_RNGOFF:
            self._is_ringing, self._rings = False, 0
            self.operations.wake()
        elif (condition == C.DE_LCOFF and self._is_talking) or (
            condition == C.DE_TONEON and data in self._goodbyes and self._is_talking
        ):
            self._is_talking = False
            self.operations.lose()
        else:
            super()._take_condition(condition, data)

    # calls

    def _wait_for_call(self, rings: int, timeout: float | None) -> IncomingCall | None:
        with self.operations.verb(can_wake=True):
            self._want_rings(max(rings, self._least_rings))
            return self._await_ring(timeout)

    def _await_ring(self, timeout: float | None) -> IncomingCall | None:
        deadline = None if timeout is None else self.clock.now() + timeout
        while not self._is_ringing:
            left = None if deadline is None else deadline - self.clock.now()
            if self.operations.is_stopped or (left is not None and left <= 0):
                return None
            self.operations.wait(lambda: self._is_ringing, left)
        return IncomingCall(ani=self._caller_id(), rings=self._rings * self._rings_wanted)

    def _want_rings(self, rings: int) -> None:
        if rings != self._rings_wanted:
            self.voice.check(self.api.dx_setrings(self.voice.handle, rings), "dx_setrings")
            self._rings_wanted = rings

    def _caller_id(self) -> str | None:
        """Ask who calls; None where it isn't told, or is withheld."""
        if not self.options.caller_id:
            return None
        buffer = self.api.new("unsigned char[]", CALLER_ID_SIZE)
        if self.api.dx_gtcallid(self.voice.handle, buffer) == -1:
            return None
        return self.api.text(self.api.cast("char *", buffer)) or None

    def _answer(self) -> None:
        with self.operations.verb():
            self._clear_digits()
            self.operations.is_lost = False
            self._talk_from = (C.TDX_SETHOOK,)
            self._hook(C.DX_OFFHOOK)
            if not self._is_ringing:
                self.operations.lose()  # the caller gave up: this is dial tone
            self._is_ringing, self._rings = False, 0

    def _hang_up(self) -> None:
        self._is_talking, self._talk_from = False, ()
        self._unbridge()
        self._forget_fax()
        self._hook(C.DX_ONHOOK)
        self._clear_digits()
        self.operations.is_lost = False

    def _hook(self, state: int) -> None:
        def start() -> None:
            result = self.api.dx_sethook(self.voice.handle, state, C.EV_ASYNC)
            self.voice.check(result, "dx_sethook")

        event = self.operations.run(
            "the hook", start, lambda event: event.type in (C.TDX_SETHOOK, C.TDX_ERROR), nothing,
            limit=HOOK_TIME, whatever=True,
        )  # fmt: skip
        if event is not None and event.type == C.TDX_ERROR:
            raise BoardError(f"{self.name}: the hook didn't switch", function="dx_sethook", code=-1)

    # placing calls

    def _dial(self, number: str, timeout: float) -> CallProgress:
        with self.operations.verb():
            if self._is_ringing:
                return CallProgress(outcome=Outcome.GLARE)
            self.operations.is_lost = False
            self._clear_digits()
            self._hook(C.DX_OFFHOOK)
            return self._follow(number, timeout)

    def _follow(self, number: str, timeout: float) -> CallProgress:
        prefix = "L," if self.options.dial_tone else ""
        text = f"{prefix}T{number}".encode()
        cap = progress.cap(self.api, self.options, timeout)

        self._talk_from = (C.TDX_CALLP,)

        def start() -> None:
            mode = C.DX_CALLP | C.EV_ASYNC
            self.voice.check(self.api.dx_dial(self.voice.handle, text, cap, mode), "dx_dial")

        event = self.operations.run(
            "dialling", start, lambda event: event.type in (C.TDX_CALLP, C.TDX_ERROR),
            self.voice.stop, timeout=KEY_TIME * len(number) + timeout + SETTLE,
        )  # fmt: skip
        if self.operations.is_stopped or event is None:
            return CallProgress(outcome=Outcome.STOPPED)
        if event.type == C.TDX_ERROR:
            raise BoardError(f"{self.name}: dialling failed", function="dx_dial", code=-1)
        found = progress.result(self.api, self.voice.handle, self.name)
        if found.outcome is Outcome.STOPPED:
            return CallProgress(outcome=Outcome.NO_ANSWER)  # our own time was up
        return found

    def _flash(self, seconds: float) -> None:
        """Flash for the board's time; the current that is gone meanwhile ends nothing."""
        with self.operations.verb():
            self._is_talking = False
            self.voice.flash()
            self.operations.run("a flash", nothing, never, nothing, timeout=0.2)
            self._is_talking = True

    def _close(self) -> None:
        self.voice.check(self.api.dx_setevtmsk(self.voice.handle, 0), "dx_setevtmsk")
        super()._close()
