"""Speech: when it begins and ends, that it ends prompts, and what is kept of it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from boardivr.hal import Channel, Clip, Encoding, Feature, Reason, Termination, Unsupported
from boardivr.hal.conformance.cases import BEAT, FIVE_SECONDS, ROOM, Cases, need
from boardivr.hal.conformance.rig import FarEnd

FORMANTS = ((600.0, 150.0, 1.0), (1200.0, 200.0, 0.5), (2500.0, 300.0, 0.25))
ANSWER = Termination(max_digits=1, first_speech=5.0, speech_end=0.5)


@functools.cache
def voice(seconds: float = 1.2) -> Clip:
    """Return what a detector takes for a voice: a gliding pitch, formants, syllables."""
    phase, data = 0.0, bytearray()
    weights = [
        sum(w / (1 + ((120.0 * n - f) / b) ** 2) for f, b, w in FORMANTS) for n in range(1, 28)
    ]
    for i in range(round(8000 * seconds)):
        t = i / 8000
        phase += 2 * math.pi * (120 + 25 * math.sin(2 * math.pi * 1.7 * t)) / 8000
        syllable = 0.15 + 0.85 * math.sin(math.pi * 4 * t) ** 2
        x = sum(w * math.sin(n * phase) for n, w in enumerate(weights, 1))
        data += round(3000 * syllable * x).to_bytes(2, "little", signed=True)
    return Clip(data=bytes(data), encoding=Encoding.LINEAR, name="voice")


class SpeechCases(Cases):
    @pytest.fixture
    def speaks(self, call: Channel) -> Channel:
        need(call, Feature.SPEECH)
        return call

    def test_speech_ends_a_prompt(
        self, speaks: Channel, far: FarEnd, after: Callable[..., None]
    ) -> None:
        """Speech that begins during a prompt cuts it; what was said is there from its begin."""
        after(1.0, partial(far.say, voice()))

        reason = speaks.play(BEAT, BEAT, until=Termination(max_digits=1, speech=True))
        heard = speaks.get_utterance(ANSWER)

        assert (reason, heard.reason) == (Reason.SPEECH, Reason.SPEECH_END)
        assert heard.keys == ""
        assert heard.speech is not None
        assert heard.speech.seconds == pytest.approx(1.2 + 0.3, abs=2 * ROOM)

    def test_speech_after_a_prompt(
        self, speaks: Channel, far: FarEnd, after: Callable[..., None]
    ) -> None:
        """Speech that begins while it is waited for is taken, too."""
        after(1.0, partial(far.say, voice()))

        heard = speaks.get_utterance(ANSWER)

        assert heard.reason == Reason.SPEECH_END
        assert heard.speech is not None
        assert heard.speech.seconds == pytest.approx(1.2 + 0.3, abs=2 * ROOM)

    def test_a_tone_is_no_speech(
        self, speaks: Channel, far: FarEnd, after: Callable[..., None]
    ) -> None:
        """Keys that nobody waits for and tones end no prompt as speech."""
        after(0.2, lambda: far.press("5"))

        assert speaks.play(BEAT, until=Termination(speech=True)) == Reason.END_OF_DATA
        speaks.clear_digits()

    def test_a_key_comes_first(
        self, speaks: Channel, far: FarEnd, after: Callable[..., None]
    ) -> None:
        """A key is taken where speech is waited for."""
        after(0.5, lambda: far.press("7"))

        heard = speaks.get_utterance(ANSWER)

        assert (heard.keys, heard.speech, heard.reason) == ("7", None, Reason.MAX_DIGITS)

    def test_silence(self, speaks: Channel) -> None:
        """Who says nothing is told so."""
        heard = speaks.get_utterance(Termination(max_digits=1, first_speech=1.0, speech_end=0.5))

        assert (heard.speech, heard.reason) == (None, Reason.FIRST_SPEECH)

    def test_what_nobody_listened_to_is_gone(
        self, speaks: Channel, far: FarEnd, after: Callable[..., None]
    ) -> None:
        """Speech that an operation didn't listen to isn't taken for an answer later."""
        after(0.2, partial(far.say, voice()))

        assert speaks.play(BEAT, until=Termination(speech=True)) == Reason.SPEECH
        speaks.play(BEAT, until=Termination())
        heard = speaks.get_utterance(Termination(max_digits=1, first_speech=1.0, speech_end=0.5))

        assert heard.reason == Reason.FIRST_SPEECH

    def test_record_until_speech_has_ended(
        self, speaks: Channel, far: FarEnd, tmp_path: Path, after: Callable[..., None]
    ) -> None:
        """A recording ends with the speech in it, or where none comes; it is no answer later."""
        after(0.5, partial(far.say, voice()))
        until = Termination(first_speech=2.0, speech_end=1.0, max_time=20.0)

        spoken = speaks.record(tmp_path / "r.wav", until)
        played = speaks.play(BEAT, until=Termination(speech=True))
        silent = speaks.record(tmp_path / "s.wav", until)

        assert played == Reason.END_OF_DATA
        assert (spoken.reason, silent.reason) == (Reason.SPEECH_END, Reason.FIRST_SPEECH)
        assert spoken.seconds == pytest.approx(0.5 + 1.2 + 1.0, abs=2 * ROOM)

    def test_needs_an_end_of_speech(self, speaks: Channel) -> None:
        """A wait for speech that can't end is refused."""
        with pytest.raises(ValueError, match="speech_end"):
            speaks.get_utterance(FIVE_SECONDS)
        with pytest.raises(ValueError, match="first_speech"):
            speaks.get_utterance(Termination(speech_end=0.5))

    def test_without_speech(self, call: Channel) -> None:
        """A channel that can't hear speech says so."""
        if Feature.SPEECH in call.features:
            pytest.skip(f"{call.name} hears speech")
        with pytest.raises(Unsupported, match="speech"):
            call.get_utterance(ANSWER)
        with pytest.raises(Unsupported, match="speech"):
            call.play(BEAT, until=Termination(speech=True))
