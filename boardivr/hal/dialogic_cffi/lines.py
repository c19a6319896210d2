"""Lines opened: voice channels, and Global Call's line devices with the voice that they have.

dx_open(); gc_OpenEx(), whose device may be used once it is GCEV_UNBLOCKED.
"""

from __future__ import annotations

from boardivr.clock import Clock
from boardivr.hal.dialogic_cffi import errors
from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.dialogic_cffi.srl import SrlEvent
from boardivr.hal.dialogic_cffi.system import System
from boardivr.hal.errors import BoardError

PATIENCE = 30.0  # seconds for a line to come into service; a span may have to synchronise


def open_voice(system: System, name: str) -> int:
    """Open a voice channel, and return its handle.

    :raises DeviceTaken: another program has it
    :raises BoardNotStarted: there is no such device
    """
    handle = int(system.api.dx_open(name.encode(), 0))
    if handle <= 0:
        raise errors.not_opened(system.api, "dx_open", name)
    return handle


def short_name(device: str) -> str:
    """Return a line's name for people: its network interface's, where the string has one."""
    fields = dict(part.partition("_")[::2] for part in device.split(":") if "_" in part)
    return fields.get("N") or fields.get("V") or device


class GcLine:
    """A line device: opened at once, used after :meth:`wait`.

    :param device: as ``:N_dtiB1T1:P_isdn``
    :param voice: name of the voice channel, where the device's string has none
    """

    def __init__(self, system: System, device: str, voice: str, clock: Clock) -> None:
        self.name = short_name(device)
        self.voice = 0
        self.needs_route = ":V_" not in device
        self._system = system
        self._clock = clock
        self._voice_name = voice
        self._is_open = False
        self._is_unblocked = False
        self._problem: SrlEvent | None = None
        handle = system.api.new("long *")
        name = system.api.new("char[]", device.encode())
        with system.srl.held:  # its first events wait until somebody takes them
            result = system.api.gc_OpenEx(handle, name, C.EV_ASYNC, system.api.null)
            errors.gc_check(system.api, result, "gc_OpenEx", device)
            self.handle = int(handle[0])
            system.srl.subscribe(self.handle, self._take, is_gc=True)

    def wait(self) -> None:
        """Wait until the line is in service, and get its voice.

        :raises BoardError: it can't be opened, or stays blocked
        """
        self._clock.wait(self._is_decided, PATIENCE)
        if self._problem is not None:
            words = self._problem.words or self._problem.name
            raise errors.gc_error("gc_OpenEx", self.name, self._problem.result, words)
        if not self._is_decided():
            what = "isn't unblocked" if self._is_open else "doesn't open"
            raise BoardError(f"{self.name}: {what} after {PATIENCE:.0f} s: no signal on the line?")
        self.voice = self._open_voice()

    def close(self) -> None:
        """Give it back."""
        errors.gc_check(
            self._system.api, self._system.api.gc_Close(self.handle), "gc_Close", self.name
        )

    def _is_decided(self) -> bool:
        return self._problem is not None or (self._is_open and self._is_unblocked)

    def _open_voice(self) -> int:
        if self.needs_route:
            return open_voice(self._system, self._voice_name)
        handle = self._system.api.new("int *")
        result = self._system.api.gc_GetResourceH(self.handle, handle, C.GC_VOICEDEVICE)
        errors.gc_check(self._system.api, result, "gc_GetResourceH", self.name)
        return int(handle[0])

    def _take(self, event: SrlEvent) -> None:
        """Take an event; on the SRL thread."""
        if event.type == C.GCEV_OPENEX:
            self._is_open = True
        elif event.type == C.GCEV_UNBLOCKED:
            self._is_unblocked = True
        elif event.type == C.GCEV_OPENEX_FAIL:
            self._problem = event
        self._clock.notify()
