"""How operations end: every condition, in the frame in which it is met."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.hal.types import KEYS, Reason, Termination
from boardivr.media.check import EngineError
from boardivr.media.events import Ended
from boardivr.media.port import Port
from boardivr.media.tones import Tone, plan
from tests.media.lines import (
    begin_play,
    clip,
    padded,
    seconds_of,
    tick,
    virtual,
    wait_until,
    wired,
)
from tests.media.signals import silence

LONG = clip(seconds_of(5.0))


def framed(seconds: float) -> float:
    """Return the end of the frame in which that many seconds have passed."""
    return math.ceil(round(seconds * 8000) / 160) * 0.02


@settings(max_examples=50, deadline=None)
@given(samples=st.integers(1, 4000))
def test_play_ends_with_its_data(samples: int) -> None:
    """A clip of n samples takes as many frames as they fill, and tells its length."""
    with virtual() as engine:
        near, _ = wired(engine)
        ended = near.play([clip(seconds_of(1.0)[:samples])], Termination())

        assert ended == Ended(reason=Reason.END_OF_DATA, is_lost=False, seconds=samples / 8000)
        assert engine.clock.now() == pytest.approx(framed(samples / 8000))


@settings(max_examples=50, deadline=None)
@given(ms=st.integers(1, 3000), condition=st.sampled_from(["max_time", "first_digit"]))
def test_times_are_rounded_up_to_a_frame(ms: int, condition: str) -> None:
    """A time runs out at the end of its frame, whether frames are ticked or jumped over."""
    until = Termination(**{condition: ms / 1000})  # type: ignore[arg-type]
    reason = Reason.MAX_TIME if condition == "max_time" else Reason.FIRST_DIGIT
    with virtual() as engine:
        near, _ = wired(engine)
        for verb in (lambda: near.play([LONG], until), lambda: near.get_digits(until)[1]):
            began = engine.clock.now()
            ended = verb()

            assert ended.reason is reason
            assert engine.clock.now() - began == pytest.approx(framed(ms / 1000))


def test_inter_digit_counts_from_the_last_key() -> None:
    """Half a second after the last key's end the digits are taken as complete."""
    with virtual() as engine:
        near, far = wired(engine)
        near.detect_digits()
        thread = engine.clock.spawn(lambda: far.send_digits("12", on=0.1, off=0.1), "caller")
        keys, ended = near.get_digits(Termination(inter_digit=0.5, max_time=9.0))
        engine.clock.join(thread)

        assert (keys, ended.reason) == ("12", Reason.INTER_DIGIT)
        # tones end at 0.3 s; the end is told when 28 ms without them have been heard
        assert engine.clock.now() == pytest.approx(0.34 + 0.5)


def test_inter_digit_waits_for_the_first_key() -> None:
    """Without any key there is no time between keys; first_digit ends it."""
    with virtual() as engine:
        near, _ = wired(engine)
        until = Termination(inter_digit=0.1, first_digit=1.0)
        _, ended = near.get_digits(until)

        assert ended.reason is Reason.FIRST_DIGIT
        assert engine.clock.now() == 1.0


def test_inter_digit_of_keys_typed_ahead_counts_from_the_verb() -> None:
    """Keys that were there long before don't end it at once."""
    with virtual() as engine:
        near, _ = wired(engine)
        near.put_digits("1")
        engine.clock.sleep(3.0)
        near.get_digits(Termination(inter_digit=0.4))

        assert engine.clock.now() == 3.4


@pytest.mark.parametrize(
    ("voice", "ended_at"), [((0.0, 0.0), 0.6), ((0.3, 0.5), 1.4), ((0.5, 0.2), 1.3)]
)
def test_max_silence_is_unbroken(voice: tuple[float, float], ended_at: float) -> None:
    """0.6 s of silence end it; a voice makes it count anew."""
    begin, length = voice
    with virtual() as engine:
        near, far = wired(engine)
        begin_play(far, [clip(padded(seconds_of(length), round(8000 * begin)))])
        ended = near.idle(Termination(max_silence=0.6))

        assert ended.reason is Reason.MAX_SILENCE
        assert engine.clock.now() == pytest.approx(ended_at)


def test_max_non_silence_counts_from_where_it_began() -> None:
    """A tone of 0.5 s without a pause ends it."""
    with virtual() as engine:
        near, far = wired(engine)
        begin_play(far, [clip(padded(seconds_of(2.0), 1600))])
        ended = near.idle(Termination(max_non_silence=0.5))

        assert ended.reason is Reason.MAX_NON_SILENCE
        assert engine.clock.now() == pytest.approx(0.7)


def test_several_conditions_at_once() -> None:
    """A key that is the last and in the set meets both conditions."""
    with virtual() as engine:
        near, _ = wired(engine)
        near.put_digits("#")
        _, ended = near.get_digits(Termination(max_digits=1, digits="#", max_time=1.0))

    assert ended.reason == Reason.MAX_DIGITS | Reason.DIGIT


def test_a_key_beats_a_time_that_ends_in_the_same_frame() -> None:
    """Who presses in the last moment has pressed."""
    with virtual() as engine:
        near, far = wired(engine)
        near.detect_digits()
        begin_play(near, [LONG], Termination(max_digits=1, max_time=0.04))
        thread = engine.clock.spawn(lambda: far.send_digits("3"), "caller")
        event = near.next_event()
        engine.clock.join(thread)

    assert event is not None
    assert (event.at, event.a) == (0.04, 2)


VERBS: dict[str, Callable[[Port, Path], Ended]] = {
    "play": lambda port, _: port.play([LONG], Termination()),
    "play_tone": lambda port, _: port.play_tone(
        Tone(name="long", steps=plan("cn").tone("dial").steps, repeats=False)
    ),
    "send_digits": lambda port, _: port.send_digits(KEYS * 4),
    "get_digits": lambda port, _: port.get_digits(Termination(max_digits=1))[1],
    "record": lambda port, folder: port.record(folder / "a.wav", Termination(max_time=9.0)),
    "idle": lambda port, _: port.idle(Termination(max_time=9.0)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_stop_ends_any_verb(verb: str, tmp_path: Path) -> None:
    """stop() from another thread ends it at once, and the line is idle."""
    with virtual() as engine:
        near, _ = wired(engine)
        thread = engine.clock.spawn(wait_until(engine, 0.3, near.stop), "stopper")
        ended = VERBS[verb](near, tmp_path)

        assert (ended.reason, ended.is_lost) == (Reason.STOPPED, False)
        assert engine.clock.now() == 0.3
        engine.clock.join(thread)
        tick(engine)
        assert near.play([clip(silence(160))], Termination()).reason is Reason.END_OF_DATA


@pytest.mark.parametrize("verb", VERBS)
def test_losing_the_far_end_ends_any_verb(verb: str, tmp_path: Path) -> None:
    """lose() ends what runs, and all that is begun after it ends at once."""
    with virtual() as engine:
        near, _ = wired(engine)
        thread = engine.clock.spawn(wait_until(engine, 0.3, near.lose), "exchange")
        during = VERBS[verb](near, tmp_path)
        after = VERBS[verb](near, tmp_path)
        engine.clock.join(thread)

        assert during.is_lost
        assert after.is_lost
        assert engine.clock.now() == 0.3
        assert near.is_lost
        near.reset()
        assert not near.is_lost


@pytest.mark.parametrize("verb", VERBS)
def test_two_verbs_at_once_are_refused(verb: str, tmp_path: Path) -> None:
    """A port does one thing at a time."""
    with virtual() as engine:
        near, _ = wired(engine)
        begin_play(near, [LONG])

        with pytest.raises(EngineError, match="busy"):
            VERBS[verb](near, tmp_path)


def test_stop_of_an_idle_port_does_nothing() -> None:
    """A stop that comes too late doesn't end what comes next."""
    with virtual() as engine:
        near, _ = wired(engine)
        near.stop()

        assert near.play([clip(seconds_of(0.1))], Termination()).reason is Reason.END_OF_DATA


def test_nothing_to_play_ends_at_once() -> None:
    """An empty list, and a list of empty clips, are over."""
    with virtual() as engine:
        near, _ = wired(engine)
        empty = near.play([], Termination())
        nothing = near.play([clip(silence(0)), clip(silence(0))], Termination())

    assert empty == Ended(reason=Reason.END_OF_DATA, is_lost=False, seconds=0.0)
    assert nothing == empty


def test_closed_port_is_refused() -> None:
    """Every verb on a port that was given back says so."""
    with virtual() as engine:
        near, _ = wired(engine)
        near.close()

        with pytest.raises(EngineError, match="bad file descriptor"):
            near.play([LONG], Termination())


def test_reset_under_a_verb_ends_it() -> None:
    """A port that is reset while a thread waits on it tells that thread STOPPED."""
    with virtual() as engine:
        near, _ = wired(engine)
        thread = engine.clock.spawn(wait_until(engine, 0.2, near.reset), "other")
        ended = near.play([LONG], Termination())
        engine.clock.join(thread)

    assert ended.reason is Reason.STOPPED


def test_closing_a_port_under_a_verb_is_an_error_there() -> None:
    """A thread that waits on a port that is closed by another doesn't wait for ever."""
    with virtual() as engine:
        near, _ = wired(engine)
        thread = engine.clock.spawn(wait_until(engine, 0.2, near.close), "other")

        with pytest.raises(EngineError, match="bad file descriptor"):
            near.play([LONG], Termination())

        engine.clock.join(thread)
