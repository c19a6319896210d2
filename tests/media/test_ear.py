"""The ear of a port: what it keeps of an utterance, and what makes it forget."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest

from boardivr.hal.conformance.speech import voice
from boardivr.hal.types import Clip, Encoding, Reason, Termination
from boardivr.media import g711
from boardivr.media.engine import Engine
from boardivr.media.port import Port

ANSWER = Termination(max_digits=1, first_speech=5.0, speech_end=0.4)
SILENCE = Clip(data=b"\xd5" * 16000, name="silence")


@pytest.fixture
def line() -> Iterator[tuple[Port, Port]]:
    """A telephone's port and a channel's, wired; the channel hears keys."""
    engine = Engine(ports=2, is_virtual=True)
    telephone, channel = engine.open_port(), engine.open_port()
    telephone.wire(channel)
    channel.detect_digits()
    yield telephone, channel
    engine.close()


def says(telephone: Port, *clips: Clip, after: float = 0.5) -> None:
    def speak() -> None:
        telephone.idle(Termination(max_time=after))
        telephone.play(clips, Termination())

    telephone.engine.clock.spawn(speak, "caller")


def linear(clip: Clip) -> np.ndarray:
    return g711.decode(clip.data, clip.encoding).astype(int)


def test_no_sound_is_lost(line: tuple[Port, Port]) -> None:
    """What was said is there, sample for sample from its first one, with 0.3 s before."""
    telephone, channel = line
    said = voice()
    says(telephone, said)

    assert channel.play([SILENCE, SILENCE], Termination(speech=True)).reason is Reason.SPEECH
    _, speech, _ = channel.get_utterance(ANSWER, 10.0)

    assert speech is not None
    heard = linear(speech)
    start = int(np.flatnonzero(np.abs(heard) > 100)[0])
    told = g711.decode(g711.encode(g711.decode(said.data, said.encoding), Encoding.ALAW),
                       Encoding.ALAW).astype(int)  # fmt: skip
    first = int(np.flatnonzero(np.abs(told) > 100)[0])
    assert start >= 0.2 * 8000
    assert np.abs(heard[start : start + 6400] - told[first : first + 6400]).max() <= 8


def test_it_is_as_long_as_it_may_be(line: tuple[Port, Port]) -> None:
    """Speech that doesn't end is cut off, and is an utterance."""
    telephone, channel = line
    says(telephone, *[voice()] * 8)

    _, speech, ended = channel.get_utterance(ANSWER, 3.0)

    assert ended.reason is Reason.SPEECH_END
    assert speech is not None
    assert speech.seconds == pytest.approx(3.0, abs=0.02)


def test_a_key_makes_it_forget(line: tuple[Port, Port]) -> None:
    """Who speaks and then presses a key has pressed a key."""
    telephone, channel = line
    until = Termination(max_digits=1, first_speech=5.0, speech_end=2.0)

    def act() -> None:
        telephone.play([voice()], Termination())
        telephone.send_digits("7")

    telephone.engine.clock.spawn(act, "caller")
    keys, speech, ended = channel.get_utterance(until, 10.0)

    assert (keys, speech, ended.reason) == ("7", None, Reason.MAX_DIGITS)


def test_the_tone_of_a_key_is_not_kept(line: tuple[Port, Port]) -> None:
    """A key just before speech isn't in the utterance."""
    telephone, channel = line

    def act() -> None:
        telephone.send_digits("4")
        telephone.play([voice()], Termination())

    telephone.engine.clock.spawn(act, "caller")
    channel.idle(Termination(max_time=0.05))
    assert channel.play([SILENCE], Termination(speech=True)).reason is Reason.SPEECH
    channel.take_digits()
    _, speech, _ = channel.get_utterance(ANSWER, 10.0)

    assert speech is not None
    assert np.abs(linear(speech)[: 200 * 8]).max() <= 8


def test_a_key_goes_before_what_is_said_later(line: tuple[Port, Port]) -> None:
    """Who has begun to key isn't taken by his word."""
    telephone, channel = line
    says(telephone, voice())
    channel.put_digits("4")
    until = Termination(max_digits=4, inter_digit=4.0, first_speech=5.0, speech_end=0.4)

    keys, speech, ended = channel.get_utterance(until, 10.0)

    assert (keys, speech, ended.reason) == ("4", None, Reason.INTER_DIGIT)


def test_who_does_not_listen_forgets(line: tuple[Port, Port]) -> None:
    """What was said before an operation that doesn't listen isn't taken for an answer later."""
    telephone, channel = line
    says(telephone, voice())

    assert channel.play([SILENCE], Termination(speech=True)).reason is Reason.SPEECH
    channel.play([SILENCE, SILENCE], Termination())
    _, speech, ended = channel.get_utterance(ANSWER, 10.0)

    assert (speech, ended.reason) == (None, Reason.FIRST_SPEECH)


def test_reset_forgets(line: tuple[Port, Port]) -> None:
    """The next call doesn't hear what the last caller said."""
    telephone, channel = line
    telephone.engine.clock.spawn(partial(telephone.play, [voice()], Termination()), "caller")
    assert channel.play([SILENCE], Termination(speech=True)).reason is Reason.SPEECH
    channel.idle(Termination(max_time=3.0))

    channel.reset()
    _, speech, ended = channel.get_utterance(ANSWER, 10.0)

    assert (speech, ended.reason) == (None, Reason.FIRST_SPEECH)
