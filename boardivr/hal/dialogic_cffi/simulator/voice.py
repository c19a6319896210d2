"""A voice channel: play, record, digits, and the analog line that it may have."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Callable
from typing import Any, ClassVar

from boardivr.hal.dialogic_cffi.simulator import faxes
from boardivr.hal.dialogic_cffi.simulator.bus import HEARS, SAYS
from boardivr.hal.dialogic_cffi.simulator.connection import Connection
from boardivr.hal.dialogic_cffi.simulator.device import Device, Handler, Refused, Running
from boardivr.hal.dialogic_cffi.simulator.dialling import dial
from boardivr.hal.dialogic_cffi.simulator.line import Line
from boardivr.hal.dialogic_cffi.simulator.ports import LOOP_OFF
from boardivr.hal.dialogic_cffi.simulator.progress import ProgressTones, read_changes
from boardivr.hal.dialogic_cffi.simulator.protocol import UNTIL, Message, Op, Side, Until
from boardivr.hal.dialogic_cffi.simulator.usertones import (
    ToneWatch,
    read_generated,
    read_tones,
)
from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.hal.loopback.station import Signal
from boardivr.media._engine import lib
from boardivr.media.events import Event, Kind
from boardivr.media.tones import Step, Tone

ON, OFF = value("DX_ONHOOK"), value("DX_OFFHOOK")
BEEP = Tone(name="beep", steps=(Step(sines=((1000.0, -12.0),), on=0.2),), repeats=False)
OFF_HOOK = 0.2
"""Seconds that going off-hook takes (DXBD_OFFHDLY has half a second)."""

HANGOVER = 0.2
"""Seconds of silence after which the detector tells that a voice has ended."""

LOOP_BACK = 0.8
"""Seconds after which loop current returns on a line whose far end has hung up."""

DIGITS = 31
"""Keys that a channel keeps until they are collected (DG_MAXDIGS)."""

REASONS = {
    lib.BI_END_OF_DATA: "TM_EOD",
    lib.BI_MAX_DIGITS: "TM_MAXDTMF",
    lib.BI_DIGIT: "TM_DIGIT",
    lib.BI_MAX_TIME: "TM_MAXTIME",
    lib.BI_FIRST_DIGIT: "TM_IDDTIME",
    lib.BI_INTER_DIGIT: "TM_IDDTIME",
    lib.BI_MAX_SILENCE: "TM_MAXSIL",
    lib.BI_MAX_NON_SILENCE: "TM_MAXNOSIL",
    lib.BI_FAILED: "TM_ERROR",
}


class Voice(Device):
    """:param line: its own analog line; None: a resource that is routed to one"""

    type = value("TYPE_R4_VOX_CHANNEL")

    def __init__(self, firmware: object, name: str, line: Line | None) -> None:
        super().__init__(firmware, name)  # type: ignore[arg-type]
        self.line = line
        self.slot = self.firmware.bus.give(self.port.number, SAYS)
        self.digits_on = True
        self.fax_pages: list[Any] = []  # to be sent
        self.caller: tuple[str, str, str] | None = None
        self.progress = ProgressTones(self.firmware.exchange.plan)
        self._tones = ToneWatch(self)
        self._watches_silence = False
        self.port.keep_digits(DIGITS, is_cyclic=False)
        if line is None:
            self._detect_digits()  # of whatever it is routed to
        else:
            line.port.listener = self.port
            self.port.hear((line.port.number, HEARS))
            line.port.connect((self.port.number, SAYS))
            self._wait_for_caller_id()

    @property
    def now(self) -> float:
        return self.firmware.clock.now()

    def closed(self, connection: Connection, *, is_gone: bool = False) -> None:
        super().closed(connection, is_gone=is_gone)
        with self.lock:
            if is_gone and not self.listeners and self.line is not None:
                self._on_hook()  # a program that crashed leaves no line off-hook

    # the hook

    def hook(self, connection: Connection, message: Message, fds: list[int]) -> None:
        state = message.numbers[0]
        if self.line is None:
            raise Refused(value("EDX_BADDEV"))
        if self.running is not None:
            raise Refused(value("EDX_BUSY"))
        self.running = Running(connection, message.token, is_job=True)
        self.do(lambda: self._hook(state))

    def _hook(self, state: int) -> None:
        if state == OFF:
            self._off_hook()
        else:
            self._on_hook()
        with self.lock:
            self.finish((state,))

    def _off_hook(self) -> None:
        assert self.line is not None
        if self.line.is_off_hook:
            return
        self.port.detect_caller_id(None)
        self.line.go_off_hook()
        deadline = self.now + OFF_HOOK
        while (left := deadline - self.now) > 0:
            self.next(left)
        self._detect_digits()
        self.tell(value("DE_LCON"))

    def _on_hook(self) -> None:
        assert self.line is not None
        if self.line.is_off_hook:
            self.line.go_on_hook()
            self.caller = None
            self._wait_for_caller_id()

    def _wait_for_caller_id(self) -> None:
        if self.firmware.exchange.caller_id is not None:
            self.port.detect_caller_id(self.firmware.exchange.caller_id)

    def wink(self, connection: Connection, message: Message, fds: list[int]) -> None:
        raise Refused(value("EDX_NOSUPPORT"))  # analog loop-start lines don't

    # sound

    def play(self, connection: Connection, message: Message, fds: list[int]) -> None:
        running = self._with_media(connection, message, fds)
        assert running.until is not None
        until = running.until
        self._start(running, message.numbers[0], lambda: self.port.start_stream(running.fd, until))

    def record(self, connection: Connection, message: Message, fds: list[int]) -> None:
        running = self._with_media(connection, message, fds)
        assert running.until is not None
        until, running.most = running.until, message.numbers[1]
        if until.initial_silence >= 0:
            self._allow_initial_silence(running, until)
            until = dataclasses.replace(until, max_silence=-1)
        _patient(running.fd)
        running.recording = self.port.open_recording(running.fd)
        if message.numbers[2]:
            self._start(running, 0, lambda: self._record_slots(running, message.numbers[2]))
        else:
            start = self.port.start_recording
            self._start(
                running, message.numbers[0], lambda: start(running.recording, until, running.most)
            )

    def _record_slots(self, running: Running, slots: int) -> int:
        """Record the sum of one or two time slots, on a port lent for it."""
        assert running.until is not None
        numbers = [number - 1 for number in (slots & 0xFFFFFFFF, slots >> 32) if number]
        found = [self.firmware.bus.find(number) for number in numbers]
        if not found or None in found:
            raise Refused(value("EDX_SH_BADEXTTS"))
        port = self.firmware.lend_port()
        running.cleanup.append(lambda: self.firmware.give_back(port))
        port.hear(found[0])
        if len(found) == 2:
            port.say(found[1])
        lib.bi_record_attach(
            self.port.engine.handle, port.number, running.recording, lib.BI_SIDE_BOTH
        )
        return self.port.start_waiting(running.until, running.most)

    def _allow_initial_silence(self, running: Running, until: Until) -> None:
        """Silence before anybody speaks may be longer, or shorter, than that afterwards."""
        running.silence = until.max_silence / 1000
        self.port.detect_voice()
        running.cleanup.append(self.restore_detectors)
        self.later(until.initial_silence / 1000, lambda: self._end_silence(running, 0))

    def _end_silence(self, running: Running, spells: int) -> None:
        """End a recording if nobody has spoken since: then there were as many spells of voice."""
        with self.lock:
            if self.running is running and running.spells == spells:
                self.stop(value("TM_MAXSIL"))

    def _hear_voice(self, event: Event) -> None:
        running = self.running
        if running is not None and running.silence > 0:
            running.spells += bool(event.a)
            if not event.a:
                spells, left = running.spells, running.silence - HANGOVER
                self.later(max(left, 0.0), lambda: self._end_silence(running, spells))
        if self._watches_silence:
            self.tell(value("DE_SILOF" if event.a else "DE_SILON"), event.b // 10)

    def _with_media(self, connection: Connection, message: Message, fds: list[int]) -> Running:
        if len(fds) != 1:
            raise Refused(value("EDX_SYSTEM"))
        if self.running is not None:
            raise Refused(value("EDX_BUSY"))
        return Running(connection, message.token, until=Until.unpack(message.data), fd=fds.pop())

    def _start(self, running: Running, beeps: int, start: Callable[[], int]) -> None:
        """Begin, after a beep if one is wanted."""
        if not beeps:
            self.begin(running, start)
            return

        def after() -> None:
            running.after = None
            running.engine_op = start()

        running.after = after
        self.begin(running, lambda: self.port.start_tone(BEEP))

    def collect(self, connection: Connection, message: Message, fds: list[int]) -> None:
        until = Until.unpack(message.data)
        running = Running(connection, message.token, until=until, takes_digits=True)
        self.begin(running, lambda: self.port.start_collecting(until))

    def stop_now(self, connection: Connection, message: Message, fds: list[int]) -> None:
        self.stop(value("TM_USRSTOP"))

    def pause(self, connection: Connection, message: Message, fds: list[int]) -> None:
        self.port.pause(bool(message.numbers[0]))

    def adjust(self, connection: Connection, message: Message, fds: list[int]) -> None:
        self.port.adjust(float(message.numbers[0]), message.numbers[1] / 100)

    # digits

    def digits_count(self, connection: Connection, message: Message, fds: list[int]) -> Message:
        return Message(op=Op.REPLY, numbers=(0, self.port.digit_count))

    def digits_clear(self, connection: Connection, message: Message, fds: list[int]) -> None:
        self.port.clear_digits()

    def digit_types(self, connection: Connection, message: Message, fds: list[int]) -> None:
        self.digits_on = bool(message.numbers[0] & value("D_DTMF"))
        self.port.keep_digits(DIGITS, is_cyclic=bool(message.numbers[1]))
        self._detect_digits()

    def digits_act(self, connection: Connection, message: Message, fds: list[int]) -> None:
        self.port.act_on(message.numbers[0])

    def _detect_digits(self) -> None:
        self.port.detect_digits(self.digits_on)

    # dialling, tones, who calls

    def dial(self, connection: Connection, message: Message, fds: list[int]) -> None:
        if self.running is not None:
            raise Refused(value("EDX_BUSY"))
        running = self.running = Running(connection, message.token, is_job=True)
        self.do(lambda: dial(self, running, message))

    def change_progress(self, connection: Connection, message: Message, fds: list[int]) -> None:
        if self.running is not None:
            raise Refused(value("EDX_BUSY"))
        try:
            self.progress.change(read_changes(message.data), self.port)
        finally:
            self._tones.listen()

    def play_tone(self, connection: Connection, message: Message, fds: list[int]) -> None:
        until = Until.unpack(message.data[: UNTIL.size])
        tone = read_generated(message.data[UNTIL.size :], message.numbers[0])
        running = Running(connection, message.token, until=until)
        self.begin(running, lambda: self.port.start_tone(tone, until))

    def set_tones(self, connection: Connection, message: Message, fds: list[int]) -> None:
        self._tones.use(read_tones(message.data))

    def restore_detectors(self) -> None:
        """Listen for what the program asked for, and for nothing else."""
        self._tones.listen()
        self.port.detect_voice(self._watches_silence)

    def caller_id(self, connection: Connection, message: Message, fds: list[int]) -> Message:
        if self.caller is None:
            raise Refused(value("EDX_CLIDINFO"))
        if not self.caller[0]:
            raise Refused(value("EDX_CLIDOOA"))
        data = "".join(f"{text}\0" for text in self.caller).encode()
        return Message(op=Op.REPLY, data=data)

    # the bus

    def give_slot(self, connection: Connection, message: Message, fds: list[int]) -> Message:
        if message.numbers[0] == Side.LINE and self.line is None:
            raise Refused(value("EDX_BADDEV"))
        is_line = message.numbers[0] == Side.LINE and self.line is not None
        number = self.line.slot if is_line and self.line is not None else self.slot
        return Message(op=Op.REPLY, numbers=(0, number))

    def listen(self, connection: Connection, message: Message, fds: list[int]) -> None:
        side, number = message.numbers[:2]
        source = self.firmware.bus.find(number)
        if number != -1 and source is None:
            raise Refused(value("EDX_SH_BADEXTTS"))
        if side == Side.RESOURCE:
            self.port.hear(source)
            if source is not None and (self.line is None or source[0] != self.line.port.number):
                self._detect_digits()  # an own line is listened to for them while it is off-hook
        elif self.line is None:
            raise Refused(value("EDX_BADDEV"))
        else:
            self.line.port.connect(source)

    # what happens

    def watch(self, connection: Connection, message: Message, fds: list[int]) -> None:
        wanted = value("DM_SILON") | value("DM_SILOF")
        self._watches_silence = bool(message.numbers[0] & wanted)
        self.port.detect_voice(self._watches_silence)

    def hear(self, event: Event) -> None:
        if event.kind is Kind.SIGNAL:
            self._hear_signal(event)
        elif event.kind is Kind.DONE:
            self._hear_done(event)
        elif event.kind is Kind.KEY_BEGIN:
            self.tell(value("DE_DIGITS"), event.a)  # the type in the high byte: 0 is DTMF
            self._hear_key(chr(event.a))
        elif event.kind is Kind.KEY_END:
            self.tell(value("DE_DIGOFF"), event.a)
        elif event.kind is Kind.TONE:
            self._tones.hear(event)
        elif event.kind is Kind.VOICE:
            self._hear_voice(event)
        elif event.kind in (Kind.FAX_PHASE, Kind.FAX_PAGE):
            if self.running is not None and self.running.fax is not None:
                faxes.hear(self, self.running, event)
        elif event.kind is Kind.CALLER_ID:
            self.caller = self.port.take_caller()

    def _hear_key(self, key: str) -> None:
        running = self.running
        wanted = running.until.digit_type if running is not None and running.until else 0
        if wanted and chr(wanted & 0xFF) == key:
            self.stop(value("TM_DIGIT"))

    def _hear_signal(self, event: Event) -> None:
        if event.a == Signal.RING:
            self.tell(value("DE_RINGS"), event.b)
        elif event.a == Signal.RING_STOP:
            self.caller = None
            self.tell(value("DE_RNGOFF"))
        elif event.a == LOOP_OFF and self.line is not None and self.line.is_off_hook:
            self._lose_loop()

    def _lose_loop(self) -> None:
        assert self.line is not None
        serial = self.line.station.serial
        self.tell(value("DE_LCOF"), 0)
        running = self.running
        if running is not None and running.until is not None and running.until.loop_off >= 0:
            self.stop(value("TM_LCOFF"))
        self.later(LOOP_BACK, lambda: self._loop_is_back(serial))

    def _loop_is_back(self, serial: int) -> None:
        assert self.line is not None
        if self.line.station.serial == serial and self.line.is_off_hook:
            self.tell(value("DE_LCON"), round(LOOP_BACK * 100))

    def _hear_done(self, event: Event) -> None:
        running = self.running
        if running is None or running.engine_op != event.op or running.is_job:
            return
        if running.after is not None:
            running.after()
            return
        if running.fax is not None:
            faxes.end(self, running, event)
            return
        if running.recording is not None:
            self.port.close_recording(running.recording)
        reason = running.reason or self._reason(running, event.a)
        data = b""
        if running.takes_digits and running.until is not None:
            most = running.until.max_digits
            taken = self.port.take_all(31 if most < 0 else most, running.until.digit_mask)
            data = taken.encode()
        self.finish((reason, event.b), data)

    def _reason(self, running: Running, bits: int) -> int:
        reason = 0
        for bit, name in REASONS.items():
            if bits & bit:
                reason |= value(name)
        until = running.until
        is_full = running.most >= 0 and (
            until is None or until.max_time < 0 or running.most < until.max_time * 8
        )
        if reason & value("TM_MAXTIME") and is_full:
            reason = reason & ~value("TM_MAXTIME") | value("TM_EOD")
        return reason

    handlers: ClassVar[dict[int, Handler]] = {
        Op.HOOK: hook, Op.PLAY: play, Op.RECORD: record, Op.COLLECT: collect, Op.STOP: stop_now,
        Op.DIGITS_COUNT: digits_count, Op.DIGITS_CLEAR: digits_clear, Op.WATCH: watch,
        Op.ADJUST: adjust, Op.PAUSE: pause, Op.WINK: wink, Op.DIGIT_TYPES: digit_types,
        **faxes.HANDLERS, Op.SLOT: give_slot, Op.LISTEN: listen, Op.DIAL: dial, Op.TONE: play_tone,
        Op.TONES: set_tones, Op.CALLER_ID: caller_id, Op.DIGITS_ACT: digits_act,
        Op.PROGRESS: change_progress,
    }  # fmt: skip


def _patient(fd: int) -> None:
    """A program that doesn't take its recording is waited for a while only."""
    with socket.socket(fileno=fd) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, b"\x05" + bytes(15))
        sock.detach()
