"""A speaker records prompts by telephone, over a loopback board in virtual time."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import numpy as np
import pytest

from boardivr.hal import CallEnded
from boardivr.hal.loopback import open_board
from boardivr.hal.types import Clip, Encoding
from boardivr.media import g711
from boardivr.media.audiofile import read_clip, read_samples
from boardivr.prompts.booth import WORDS, Booth, Task, booth_language
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.level import active_level
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.tts import Speech

WHEN = dt.datetime(2026, 11, 25, 22, 0, tzinfo=dt.UTC)
TASKS = (
    Task(prompt="welcome", language="en", text="Welcome to telephone banking."),
    Task(prompt="goodbye", language="zh-CN", text="感谢您的来电，再见。"),
)


def speech(seconds: float = 2.0, peak: float = 3000) -> np.ndarray:
    time = np.arange(int(seconds * 8000)) / 8000
    buzz = sum(np.sin(2 * np.pi * 130 * n * time) / n for n in range(1, 8))
    return np.rint(peak * buzz / 2 * np.abs(np.sin(2 * np.pi * 1.5 * time))).astype(np.int16)


def spoken(seconds: float = 2.0, peak: float = 3000) -> Clip:
    return Clip(
        data=g711.encode(speech(seconds, peak), Encoding.LINEAR),
        encoding=Encoding.LINEAR,
        name="speaker",
    )


class Murmur:
    """An engine that murmurs a little, whatever it is to say."""

    identity = "murmur"

    def check(self) -> None: ...

    def synthesise(self, text, voice, *, timeout=10.0):
        return Speech(speech(0.4).tobytes(), 8000)


@pytest.fixture
def folder(tmp_path):
    return RecordingFolder(tmp_path / "library")


@pytest.fixture
def record(folder, tmp_path):
    """Run the booth with a speaker who does as he is told; return the session and what he heard."""

    def record(speaker, tasks=TASKS, language="en"):
        voice = PromptLibrary({}, Murmur(), tmp_path / "cache")
        with open_board("loopback:?lines=1&number=1&time=virtual") as board:
            telephone = board.telephone("2", "speaker")

            def call():
                telephone.call("1")
                telephone.wait_for_answer()
                with suppress(CallEnded):  # he pressed a key, and was hung up on
                    speaker(telephone)
                    telephone.wait_for_end(120.0)

            thread = board.clock.spawn(call, "speaker")
            channel = board.channels[0]
            channel.wait_for_call()
            channel.answer()
            booth = Booth(channel, voice, folder, language=language, who="ann", wall=lambda: WHEN)
            session = booth.run(tasks)
            channel.hang_up()
            board.clock.join(thread)
            return session, [one.text for one in telephone.heard if one.what == "heard"]

    return record


def take(telephone, clip: Clip, words: str) -> None:
    """Wait for a task, cut what is said about it short, say it after the tone."""
    telephone.hear(words)
    telephone.press("#")
    telephone.listen(1.5)  # the tone
    telephone.say(clip)
    telephone.listen(len(clip.data) / 2 / 8000 + 0.3)
    telephone.press("#")


def test_all_kept(record, folder):
    """Both prompts are recorded, heard and kept; they are like any other recording."""

    def speaker(telephone):
        take(telephone, spoken(2.0), "Welcome to telephone banking.")
        telephone.hear("take")
        telephone.press("1")
        take(telephone, spoken(2.5), "感谢您的来电")
        telephone.hear("To keep it, press one.")
        telephone.press("1")

    session, heard = record(speaker)

    assert session.ending == "done"
    assert [(v.prompt, v.source, v.who) for v in session.kept] == [
        ("welcome", "phone", "ann"), ("goodbye", "phone", "ann"),
    ]  # fmt: skip
    assert heard.count(WORDS["en"]["kept"]) == 2
    assert WORDS["en"]["done"] in heard
    clip = read_clip(folder.find("welcome", "en"))
    samples = g711.decode(clip.data, clip.encoding)
    assert clip.seconds == pytest.approx(2.0, abs=0.25)
    assert active_level(samples) == pytest.approx(-16, abs=0.3)
    version = folder.history.versions("goodbye", "zh-CN")[0]
    assert version.text == "感谢您的来电，再见。"
    original, rate = read_samples(folder.original(version))
    assert (rate, len(original) > len(samples)) == (8000, True)


def test_the_key_is_not_in_it(record, folder):
    """The tone of the key that ends a take isn't in the recording."""

    def speaker(telephone):
        take(telephone, spoken(2.0), "Welcome to telephone banking.")
        telephone.hear("take")
        telephone.press("1")
        telephone.hear("感谢您的来电")
        telephone.press("*")

    session, _ = record(speaker)

    samples, _ = read_samples(folder.find("welcome", "en"))
    spectrum = np.abs(np.fft.rfft(samples[-1600:].astype(float) * np.hanning(1600)))
    hz = np.fft.rfftfreq(1600, 1 / 8000)
    at = [spectrum[np.abs(hz - f) < 8].max() for f in (941, 1477)]
    assert max(at) < 0.2 * spectrum.max()
    assert [task.prompt for task in session.skipped] == ["goodbye"]


def test_again_and_hear(record, folder):
    """He hears it as often as he likes and says it again; only what he keeps is there."""

    def speaker(telephone):
        take(telephone, spoken(2.0), "Welcome to telephone banking.")
        telephone.hear("To keep it, press one.")
        telephone.press("2")
        telephone.hear("To keep it, press one.")
        telephone.press("3")
        take(telephone, spoken(3.0), "Welcome to telephone banking.")
        telephone.hear("take")
        telephone.press("1")
        telephone.hear("感谢您的来电")
        telephone.press("0")

    session, _ = record(speaker)

    assert session.ending == "finished"
    (version,) = folder.history.versions("welcome", "en")
    assert version.seconds == pytest.approx(3.0, abs=0.25)


@pytest.mark.parametrize(
    ("clip", "complaint"),
    [
        (spoken(0.3), "short"),
        (spoken(2.0, peak=200_000), "clipped"),
        (Clip(data=b"\0\0" * 8000, encoding=Encoding.LINEAR, name="silence"), "silent"),
    ],
)
def test_a_bad_take(record, clip, complaint):
    """What callers wouldn't understand isn't offered to be kept; he is told why."""

    def speaker(telephone):
        take(telephone, clip, "Welcome to telephone banking.")
        telephone.hear(WORDS["en"][complaint])
        telephone.press("0")

    session, heard = record(speaker, TASKS[:1])

    assert session.kept == []
    assert WORDS["en"]["choose"] not in heard


def test_hanging_up(record, folder):
    """Who hangs up keeps what he has kept, and nothing else."""

    def speaker(telephone):
        take(telephone, spoken(2.0), "Welcome to telephone banking.")
        telephone.hear("take")
        telephone.press("1")
        take(telephone, spoken(2.0), "感谢您的来电")
        telephone.hang_up()

    session, _ = record(speaker)

    assert session.ending == "hung up"
    assert [version.prompt for version in session.kept] == ["welcome"]
    assert folder.find("goodbye", "zh-CN") is None


def test_nobody_there(record):
    """A speaker who has gone away is waited for a while, and no longer."""
    session, heard = record(lambda telephone: None)

    assert (session.ending, session.kept) == ("silent", [])
    assert heard.count(WORDS["en"]["silent"]) == 2


def test_words():
    """The booth speaks both languages, whatever there is to say."""
    assert set(WORDS["en"]) == set(WORDS["zh"])
    assert booth_language(["de", "zh-CN"]) == "zh-CN"
    assert booth_language(["de"]) == "en"
