"""Speech workers that hang, crash and talk nonsense: the next text is spoken all the same."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from boardivr.prompts.errors import PromptError, TtsError, TtsTimeout, TtsUnavailable
from boardivr.prompts.tts import TtsVoice
from boardivr.prompts.tts.pool import IDLE, WorkerPool
from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser

DOUBLE = str(Path(__file__).parent / "double.py")
VOICE = TtsVoice(name="double")


@pytest.fixture
def make():
    """Make a synthesiser over a worker that misbehaves."""
    made = []

    def build(mode: str, folder: Path | None = None, workers: int = 1) -> Pyttsx3Synthesiser:
        command = [sys.executable, DOUBLE, mode, *([str(folder)] if folder else [])]
        made.append(Pyttsx3Synthesiser(workers, command))
        return made[-1]

    yield build
    for synthesiser in made:
        synthesiser.close()


def spoken(samples: bytes) -> str:
    return "".join(chr(value // 10) for value in np.frombuffer(samples, dtype="<i2"))


@pytest.mark.parametrize("mode", ["hang", "half"])
def test_hanging_worker(make, tmp_path, mode):
    """A worker that hangs, even in its answer, is killed in time; the next text is spoken."""
    synthesiser = make(mode, tmp_path)

    with pytest.raises(TtsTimeout, match="a text of 5 characters: the speech worker gave no"):
        synthesiser.synthesise("hello", VOICE, timeout=0.5)

    assert synthesiser.pids == []
    assert spoken(synthesiser.synthesise("again", VOICE).samples) == "again"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("crash", "the speech worker ended with code 3"),
        ("garbage", "the speech worker gave no readable answer"),
        ("no-json", "the speech worker gave no readable answer"),
        ("other-json", "the speech worker gave no readable answer"),
        ("silence", "expected speech, found 100 samples of silence"),
        ("empty", "expected speech, found 0 samples of silence"),
        ("odd", "expected 16-bit samples, found 3 bytes at 8000"),
        ("no-rate", "expected 16-bit samples, found 4 bytes at None"),
    ],
)
def test_bad_worker(make, mode, words):
    """A worker that never answers well is an error that tells how, without the text."""
    with pytest.raises(TtsError, match=words) as caught:
        make(mode).synthesise("six six six", VOICE)

    assert isinstance(caught.value, PromptError)
    assert "six" not in str(caught.value)


@pytest.mark.parametrize("mode", ["crash", "garbage", "no-json"])
def test_a_dead_worker_is_replaced_at_once(make, tmp_path, mode, caplog):
    """A worker that dies of a text once is replaced, and the text is spoken."""
    speech = make(mode, tmp_path).synthesise("hello", VOICE)

    assert spoken(speech.samples) == "hello"
    assert "starting another" in caplog.text
    assert "hello" not in caplog.text


@pytest.fixture
def busy(make, tmp_path):
    """A synthesiser with a worker that hangs in a text, its process, and what comes of it."""
    os.mkfifo(tmp_path / "pid")
    synthesiser = make("hang", tmp_path)
    heard: list[str] = []

    def speak() -> None:
        heard.append(spoken(synthesiser.synthesise("first", VOICE, timeout=60).samples))

    thread = threading.Thread(target=speak)
    thread.start()
    pid = int((tmp_path / "pid").read_text())  # waits until the worker has its text
    yield synthesiser, pid, thread, heard
    if thread.is_alive():
        os.kill(pid, signal.SIGKILL)
    thread.join()


def test_a_killed_worker_is_replaced(busy):
    """A worker that is killed from outside in the middle of a text is replaced."""
    _, pid, thread, heard = busy

    os.kill(pid, signal.SIGKILL)
    thread.join()

    assert heard == ["first"]


def test_waiting_for_a_turn(busy):
    """Whoever waits for a busy worker gets its own time-out; then things go on."""
    synthesiser, pid, thread, heard = busy

    with pytest.raises(TtsTimeout, match=r"no speech worker was free within 0\.2 s"):
        synthesiser.synthesise("second", VOICE, timeout=0.2)

    os.kill(pid, signal.SIGKILL)
    assert spoken(synthesiser.synthesise("third", VOICE).samples) == "third"
    thread.join()
    assert heard == ["first"]


def test_no_engine_in_the_worker(make):
    """A worker without its engine says that it isn't there."""
    with pytest.raises(TtsUnavailable, match="no library"):
        make("missing").synthesise("hello", VOICE)


def test_command_that_cannot_be_started(tmp_path):
    """A worker's program that isn't there is an error like any other."""
    with (
        Pyttsx3Synthesiser(command=[str(tmp_path / "none")]) as synthesiser,
        pytest.raises(TtsError, match="the speech worker wasn't running"),
    ):
        synthesiser.synthesise("hello", VOICE)


@pytest.mark.parametrize("workers", [1, 3])
def test_threads_share_a_pool(make, tmp_path, workers):
    """Many threads get each its own text, whatever the number of workers."""
    (tmp_path / "done").touch()  # behaves well from the start
    synthesiser = make("hang", tmp_path, workers)
    texts = [f"text {number}" for number in range(24)]
    heard: dict[str, str] = {}

    def speak(mine: list[str]) -> None:
        for text in mine:
            heard[text] = spoken(synthesiser.synthesise(text, VOICE).samples)

    threads = [threading.Thread(target=speak, args=(texts[n::6],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heard == {text: text for text in texts}
    assert len(synthesiser.pids) <= workers


def test_one_process_per_voice(make, tmp_path):
    """A worker keeps its voice for life; only so many wait for their voice to come again."""
    (tmp_path / "done").touch()
    synthesiser = make("hang", tmp_path)

    synthesiser.synthesise("a", TtsVoice(name="x", speed=100))
    first = synthesiser.pids
    synthesiser.synthesise("b", TtsVoice(name="x", speed=200))
    both = synthesiser.pids
    synthesiser.synthesise("c", TtsVoice(name="x", speed=100))
    for number in range(IDLE):
        synthesiser.synthesise("d", TtsVoice(name=str(number)))

    assert first == both[:1]
    assert len(both) == 2
    assert len(synthesiser.pids) == IDLE
    assert not set(both) & set(synthesiser.pids)


def test_close(make, tmp_path):
    """Closing ends the processes, twice is fine, and a text afterwards is spoken."""
    (tmp_path / "done").touch()
    synthesiser = make("hang", tmp_path)
    synthesiser.synthesise("a", VOICE)
    (pid,) = synthesiser.pids

    synthesiser.close()
    synthesiser.close()

    assert synthesiser.pids == []
    assert not Path(f"/proc/{pid}").exists()
    assert spoken(synthesiser.synthesise("a", VOICE).samples) == "a"


def test_a_pool_that_nobody_closed(make, tmp_path):
    """A pool that is forgotten takes its processes with it."""
    (tmp_path / "done").touch()
    pool = WorkerPool([sys.executable, DOUBLE, "hang", str(tmp_path)])
    pool.ask(("x", 1, 1), {"text": "a"}, 10)
    (pid,) = pool.pids

    del pool

    assert not Path(f"/proc/{pid}").exists()


def test_no_workers():
    """A pool of none would never answer."""
    with pytest.raises(ValueError, match="expected at least one worker, found 0"):
        WorkerPool(["none"], size=0)
