"""A device of the simulated boards: it does what a library asks, on a thread of its own."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from boardivr.hal.dialogic_cffi.simulator.ports import JOB, VoicePort, open_port
from boardivr.hal.dialogic_cffi.simulator.protocol import Message, Op, Until
from boardivr.media.check import EngineClosed
from boardivr.media.events import Event, Kind

if TYPE_CHECKING:
    from boardivr.hal.dialogic_cffi.simulator.connection import Connection
    from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware

log = logging.getLogger(__name__)

ALL = (
    Kind.KEY_BEGIN | Kind.KEY_END | Kind.TONE | Kind.VOICE | Kind.FAX | Kind.CALLER_ID
    | Kind.FAX_PAGE | Kind.FAX_PHASE
)  # fmt: skip


class Refused(Exception):
    """A request can't be done.

    :param code: the vendor's, for the library's ``ATDV_LASTERR``
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


@dataclass(eq=False)
class Running:
    """An operation that a library waits for.

    :param reason: why it ended, where that wasn't the engine's doing (TM_*)
    :param after: what comes once the engine's part has ended; None: the end
    """

    connection: Connection
    token: int
    until: Until | None = None
    engine_op: int = 0
    reason: int = 0
    most: int = -1
    fd: int = -1
    recording: Any = None
    takes_digits: bool = False
    silence: float = 0.0  # seconds that end it after somebody has spoken; 0: not watched here
    spells: int = 0  # of voice
    is_job: bool = False
    is_stopped: bool = False
    after: Callable[[], None] | None = None
    fax: Any = None
    cleanup: list[Callable[[], None]] = field(default_factory=list)


Handler = Callable[[Any, "Connection", Message, list[int]], "Message | None"]


class Device:
    """:param type: TYPE_R4_*"""

    type = 0
    handlers: ClassVar[dict[int, Handler]] = {}

    def __init__(self, firmware: Firmware, name: str) -> None:
        self.firmware = firmware
        self.name = name
        self.number = firmware.add(self)
        self.port: VoicePort = open_port(firmware.engine, VoicePort)
        self.port.subscribe(ALL)
        self.lock = threading.RLock()
        self.running: Running | None = None
        self.listeners: list[Connection] = []
        self._jobs: deque[Callable[[], None]] = deque()
        firmware.clock.spawn(self._run, name)

    @property
    def subdevices(self) -> int:
        return 0

    # what the library asks

    def ask(self, connection: Connection, message: Message, fds: list[int]) -> Message:
        """Do a request; return the reply's numbers and data.

        :raises Refused: it can't be done
        """
        handler = self.handlers.get(message.op)
        if handler is None:
            raise Refused(self.unsupported)
        with self.lock:
            return handler(self, connection, message, fds) or Message(op=Op.REPLY)

    unsupported = 15  # EDX_NOTIMP

    def opened(self, connection: Connection) -> None:
        with self.lock:
            self.listeners.append(connection)

    def closed(self, connection: Connection, *, is_gone: bool = False) -> None:
        """A library closed it, or its program is gone."""
        with self.lock:
            if connection in self.listeners:
                self.listeners.remove(connection)
            running = self.running
            if running is not None and running.connection is connection:
                self.stop(0)

    # what happens

    def tell(self, kind: int, *numbers: int, data: bytes = b"") -> None:
        """Tell an event to everybody who has the device open."""
        told = Message(op=Op.EVENT, device=self.number, numbers=(kind, *numbers), data=data)
        for connection in dict.fromkeys(self.listeners):  # one may have it open twice
            connection.send(told)

    def begin(self, running: Running, start: Callable[[], int]) -> None:
        """Have the engine begin an operation.

        :raises Refused: another one runs
        """
        if self.running is not None:
            raise Refused(9)  # EDX_BUSY
        self.running = running
        try:
            running.engine_op = start()
        except Exception:
            self.running = None
            raise

    def stop(self, reason: int) -> None:
        """End what runs; the lock is held."""
        running = self.running
        if running is not None:
            running.reason = running.reason or reason
            running.is_stopped = True
            running.after = None
            self.port.stop()
            if running.is_job:
                self.port.signal(JOB)

    def finish(self, numbers: tuple[int, ...], data: bytes = b"") -> None:
        """The operation is over: tell its library. The lock is held."""
        running, self.running = self.running, None
        if running is None:
            return
        for act in running.cleanup:
            act()
        if running.fd >= 0:
            os.close(running.fd)
        running.connection.send(
            Message(op=Op.DONE, device=self.number, token=running.token, numbers=numbers, data=data)
        )

    def do(self, job: Callable[[], None]) -> None:
        """Have something done on the device's thread."""
        self._jobs.append(job)
        self.port.signal(JOB)

    def later(self, seconds: float, job: Callable[[], None]) -> None:
        self.firmware.exchange.timers.after(seconds, lambda: self.do(job))

    def hear(self, event: Event) -> None:
        """Take in what the port tells; the lock is held."""

    def next(self, timeout: float | None) -> Event | None:
        """For a job: wait for the next event, and take it in as always.

        :return: None when the time is over
        """
        event = self.port.next_event(timeout)
        if event is not None:
            with self.lock:
                self.hear(event)
        return event

    def _run(self) -> None:
        while True:
            try:
                if self._jobs:
                    self._jobs.popleft()()
                else:
                    self.next(None)
            except EngineClosed:
                return
            except Exception:
                log.exception("%s: the firmware failed", self.name)
