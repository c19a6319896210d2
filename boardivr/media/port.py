"""One port of the engine: what a channel, or a telephone, speaks and hears through."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boardivr.hal.types import (
    LONGEST_UTTERANCE,
    SAMPLE_RATE,
    Clip,
    FaxOffer,
    FaxResult,
    FaxSettings,
    Reason,
    Termination,
)
from boardivr.media._engine import ffi, lib
from boardivr.media.check import check
from boardivr.media.events import Ended, Event, Kind, ended
from boardivr.media.fax import Fax
from boardivr.media.faxfaults import SOUND, FaxFaults
from boardivr.media.recording import Recorder
from boardivr.media.tones import CallerIdStandard, Tone, TonePlan
from boardivr.media.tonetables import ProgressTone, detector_tones, generator_steps
from boardivr.media.until import key_mask, until_struct

if TYPE_CHECKING:
    from boardivr.media.engine import Engine

_CALLER_ID = {
    CallerIdStandard.BELLCORE: lib.BI_CALLERID_BELLCORE,
    CallerIdStandard.V23: lib.BI_CALLERID_ETSI,
    CallerIdStandard.ETSI: lib.BI_CALLERID_ETSI,
    CallerIdStandard.DTMF: lib.BI_CALLERID_DTMF,
}


class Side(enum.IntEnum):
    """What of a port is recorded."""

    IN = lib.BI_SIDE_IN
    OUT = lib.BI_SIDE_OUT
    BOTH = lib.BI_SIDE_BOTH


class Port:
    """A port; one thread at a time waits on it, any thread may :meth:`stop` it."""

    def __init__(self, engine: Engine, number: int) -> None:
        self.engine = engine
        self.number = number
        self._handle = engine.handle
        self._early: deque[Event] = deque()  # events that came while an operation ran
        self._event = ffi.new("bi_event *")

    # operations: each blocks until it has ended

    def play(self, clips: Sequence[Clip], until: Termination) -> Ended:
        self._arm(until)
        handles = [self.engine.load(clip) for clip in clips]
        return self._run(
            lib.bi_play(self._handle, self.number, handles, len(handles), until_struct(until)),
            "bi_play",
        )

    def play_tone(self, tone: Tone) -> Ended:
        """Play a tone that ends by itself."""
        steps, _ = generator_steps(tone)
        op = lib.bi_tone_op(self._handle, self.number, steps, len(steps), -1, ffi.NULL)
        return self._run(op, "bi_tone_op")

    def send_digits(
        self,
        keys: str,
        *,
        on: float = 0.08,
        off: float = 0.08,
        low_dbm0: float = -8.0,
        high_dbm0: float = -6.0,
    ) -> Ended:
        """Send DTMF; the defaults are those of a telephone (ETSI ES 201 235-2)."""
        op = lib.bi_send(
            self._handle, self.number, keys.encode(), round(on * 1000), round(off * 1000),
            low_dbm0, high_dbm0,
        )  # fmt: skip
        return self._run(op, "bi_send")

    def get_digits(self, until: Termination) -> tuple[str, Ended]:
        """Collect keys; the terminating one isn't among them."""
        self._arm(until)
        ended = self._run(
            lib.bi_collect(self._handle, self.number, until_struct(until)), "bi_collect"
        )
        return self.take_digits(until.max_digits, until.digits), ended

    def get_utterance(self, until: Termination, longest: float) -> tuple[str, Clip | None, Ended]:
        """Wait for speech or keys; return the keys, else what was said."""
        self._arm(until, longest)
        ended = self._run(lib.bi_hear(self._handle, self.number, until_struct(until)), "bi_hear")
        keys = self.take_digits(until.max_digits, until.digits)
        if Reason.SPEECH_END in ended.reason:
            return keys, self._take_speech(longest), ended
        self.clear_speech()
        return keys, None, ended

    def idle(self, until: Termination) -> Ended:
        """Do nothing until a condition is met, or :meth:`stop`."""
        return self._run(lib.bi_idle(self._handle, self.number, until_struct(until)), "bi_idle")

    def record(self, path: Path, until: Termination) -> Ended:
        """Record what the port hears.

        :raises OSError: the file can't be written
        """
        self._arm(until)
        with Recorder(self.engine, path) as recorder:
            op = lib.bi_record(self._handle, self.number, recorder.handle, until_struct(until))
            return self._run(op, "bi_record")

    def send_fax(
        self,
        path: Path,
        settings: FaxSettings,
        *,
        first_page: int = 0,
        last_page: int | None = None,
        on_page: Callable[[int], None] | None = None,
        faults: FaxFaults = SOUND,
    ) -> FaxResult:
        """Send the pages of a TIFF file as a fax; see :class:`boardivr.media.fax.Fax`."""
        fax = Fax.sending(self.engine, path, settings, first_page, last_page, faults)
        return self._fax(fax, on_page)

    def receive_fax(
        self,
        path: Path,
        settings: FaxSettings,
        *,
        offers: Sequence[FaxOffer] = (),
        on_page: Callable[[int], None] | None = None,
        faults: FaxFaults = SOUND,
    ) -> FaxResult:
        """Receive a fax into a TIFF file; see :class:`boardivr.media.fax.Fax`."""
        return self._fax(Fax.receiving(self.engine, path, settings, offers, faults), on_page)

    @contextmanager
    def recording(self, path: Path, side: Side = Side.BOTH) -> Iterator[Recorder]:
        """Record while the block runs, whatever else the port does.

        :raises OSError: the file can't be made; when the block ends: couldn't be written
        """
        with Recorder(self.engine, path) as recorder:
            result = lib.bi_record_attach(self._handle, self.number, recorder.handle, side)
            check(result, "bi_record_attach")
            yield recorder

    # what goes on by itself

    def begin_tone(self, tone: Tone) -> None:
        """Send a tone until :meth:`hush`, or anything else is played."""
        steps, repeat_from = generator_steps(tone)
        self._do(lib.bi_tone, steps, len(steps), repeat_from)

    def hush(self) -> None:
        self._do(lib.bi_hush)

    def stop(self) -> None:
        """End the operation in progress; from any thread."""
        self._do(lib.bi_stop)

    def cancel_echo(self, on: bool = True) -> None:
        """Take the echo of what is played out of what the detectors hear, until :meth:`reset`."""
        self._do(lib.bi_cancel_echo, on)

    def detect_digits(self, on: bool = True) -> None:
        self._do(lib.bi_detect_digits, on)

    def detect_voice(self, on: bool = True) -> None:
        """Tell when a voice begins and ends; progress tones that are listened for aren't one."""
        self._do(lib.bi_detect_voice, on)

    def detect_tones(self, plan: TonePlan | None, lose_on: Sequence[ProgressTone] = ()) -> None:
        """Tell the progress tones of a plan; None ends it.

        :param lose_on: what means that the far end is gone: the port is lost then
        """
        tones = detector_tones(plan) if plan else ffi.NULL
        count = len(tones) if plan else 0
        self._do(lib.bi_detect_tones, tones, count, sum(1 << tone for tone in lose_on))

    def detect_fax(self, on: bool = True) -> None:
        """Tell a calling fax's CNG and an answering one's CED (ITU-T T.30)."""
        self._do(lib.bi_detect_fax, on)

    def await_fax(self, on: bool = True) -> None:
        """Let a calling fax's CNG end what is played, recorded or collected."""
        self._do(lib.bi_await_fax, on)

    def detect_caller_id(self, standard: CallerIdStandard | None) -> None:
        """Tell when a caller ID message has come; None ends it."""
        self._do(lib.bi_detect_caller_id, 0 if standard is None else _CALLER_ID[standard])

    def take_caller_id(self) -> str:
        """Return the number of the last message; empty where it had none."""
        message = ffi.new("struct bi_callerid *")
        self._do(lib.bi_caller_id_take, message)
        number = ffi.string(message.number).decode("ascii")
        assert isinstance(number, str)
        return number

    def send_caller_id(self, standard: CallerIdStandard, number: str, when: datetime) -> None:
        """Send who calls, as the exchange does to an on-hook line."""
        message = ffi.new("struct bi_callerid *")
        message.number = number.encode()
        message.date = when.strftime("%m%d%H%M").encode()
        message.absence = b"\0" if number else b"O"
        self._do(lib.bi_caller_id_send, _CALLER_ID[standard], message)

    def put_digits(self, keys: str) -> None:
        """Take keys that came as data, not as tones, into the buffer."""
        self._do(lib.bi_digits_put, keys.encode())

    def take_digits(self, maximum: int | None = None, until: str = "") -> str:
        """Take keys out of the buffer, up to the first of ``until``, which is dropped."""
        room = ffi.new("char[256]")
        limit = -1 if maximum is None else maximum
        taken = lib.bi_digits_take(
            self._handle, self.number, limit, key_mask(until), room, len(room)
        )
        check(taken, "bi_digits_take")
        keys = ffi.string(room).decode("ascii")
        assert isinstance(keys, str)
        return keys[:-1] if keys and keys[-1] in until else keys

    def clear_digits(self) -> None:
        self._do(lib.bi_digits_clear)

    def clear_speech(self) -> None:
        """Listen for speech no more, and forget what was said."""
        self._do(lib.bi_ear_clear)

    def attach_socket(self, fd: int) -> None:
        """Let a connected socket speak and hear, in AudioSocket's protocol; -1 ends it."""
        self._do(lib.bi_audiosocket, fd)

    @property
    def fax_phase(self) -> str:
        """The phase of the fax that is on the port, ``A`` to ``E``; empty where there is none."""
        return chr(check(lib.bi_fax_phase(self._handle, self.number), "bi_fax_phase")).strip("\0")

    # events

    def subscribe(self, kinds: Kind) -> None:
        """Have these told; DONE and SIGNAL always are."""
        self._do(lib.bi_port_subscribe, int(kinds))

    def next_event(self, timeout: float | None = None) -> Event | None:
        """Return what happened next; None when ``timeout`` seconds have passed."""
        if self._early:
            return self._early.popleft()
        return self._wait(self.engine.clock.deadline(timeout))

    def signal(self, a: int, b: int = 0) -> None:
        """Post an event of signalling to whoever waits on this port; from any thread."""
        self._do(lib.bi_port_signal, a, b)

    def lose(self) -> None:
        """The far end is gone: end what runs, and let nothing start."""
        self._do(lib.bi_port_lose)

    @property
    def is_lost(self) -> bool:
        return bool(check(lib.bi_port_lost(self._handle, self.number), "bi_port_lost"))

    # wires and routes

    def wire(self, other: Port) -> None:
        """Connect two ports, as a pair of wires does: each hears the other."""
        self._do(lib.bi_wire, other.number)

    def unwire(self) -> None:
        self._do(lib.bi_unwire)

    def bridge(self, other: Port) -> None:
        """Connect two lines: each one's far end hears the other's."""
        self._do(lib.bi_bridge, other.number)

    def listen(self, other: Port) -> None:
        """Send this port's far end both sides of another line."""
        self._do(lib.bi_listen, other.number)

    def unroute(self) -> None:
        self._do(lib.bi_unroute)

    def conceal(self, on: bool) -> None:
        """Keep what this port hears from all other ports and recordings, not from its detectors."""
        self._do(lib.bi_conceal, on)

    def set_line(
        self,
        *,
        loss_db: float = 0.0,
        noise_dbm0: float = -99.0,
        echo_db: float = 0.0,
        echo_delay: float = 0.0,
        drop: float = 0.0,
        seed: int = 1,
        delay: float = 0.0,
    ) -> None:
        """Make the line towards this port a bad one.

        :param noise_dbm0: white noise
        :param echo_db: what the port sends comes back so much weaker; 0 is none
        :param echo_delay: seconds
        :param drop: share of frames that are lost
        :param delay: seconds until what is sent arrives, at most one
        """
        line = ffi.new(
            "bi_line *",
            (
                loss_db,
                noise_dbm0,
                echo_db,
                round(echo_delay * SAMPLE_RATE),
                drop,
                seed,
                round(delay * SAMPLE_RATE),
            ),
        )
        self._do(lib.bi_line_set, line)

    def clear_line(self) -> None:
        """Make the line a good one again."""
        self._do(lib.bi_line_set, ffi.NULL)

    def reset(self) -> None:
        """As new: nothing plays or is detected, no keys, no events; the wire stays."""
        self._early.clear()
        self._do(lib.bi_port_reset)

    def close(self) -> None:
        """Give the port back."""
        self._do(lib.bi_port_close)

    # how it is done

    def _arm(self, until: Termination, longest: float = LONGEST_UTTERANCE) -> None:
        if until.needs_speech:
            self._do(lib.bi_ear_arm, round(longest * SAMPLE_RATE))
        else:
            self.clear_speech()  # said to somebody who doesn't listen

    def _take_speech(self, longest: float) -> Clip | None:
        room = ffi.new("uint8_t[]", round(max(longest, LONGEST_UTTERANCE) * SAMPLE_RATE))
        size = check(lib.bi_ear_take(self._handle, self.number, room, len(room)), "bi_ear_take")
        data = bytes(ffi.buffer(room, size))
        return Clip(data=data, encoding=self.engine.law, name="utterance") if size else None

    def _fax(self, fax: Fax, on_page: Callable[[int], None] | None) -> FaxResult:
        def hear(event: Event) -> bool:
            if event.kind is not Kind.FAX_PAGE:
                return False
            fax.page_times.append(event.at)
            if on_page is not None:
                on_page(event.a)
            return True

        try:
            ended = self._run(lib.bi_fax_start(fax.handle, self.number), "bi_fax_start", hear)
            return fax.result(ended)
        finally:
            fax.close()

    def _do(self, function: Any, *arguments: Any) -> None:
        check(function(self._handle, self.number, *arguments), function.__name__)

    def _run(self, op: int, function: str, hear: Callable[[Event], bool] | None = None) -> Ended:
        check(op, function)
        while True:
            event = self._wait(self.engine.clock.deadline(None))
            assert event is not None
            if event.kind is Kind.DONE and event.op == op:
                return ended(event)
            if event.kind is not Kind.DONE and not (hear and hear(event)):
                self._early.append(event)

    def _wait(self, deadline: int) -> Event | None:
        self.engine.clock.must_belong()
        e = self._event
        if not check(lib.bi_port_wait(self._handle, self.number, deadline, e), "bi_port_wait"):
            return None
        return Event(
            kind=Kind(e.kind), a=e.a, b=e.b, op=e.op, at=e.at / SAMPLE_RATE, posted_ns=e.post_ns
        )
