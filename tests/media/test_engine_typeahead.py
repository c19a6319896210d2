"""Type-ahead: keys pressed before and between prompts are kept, in order, each once."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.hal.types import KEYS, Reason, Termination
from boardivr.media.port import Port
from tests.media.lines import clip, seconds_of, virtual, wired

ONE = Termination(max_digits=1)


def typed(keys: str, prompts: Sequence[float], until: Termination, each: int) -> str:
    """Return what a caller of ten prompts is taken to have typed, ten keys a second.

    :param prompts: seconds of each prompt
    :param until: what ends a prompt
    :param each: the most keys that are taken after a prompt
    """
    with virtual() as engine:
        near, far = wired(engine)
        near.detect_digits()
        caller = engine.clock.spawn(lambda: far.send_digits(keys, on=0.05, off=0.05), "caller")
        taken = "".join(answer(near, seconds, until, each) for seconds in prompts)
        engine.clock.join(caller)
        return taken + near.take_digits()


def answer(port: Port, seconds: float, until: Termination, each: int) -> str:
    port.play([clip(seconds_of(seconds))], until)
    keys, _ = port.get_digits(Termination(max_digits=each, max_time=0.3))
    return keys


def test_ten_keys_a_second_through_ten_prompts() -> None:
    """Nothing is lost or doubled where every prompt is cut by the next key."""
    keys = (KEYS + KEYS[::-1] + "11223344556677889900") * 2

    assert typed(keys, [2.0] * 10, ONE, 1) == keys


def test_prompts_that_keys_do_not_cut() -> None:
    """Keys wait while a prompt that can't be cut is played."""
    keys = KEYS * 5

    assert typed(keys, [0.5] * 10, Termination(), 8) == keys


@settings(max_examples=40, deadline=None)
@given(
    keys=st.text(KEYS, min_size=1, max_size=60),
    prompts=st.lists(st.floats(0.001, 0.7), min_size=1, max_size=10),
    until=st.sampled_from([ONE, Termination(), Termination(digits="#"), Termination(max_time=0.1)]),
    each=st.integers(1, 5),
)
def test_whatever_is_typed_is_kept(
    keys: str, prompts: list[float], until: Termination, each: int
) -> None:
    """Any keys, any prompts, any way to take them: the same keys in the same order."""
    assert typed(keys, prompts, until, each) == keys


def test_terminating_key_is_taken_and_dropped() -> None:
    """What was typed after the terminating key is left for the next question."""
    with virtual() as engine:
        near, _ = wired(engine)
        near.put_digits("1234#56")
        first, why = near.get_digits(Termination(digits="#", max_time=1.0))
        second, _ = near.get_digits(Termination(max_digits=2, max_time=1.0))

    assert (first, why.reason, second) == ("1234", Reason.DIGIT, "56")


def test_cleared_keys_are_gone() -> None:
    """After clear_digits() a prompt isn't cut by what was typed before."""
    with virtual() as engine:
        near, _ = wired(engine)
        near.put_digits("1")
        near.clear_digits()
        ended = near.play([clip(seconds_of(0.2))], ONE)

    assert ended.reason is Reason.END_OF_DATA


def test_more_keys_than_there_is_room_for_are_counted() -> None:
    """128 keys are kept; what is lost beyond them shows in the engine's figures."""
    with virtual() as engine:
        near, _ = wired(engine)
        near.put_digits("5" * 130)

        assert engine.stats()["events_lost"] == 2
        assert near.take_digits() == "5" * 128
