"""The firmware: the boards' lines and resources, and a socket where libraries ask for them."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

from boardivr.closing import Closing
from boardivr.hal.dialogic_cffi.simulator import cnf
from boardivr.hal.dialogic_cffi.simulator.bus import Bus
from boardivr.hal.dialogic_cffi.simulator.conference import ConferenceBoard, Conferences
from boardivr.hal.dialogic_cffi.simulator.connection import Connection
from boardivr.hal.dialogic_cffi.simulator.device import Device, Refused
from boardivr.hal.dialogic_cffi.simulator.layout import CHANNELS, TIMESLOTS, Layout, voice_name
from boardivr.hal.dialogic_cffi.simulator.line import Line
from boardivr.hal.dialogic_cffi.simulator.ports import VoicePort, open_port
from boardivr.hal.dialogic_cffi.simulator.station import MsiBoard, MsiStation, station_number
from boardivr.hal.dialogic_cffi.simulator.trunk import Trunk
from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.hal.dialogic_cffi.simulator.voice import Voice
from boardivr.hal.errors import BoardError
from boardivr.hal.loopback.audiosocket import AudioSocketServer
from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.faxmachine import set_up
from boardivr.hal.loopback.telephone import Telephone
from boardivr.hal.types import LineKind
from boardivr.media._engine import lib
from boardivr.media.check import check
from boardivr.media.clock import EngineClock
from boardivr.media.engine import Engine


class VoiceBoard(Device):
    """Four voice channels; opened for what is the board's own."""

    type = value("TYPE_R4_VOX_BOARD")

    def __init__(self, firmware: Firmware, name: str, channels: int) -> None:
        super().__init__(firmware, name)
        self._channels = channels

    @property
    def subdevices(self) -> int:
        return self._channels


class SpanBoard(VoiceBoard):
    """The timeslots of a span."""

    type = value("TYPE_R4_DTI_BOARD")


class PhysicalBoard(Device):
    """The one board that all of the others are on."""

    type = value("TYPE_R4_PHYSICAL_BOARD")


class Firmware(Closing):
    """The boards, started; :attr:`path` is the socket that libraries connect to."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        options = layout.options
        self.engine = Engine(ports=_ports(layout), law=options.law, start=options.start)
        check(lib.bi_engine_speed(self.engine.handle, layout.speed), "bi_engine_speed")
        self.exchange = Exchange(self.engine, options)
        self.bus = Bus()
        self.lines: list[Line] = []
        self._devices: list[Device] = []
        self._by_name: dict[str, Device] = {}
        self._lent: list[VoicePort] = []
        self._connections: list[Connection] = []
        self._lock = threading.Lock()
        self._is_closed = False
        self._build()
        self._far_ends = ExitStack()
        self._let_far_ends_in()
        self._folder = Path(tempfile.mkdtemp(prefix="boardivr-dialogic-"))
        self.path = self._folder / "board"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(self.path))
        self._socket.listen(16)
        threading.Thread(target=self._accept, name="dialogic firmware", daemon=True).start()

    @property
    def clock(self) -> EngineClock:
        return self.engine.clock

    def telephone(self, number: str = "", name: str = "") -> Telephone:
        """Return a telephone on the exchange that the lines hang on."""
        return Telephone(self.exchange, number, name)

    def close(self) -> None:
        """Stop the boards. Safe to repeat."""
        if self._is_closed:
            return
        self._is_closed = True
        self._socket.close()
        for connection in list(self._connections):
            connection.shut()
        self._far_ends.close()
        self.exchange.close()
        self.engine.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _let_far_ends_in(self) -> None:
        """Put the fax machines of the options there, and listen for far ends over TCP."""
        options = self.layout.options
        try:
            set_up(options.fax, Path(options.fax_folder), self.telephone)
            if options.audiosocket is not None:
                server = AudioSocketServer(
                    self.exchange, options.number, options.audiosocket_host, options.audiosocket
                )
                self._far_ends.callback(server.close)
        except BoardError:
            self.exchange.close()
            self.engine.close()
            raise

    # for connections

    def find(self, name: str, kind: int) -> Device:
        """Return a device by the name and the kind of opening.

        :raises Refused: there is no such device
        """
        device = self._by_name.get(name)
        if device is None or chr(kind) not in OPENS.get(type(device).__name__, "V"):
            raise Refused(value("EDX_BADPARM"))
        return device

    def device(self, number: int) -> Device:
        """:raises IndexError: no such number"""
        return self._devices[number - 1]

    def forget(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)

    def describe(self, first: int = 0) -> tuple[str, int]:
        """Return a page of devices from a place on: name, type, how many are below; a line each.

        And the place where the next page begins; 0: this was the last.
        """
        devices = list(self._by_name.values())
        lines = [f"{one.name} {one.type} {one.subdevices}" for one in devices[first : first + PAGE]]
        following = first + PAGE
        return "\n".join(lines), following if following < len(devices) else 0

    # for devices

    def add(self, device: Device) -> int:
        """Take a new device in; return its number."""
        self._devices.append(device)
        self._by_name[device.name] = device
        return len(self._devices)

    def lend_port(self) -> VoicePort:
        """Return a port for a while."""
        with self._lock:
            if self._lent:
                return self._lent.pop()
        port: VoicePort = open_port(self.engine, VoicePort)
        return port

    def give_back(self, port: VoicePort) -> None:
        port.reset()
        port.hear(None)
        with self._lock:
            self._lent.append(port)

    # how it is done

    def _build(self) -> None:
        for index in range(self.layout.analog):
            name = voice_name(index)
            Voice(self, name, self._line(name, LineKind.FXO))
        for name, kind in self.layout.timeslots():
            Trunk(self, name, self._line(name, LineKind.E1), kind)
        for index in range(self.layout.analog, self.layout.voices):
            Voice(self, voice_name(index), None)
        stations = [
            MsiStation(self, f"msiB1C{index + 1}", self._station_line(index), index)
            for index in range(self.layout.stations)
        ]
        MsiBoard(self, "msiB1", stations)
        ConferenceBoard(self, "dcbB1")
        Conferences(self, "dcbB1D1")
        cnf.CnfBoard(self, cnf.NAME)
        PhysicalBoard(self, "brdB1")
        for board in range(-(-self.layout.voices // CHANNELS)):
            left = self.layout.voices - board * CHANNELS
            VoiceBoard(self, f"dxxxB{board + 1}", min(CHANNELS, left))
        for span in range(self.layout.spans):
            SpanBoard(self, f"dtiB{span + 1}", TIMESLOTS)
        self.exchange.group = [line.station for line in self.lines]

    def _line(self, name: str, kind: LineKind) -> Line:
        """Hang the next line on the exchange; its number is the group's, and its place."""
        number = f"{self.layout.options.number}{len(self.lines) + 1:02}"
        line = Line(self.exchange, self.bus, f"line {name}", number, kind)
        self.lines.append(line)
        return line

    def _station_line(self, index: int) -> Line:
        name = f"station {index + 1}"
        return Line(self.exchange, self.bus, name, station_number(index), LineKind.E1)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return  # closed
            connection = Connection(self, sock)
            self._connections.append(connection)
            threading.Thread(target=connection.run, name="dialogic program", daemon=True).start()


PAGE = 128
"""Devices that the library is told at once; a name has 63 characters at most."""

OPENS = {
    "Voice": "VFE", "VoiceBoard": "V", "SpanBoard": "D", "Trunk": "DG", "MsiStation": "M",
    "MsiBoard": "M", "ConferenceBoard": "C", "Conferences": "C", "CnfBoard": "N",
    "PhysicalBoard": "B",
}  # fmt: skip
"""Which libraries (the kinds of ``dlg.h``) can open a device of a class."""


def _ports(layout: Layout) -> int:
    lines = layout.analog + layout.digital + layout.stations
    far_ends = layout.far_ends + len(layout.options.fax)
    return 4 * lines + layout.voices + 2 * far_ends + 256
