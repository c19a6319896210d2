"""The loopback board: lines, an exchange, and telephones to call them with."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.hal.board import Board
from boardivr.hal.errors import BoardError
from boardivr.hal.loopback.audiosocket import AudioSocketServer
from boardivr.hal.loopback.channel import LoopbackChannel
from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.faults import Fault
from boardivr.hal.loopback.faxmachine import set_up
from boardivr.hal.loopback.options import Options, read_options
from boardivr.hal.loopback.station import Station
from boardivr.hal.loopback.telephone import Telephone
from boardivr.hal.types import LineKind
from boardivr.media.clock import EngineClock
from boardivr.media.engine import Engine

if TYPE_CHECKING:
    from boardivr.hal.conformance.rig import Rig

SLOTS = [*range(1, 16), *range(17, 32)]  # of an E1: 0 is framing, 16 signalling (ITU-T G.704)


class LoopbackBoard(Board):
    """:param options: what the URL says"""

    name = "loopback"

    def __init__(self, options: Options) -> None:
        far_ends = (options.telephones or options.lines) + len(options.fax)
        self.options = options
        self.engine = Engine(
            ports=2 * options.lines + 2 * far_ends + 16,
            law=options.law,
            is_virtual=options.is_virtual,
            start=options.start,
        )
        self.exchange = Exchange(self.engine, options)
        self.channels: Sequence[LoopbackChannel] = [
            self._line(index) for index in range(options.lines)
        ]
        self.exchange.group = [channel.station for channel in self.channels]
        self._is_closed = False
        self.audiosocket: AudioSocketServer | None = None
        self._set_up_machines()
        if options.audiosocket is not None:
            self._listen(options.audiosocket)

    @property
    def clock(self) -> EngineClock:
        return self.engine.clock

    def telephone(self, number: str = "", name: str = "") -> Telephone:
        """Return a new telephone on the exchange.

        :param number: at which it can be called; none for one that only calls
        """
        return Telephone(self.exchange, number, name)

    def fault(self, channel: int, fault: Fault) -> None:
        """Give a channel's line a fault; ``Fault()`` mends it."""
        self.channels[channel].fault(fault)

    def die(self) -> None:
        """Be gone, as a board that is pulled out: verbs raise BoardError; close() works.

        Its time goes on, its far ends hear that the calls are over, and new calls
        ring without an answer.
        """
        for channel in self.channels:
            channel.die()

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        try:
            if self.audiosocket is not None:
                self.audiosocket.close()
            self.exchange.close()
            for channel in self.channels:
                channel.close()
        finally:
            self.engine.close()

    def _listen(self, port: int) -> None:
        host = self.options.audiosocket_host
        try:
            self.audiosocket = AudioSocketServer(self.exchange, self.options.number, host, port)
        except BoardError:
            self.close()
            raise

    def _set_up_machines(self) -> None:
        try:
            set_up(self.options.fax, Path(self.options.fax_folder), self.telephone)
        except BoardError:
            self.close()
            raise

    def _line(self, index: int) -> LoopbackChannel:
        kind = self.options.kind
        number = f"{self.options.number}{index + 1:02}"
        if kind is LineKind.E1:
            span, slot = divmod(index, len(SLOTS))
            name = f"{self.name}-e1-{span + 1}-{SLOTS[slot]}"
        else:
            name = f"{self.name}-{kind.value}-{index + 1}"
        station = Station(name=name, port=self.engine.open_port(), numbers=(number,), kind=kind)
        return LoopbackChannel(self.exchange, station, self.options)


def open_board(url: str) -> LoopbackBoard:
    """Open a loopback board: ``loopback:?lines=8&kind=fxo&country=cn``.

    :raises BoardError: the URL can't be meant
    """
    return LoopbackBoard(read_options(url))


def conformance_rig(url: str) -> AbstractContextManager[Rig]:
    """Open a board for the conformance suite, with its far ends."""
    from boardivr.hal.loopback.farends import conformance_rig

    return conformance_rig(url)
