"""Telephones: the far ends of the loopback board, for tests, demos and the command line.

What a telephone hears is told by the engine: which clip began, and how much of
it was heard. So a test asserts on what reached the ear, not on what was meant.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from boardivr.hal.channel import PLAIN_FAX
from boardivr.hal.errors import CallEnded
from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.faults import Fault, inflict, padded
from boardivr.hal.loopback.station import Signal, Station
from boardivr.hal.types import Clip, FaxResult, FaxSettings, Termination
from boardivr.media.events import Ended, Event, Kind
from boardivr.media.faxfaults import SOUND, FaxFaults
from boardivr.media.port import Side
from boardivr.media.tonetables import ProgressTone

NOTHING = Termination()


@dataclass(kw_only=True)
class Heard:
    """One thing that happened at the telephone.

    :param what: ``heard``, ``pressed``, ``said``, ``called``, ``rang``, ``answered``,
        ``tone``, ``flashed``, ``faxed``, ``took a fax``, ``released`` or ``hung up``
    :param text: the words, the keys, the number, the tone or the cause
    :param name: the clip's, such as ``welcome@zh-CN``
    :param seconds: how much of the clip was heard
    :param is_whole: whether that was all of it
    :param is_secret: whether the text is keys that a transcript doesn't show
    """

    at: float
    what: str
    text: str = ""
    name: str = ""
    seconds: float = 0.0
    is_whole: bool = False
    is_secret: bool = False

    def __repr__(self) -> str:
        # Keys are PINs and card numbers: they don't get into a log by accident.
        text = f"<{len(self.text)} keys>" if self.is_secret else repr(self.text)
        return f"Heard({self.at:.2f}, {self.what}, {text}, {self.name!r}, {self.seconds:.2f} s)"


class Telephone:
    """A telephone on the exchange; one thread works it."""

    def __init__(self, exchange: Exchange, number: str = "", name: str = "") -> None:
        self._exchange = exchange
        self._engine = exchange.engine
        self.clock = self._engine.clock
        self.port = self._engine.open_port()
        self.station = Station(
            name=name or f"telephone {number}".strip(),
            port=self.port,
            numbers=(number,) if number else (),
        )
        self.log: list[Heard] = []
        self.is_answered = False
        self.is_released = False
        self.cause: int | None = None
        exchange.add(self.station)

    # placing and taking calls

    def call(self, number: str, ani: str | None = None) -> None:
        """Dial; what becomes of it comes by :meth:`wait_for_answer`."""
        self._forget()
        self._note("called", number)
        if ani is None and self.station.numbers:
            ani = self.station.numbers[0]
        self._exchange.call(self.station, number, ani)

    def wait_for_answer(self, timeout: float = 60.0) -> bool:
        """Wait until the other side answers; False where it is busy, gone, or doesn't."""
        self.wait_until(lambda: self.is_answered or self.is_released, timeout)
        return self.is_answered

    def wait_for_ring(self, timeout: float | None = None) -> bool:
        """Wait until the bell rings."""
        self._forget()
        return self.wait_until(self._rang, timeout)

    def answer(self) -> bool:
        """Pick the handset up; False where the caller gave up."""
        self.is_answered = self._exchange.answer(self.station)
        if self.is_answered:
            self._subscribe()
            self._note("answered")
        return self.is_answered

    def hang_up(self) -> None:
        """Put the handset down. Safe to repeat."""
        self.look()
        if self.station.call is not None or self.is_answered or self.is_released:
            self._note("hung up")
        self.is_answered = False
        self._exchange.hang_up(self.station)
        self._subscribe()

    def flash(self) -> None:
        """Flash the hook: the PBX holds the call, or returns to it (see ``transfer.py``)."""
        self._note("flashed")
        self._exchange.flash(self.station)

    def fault(self, fault: Fault) -> None:
        """Give the telephone's line a fault; ``Fault()`` mends it."""
        inflict(self._exchange, self.station, fault)

    # talking

    def press(
        self, keys: str, *, on: float = 0.08, off: float = 0.08, is_secret: bool = False
    ) -> None:
        """Press keys, one after another; returns when the last one is up.

        :param is_secret: a transcript shows dots, as for a PIN
        """
        self._note("pressed", keys, is_secret=is_secret)
        self._check(self.port.send_digits(keys, on=on, off=off))

    def say(self, *clips: Clip) -> None:
        """Speak into the handset."""
        for clip in clips:
            self._note("said", clip.text or clip.name)
            self._check(self.port.play([clip], NOTHING))

    def send_fax(
        self,
        path: Path,
        settings: FaxSettings = PLAIN_FAX,
        *,
        first_page: int = 0,
        on_page: Callable[[int], None] | None = None,
        faults: FaxFaults = SOUND,
    ) -> FaxResult:
        """Send a TIFF file as a fax."""
        self._note("faxed", path.name)
        with padded(self.station):
            return self.port.send_fax(
                path, settings, first_page=first_page, on_page=on_page, faults=faults
            )

    def receive_fax(
        self,
        path: Path,
        settings: FaxSettings = PLAIN_FAX,
        *,
        on_page: Callable[[int], None] | None = None,
        faults: FaxFaults = SOUND,
    ) -> FaxResult:
        """Receive a fax into a TIFF file."""
        self._note("took a fax", path.name)
        with padded(self.station):
            return self.port.receive_fax(path, settings, on_page=on_page, faults=faults)

    def listen(self, seconds: float) -> None:
        """Do nothing for so long, or until the call is over."""
        self.wait_until(lambda: self.is_released, seconds)

    # hearing

    def look(self) -> None:
        """Take in what has happened by now."""
        while (event := self.port.next_event(0.0)) is not None:
            self._take(event)

    def wait_until(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        """Wait until something that is heard makes ``ready()`` true."""
        deadline = None if timeout is None else self.clock.now() + timeout
        self.look()
        while not ready():
            left = None if deadline is None else max(0.0, deadline - self.clock.now())
            event = self.port.next_event(left)
            if event is None:
                return ready()
            self._take(event)
        return True

    def hear(self, words: str, timeout: float = 60.0) -> Heard:
        """Wait until a clip with these words, or of this name, has begun; each is heard once.

        :raises AssertionError: it wasn't heard in time, or before the call was over
        """
        found: list[int] = []

        def is_heard() -> bool:
            for i in range(self._mark, len(self.log)):
                if self.log[i].what == "heard" and words in (self.log[i].text + self.log[i].name):
                    found.append(i)
                    return True
            return self.is_released

        self.wait_until(is_heard, timeout)
        if not found:
            heard = [e.text or e.name for e in self.log[self._mark :] if e.what == "heard"]
            raise AssertionError(f"expected to hear {words!r} in {timeout} s, heard {heard}")
        self._mark = found[0] + 1
        return self.log[found[0]]

    def wait_for_end(self, timeout: float = 60.0) -> bool:
        """Wait until the other side hangs up."""
        return self.wait_until(lambda: self.is_released, timeout)

    def level(self, seconds: float) -> float:
        """Listen for so long, and return the level of what came in, in dBm0."""
        from boardivr.media.audiofile import read_samples

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "heard.wav"
            with self.port.recording(path, Side.IN):
                self.listen(seconds)
            samples = [int(x) for x in read_samples(path)[0]]
        power = sum(x * x for x in samples) / len(samples)
        return -99.0 if power < 1 else 3.14 + 10 * math.log10(power / (32767**2 / 2))

    def listen_for_tones(self) -> None:
        """Put progress tones into the log, until the call is answered (``tone``: its name)."""
        self._hears_tones = True
        self._subscribe()

    @property
    def heard(self) -> Sequence[Heard]:
        """What was heard so far, in order."""
        self.look()
        return [e for e in self.log if e.what == "heard"]

    @contextmanager
    def recording(self, path: Path) -> Iterator[None]:
        """Record both sides of the call while the block runs."""
        with self.port.recording(path):
            yield

    def close(self) -> None:
        """Hang up and give the line back."""
        self._exchange.remove(self.station)
        self.port.close()

    # how it is done

    _hears_tones = False
    _mark = 0  # what of the log has been waited for

    def _forget(self) -> None:
        self.is_answered = self.is_released = False
        self.cause = None
        self._mark = len(self.log)
        self._subscribe()

    def _subscribe(self) -> None:
        self.port.subscribe(Kind.CLIP_BEGIN | Kind.CLIP_END | Kind.TONE)
        listens = self._hears_tones and not self.is_answered
        self.port.detect_tones(self._exchange.plan if listens else None)

    def _rang(self) -> bool:
        return any(entry.what == "rang" for entry in self.log[self._mark :])

    def _note(self, what: str, text: str = "", *, is_secret: bool = False) -> None:
        self.look()
        self.log.append(Heard(at=self.clock.now(), what=what, text=text, is_secret=is_secret))

    def _check(self, ended: Ended) -> None:
        self.look()
        if ended.is_lost or self.is_released:
            raise CallEnded(f"{self.station.name}: the other side hung up")

    def _take(self, event: Event) -> None:
        if event.kind is Kind.CLIP_BEGIN:
            clip = self._engine.clip(event.a)
            text, name = (clip.text, clip.name) if clip else ("", "")
            # The frame in which it began has been heard already.
            self.log.append(Heard(at=event.at, what="heard", text=text, name=name))
        elif event.kind is Kind.CLIP_END:
            self._end_clip(event)
        elif event.kind is Kind.TONE:
            self._take_tone(event)
        elif event.kind is Kind.SIGNAL:
            self._take_signal(event)

    def _end_clip(self, event: Event) -> None:
        clip = self._engine.clip(event.a)
        for entry in reversed(self.log):
            if entry.what == "heard":
                entry.seconds = event.b / 8000
                entry.is_whole = clip is not None and entry.seconds >= clip.seconds - 1e-9
                return

    def _take_tone(self, event: Event) -> None:
        name = ProgressTone(event.a).name.lower()
        last = self.log[-1] if self.log else None
        if last is None or (last.what, last.text) != ("tone", name):  # not each cycle of it
            self.log.append(Heard(at=event.at, what="tone", text=name))

    def _take_signal(self, event: Event) -> None:
        if event.a == Signal.ANSWERED:
            self.is_answered = True
            self.port.detect_tones(None)
            self.log.append(Heard(at=event.at, what="answered"))
        elif event.a == Signal.RELEASED:
            self.is_released, self.cause = True, event.b
            self.log.append(Heard(at=event.at, what="released", text=str(event.b)))
        elif event.a == Signal.RING:
            self.log.append(Heard(at=event.at, what="rang"))
