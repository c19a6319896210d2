"""A telephone line in pure Python: time passes as it is used, nothing sounds.

The channel keeps the HAL's contract; what its far end does comes from a script of
keys, or from an ``actor`` that is asked after everything that happens.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from boardivr.hal import (
    Clip,
    Digits,
    Feature,
    IncomingCall,
    Reason,
    Recording,
    State,
    Termination,
    Utterance,
)
from boardivr.hal.loopback.telephone import Heard
from boardivr.hal.types import Encoding
from boardivr.testing.fastfax import FaxEnd

LONG = 120.0
"""Seconds within which what somebody began to say has ended."""

WALL = datetime(2026, 9, 21, 6, 0, tzinfo=UTC)

SPEAK = "speak:"
"""In a script, before words: they have been said, whole."""

BEGIN = "speaks"
"""In a script: the far end begins to speak."""

HANG_UP = "H"
STOP = "S"
"""In a script, beside keys: the far end hangs up; somebody stops the channel."""


class ScriptClock:
    """Time that passes only as the line uses it; a :class:`boardivr.clock.Clock`.

    :param wall: the date and time at second 0
    """

    def __init__(self, wall: datetime = WALL) -> None:
        self.seconds = 0.0
        self.start = wall
        self.until: Callable[[float], None] | None = None  # how the line lets time pass

    def now(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        if self.until is None:
            self.seconds += seconds
        else:
            self.until(self.seconds + seconds)

    def wait(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        """Nobody else is there to make it true: wait until time has run out."""
        if not ready():
            if timeout is None:
                raise RuntimeError("an endless wait")
            self.sleep(timeout)
        return ready()

    def notify(self) -> None:
        """Nobody waits."""

    def spawn(self, target: Callable[[], object], name: str) -> threading.Thread:
        """Do it here and now: a scripted line has one thread.

        So what is said while a host works isn't heard on it; on a board of software it is.
        """
        target()
        return threading.Thread(name=name)

    def join(self, thread: threading.Thread) -> None:
        """It has ended."""


@dataclass
class Press:
    """Keys, at a time, or so long after a clip with these words begins."""

    keys: str
    at: float | None = None
    on: str | None = None
    after: float = 0.1


class Actor(Protocol):
    """A far end that decides as it goes."""

    @property
    def deadline(self) -> float | None:
        """When it wants to be asked again, if nothing happens before."""
        ...

    def look(self) -> None:
        """Do what is due; called after everything that happens."""
        ...


class ScriptChannel(FaxEnd):
    """A line whose far end presses keys as told and notes what it hears.

    :ivar heard: what happened at the far end
    """

    def __init__(
        self,
        *presses: Press,
        clock: ScriptClock | None = None,
        call: IncomingCall | None = None,
    ) -> None:
        self.seconds = clock or ScriptClock()
        super().__init__("line 1", self.seconds)
        self.features |= Feature.SPEECH
        self.seconds.until = self.pass_until
        self.call = call
        self.state = State.CONNECTED if call is None else State.ON_HOOK
        self.actor: Actor | None = None
        self.waiting = [p for p in presses if p.on is not None]
        self.coming = [(p.at or 0.0, k) for p in presses if p.on is None for k in p.keys]
        self.buffer = ""
        self.hears = self.is_spoken_to = False
        self.words = ""
        self.log: list[Heard] = []
        self.lost = False
        self.stopped = False
        self.is_released = False
        self.features |= Feature.FAX | Feature.FAX_TONE

    @property
    def heard(self) -> list[Heard]:
        """The clips that were heard."""
        return [entry for entry in self.log if entry.what == "heard"]

    @property
    def texts(self) -> list[str]:
        return [entry.text for entry in self.heard]

    # time

    def advance(self, until: float) -> bool:
        """Pass to the next event, at most until then; tell whether there was one."""
        self.ask()
        due = sorted((e for e in self.coming if e[0] <= until), key=lambda e: e[0])
        wanted = self.actor.deadline if self.actor is not None else None
        if wanted is not None and wanted <= until and not (due and due[0][0] <= wanted):
            self.seconds.seconds = max(self.seconds.seconds, wanted)
            self.ask()
            return True
        if not due:
            self.seconds.seconds = max(self.seconds.seconds, until)
            return False
        at, key = due[0]
        self.coming.remove(due[0])
        self.seconds.seconds = max(self.seconds.seconds, at)
        if key == HANG_UP:
            self.lost = True
        elif key == STOP:
            self.stopped = True
        elif key == BEGIN:
            self.is_spoken_to = self.hears
        elif key.startswith(SPEAK):
            self.words = key.removeprefix(SPEAK) if self.is_spoken_to else ""
        else:
            self.buffer += key
        return True

    def pass_until(self, until: float) -> None:
        while self.advance(until):
            pass

    def ask(self) -> None:
        if self.actor is not None:
            self.actor.look()

    # playing

    def _met(self, until: Termination) -> Reason | None:
        if self.stopped:
            return Reason.STOPPED
        if self.is_fax_calling:
            return Reason.FAX_CALLS
        if until.digits and set(self.buffer) & set(until.digits):
            return Reason.DIGIT
        if until.max_digits is not None and len(self.buffer) >= until.max_digits:
            return Reason.MAX_DIGITS
        if until.speech and self.is_spoken_to:
            return Reason.SPEECH
        return Reason.SPEECH_END if until.speech_end is not None and self.words else None

    def _play(self, clips: Sequence[Clip], until: Termination) -> Reason:
        self.hears = self.hears or until.needs_speech
        started = self.seconds.seconds
        while self.advance(self.seconds.seconds) and not self.lost:
            pass
        for clip in clips:
            reason = self._play_one(clip, until, started)
            if reason is not None:
                return reason
        return Reason.END_OF_DATA

    def _play_one(self, clip: Clip, until: Termination, started: float) -> Reason | None:
        """Play a clip; return why that ended, None where it was heard to its end."""
        if (reason := self._met(until)) or self.lost:
            return reason or Reason.END_OF_DATA
        entry = Heard(at=self.seconds.seconds, what="heard", text=clip.text, name=clip.name)
        self.log.append(entry)
        self._react(clip)
        whole = end = entry.at + clip.seconds
        if until.max_time is not None:
            end = min(end, started + until.max_time)
        while self.advance(end):
            entry.seconds = self.seconds.seconds - entry.at
            if (reason := self._met(until)) or self.lost:
                return reason or Reason.END_OF_DATA
        entry.seconds = self.seconds.seconds - entry.at
        if end < whole:
            return Reason.MAX_TIME
        entry.is_whole = True
        self.ask()
        return None

    def _react(self, clip: Clip) -> None:
        for press in [p for p in self.waiting if p.on is not None and p.on in clip.text][:1]:
            self.waiting.remove(press)
            self.coming += [(self.seconds.seconds + press.after, key) for key in press.keys]
        self.ask()

    # keys

    def _get_digits(self, until: Termination) -> Digits:
        last = start = self.seconds.seconds
        while True:
            if (reason := self._met(until)) or self.lost:
                return self._take(until, reason or Reason.STOPPED)
            deadline, missing = self._patience(until, start, last)
            pressed = len(self.buffer)
            if not self.advance(deadline):
                return self._take(until, missing)
            if len(self.buffer) > pressed:
                last = self.seconds.seconds

    def _patience(self, until: Termination, start: float, last: float) -> tuple[float, Reason]:
        """Return when waiting ends without another key, and what that is called."""
        silence = until.inter_digit if self.buffer else until.first_digit
        limits = []
        if silence is not None:
            missing = Reason.INTER_DIGIT if self.buffer else Reason.FIRST_DIGIT
            limits.append(((last if self.buffer else start) + silence, missing))
        if until.max_time is not None:
            limits.append((start + until.max_time, Reason.MAX_TIME))
        assert limits, "an endless wait"
        return min(limits, key=lambda limit: limit[0])

    def _take(self, until: Termination, reason: Reason) -> Digits:
        keys, rest = self.buffer, ""
        ends = [i for i, key in enumerate(keys) if key in until.digits]
        most = until.max_digits if until.max_digits is not None else len(keys)
        if ends and ends[0] < most:
            keys, rest, reason = keys[: ends[0]], keys[ends[0] + 1 :], Reason.DIGIT
        else:
            keys, rest = keys[:most], keys[most:]
        self.buffer = rest
        return Digits(keys, reason)

    # speech

    def _get_utterance(self, until: Termination, longest: float) -> Utterance:
        """Hear words that are said, or take keys; the words are the clip's text."""
        self.hears = True
        last = start = self.seconds.seconds
        while not (reason := self._met(until)) and not self.lost:
            if self.is_spoken_to and not self.buffer:
                deadline, missing = start + LONG, Reason.MAX_TIME
            else:
                limit = replace(until, first_digit=until.first_speech)
                deadline, missing = self._patience(limit, start, last)
            pressed = len(self.buffer)
            if not self.advance(deadline):
                reason = Reason.FIRST_SPEECH if missing is Reason.FIRST_DIGIT else missing
                break
            if len(self.buffer) > pressed:
                last = self.seconds.seconds
        words = self.words
        self._forget_speech()
        if reason == Reason.SPEECH_END:
            clip = Clip(data=b"", name="utterance", text=words)
            return Utterance(speech=clip, reason=Reason.SPEECH_END)
        digits = self._take(until, reason or Reason.STOPPED)
        return Utterance(keys=digits.keys, reason=digits.reason)

    def _forget_speech(self) -> None:
        self.hears = self.is_spoken_to = False
        self.words = ""

    def _clear_digits(self) -> None:
        self._forget_speech()
        while self.advance(self.seconds.seconds):
            pass
        self.buffer = ""

    # the call

    def _is_lost(self) -> bool:
        return self.lost

    def _hang_up(self) -> None:
        self.buffer = ""
        if not self.lost and not self.is_released:
            self.log.append(Heard(at=self.seconds.seconds, what="released", text="16"))
        self.is_released = True

    def _wait_for_call(self, rings: int, timeout: float | None) -> IncomingCall | None:
        call, self.call = self.call, None
        return call

    def _answer(self) -> None:
        self.log.append(Heard(at=self.seconds.seconds, what="answered"))

    def _record(self, path: Path, until: Termination, beep: bool) -> Recording:
        """Record silence for as long as it takes until a key or the time ends it."""
        from boardivr.media.audiofile import write_wav

        start = self.seconds.seconds
        if until.first_speech is not None:
            heard = self._get_utterance(replace(until, max_digits=None), until.max_time or LONG)
            met = heard.reason
        else:
            met = self._silence(until, start)
        length = self.seconds.seconds - start
        write_wav(path, bytes(2 * round(8000 * length)), Encoding.LINEAR)
        return Recording(path=path, seconds=length, reason=met)

    def _silence(self, until: Termination, start: float) -> Reason:
        """Pass the time of a recording; return why it ends."""
        limit = min(t for t in (until.max_time, until.max_silence) if t is not None)
        while not (met := self._met(until)) and not self.lost:
            if not self.advance(start + limit):
                return Reason.MAX_TIME if limit == until.max_time else Reason.MAX_SILENCE
        return met or Reason.STOPPED

    def _send_digits(self, keys: str) -> None:
        self.pass_until(self.seconds.seconds + 0.2 * len(keys))

    def _stop(self) -> None:
        self.stopped = True

    def _wait_for_hang_up(self, timeout: float | None) -> bool:
        while not self.lost and self.advance(self.seconds.seconds + (timeout or 3600.0)):
            pass
        return self.lost
