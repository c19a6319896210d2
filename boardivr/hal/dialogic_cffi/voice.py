"""A voice channel's verbs on the board: play, record, collect and send keys.

The board does all of it, barge-in and the buffer of keys too. Voice API Library
Reference: dx_playiottdata(), dx_reciottdata(), dx_getdig(), dx_dial(), dx_playtone().
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from boardivr.clock import Clock
from boardivr.hal.dialogic_cffi import errors, sound, tpt
from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.dialogic_cffi.operations import Operations, nothing
from boardivr.hal.dialogic_cffi.srl import SrlEvent
from boardivr.hal.types import Clip, Digits, Encoding, Reason, Recording, Termination

SPARE = 10.0  # seconds by which the board may be late
AT_ONCE = 3  # keys that are sent in one go: the line may be lost in between
KEY_TIME = 0.3  # seconds for a key that is sent, and its pause, at the longest
BEEP = (1000, -10, 0.4)  # Hz, dB, seconds


class Voice:
    """The voice resource of a channel.

    :param handle: of dx_open()
    :param law: of the line, for clips of mixed encodings
    """

    def __init__(
        self, api: Any, handle: int, name: str, operations: Operations, clock: Clock, law: Encoding
    ) -> None:
        self.handle = handle
        self._api = api
        self._name = name
        self._operations = operations
        self._clock = clock
        self._mixed = sound.Converted(law)
        self.on_clips: Callable[[Sequence[Clip]], object] = lambda clips: None
        """Told what is to be played; for those who have to know it again."""

    # the operations

    def play(self, clips: Sequence[Clip], until: Termination) -> Reason:
        clips = [clip for clip in clips if clip.data]
        if not clips:
            return Reason.END_OF_DATA
        if _is_no_time(until):
            return Reason.MAX_TIME
        self.on_clips(clips)
        playlist = sound.Playlist(self._api, self._mixed.alike(clips))
        table = tpt.build(self._api, tpt.conditions(until))

        def start() -> None:
            result = self._api.dx_playiottdata(
                self.handle, playlist.chain, table, playlist.block, C.EV_ASYNC
            )
            self.check(result, "dx_playiottdata")

        longest = _shorter(playlist.seconds, until.max_time)
        return self._run("a play", start, C.TDX_PLAY, longest, until.first_digit)

    def record(self, path: Path, until: Termination, beep: bool) -> Recording:
        with sound.RecordFile(self._api, path) as file:
            if beep:
                self.beep()
            reason = self._record(file, until)
            file.update()
            return Recording(path=path, seconds=file.seconds, reason=reason)

    def _record(self, file: sound.RecordFile, until: Termination) -> Reason:
        if _is_no_time(until):
            return Reason.MAX_TIME
        table = tpt.build(self._api, tpt.conditions(until))

        def start() -> None:
            result = self._api.dx_reciottdata(
                self.handle, file.chain, table, file.block, C.EV_ASYNC
            )
            self.check(result, "dx_reciottdata")

        return self._run(
            "a recording", start, C.TDX_RECORD, until.max_time, until.first_digit, file.update
        )

    def beep(self) -> None:
        """Play the tone that comes before a recording."""
        hz, level, seconds = BEEP
        tone = self._api.new("TN_GEN *")
        self._api.dx_bldtngen(tone, hz, 0, level, 0, round(seconds * 100))

        def start() -> None:
            result = self._api.dx_playtone(self.handle, tone, self._api.null, C.EV_ASYNC)
            self.check(result, "dx_playtone")

        self._run("a beep", start, C.TDX_PLAYTONE, seconds, is_plain=True)

    def get_digits(self, until: Termination) -> Digits:
        """Collect in steps: the first key has a time of its own, and a board keeps only so many."""
        begin, keys = self._clock.now(), ""
        if until.first_digit is not None:
            first = _shorter(until.first_digit, until.max_time)
            step = dataclasses.replace(until, max_digits=1, inter_digit=None, max_time=first)
            keys, reason = self._get_digits(step, "")
            if not keys:
                is_first = first == until.first_digit and reason & Reason.MAX_TIME
                return Digits("", Reason.FIRST_DIGIT if is_first else reason)
        while (found := _complete(keys, until)) is None:
            left = None if until.max_time is None else until.max_time - (self._clock.now() - begin)
            if left is not None and left <= 0:
                return Digits(keys, Reason.MAX_TIME)
            most = tpt.BUFFER if until.max_digits is None else until.max_digits - len(keys)
            step = dataclasses.replace(until, max_digits=min(most, tpt.BUFFER), max_time=left)
            got, reason = self._get_digits(step, keys)
            keys += got
            if not got or not reason & (Reason.MAX_DIGITS | Reason.DIGIT):
                return _complete(keys, until) or Digits(keys, reason)
        return found

    def _get_digits(self, until: Termination, before: str) -> tuple[str, Reason]:
        """Collect as long as the board does; return keys, and why it ended.

        :param before: keys that have come already
        """
        table = tpt.build(self._api, tpt.conditions(until, has_key=bool(before)))
        digits = self._api.new("DV_DIGIT *")

        def start() -> None:
            result = self._api.dx_getdig(self.handle, table, digits, C.EV_ASYNC)
            self.check(result, "dx_getdig")

        longest = until.max_time
        reason = self._run("a collection of keys", start, C.TDX_GETDIG, longest)
        return self._api.text(digits.dg_value), reason

    def clear_digits(self) -> None:
        self.check(self._api.dx_clrdigbuf(self.handle), "dx_clrdigbuf")

    def send_digits(self, keys: str) -> None:
        """Send keys, a few at a time: a dx_dial() without analysis can't be stopped."""
        for number, part in enumerate(keys.split(",")):
            if number:
                self._pause(1.0)
            for first in range(0, len(part), AT_ONCE):
                self._dial(part[first : first + AT_ONCE])

    def flash(self) -> None:
        """Open the loop for as long as the board's parameter says."""
        self._dial("&")

    def _dial(self, text: str) -> None:
        if not text:
            return

        def start() -> None:
            result = self._api.dx_dial(self.handle, text.encode(), self._api.null, C.EV_ASYNC)
            self.check(result, "dx_dial")

        self._run("dialling", start, C.TDX_DIAL, KEY_TIME * len(text) + 1.0, is_plain=True)

    def _pause(self, seconds: float) -> None:
        self._operations.run("a pause", nothing, lambda event: False, nothing, timeout=seconds)

    # what they share

    def stop(self) -> None:
        """Have the operation end by itself, soon. From any thread."""
        self.check(self._api.dx_stopch(self.handle, C.EV_ASYNC), "dx_stopch")

    def check(self, result: int, function: str) -> int:
        """Return a function's result.

        :raises BoardError: it is -1
        """
        return errors.check(self._api, result, function, self.handle, self._name)

    def _run(
        self,
        what: str,
        start: Callable[[], None],
        end: int,
        longest: float | None,
        first_digit: float | None = None,
        each_second: Callable[[], None] | None = None,
        is_plain: bool = False,
    ) -> Reason:
        """Run an I/O function; return why it ended.

        :param longest: seconds, after which it should have ended
        :param first_digit: seconds without any key, after which we end it
        :param is_plain: nothing that is heard interrupts it
        """
        is_late = False

        def no_key() -> bool:
            nonlocal is_late
            is_late = not self._api.ATDX_BUFDIGS(self.handle)
            return is_late

        event = self._operations.run(
            what, start, self._is_end(end), self.stop,
            limit=None if longest is None else longest + SPARE,
            check=None if first_digit is None else (first_digit, no_key),
            each_second=each_second, can_interrupt=not is_plain,
        )  # fmt: skip
        if not is_plain and self._operations.is_interrupted:
            return Reason.FAX_CALLS
        if event is None:
            return Reason.STOPPED if self._operations.is_stopped else Reason(0)
        if event.type == C.TDX_ERROR:
            raise errors.failure(self._api, what, self.handle, self._name)
        if is_late:
            return Reason.FIRST_DIGIT
        return tpt.reason(self._api.ATDX_TERMMSK(self.handle))

    def _is_end(self, end: int) -> Callable[[SrlEvent], bool]:
        ends = (end, C.TDX_ERROR)
        return lambda event: event.device == self.handle and not event.is_gc and event.type in ends


def _is_no_time(until: Termination) -> bool:
    return until.max_time is not None and until.max_time <= 0


def _shorter(*times: float | None) -> float:
    return min(time for time in times if time is not None)


def _complete(keys: str, until: Termination) -> Digits | None:
    """Return the result that these keys are by themselves; None while they aren't one."""
    if until.digits and keys and keys[-1] in until.digits:
        return Digits(keys[:-1], Reason.DIGIT)
    if until.max_digits is not None and len(keys) >= until.max_digits:
        return Digits(keys, Reason.MAX_DIGITS)
    return None
