"""The scripted line keeps the HAL's contract, in time that passes as it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from boardivr.hal import CallEnded, Clip, Reason, Termination
from boardivr.media.audiofile import read_clip
from boardivr.testing.fast import Press, ScriptChannel

ONE = Clip(data=bytes(8000), name="one", text="one second")


def test_a_key_cuts_a_prompt_and_stays() -> None:
    """Barge-in at the key; the key is collected afterwards; how much was heard is known."""
    channel = ScriptChannel(Press("1", on="one", after=0.25))

    assert channel.play(ONE, ONE) is Reason.MAX_DIGITS
    assert [(h.name, h.seconds, h.is_whole) for h in channel.heard] == [("one", 0.25, False)]
    assert channel.get_digits(Termination(max_digits=1, first_digit=1.0)).keys == "1"


def test_keys_typed_ahead_keep_a_prompt_from_being_heard() -> None:
    """With type-ahead in the buffer nothing is heard; without, all of it."""
    ahead, later = ScriptChannel(Press("1", at=0.0)), ScriptChannel()

    assert ahead.play(ONE) is Reason.MAX_DIGITS
    assert ahead.heard == []
    assert later.play(ONE) is Reason.END_OF_DATA
    assert later.clock.now() == 1.0


def test_a_prompt_has_a_longest_time() -> None:
    """``max_time`` counts from the start of all clips."""
    channel = ScriptChannel()

    assert channel.play(ONE, ONE, until=Termination(max_time=1.5)) is Reason.MAX_TIME
    assert channel.clock.now() == 1.5


@pytest.mark.parametrize(
    ("presses", "keys", "reason", "ends"),
    [
        ([Press("12#9", at=1.0)], "12", Reason.DIGIT, 1.0),
        ([Press("12", at=1.0)], "12", Reason.INTER_DIGIT, 3.0),
        ([], "", Reason.FIRST_DIGIT, 5.0),
        ([Press("1234", at=0.5)], "123", Reason.MAX_DIGITS, 0.5),
    ],
)
def test_how_an_input_ends(presses: list[Press], keys: str, reason: Reason, ends: float) -> None:
    """By its terminator, a pause, silence, or enough keys; what is left stays."""
    channel = ScriptChannel(*presses)
    until = Termination(max_digits=3, digits="#", first_digit=5.0, inter_digit=2.0)

    digits = channel.get_digits(until)

    assert (digits.keys, digits.reason) == (keys, reason)
    assert channel.clock.now() == ends


def test_the_far_end_hangs_up() -> None:
    """CallEnded, in the middle of a prompt and ever after."""
    channel = ScriptChannel(Press("H", at=0.5))

    with pytest.raises(CallEnded):
        channel.play(ONE)
    with pytest.raises(CallEnded):
        channel.play(ONE)
    assert channel.clock.now() == 0.5


def test_a_recording_is_as_long_as_it_took(tmp_path: Path) -> None:
    """A key ends it; the file is there, of that length."""
    channel = ScriptChannel(Press("#", at=2.0))
    path = tmp_path / "r.wav"

    recording = channel.record(path, Termination(digits="#", max_time=10.0))

    assert (recording.seconds, recording.reason) == (2.0, Reason.DIGIT)
    assert read_clip(path).seconds == 2.0
