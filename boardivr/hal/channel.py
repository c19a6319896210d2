"""Channel: the contract that every driver keeps.

Public verbs are ``final``: they check the state, call the driver's hook of the
same name with an underscore, and turn a lost line into :exc:`CallEnded`. A
driver writes the hooks and nothing else, so every board behaves alike;
:mod:`boardivr.hal.conformance` is the proof.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, final

from boardivr.hal.errors import CallEnded, ChannelStateError
from boardivr.hal.hooks import Hooks
from boardivr.hal.types import (
    KEYS,
    LONGEST_UTTERANCE,
    CallProgress,
    Clip,
    Digits,
    FaxOffer,
    FaxResult,
    FaxSettings,
    Feature,
    IncomingCall,
    Reason,
    Recording,
    State,
    Termination,
    Utterance,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

ANY_KEY = Termination(max_digits=1)
PLAIN_FAX = FaxSettings()


class Channel(Hooks):
    """One line of a board, worked by one thread with calls that block.

    Only :meth:`stop` and :meth:`wake` may be called from another thread.
    """

    # calls

    @final
    def wait_for_call(self, rings: int = 1, timeout: float | None = None) -> IncomingCall | None:
        """Block until a call is offered.

        :param rings: ring cycles to let pass first (analog lines); a line with
            caller ID waits for its message even when that takes longer
        :param timeout: seconds to wait; None waits for ever
        :return: the call, or None once ``timeout`` has passed or :meth:`stop` was called
        :raises ChannelStateError: the line is not on-hook
        """
        if self.state is not State.ON_HOOK:
            raise ChannelStateError(f"{self.name} is {self.state.name}, not ON_HOOK")
        call = self._wait_for_call(rings, timeout)
        if call is not None:
            self._become(State.RINGING)
            log.info("%s: call from %s to %s", self.name, call.ani, call.dnis)
        return call

    @final
    def answer(self) -> None:
        """Go off-hook.

        :raises CallEnded: the caller gave up first
        """
        self._need(State.RINGING)
        self._answer()
        self._guard(None)
        self._become(State.CONNECTED)

    @final
    def reject(self, cause: int = 21) -> None:
        """Refuse the offered call; the line is on-hook again.

        :param cause: Q.850 cause told to the caller; 21 is "call rejected"
        :raises Unsupported: an analog line can only let it ring
        """
        self._can(Feature.REJECT, "reject a call")
        self._need(State.RINGING)
        self._reject(cause)
        self._become(State.ON_HOOK)

    @final
    def dial(self, number: str, timeout: float = 30.0) -> CallProgress:
        """Go off-hook, dial, and follow the call until it is answered or fails.

        :param number: digits and ``*#``; ``,`` pauses for a second
        :param timeout: longest ring time, seconds
        :return: what became of it; the line is on-hook again unless it is connected
        :raises ChannelStateError: the line is not on-hook
        """
        self._can(Feature.DIAL, "dial")
        if self.state is not State.ON_HOOK:
            raise ChannelStateError(f"{self.name} is {self.state.name}, not ON_HOOK")
        self._become(State.DIALING)
        progress: CallProgress | None = None
        try:
            progress = self._dial(number, timeout)
        finally:
            if progress is not None and progress.is_connected:
                self._become(State.CONNECTED)
            else:
                self._hang_up()
                self._become(State.ON_HOOK)
        log.info("%s: dialled, %s", self.name, progress.outcome.value)
        return progress

    @final
    def flash(self, seconds: float = 0.5) -> None:
        """Open the loop for a moment, as a station does to reach its PBX."""
        self._can(Feature.FLASH, "flash the hook")
        self._need(State.CONNECTED)
        self._flash(seconds)

    @final
    def hang_up(self) -> None:
        """Go on-hook, from any state, and forget the call. Safe to repeat."""
        if self.state in (State.ON_HOOK, State.CLOSED):
            return
        self._conceal(False)
        self._hang_up()
        self._become(State.ON_HOOK)

    # voice

    @final
    def play(self, *prompts: Clip | Path, until: Termination = ANY_KEY) -> Reason:
        """Play clips one after another, without a gap.

        Keys pressed before the call count: with type-ahead in the buffer that
        meets ``until``, nothing is heard. Keys stay in the buffer.

        :param prompts: clips, or files that :func:`boardivr.media.audiofile.read_clip` reads
        :return: why it ended; :attr:`Reason.END_OF_DATA` if all was heard
        :raises CallEnded: the far end hung up
        """
        self._need(State.CONNECTED)
        self._can_hear(until)
        return self._guard(self._play([_clip(p) for p in prompts], until))

    @final
    def record(self, path: Path, until: Termination, *, beep: bool = False) -> Recording:
        """Record the line into a file that is valid at any moment.

        :param path: ``.wav`` (16-bit linear), ``.alaw.wav``, ``.ulaw.wav``, or ``.vox``
            (Dialogic ADPCM at 8 kHz, no header)
        :param until: give at least one condition that time can meet
        :param beep: play the record tone first; it is not in the recording
        :raises CallEnded: the far end hung up; what was recorded stays in the file
        """
        self._need(State.CONNECTED)
        if until.max_time is None and until.max_silence is None:
            raise ValueError("record needs max_time or max_silence")
        self._can_hear(until)
        return self._guard(self._record(path, until, beep))

    @final
    def get_digits(self, until: Termination) -> Digits:
        """Collect keys, those typed ahead first, and take them out of the buffer.

        :param until: give at least one condition that time can meet
        :raises CallEnded: the far end hung up
        """
        self._need(State.CONNECTED)
        if until.max_time is None and until.inter_digit is None and until.first_digit is None:
            raise ValueError("get_digits needs max_time, first_digit or inter_digit")
        self._can_hear(until)
        digits = self._guard(self._get_digits(until))
        log.debug("%s: %d keys (%s)", self.name, len(digits.keys), digits.reason)
        return digits

    @final
    def get_utterance(self, until: Termination, *, longest: float = LONGEST_UTTERANCE) -> Utterance:
        """Take what the caller says, or collect keys, whichever comes first.

        Speech that has ended a prompt (``Termination(speech=True)``) is there from its
        begin; a key goes before speech. Speech that goes on for ``longest`` seconds ends there.

        :param until: give ``speech_end``, and conditions that time can meet: ``max_time``, or
            ``first_speech`` with one for keys (``max_digits``, ``inter_digit``)
        :raises Unsupported: the channel can't hear speech
        :raises CallEnded: the far end hung up
        """
        self._can(Feature.SPEECH, "hear speech")
        self._need(State.CONNECTED)
        ends_on_keys = until.max_digits is not None or until.inter_digit is not None
        ends = until.max_time is not None or (until.first_speech is not None and ends_on_keys)
        if until.speech_end is None or not ends:
            raise ValueError("get_utterance needs speech_end, and first_speech with max_digits")
        heard = self._guard(self._get_utterance(until, longest))
        log.debug("%s: %s", self.name, heard)
        return heard

    @final
    def clear_digits(self) -> None:
        """Forget the keys in the buffer, and speech that nobody has taken."""
        self._need(State.CONNECTED)
        self._clear_digits()

    @final
    def send_digits(self, keys: str) -> None:
        """Send keys as DTMF; returns when the last tone has ended.

        :param keys: ``0-9*#A-D``; ``,`` pauses for a second
        """
        self._need(State.CONNECTED)
        if bad := set(keys) - set(KEYS + ","):
            raise ValueError(f"expected keys of {KEYS} and ',', found {sorted(bad)}")
        self._guard(self._send_digits(keys))

    # fax

    @final
    def await_fax(self, on: bool = True) -> None:
        """Let a calling fax's tone (CNG) end play, record and get_digits.

        From then on each of them ends at once with :attr:`Reason.FAX_CALLS` where the
        tone was heard before or is heard meanwhile, until a fax begins, this is
        switched off, or the call ends.
        """
        self._can(Feature.FAX_TONE, "hear a calling fax")
        self._need(State.CONNECTED)
        self._await_fax(on)

    @final
    def send_fax(
        self,
        path: Path,
        settings: FaxSettings = PLAIN_FAX,
        *,
        first_page: int = 0,
        last_page: int | None = None,
        on_page: Callable[[int], None] | None = None,
    ) -> FaxResult:
        """Send the pages of a TIFF file, and return when T.30 is done with them.

        A far end that hangs up ends it, with what was reached in the result; the
        line is DISCONNECTED then, but nothing is raised. The caller hangs up.

        :param path: TIFF class F: 1728, 2048 or 2432 columns, black and white
        :param first_page: from 0: where an earlier try got to
        :param on_page: told, on this thread, how many pages are confirmed by now
        :raises ValueError: the file isn't a TIFF, hasn't that page, or a setting can't be meant
        :raises OSError: the file can't be read
        :raises CallEnded: the far end had hung up before
        """
        self._can(Feature.FAX, "send a fax")
        self._need(State.CONNECTED)
        if first_page < 0 or (last_page is not None and last_page < first_page):
            raise ValueError(f"expected pages in order, found {first_page} to {last_page}")
        result = self._send_fax(path, settings, first_page, last_page, on_page)
        return self._after_fax("sent", result)

    @final
    def receive_fax(
        self,
        path: Path,
        settings: FaxSettings = PLAIN_FAX,
        *,
        offers: Sequence[FaxOffer] = (),
        on_page: Callable[[int], None] | None = None,
    ) -> FaxResult:
        """Receive a fax into a new TIFF file; see :meth:`send_fax` for how it ends.

        A page is in the file, and on the disk, before it is confirmed, and stays there
        whatever happens then, even to this process; without any there is no file.

        :param offers: documents for a far end that polls instead of sending; at most 16
        :param on_page: told, on this thread, how many pages were received, or given, by now
        :raises FileExistsError: the file is there already
        """
        self._can(Feature.FAX, "receive a fax")
        self._need(State.CONNECTED)
        return self._after_fax("received", self._receive_fax(path, settings, offers, on_page))

    @final
    def stop(self) -> None:
        """End the operation in progress, from any thread (:attr:`Reason.STOPPED`).

        Where none is in progress nothing happens.
        """
        self._stop()

    @final
    def wake(self) -> None:
        """End :meth:`wait_for_call`, from any thread; nothing else, not even by chance."""
        self._wake()

    # routing

    @final
    def bridge(self, other: Channel) -> None:
        """Connect two calls: each far end hears the other, until :meth:`unbridge`."""
        self._can(Feature.ROUTING, "bridge")
        self._need(State.CONNECTED)
        other._need(State.CONNECTED)
        self._bridge(other)

    @final
    def unbridge(self) -> None:
        """Part from the other call. Safe to repeat."""
        self._can(Feature.ROUTING, "bridge")
        self._unbridge()

    @final
    def listen(self, other: Channel | None) -> None:
        """Let this channel's far end hear both sides of another call, without being heard.

        :param other: the call to listen to; None ends it
        """
        self._can(Feature.ROUTING, "listen")
        self._need(State.CONNECTED)
        self._listen(other)

    @final
    def conceal(self, on: bool) -> None:
        """Let nobody hear what the far end says or keys, while a secret is keyed.

        Who is bridged to this call, listens to it or records it hears silence; keys are still
        collected here. It ends with the call. Safe to repeat, and after the call.

        :raises Unsupported: the board can't keep it from others who can hear it
        """
        self._conceal(on)

    @final
    def wait_for_hang_up(self, timeout: float | None = None) -> bool:
        """Block until the far end hangs up, e.g. while bridged; False if time ran out."""
        if self.state is not State.CONNECTED:
            raise ChannelStateError(f"{self.name} is {self.state.name}, not CONNECTED")
        lost = self._is_lost() or self._wait_for_hang_up(timeout)
        if lost:
            self._become(State.DISCONNECTED)
        return lost

    @final
    def close(self) -> None:
        """Hang up and give the line back. Safe to repeat."""
        if self.state is State.CLOSED:
            return
        self.hang_up()
        self._close()
        self._become(State.CLOSED)

    # for this class

    def _need(self, state: State) -> None:
        if self.state in (State.RINGING, State.CONNECTED) and self._is_lost():
            self._become(State.DISCONNECTED)
        if self.state is State.DISCONNECTED:
            raise CallEnded(f"{self.name}: far end hung up")
        if self.state is not state:
            raise ChannelStateError(f"{self.name} is {self.state.name}, not {state.name}")

    def _guard(self, result: T) -> T:
        if self._is_lost():
            self._become(State.DISCONNECTED)
            raise CallEnded(f"{self.name}: far end hung up")
        return result

    def _after_fax(self, what: str, result: FaxResult) -> FaxResult:
        if self._is_lost():
            self._become(State.DISCONNECTED)
        log.info(
            "%s: fax %s: %s in phase %s, %d pages of it confirmed (%s)", self.name, what,
            result.outcome.value, result.phase, result.pages_confirmed + result.pages_received,
            result.words,
        )  # fmt: skip
        return result

    def _become(self, state: State) -> None:
        log.debug("%s: %s -> %s", self.name, self.state.name, state.name)
        self.state = state


def _clip(prompt: Clip | Path) -> Clip:
    if isinstance(prompt, Clip):
        return prompt
    from boardivr.media.audiofile import read_clip

    return read_clip(prompt)
