"""Ports of the engine as the firmware uses them: operations that don't wait, and the bus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from boardivr.hal.dialogic_cffi.simulator.protocol import Until
from boardivr.media._engine import ffi, lib
from boardivr.media.check import check
from boardivr.media.engine import Engine
from boardivr.media.port import Port
from boardivr.media.tones import Tone
from boardivr.media.tonetables import generator_steps

LOOP_OFF = 100
"""A line's loop current is gone: what its port tells, beside the exchange's signals."""

JOB = 101
"""There is something to be done on the device's thread."""

Slot = tuple[int, int]
"""What a time slot carries: a port's number, and which side of it (BI_SIDE_IN, BI_SIDE_OUT)."""


def _samples(ms: int) -> int:
    return -1 if ms < 0 else ms * 8


def engine_until(until: Until, most: int = -1) -> Any:
    """Return the engine's conditions.

    :param most: samples after which it ends in any case; -1: none
    """
    times = [time for time in (_samples(until.max_time), most) if time >= 0]
    return ffi.new(
        "bi_until *",
        {
            "max_digits": until.max_digits,
            "digit_mask": until.digit_mask,
            "max_time": min(times) if times else -1,
            "first_digit": _samples(until.first_digit),
            "inter_digit": _samples(until.inter_digit),
            "max_silence": _samples(until.max_silence),
            "max_non_silence": _samples(until.max_non_silence),
            "first_speech": -1,
            "speech_end": -1,
        },
    )


class VoicePort(Port):
    """What a voice resource speaks and hears through: its sides are slots of the bus.

    The operations return their number at once; a DONE event ends them.
    """

    def start_stream(self, fd: int, until: Until) -> int:
        return self._start(lib.bi_play_stream, fd, engine_until(until))

    def start_collecting(self, until: Until) -> int:
        return self._start(lib.bi_collect, engine_until(until))

    def start_waiting(self, until: Until, most: int = -1) -> int:
        return self._start(lib.bi_idle, engine_until(until, most))

    def start_tone(self, tone: Tone, until: Until | None = None) -> int:
        steps, repeat_from = generator_steps(tone)
        conditions = ffi.NULL if until is None else engine_until(until)
        return self._start(lib.bi_tone_op, steps, len(steps), repeat_from, conditions)

    def start_sending(self, keys: str, on_ms: int = 80, off_ms: int = 80) -> int:
        return self._start(lib.bi_send, keys.encode(), on_ms, off_ms, -8.0, -6.0)

    def start_recording(self, recording: Any, until: Until, most: int) -> int:
        return self._start(lib.bi_record, recording, engine_until(until, most))

    def open_recording(self, fd: int) -> Any:
        """Return a recording that is sent through a socket, as linear samples."""
        return lib.bi_recording_open(self.engine.handle, fd, lib.BI_LINEAR, ffi.NULL, 0)

    def close_recording(self, recording: Any) -> bool:
        """Send the rest; False where nobody wanted it."""
        return int(lib.bi_recording_close(self.engine.handle, recording)) >= 0

    def take_all(self, maximum: int, mask: int) -> str:
        """Take keys out of the buffer, up to and with the first of a mask."""
        room = ffi.new("char[256]")
        taken = lib.bi_digits_take(self._handle, self.number, maximum, mask, room, len(room))
        check(taken, "bi_digits_take")
        keys = ffi.string(room).decode("ascii")
        assert isinstance(keys, str)
        return keys

    def take_caller(self) -> tuple[str, str, str]:
        """Return who the last message says calls: number, name, date; empty where it doesn't."""
        message = ffi.new("struct bi_callerid *")
        self._do(lib.bi_caller_id_take, message)
        number, name, date = (
            ffi.string(text).decode("ascii", "replace")
            for text in (message.number, message.name, message.date)
        )
        return number, name, date

    def keep_digits(self, most: int, *, is_cyclic: bool) -> None:
        """Keep so many keys; of more, the last are lost, or the first where it is cyclic."""
        self._do(lib.bi_digits_keep, most, is_cyclic)

    def act_on(self, keys: int) -> None:
        """Don't keep these keys (bits, 0 to 9, *, #, A to D) while something is played."""
        self._do(lib.bi_digits_act, keys)

    @property
    def digit_count(self) -> int:
        return check(lib.bi_digits_count(self._handle, self.number), "bi_digits_count")

    def listen_for(self, tones: Sequence[dict[str, object]]) -> None:
        """Tell these tones, as ``struct bi_cpt_tone``; none ends it."""
        table = ffi.new("struct bi_cpt_tone[]", list(tones)) if tones else ffi.NULL
        self._do(lib.bi_detect_tones, table, len(tones), 0)

    def adjust(self, gain_db: float, speed: float) -> None:
        """Set how loud, and how fast, what is played sounds."""
        self._do(lib.bi_stream_adjust, gain_db, speed)

    def pause(self, on: bool) -> None:
        self._do(lib.bi_stream_pause, on)

    def hear(self, slot: Slot | None) -> None:
        """Hear what a time slot carries."""
        self._do(lib.bi_slot_hear, *(slot or (-1, 0)))

    def say(self, slot: Slot | None) -> None:
        """Say what a time slot carries."""
        self._do(lib.bi_slot_say, *(slot or (-1, 0)))

    def _start(self, function: Any, *arguments: Any) -> int:
        return check(function(self._handle, self.number, *arguments), function.__name__)


class LinePort(VoicePort):
    """A line's interface: it carries between the line and the bus.

    What the exchange signals is told to the device that works the line.
    """

    def __init__(self, engine: Engine, number: int) -> None:
        super().__init__(engine, number)
        self.listener: Port = self
        self.source: Slot | None = None

    def signal(self, a: int, b: int = 0) -> None:
        if self.listener is self:
            super().signal(a, b)
        else:
            self.listener.signal(a, b)

    def lose(self) -> None:
        super().lose()
        self.signal(LOOP_OFF)

    def reset(self) -> None:
        """As new; but what the line says isn't the call's, and stays."""
        super().reset()
        self.say(self.source)

    def connect(self, source: Slot | None) -> None:
        """Send a time slot to the line."""
        self.source = source
        self.say(source)


def open_port(engine: Engine, kind: type[VoicePort]) -> Any:
    """Return a port of one of the kinds above."""
    return kind(engine, check(lib.bi_port_open(engine.handle), "bi_port_open"))
