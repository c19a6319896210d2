"""What every driver must do. Subclass, give ``rig``, run with pytest.

Cases are skipped by :class:`Feature`, never by a board's name. Times are given
0.25 s of room, so that the same suite runs on real boards wired back to back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from boardivr.clock import Clock
from boardivr.hal import (
    AnsweredBy,
    Board,
    CallEnded,
    Channel,
    ChannelStateError,
    Clip,
    Digits,
    Encoding,
    Feature,
    Outcome,
    Reason,
    State,
    Termination,
    Unsupported,
)

ROOM = 0.25  # seconds
FIVE_SECONDS = Termination(max_time=5.0)
BEAT = Clip(data=(b"\x00\x20" * 8 + b"\x00\xe0" * 8) * 1000, encoding=Encoding.LINEAR, name="beat")
"""Two seconds of a 500 Hz square wave."""


class FarEnd(Protocol):
    """The telephone at the other end of a channel under test."""

    def call(self, number: str, ani: str | None = None) -> None: ...
    def press(self, keys: str) -> None: ...
    def say(self, clip: Clip) -> None: ...
    def hang_up(self) -> None: ...
    def level(self, seconds: float) -> float:
        """Listen, and return the level of what came in, in dBm0."""
        ...


@dataclass(frozen=True, kw_only=True)
class Rig:
    """A board with at least two channels, and what hangs at their other ends.

    :param far_ends: one per channel
    :param numbers: the number that reaches each channel from its far end
    :param dials: numbers that the first channel can dial, by what becomes of it
        (and, for answered ones, by who answers)
    :param ani: number that the first far end calls from; None where it isn't known
    :param hang_up_time: seconds that the line needs to tell that the far end is gone:
        0 where it says so, about 3 where nothing but busy tone does
    """

    board: Board
    far_ends: list[FarEnd]
    numbers: list[str]
    dials: Mapping[Outcome | AnsweredBy, str] = field(default_factory=dict)
    ani: str | None = "02161234567"
    hang_up_time: float = 0.0


def need(channel: Channel, feature: Feature) -> None:
    """Skip the case where the channel hasn't got a feature."""
    if feature not in channel.features:
        pytest.skip(f"{channel.name} has no {feature.name}")


class ChannelConformance:
    """The suite. A subclass gives the fixture ``rig``, and closes it again."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        raise NotImplementedError("a driver's test class gives the fixture 'rig'")

    @pytest.fixture
    def line(self, rig: Rig) -> Channel:
        return rig.board.channels[0]

    @pytest.fixture
    def clock(self, rig: Rig) -> Clock:
        return rig.board.clock

    @pytest.fixture
    def far(self, rig: Rig) -> FarEnd:
        return rig.far_ends[0]

    @pytest.fixture
    def after(self, clock: Clock) -> Callable[[float, Callable[[], None]], None]:
        def after(seconds: float, act: Callable[[], None]) -> None:
            def run() -> None:
                clock.sleep(seconds)
                with suppress(CallEnded):  # the case may be over before the last key is up
                    act()

            clock.spawn(run, "far end")

        return after

    @pytest.fixture
    def call(self, rig: Rig) -> Iterator[Channel]:
        """A channel in conversation with its far end."""
        channel = connect(rig, 0)
        yield channel
        channel.hang_up()

    # answering

    def test_no_call(self, line: Channel, clock: Clock) -> None:
        """Without a caller, waiting gives None when its time is up."""
        start = clock.now()

        assert line.wait_for_call(timeout=3.0) is None
        assert clock.now() - start == pytest.approx(3.0, abs=ROOM)
        assert line.state is State.ON_HOOK

    def test_answer(self, rig: Rig, line: Channel) -> None:
        """A call is offered, answered and hung up, and the line is on-hook again."""
        rig.far_ends[0].call(rig.numbers[0])

        assert line.wait_for_call(timeout=20.0) is not None
        states = [line.state]
        line.answer()
        states.append(line.state)
        line.hang_up()
        assert [*states, line.state] == [State.RINGING, State.CONNECTED, State.ON_HOOK]

    def test_ani(self, rig: Rig, line: Channel) -> None:
        """An offered call tells who calls."""
        need(line, Feature.ANI)
        if rig.ani is None:
            pytest.skip("the far end's own number isn't known")
        rig.far_ends[0].call(rig.numbers[0], ani=rig.ani)

        call = line.wait_for_call(timeout=20.0)

        assert call is not None
        assert call.ani == rig.ani

    def test_dnis(self, rig: Rig, line: Channel) -> None:
        """An offered call tells which number was called."""
        need(line, Feature.DNIS)
        rig.far_ends[0].call(rig.numbers[0])

        call = line.wait_for_call(timeout=20.0)

        assert call is not None
        assert call.dnis == rig.numbers[0]

    def test_reject(self, rig: Rig, line: Channel) -> None:
        """A refused call leaves the line on-hook and ready for the next one."""
        need(line, Feature.REJECT)
        rig.far_ends[0].call(rig.numbers[0])
        line.wait_for_call(timeout=20.0)

        line.reject(cause=17)

        assert line.state is State.ON_HOOK
        rig.far_ends[0].hang_up()
        rig.far_ends[0].call(rig.numbers[0])
        assert line.wait_for_call(timeout=20.0) is not None

    def test_reject_unsupported(self, rig: Rig, line: Channel) -> None:
        """What a line can't do is refused by name, before anything happens."""
        if Feature.REJECT in line.features:
            pytest.skip(f"{line.name} can reject")
        rig.far_ends[0].call(rig.numbers[0])
        line.wait_for_call(timeout=20.0)

        with pytest.raises(Unsupported, match="reject"):
            line.reject()
        assert line.state is State.RINGING

    def test_caller_gives_up(self, rig: Rig, line: Channel) -> None:
        """Answering after the caller hung up ends the call, and the line is usable."""
        rig.far_ends[0].call(rig.numbers[0])
        line.wait_for_call(timeout=20.0)
        rig.far_ends[0].hang_up()

        with pytest.raises(CallEnded):
            line.answer()
        line.hang_up()
        assert connect(rig, 0).state is State.CONNECTED

    # states

    @pytest.mark.parametrize("verb", ["play", "get_digits", "record", "send_digits", "answer"])
    def test_on_hook(self, line: Channel, verb: str, tmp_path: Path) -> None:
        """A verb on an on-hook line is refused, not silently dropped."""
        with pytest.raises(ChannelStateError, match="ON_HOOK"):
            verbs(line, tmp_path)[verb]()

    def test_hang_up_twice(self, rig: Rig, call: Channel) -> None:
        """Hanging up is safe to repeat, and the line takes the next call."""
        call.hang_up()
        call.hang_up()
        rig.far_ends[0].hang_up()

        assert connect(rig, 0).state is State.CONNECTED

    def test_keys_end_with_the_call(self, rig: Rig, call: Channel) -> None:
        """Keys of one call never get into the next."""
        rig.far_ends[0].press("77")
        call.hang_up()
        rig.far_ends[0].hang_up()
        channel = connect(rig, 0)

        assert channel.get_digits(Termination(max_digits=1, max_time=1.0)).keys == ""

    # playing, barge-in, type-ahead

    def test_play_to_the_end(self, call: Channel, clock: Clock) -> None:
        """A prompt that nothing interrupts is heard for its whole length."""
        start = clock.now()

        assert call.play(BEAT) == Reason.END_OF_DATA
        assert clock.now() - start == pytest.approx(2.0, abs=ROOM)

    def test_play_is_heard(self, rig: Rig, call: Channel, clock: Clock) -> None:
        """What is played reaches the far end."""
        thread = clock.spawn(partial(call.play, BEAT, BEAT), "player")
        clock.sleep(0.5)

        assert rig.far_ends[0].level(0.5) > -20.0
        clock.join(thread)

    def test_play_nothing(self, call: Channel) -> None:
        """Playing no clips ends at once."""
        assert call.play() == Reason.END_OF_DATA

    def test_barge_in(
        self, call: Channel, far: FarEnd, clock: Clock, after: Callable[..., None]
    ) -> None:
        """A key pressed while a prompt plays cuts it, and is kept."""
        start = clock.now()
        after(0.5, lambda: far.press("1"))

        assert call.play(BEAT) == Reason.MAX_DIGITS
        assert clock.now() - start == pytest.approx(0.5, abs=ROOM)
        assert call.get_digits(Termination(max_digits=1, max_time=1.0)).keys == "1"

    def test_type_ahead(self, call: Channel, far: FarEnd, clock: Clock) -> None:
        """Keys typed ahead cut the next prompt before it starts, and are kept."""
        far.press("12")
        start = clock.now()

        assert call.play(BEAT) == Reason.MAX_DIGITS
        assert clock.now() - start < ROOM
        assert call.get_digits(Termination(max_digits=2, max_time=1.0)).keys == "12"

    def test_chosen_keys_cut(self, call: Channel, far: FarEnd, after: Callable[..., None]) -> None:
        """With a set of keys, only those cut a prompt; the others are kept all the same."""
        after(0.3, lambda: far.press("5#"))

        assert call.play(BEAT, until=Termination(digits="#")) == Reason.DIGIT
        assert call.get_digits(Termination(digits="#", max_time=1.0)).keys == "5"

    def test_deaf_play(self, call: Channel, far: FarEnd, after: Callable[..., None]) -> None:
        """With no condition, a prompt is heard to its end, and keys wait."""
        after(0.3, lambda: far.press("5"))

        assert call.play(BEAT, until=Termination()) == Reason.END_OF_DATA
        assert call.get_digits(Termination(max_digits=1, max_time=1.0)).keys == "5"

    def test_play_max_time(self, call: Channel, clock: Clock) -> None:
        """A prompt ends when its time is up."""
        start = clock.now()

        assert call.play(BEAT, until=Termination(max_time=1.0)) == Reason.MAX_TIME
        assert clock.now() - start == pytest.approx(1.0, abs=ROOM)

    def test_clear_digits(self, call: Channel, far: FarEnd) -> None:
        """Forgotten keys don't cut the next prompt."""
        far.press("12")
        call.clear_digits()

        assert call.play(BEAT) == Reason.END_OF_DATA

    # keys

    @pytest.mark.parametrize(
        ("keys", "until", "collected", "reason"),
        [
            ("1234", Termination(max_digits=4, max_time=5.0), "1234", Reason.MAX_DIGITS),
            ("12#", Termination(digits="#", max_time=5.0), "12", Reason.DIGIT),
            (
                "12",
                Termination(max_digits=4, max_time=5.0, inter_digit=1.0),
                "12",
                Reason.INTER_DIGIT,
            ),
            ("", Termination(max_digits=4, max_time=2.0), "", Reason.MAX_TIME),
            ("", Termination(max_digits=4, max_time=5.0, first_digit=1.0), "", Reason.FIRST_DIGIT),
            ("0", Termination(max_digits=4, max_time=2.0, first_digit=1.0), "0", Reason.MAX_TIME),
            ("987654321*", Termination(digits="*", max_time=5.0), "987654321", Reason.DIGIT),
        ],
    )
    def test_get_digits(
        self, call: Channel, far: FarEnd, keys: str, until: Termination, collected: str,
        reason: Reason,
    ) -> None:  # fmt: skip
        """Collection ends by whichever condition is met first."""
        far.press(keys)

        digits = call.get_digits(until)

        assert (digits.keys, digits.reason) == (collected, reason)

    def test_every_key(self, call: Channel, far: FarEnd) -> None:
        """All sixteen keys are told apart."""
        far.press("0123456789*#ABCD")

        digits = call.get_digits(Termination(max_digits=16, max_time=5.0))

        assert digits == Digits("0123456789*#ABCD", Reason.MAX_DIGITS)

    def test_keys_while_collecting(
        self, call: Channel, far: FarEnd, after: Callable[..., None]
    ) -> None:
        """Keys pressed during collection are collected, a repeated one twice."""
        after(0.5, lambda: far.press("1155"))

        digits = call.get_digits(Termination(max_digits=4, max_time=5.0))

        assert digits.keys == "1155"

    def test_rest_stays(self, call: Channel, far: FarEnd) -> None:
        """What wasn't asked for stays in the buffer, in order."""
        far.press("12345")

        assert call.get_digits(Termination(max_digits=2, max_time=5.0)).keys == "12"
        assert call.get_digits(Termination(max_digits=3, max_time=5.0)).keys == "345"

    def test_needs_an_end(self, call: Channel) -> None:
        """A collection that could wait for ever is refused."""
        with pytest.raises(ValueError, match="max_time"):
            call.get_digits(Termination(max_digits=1))

    def test_send_digits(self, rig: Rig, clock: Clock) -> None:
        """Keys that are sent are heard at the far end; what isn't a key is refused."""
        channel = connect(rig, 0)
        thread = clock.spawn(partial(channel.send_digits, "1234567890"), "sender")
        clock.sleep(0.1)

        assert rig.far_ends[0].level(0.5) > -20.0
        clock.join(thread)
        with pytest.raises(ValueError, match="found"):
            channel.send_digits("12x")

    # recording

    def test_record(
        self, call: Channel, far: FarEnd, tmp_path: Path, after: Callable[..., None]
    ) -> None:
        """What the far end says is in the file, sample for sample, at its level."""
        after(0.2, partial(far.say, BEAT))

        recording = call.record(tmp_path / "r.wav", Termination(max_time=3.0))

        assert recording.reason == Reason.MAX_TIME
        assert recording.seconds == pytest.approx(3.0, abs=ROOM)
        loud = [abs(x) for x in samples(recording.path)]
        assert sum(x > 4000 for x in loud) == pytest.approx(16000, rel=0.05)
        assert max(loud) == pytest.approx(8192, rel=0.1)

    @pytest.mark.parametrize("ending", [".wav", ".alaw.wav", ".ulaw.wav", ".vox"])
    def test_record_formats(
        self, call: Channel, far: FarEnd, tmp_path: Path, after: Callable[..., None], ending: str
    ) -> None:
        """Each format of recording can be played again."""
        after(0.2, partial(far.say, BEAT))

        recording = call.record(tmp_path / f"r{ending}", Termination(max_time=1.0))

        assert len(samples(recording.path)) == pytest.approx(8000, abs=800)
        assert call.play(recording.path) == Reason.END_OF_DATA

    def test_record_until_silence(
        self, call: Channel, far: FarEnd, tmp_path: Path, after: Callable[..., None]
    ) -> None:
        """A recording ends after so much unbroken silence."""
        after(0.2, partial(far.say, BEAT))

        recording = call.record(tmp_path / "r.wav", Termination(max_silence=1.0, max_time=20.0))

        assert recording.reason == Reason.MAX_SILENCE
        assert recording.seconds == pytest.approx(3.2, abs=0.5)

    def test_record_until_key(
        self, call: Channel, far: FarEnd, tmp_path: Path, after: Callable[..., None]
    ) -> None:
        """A key ends a recording."""
        after(1.0, lambda: far.press("#"))

        recording = call.record(tmp_path / "r.wav", Termination(digits="#", max_time=20.0))

        assert recording.reason == Reason.DIGIT
        assert recording.seconds == pytest.approx(1.0, abs=ROOM)

    def test_record_needs_an_end(self, call: Channel, tmp_path: Path) -> None:
        """A recording that could go on for ever is refused, and makes no file."""
        with pytest.raises(ValueError, match="max_time"):
            call.record(tmp_path / "r.wav", Termination(digits="#"))
        assert not (tmp_path / "r.wav").exists()

    def test_record_nowhere(self, call: Channel, tmp_path: Path) -> None:
        """A file that can't be made is an OSError, and the call goes on."""
        with pytest.raises(OSError, match="no-such-folder"):
            call.record(tmp_path / "no-such-folder" / "r.wav", FIVE_SECONDS)
        assert call.play(BEAT, until=Termination(max_time=0.1)) == Reason.MAX_TIME

    # the far end hangs up

    @pytest.mark.parametrize("verb", ["play", "get_digits", "record", "send_digits"])
    @pytest.mark.parametrize("at", [0.0, 0.1, 0.5])
    def test_far_end_hangs_up(
        self, rig: Rig, call: Channel, far: FarEnd, clock: Clock, tmp_path: Path,
        after: Callable[..., None], verb: str, at: float,
    ) -> None:  # fmt: skip
        """A lost line ends any verb at any moment, and everything after it."""
        after(at, far.hang_up)
        start = clock.now()

        with pytest.raises(CallEnded):
            verbs(call, tmp_path)[verb]()
        assert clock.now() - start < at + rig.hang_up_time + 3 * ROOM
        state = call.state
        with pytest.raises(CallEnded):
            call.play(BEAT)
        call.hang_up()
        assert (state, call.state) == (State.DISCONNECTED, State.ON_HOOK)

    def test_wait_for_hang_up(
        self, call: Channel, far: FarEnd, clock: Clock, after: Callable[..., None]
    ) -> None:
        """A thread can wait for the far end to go, or for its time to run out."""
        assert call.wait_for_hang_up(timeout=1.0) is False
        after(0.5, far.hang_up)

        assert call.wait_for_hang_up(timeout=5.0) is True
        assert call.state is State.DISCONNECTED

    # stop

    @pytest.mark.parametrize("verb", ["play", "get_digits", "record"])
    def test_stop(
        self, call: Channel, clock: Clock, tmp_path: Path, after: Callable[..., None], verb: str
    ) -> None:
        """Another thread can end an operation; the call goes on."""
        after(0.5, call.stop)
        start = clock.now()

        assert ended(verbs(call, tmp_path)[verb]()) == Reason.STOPPED
        assert clock.now() - start == pytest.approx(0.5, abs=ROOM)
        assert call.play(BEAT, until=Termination(max_time=0.2)) == Reason.MAX_TIME

    def test_stop_when_idle(self, call: Channel) -> None:
        """With no operation in progress stop does nothing, then or later."""
        call.stop()

        assert call.play(BEAT) == Reason.END_OF_DATA

    def test_stop_waiting(self, line: Channel, clock: Clock, after: Callable[..., None]) -> None:
        """Another thread can end the wait for a call."""
        after(0.5, line.stop)
        start = clock.now()

        assert line.wait_for_call(timeout=10.0) is None
        assert clock.now() - start == pytest.approx(0.5, abs=ROOM)

    # dialling

    @pytest.mark.parametrize(
        "outcome",
        [Outcome.CONNECTED, Outcome.BUSY, Outcome.CONGESTION, Outcome.INTERCEPT, Outcome.NO_ANSWER],
    )
    def test_dial(self, rig: Rig, line: Channel, outcome: Outcome) -> None:
        """What becomes of a call that was placed is told; only a good one stays."""
        need(line, Feature.DIAL)
        if outcome not in rig.dials:
            pytest.skip(f"{line.name} has nobody to dial for: {outcome.value}")

        progress = line.dial(rig.dials[outcome], timeout=20.0)

        assert progress.outcome is outcome
        connected = outcome is Outcome.CONNECTED
        assert line.state is (State.CONNECTED if connected else State.ON_HOOK)
        if connected:
            assert line.play(BEAT) == Reason.END_OF_DATA
        line.hang_up()

    @pytest.mark.parametrize("who", [AnsweredBy.VOICE, AnsweredBy.MACHINE, AnsweredBy.FAX])
    def test_answered_by(self, rig: Rig, line: Channel, who: AnsweredBy) -> None:
        """A line that has only its ears tells who answered."""
        need(line, Feature.CPA)
        if who not in rig.dials:
            pytest.skip(f"{line.name} has no {who.value} to dial")

        progress = line.dial(rig.dials[who], timeout=20.0)

        assert progress.is_connected
        assert progress.answered_by is who
        line.hang_up()

    def test_dial_on_a_call(self, rig: Rig, call: Channel) -> None:
        """A line in conversation can't dial."""
        need(call, Feature.DIAL)
        with pytest.raises(ChannelStateError, match="not ON_HOOK"):
            call.dial("1")

    def test_stop_dialling(
        self, rig: Rig, line: Channel, clock: Clock, after: Callable[..., None]
    ) -> None:
        """Another thread can end dialling; the line is on-hook."""
        need(line, Feature.DIAL)
        if Outcome.NO_ANSWER not in rig.dials:
            pytest.skip(f"{line.name} has nobody who doesn't answer")
        after(6.0, line.stop)

        assert line.dial(rig.dials[Outcome.NO_ANSWER], timeout=30.0).outcome is Outcome.STOPPED
        assert line.state is State.ON_HOOK

    # routing

    def test_bridge(self, rig: Rig, clock: Clock) -> None:
        """Bridged, each far end hears the other; parted, neither."""
        need(rig.board.channels[0], Feature.ROUTING)
        one, two = connect(rig, 0), connect(rig, 1)
        with saying(rig.far_ends[0], clock):
            assert rig.far_ends[1].level(0.5) < -60.0
            one.bridge(two)
            clock.sleep(0.1)
            assert rig.far_ends[1].level(0.5) > -20.0
            one.unbridge()
            clock.sleep(0.1)
            assert rig.far_ends[1].level(0.5) < -60.0
        one.hang_up()
        two.hang_up()

    def test_bridge_ends_with_a_call(self, rig: Rig, clock: Clock) -> None:
        """When one of two bridged calls ends, the other goes on alone."""
        need(rig.board.channels[0], Feature.ROUTING)
        one, two = connect(rig, 0), connect(rig, 1)
        one.bridge(two)
        rig.far_ends[0].hang_up()

        assert one.wait_for_hang_up(timeout=2.0 + rig.hang_up_time)
        one.hang_up()
        assert two.play(BEAT) == Reason.END_OF_DATA
        two.hang_up()

    def test_listen(self, rig: Rig, clock: Clock) -> None:
        """A listener hears a call without being heard in it."""
        need(rig.board.channels[0], Feature.ROUTING)
        one, two = connect(rig, 0), connect(rig, 1)
        two.listen(one)
        with saying(rig.far_ends[0], clock):
            clock.sleep(0.1)
            assert rig.far_ends[1].level(0.5) > -20.0
        with saying(rig.far_ends[1], clock):
            clock.sleep(0.1)
            assert rig.far_ends[0].level(0.5) < -60.0
        two.listen(None)
        one.hang_up()
        two.hang_up()

    # leaks

    def test_many_calls(self, rig: Rig) -> None:
        """Twenty calls in a row leave no thread, and the line as it was."""
        threads = threading.active_count()
        for _ in range(20):
            channel = connect(rig, 0)
            channel.play(BEAT, until=Termination(max_time=0.1))
            channel.hang_up()
            rig.far_ends[0].hang_up()

        assert threading.active_count() <= threads
        assert channel.state is State.ON_HOOK

    def test_close(self, rig: Rig) -> None:
        """Closing a board with a call on it puts every line on-hook; it is safe to repeat."""
        channel = connect(rig, 0)
        rig.board.close()
        rig.board.close()

        assert channel.state is State.CLOSED
        assert all(c.state is State.CLOSED for c in rig.board.channels)


def connect(rig: Rig, index: int) -> Channel:
    """Have a far end call its channel, and answer."""
    channel = rig.board.channels[index]
    rig.far_ends[index].call(rig.numbers[index], ani="02161234567")
    assert channel.wait_for_call(timeout=20.0) is not None
    channel.answer()
    return channel


def verbs(channel: Channel, folder: Path) -> Mapping[str, Callable[[], object]]:
    """Every verb that takes a while."""
    return {
        "answer": channel.answer,
        "play": partial(channel.play, BEAT, BEAT, until=FIVE_SECONDS),
        "get_digits": partial(channel.get_digits, FIVE_SECONDS),
        "record": partial(channel.record, folder / "r.wav", FIVE_SECONDS),
        "send_digits": partial(channel.send_digits, "1234567890" * 4),
    }


def ended(result: object) -> object:
    """Return why a verb ended."""
    return getattr(result, "reason", result)


def samples(path: Path) -> list[int]:
    """Return a recording's samples, linear."""
    from boardivr.media.audiofile import read_samples

    return [int(x) for x in read_samples(path)[0]]


@contextmanager
def saying(far: FarEnd, clock: Clock) -> Iterator[None]:
    """Have a far end speak while the block runs; 8 s at most."""

    def speak() -> None:
        for _ in range(4):
            far.say(BEAT)

    thread = clock.spawn(speak, "speaker")
    yield
    clock.join(thread)
