"""The two lines that a test's caller can be on: a loopback board, or the interpreter alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from boardivr.clock import Clock
from boardivr.hal import CallEnded, Channel, IncomingCall
from boardivr.hal.conformance.pages import write_pages
from boardivr.hal.loopback import Telephone, open_board
from boardivr.hal.loopback.telephone import Heard
from boardivr.hal.types import Clip
from boardivr.media.faxfaults import SOUND, FaxFaults
from boardivr.testing.caller import (
    Acting,
    FaxSent,
    FaxTaken,
    HungUp,
    Keys,
    Line,
    Mismatch,
    Request,
    Until,
    Voice,
)
from boardivr.testing.fast import BEGIN, HANG_UP, SPEAK, ScriptChannel, ScriptClock
from boardivr.testing.silence import length

FAX_PATIENCE = 300.0
"""Seconds within which a fax is over."""

BARGE_IN = 0.12
ENDPOINT = 0.4
"""Seconds after which speech is sure to have begun, and to have ended."""

KEY = 0.16
"""Seconds that a key takes: 80 ms of tone, 80 ms of silence."""

Serve = Callable[[IncomingCall], object]
"""Answers a call and runs its flow."""


class OneLine(Protocol):
    """A channel with a telephone at its far end, for one call."""

    @property
    def channel(self) -> Channel: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def caller(self) -> Line: ...

    def run(self, serve: Serve, acting: Acting) -> Mismatch | None:
        """Make the call, and return what wasn't as expected."""
        ...


class FastLine:
    """A scripted channel; no audio.

    :param wall: the date and time when the call begins
    """

    def __init__(self, ani: str | None, dnis: str, wall: datetime) -> None:
        self._call = IncomingCall(ani=ani, dnis=dnis)
        self.clock: Clock = ScriptClock(wall)
        assert isinstance(self.clock, ScriptClock)
        self.channel = ScriptChannel(clock=self.clock, call=self._call)
        self.channel.log.append(Heard(at=0.0, what="called", text=dnis))
        self.caller: Line = self
        self._failure: Mismatch | None = None
        self._acting: Acting | None = None
        self._request: Request | None = None
        self.deadline: float | None = None

    @property
    def log(self) -> Sequence[Heard]:
        return self.channel.log

    @property
    def is_over(self) -> bool:
        return self.channel.is_released

    def run(self, serve: Serve, acting: Acting) -> Mismatch | None:
        channel = self.channel
        self._acting = acting
        self.channel.actor = self
        call = channel.wait_for_call()
        assert call is not None
        self._tell(None)
        serve(call)
        while self._request is not None:  # what the caller still does on a line that is dead
            self.channel.seconds.seconds = max(self.channel.seconds.now(), self.deadline or 0.0)
            self.look()
        return self._failure

    def look(self) -> None:
        """Go on with what the caller does, as far as it goes at this moment."""
        while (answer := self._answer()) is not None:
            self._tell(answer)

    def _tell(self, answer: bool | None) -> None:
        """Tell the caller what came of his request, None at first, and take the next one."""
        assert self._acting is not None
        try:
            # A generator that hasn't begun takes nothing but None.
            self._begin(next(self._acting) if answer is None else self._acting.send(answer))
        except StopIteration:
            self._begin(None)
        except Mismatch as failure:
            self._failure = failure
            self._begin(None)
            self._hang_up()

    def _answer(self) -> bool | None:
        """Return what came of the request, or None while that is open."""
        request, is_due = self._request, False
        if request is None:
            return None
        if self.deadline is not None:
            is_due = self.channel.seconds.now() >= self.deadline - 1e-9
        if isinstance(request, Until):
            return True if request.ready() else (False if is_due else None)
        if isinstance(request, HungUp):
            return True
        if isinstance(request, FaxSent | FaxTaken):
            done = self.channel.fax_pages
            wanted = request.good if isinstance(request, FaxSent) else request.pages
            return done == wanted if done is not None or is_due or self.is_over else None
        if self.is_over:
            return False
        return True if is_due else None

    def _begin(self, request: Request | None) -> None:
        self._request = request
        now = self.channel.seconds.now()
        match request:
            case Until(_, seconds):
                self.deadline = now + seconds
            case Keys(keys):
                self._note("pressed", keys)
                self.channel.coming += [(now + n * KEY, key) for n, key in enumerate(keys)]
                self.deadline = now + len(keys) * KEY
            case Voice(words):
                self._note("said", words)
                self.deadline = now + length(words)
                ended = self.deadline + ENDPOINT
                self.channel.coming += [(now + BARGE_IN, BEGIN), (ended, SPEAK + words)]
            case FaxSent(pages, good):
                self._note("faxed", str(pages))
                self.deadline = now + FAX_PATIENCE
                self.channel.start_fax(pages, good)
            case FaxTaken():
                self._note("took a fax")
                self.deadline = now + FAX_PATIENCE
                self.channel.start_fax(0)
            case HungUp():
                self.deadline = now
                self._hang_up()
            case None:
                self.deadline = None

    def _hang_up(self) -> None:
        if not self.is_over:
            self._note("hung up")
            self.channel.coming.append((self.channel.seconds.now(), HANG_UP))

    def _note(self, what: str, text: str = "") -> None:
        self.channel.log.append(Heard(at=self.channel.seconds.now(), what=what, text=text))


class AudioLine:
    """A loopback board with one line, in virtual time, and a telephone on it.

    :param speech: makes the clip for what the caller says
    """

    def __init__(
        self, ani: str | None, dnis: str, wall: datetime, speech: Callable[[str, str | None], Clip]
    ) -> None:
        start = wall.isoformat().replace("+", "%2B")
        self._board = open_board(
            f"loopback:?lines=1&kind=e1&time=virtual&number={dnis}&start={start}"
        )
        self._ani = ani
        self._dnis = dnis
        self._speech = speech
        self.channel: Channel = self._board.channels[0]
        self.clock: Clock = self._board.clock
        self.telephone: Telephone = self._board.telephone(ani or "", "caller")
        self.caller: Line = _Ear(self.telephone)

    def run(self, serve: Serve, acting: Acting) -> Mismatch | None:
        def work() -> None:
            call = self.channel.wait_for_call()
            if call is not None:
                serve(call)

        phone, failure = self.telephone, None
        with self._board:
            thread = self._board.clock.spawn(work, "line")
            phone.call(self._dnis, self._ani)
            phone.wait_for_answer()
            try:
                self._drive(acting)
            except Mismatch as mismatch:
                failure = mismatch
            phone.hang_up()
            self._board.clock.join(thread)
        return failure

    def _drive(self, acting: Acting) -> None:
        request = next(acting, None)
        while request is not None:
            answer = self._do(request)
            try:
                request = acting.send(answer)
            except StopIteration:
                return

    def _do(self, request: Request) -> bool:
        phone = self.telephone
        try:
            match request:
                case Until(ready, seconds):
                    return phone.wait_until(ready, seconds)
                case Keys(keys):
                    phone.press(keys)
                case Voice(words, language):
                    phone.say(self._speech(words, language))
                case FaxSent(pages, good):
                    return self._send_fax(pages, good) == good
                case FaxTaken(pages):
                    return self._take_fax() == pages
                case HungUp():
                    phone.hang_up()
        except CallEnded:
            return False
        return True

    def _send_fax(self, pages: int, good: int) -> int:
        faults = SOUND if good == pages else FaxFaults(mute_in="C", mute_after=good)
        with TemporaryDirectory() as folder:
            path = write_pages(Path(folder, "out.tif"), pages, rows=2000)  # long enough to break in
            return self.telephone.send_fax(path, faults=faults).pages_confirmed

    def _take_fax(self) -> int:
        with TemporaryDirectory() as folder:
            return self.telephone.receive_fax(Path(folder, "in.tif")).pages_received


class _Ear:
    """A telephone as a caller knows it."""

    def __init__(self, telephone: Telephone) -> None:
        self._telephone = telephone

    @property
    def log(self) -> Sequence[Heard]:
        return self._telephone.log

    @property
    def is_over(self) -> bool:
        return self._telephone.is_released
