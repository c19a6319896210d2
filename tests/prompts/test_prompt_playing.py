"""Prompts on a line: rendered once for all, and changed between plays, never within one."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pytest

from boardivr.hal import CallEnded, Termination
from boardivr.hal.loopback import LoopbackBoard, open_board
from boardivr.hal.types import Encoding
from boardivr.media import g711
from boardivr.media.audiofile import read_samples, write_wav
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.importing import prepare, take_in
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.pieces import PromptRef

WELCOME = PromptRef("welcome")


class Nobody:
    """An engine that must not be asked."""

    identity = "nobody"

    def check(self) -> None: ...

    def synthesise(self, text, voice, *, timeout=10.0):
        raise AssertionError("there is a recording")


@pytest.fixture
def folder(tmp_path):
    return RecordingFolder(tmp_path / "library")


@pytest.fixture
def library(folder, tmp_path):
    prompts = {"welcome": Prompt(id="welcome", sources={"en": PromptSource(text="Welcome")})}
    return PromptLibrary(prompts, Nobody(), tmp_path / "c", default_language="en", folders=[folder])


@pytest.fixture
def record(folder, tmp_path):
    """Take in a tone of some pitch, 4 s long, as the new recording."""

    def record(hz):
        wav = tmp_path / "new.wav"
        tone = np.rint(8000 * np.sin(2 * np.pi * hz * np.arange(32000) / 8000)).astype(np.int16)
        write_wav(wav, g711.encode(tone, Encoding.LINEAR), Encoding.LINEAR)
        return take_in(
            folder, prepare(wav, wav.read_bytes()), prompt="welcome", language="en",
            text="Welcome", source="upload", who="ann", original=None,
            when=dt.datetime(2026, 11, 25, tzinfo=dt.UTC),
        )  # fmt: skip

    return record


@pytest.fixture
def board() -> Iterator[LoopbackBoard]:
    with open_board("loopback:?lines=2&number=1&time=virtual") as board:
        yield board


def hz_at(samples, second: float) -> float:
    part = samples[int(second * 8000) : int(second * 8000) + 4000].astype(float)
    return float(np.argmax(np.abs(np.fft.rfft(part * np.hanning(len(part)))))) * 2


def test_a_change_during_a_play(board, library, record, tmp_path):
    """What plays goes on to its end as it was; the next play has the new recording."""
    record(400)
    heard = tmp_path / "heard.wav"
    telephone = board.telephone("2", "caller")

    def caller():
        telephone.call("1")
        telephone.wait_for_answer()
        with telephone.recording(heard), suppress(CallEnded):
            telephone.listen(2.0)
            record(1000)
            telephone.listen(8.0)

    thread = board.clock.spawn(caller, "caller")
    channel = board.channels[0]
    channel.wait_for_call()
    channel.answer()
    channel.play(*library.clips([WELCOME], "en"))
    channel.play(*library.clips([WELCOME], "en"), until=Termination())
    channel.hang_up()
    board.clock.join(thread)

    samples, _ = read_samples(heard)
    assert [hz_at(samples, second) for second in (0.5, 1.5, 3.0)] == [400, 400, 400]
    assert [hz_at(samples, second) for second in (5.0, 7.0)] == [1000, 1000]
    assert [one.name for one in telephone.heard if one.what == "heard"] == ["welcome@en"] * 2


def test_one_clip_for_all_channels(library, record):
    """Forty channels that ask at once get the same clip, read once."""
    record(400)
    clips = []
    threads = [
        threading.Thread(target=lambda: clips.append(library.clip(WELCOME, "en")))
        for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(clips) == 40
    assert len({id(clip) for clip in clips}) == 1
