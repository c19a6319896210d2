"""Recording."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from boardivr.hal import (
    Channel,
    Reason,
    Termination,
)
from boardivr.hal.conformance.cases import (
    BEAT,
    FIVE_SECONDS,
    ROOM,
    Cases,
    samples,
)
from boardivr.hal.conformance.rig import FarEnd


class RecordingCases(Cases):
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
