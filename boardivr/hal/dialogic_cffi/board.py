"""The board: all lines of one URL, on the vendor's libraries."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack

from boardivr.clock import Clock, SystemClock
from boardivr.hal.board import Board
from boardivr.hal.dialogic_cffi import discovery, errors, progress
from boardivr.hal.dialogic_cffi.analog import AnalogChannel
from boardivr.hal.dialogic_cffi.channel import DialogicChannel
from boardivr.hal.dialogic_cffi.globalcall import GlobalCallChannel
from boardivr.hal.dialogic_cffi.library import folders_to_search
from boardivr.hal.dialogic_cffi.lines import GcLine, open_voice
from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.dialogic_cffi.options import Options, fill
from boardivr.hal.dialogic_cffi.routing import Mixer
from boardivr.hal.dialogic_cffi.system import System
from boardivr.hal.errors import BoardError

log = logging.getLogger(__name__)


class DialogicBoard(Board):
    """:param options: what the URL says
    :raises DriverUnavailable: the libraries aren't there, or don't fit
    :raises BoardError: a line can't be opened; then none is left open
    """

    name = "dialogic"

    def __init__(self, options: Options) -> None:
        self.options = options
        self.channels: Sequence[DialogicChannel] = []
        self._clock = self.new_clock()
        self._is_closed = False
        self._opened = ExitStack()
        with ExitStack() as undo:
            undo.callback(self.close)
            folders = folders_to_search(options.libraries)
            self.system = System.shared(folders, options.long, options.is_global_call)
            self._opened.callback(self.system.leave)
            self._define_tones()
            self._mixer = self._open_mixer()
            self.channels = self._open_lines()
            undo.pop_all()

    @property
    def clock(self) -> Clock:
        return self._clock

    def new_clock(self) -> Clock:
        """Return a clock: each line has one, so that its waits wake nobody else's."""
        return SystemClock()

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        for channel in self.channels:
            try:
                channel.close()
            except BoardError as error:
                log.warning("%s: couldn't be closed: %s", channel.name, error)
                channel.forget()
        self._opened.close()

    def _define_tones(self) -> None:
        if self.options.is_global_call:
            return
        if refused := progress.define_tones(self.system.api, self.options.country):
            words = ", ".join(refused)
            log.warning("%s: the board's own tones are used: refused %s", self.name, words)

    def _open_mixer(self) -> Mixer | None:
        """Open the first conference resource, if there is one."""
        if not self.system.has_mixer:
            return None
        for board in discovery.physical_boards(self.system.api):
            for virtual in board.boards:
                if virtual.kind == C.TYPE_R4_DCB_BOARD:
                    device = virtual.devices[0] if virtual.devices else f"{virtual.name}D1"
                    mixer = Mixer(self.system.api, device, self._check)
                    self._opened.callback(mixer.close)
                    return mixer
        return None

    def _check(self, result: int, function: str) -> None:
        errors.check(self.system.api, result, function, C.SRL_DEVICE, "conference")

    def _open_lines(self) -> list[DialogicChannel]:
        options = self.options
        count = options.lines or len(discovery.voice_channels(self.system.api))
        if not count:
            raise errors.BoardNotStarted(
                "no voice channels: are the boards' firmware and licence in place?"
            )
        numbers = range(options.first, options.first + count)
        opened: list[DialogicChannel] = []
        self.channels = opened  # what is open by then is closed, should the next not open
        if options.is_global_call:
            lines = [
                GcLine(
                    self.system, fill(options.device, n), fill(options.voice, n), self.new_clock()
                )
                for n in numbers
            ]
            for line in lines:
                line.wait()
                opened.append(
                    GlobalCallChannel(self.system, line, options, self.new_clock(), self._mixer)
                )
        else:
            for n in numbers:
                device = fill(options.device, n)
                handle = open_voice(self.system, device)
                clock = self.new_clock()
                opened.append(
                    AnalogChannel(self.system, device, handle, options, clock, self._mixer)
                )
        self._number(opened)
        return opened

    def _number(self, channels: Sequence[DialogicChannel]) -> None:
        """Give each line its number, where the settings tell the first."""
        first = self.options.number
        for index, channel in enumerate(channels):
            if first:
                channel.number = str(int(first) + index).zfill(len(first))
