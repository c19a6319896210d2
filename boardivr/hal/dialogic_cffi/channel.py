"""What analog and Global Call channels share: voice, fax, routing, stop, and the end of a call."""

from __future__ import annotations

import logging
import struct
from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from boardivr.clock import Clock
from boardivr.hal.channel import Channel
from boardivr.hal.dialogic_cffi import faxtone, names
from boardivr.hal.dialogic_cffi.fax import Fax
from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.dialogic_cffi.operations import Operations, nothing
from boardivr.hal.dialogic_cffi.options import Options
from boardivr.hal.dialogic_cffi.routing import Mixer, Seat
from boardivr.hal.dialogic_cffi.srl import SrlEvent
from boardivr.hal.dialogic_cffi.system import System
from boardivr.hal.dialogic_cffi.voice import Voice
from boardivr.hal.errors import BoardError
from boardivr.hal.types import (
    Clip,
    Digits,
    FaxOffer,
    FaxResult,
    FaxSettings,
    Feature,
    Reason,
    Recording,
    State,
    Termination,
)

log = logging.getLogger(__name__)


def never(event: SrlEvent) -> bool:
    """Return False: no event ends what only waits."""
    return False


class DialogicChannel(Channel):
    """A channel with a voice resource.

    :param voice: handle of it
    :param mixer: mixes both sides of a call for a listener; None: there is no such resource
    """

    def __init__(
        self, system: System, name: str, voice: int, options: Options, clock: Clock,
        mixer: Mixer | None,
    ) -> None:  # fmt: skip
        super().__init__(name, clock)
        self.system = system
        self.api: Any = system.api
        self.options = options
        self.operations = Operations(name, clock, self._reset)
        self.voice = Voice(self.api, voice, name, self.operations, clock, options.law)
        self._mixer = mixer
        self._mix: int | None = None
        self._peer: DialogicChannel | None = None
        self._heard: tuple[int, DialogicChannel] | None = None
        self._hearers: list[DialogicChannel] = []
        self._is_concealed = False
        system.srl.subscribe(voice, self._take_voice)
        self._hears_fax = self._awaits_fax = False
        self.voice.check(self.api.dx_setdigtyp(voice, C.D_DTMF), "dx_setdigtyp")
        self.voice.check(self.api.dx_deltones(voice), "dx_deltones")
        if faxtone.listen(self.api, self.voice):
            self.features |= Feature.FAX_TONE
        self._fax = self._open_fax()
        if self._fax is not None:
            self.features |= Feature.FAX

    @property
    def voice_name(self) -> str:
        """The voice channel's name; a fax channel has the same."""
        return str(self.api.text(self.api.ATDV_NAMEP(self.voice.handle)))

    @property
    @abstractmethod
    def front(self) -> Seat:
        """The line's place on the bus."""

    @property
    def ear(self) -> Seat:
        """The voice resource's place on the bus."""
        return Seat(api=self.api, prefix="dx", handle=self.voice.handle, check=self.voice.check)

    def _take_voice(self, event: SrlEvent) -> None:
        """Take an event of the voice resource; on the SRL thread."""
        if event.type == C.TDX_CST:
            self._take_condition(*struct.unpack_from("<HH", event.data.ljust(4, b"\0")))
        elif not self.operations.take(event):
            log.info("%s: %s, not expected", self.name, event.name)

    def _take_condition(self, condition: int, data: int) -> None:
        """Take what happens on the line; on the SRL thread."""
        if condition == C.DE_TONEON and data == faxtone.NUMBER:
            self._hears_fax = True
            if self._awaits_fax:
                self.operations.interrupt()
        else:
            log.debug("%s: %s", self.name, names.cst_event(condition))

    def _await_fax(self, on: bool) -> None:
        self._awaits_fax = on
        self.operations.is_interrupted = False
        if on and self._hears_fax:
            self.operations.interrupt()

    def _forget_fax(self) -> None:
        self._hears_fax = self._awaits_fax = self.operations.is_interrupted = False

    def _reset(self) -> None:
        """Bring the channel to rest by force, when an operation doesn't end."""
        self.voice.check(self.api.dx_stopch(self.voice.handle, C.EV_SYNC), "dx_stopch")

    def forget(self) -> None:
        """Be closed: the board doesn't answer any more."""
        self.system.srl.unsubscribe(self.voice.handle)
        self.state = State.CLOSED

    # voice

    def _play(self, clips: Sequence[Clip], until: Termination) -> Reason:
        with self.operations.verb():
            return self.voice.play(clips, until)

    def _record(self, path: Path, until: Termination, beep: bool) -> Recording:
        with self.operations.verb():
            return self.voice.record(path, until, beep)

    def _get_digits(self, until: Termination) -> Digits:
        with self.operations.verb():
            return self.voice.get_digits(until)

    def _clear_digits(self) -> None:
        self.voice.clear_digits()

    def _send_digits(self, keys: str) -> None:
        with self.operations.verb():
            self.voice.send_digits(keys)

    def _stop(self) -> None:
        self.operations.stop()

    def _wake(self) -> None:
        self.operations.wake_up()

    # the end of a call

    def _is_lost(self) -> bool:
        self.operations.must_serve()
        return self.operations.is_lost

    def _wait_for_hang_up(self, timeout: float | None) -> bool:
        with self.operations.verb():
            self.operations.run("waiting", nothing, never, nothing, timeout=timeout)
        return self.operations.is_lost

    # routing

    def _bridge(self, other: Channel) -> None:
        assert isinstance(other, DialogicChannel)
        self._part()
        other._part()
        self._hear(other.front.slot, other)
        other._hear(self.front.slot, self)
        self._peer, other._peer = other, self

    def _unbridge(self) -> None:
        peer = self._peer
        self._part()
        if peer is not None:
            peer._part()

    def _listen(self, other: Channel | None) -> None:
        self._unbridge()
        if other is None:
            return
        assert isinstance(other, DialogicChannel)
        if self._mixer is None:
            log.warning("%s: no conference resource: hears only the far end", self.name)
            self._hear(other.front.slot, other)
        else:
            self._mix, slot = self._mixer.mix((other.front.slot, other.near_slot))
            self._hear(slot, other)
        self._is_elsewhere = True

    def _hear(self, slot: int, of: DialogicChannel) -> None:
        """Hear another call on a timeslot; nothing while that is concealed."""
        self._heard = (slot, of)
        of._hearers.append(self)
        if of._is_concealed:
            self.front.unlisten()
        else:
            self.front.listen(slot)

    def _conceal(self, on: bool) -> None:
        """Corresponds to dx_unlisten(), ag_unlisten() and gc_UnListen() of those who hear."""
        if on == self._is_concealed:
            return
        self._is_concealed = on
        for other in self._hearers:
            if on:
                other.front.unlisten()
            elif other._heard is not None:
                other.front.listen(other._heard[0])

    @property
    def near_slot(self) -> int:
        """The timeslot that this call's far end hears."""
        return self.ear.slot if self._peer is None else self._peer.front.slot

    _is_elsewhere = False

    def _part(self) -> None:
        """Have the line hear its own voice again."""
        if self._mix is not None and self._mixer is not None:
            self._mixer.end(self._mix)
            self._mix = None
        if self._peer is not None or self._is_elsewhere:
            self.front.listen(self.ear.slot)
        if self._heard is not None:
            self._heard[1]._hearers.remove(self)
            self._heard = None
        self._peer, self._is_elsewhere = None, False

    # fax

    def _send_fax(
        self,
        path: Path,
        settings: FaxSettings,
        first_page: int,
        last_page: int | None,
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        with self.operations.verb(), self._fax_on_line() as fax:
            return fax.send(path, settings, first_page, last_page, on_page)

    def _receive_fax(
        self,
        path: Path,
        settings: FaxSettings,
        offers: Sequence[FaxOffer],
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        with self.operations.verb(), self._fax_on_line() as fax:
            return fax.receive(path, settings, offers, on_page)

    def _open_fax(self) -> Fax | None:
        """Open the fax resource; None: the channel has none."""
        if not self.system.has_fax:
            return None
        try:
            return Fax(self.system, self.name, self.voice_name, self.operations, self.clock)
        except BoardError as error:
            log.debug("%s: no fax: %s", self.name, error)
            return None

    def _fax_on_line(self) -> AbstractContextManager[Fax]:
        self._forget_fax()
        assert self._fax is not None  # or the channel wouldn't have the feature
        return self._fax.on_line(self.front, self.ear)

    def _close(self) -> None:
        self._close_fax()
        self._close_voice()

    def _close_fax(self) -> None:
        if self._fax is not None:
            self._fax.close()
            self._fax = None

    def _close_voice(self) -> None:
        self.system.srl.unsubscribe(self.voice.handle)
        self.voice.check(self.api.dx_close(self.voice.handle), "dx_close")
