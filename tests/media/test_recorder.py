"""Recordings: what was on the line, sample for sample, and a valid file at any moment."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.hal.types import Encoding, Reason, Termination
from boardivr.media.audiofile import read_clip
from boardivr.media.check import EngineError
from boardivr.media.engine import Engine
from boardivr.media.oki import decode_oki, encode_oki
from boardivr.media.port import Side
from boardivr.media.recording import Recorder
from tests.media.lines import (
    IDLE,
    NOTHING,
    Samples,
    begin_play,
    clip,
    coded,
    linear,
    padded,
    recorded,
    seconds_of,
    tick,
    virtual,
    wait_until,
    wired,
)
from tests.media.signals import Signal, noise, silence


def on_the_line(signal: Signal, ticks: int) -> Samples:
    """Return what A-law leaves of a signal, its idle code up to a whole frame, then nothing."""
    heard = linear(coded(signal) + bytes([IDLE]) * (-len(signal) % 160))
    return np.concatenate([heard, np.zeros(160 * ticks - len(heard), np.int16)])


def as_linear(path: Path) -> Samples:
    """Return what a recording of the engine's means, by a decoder that isn't the recorder's."""
    if path.suffix == ".vox":
        return decode_oki(path.read_bytes())
    data = recorded(path)
    if path.name.endswith(".alaw.wav"):
        return linear(data)
    if path.name.endswith(".ulaw.wav"):
        return linear(data, Encoding.ULAW)
    return np.frombuffer(data, "<i2")


def wanted(samples: Samples, name: str) -> Samples:
    """Return what a format leaves of samples."""
    if name.endswith(".vox"):
        return decode_oki(encode_oki(samples))
    if name.endswith(".ulaw.wav"):
        return linear(coded(samples.astype(float), Encoding.ULAW), Encoding.ULAW)
    if name.endswith(".alaw.wav"):
        return linear(coded(samples.astype(float)))
    return samples


@pytest.mark.parametrize("name", ["a.wav", "a.alaw.wav", "a.ulaw.wav", "a.vox"])
def test_what_is_heard_is_recorded(name: str, tmp_path: Path) -> None:
    """A minute of noise and silence comes back as the format has it, sample for sample."""
    sound = np.concatenate([noise(200_000, -20.0), silence(80_000), noise(200_000, -12.0)])
    with virtual() as engine:
        near, far = wired(engine)
        begin_play(far, [clip(sound)])
        ended = near.record(tmp_path / name, Termination(max_time=61.0))

    assert ended.reason is Reason.MAX_TIME
    assert ended.seconds == 61.0
    expected = wanted(on_the_line(sound, 3050), name)
    assert np.array_equal(as_linear(tmp_path / name), expected)


@settings(max_examples=25, deadline=None)
@given(
    length=st.integers(1, 9000), before=st.integers(0, 500), ms=st.integers(1, 1500),
    name=st.sampled_from(["a.wav", "a.alaw.wav", "a.ulaw.wav"]),
)  # fmt: skip
def test_any_length_is_recorded(
    length: int, before: int, ms: int, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever the lengths: the file has as many whole frames as were heard, none moved."""
    path = tmp_path_factory.mktemp("r") / name
    sound = padded(noise(length, -15.0, seed=length), before)
    with virtual() as engine:
        near, far = wired(engine)
        begin_play(far, [clip(sound)])
        ended = near.record(path, Termination(max_time=ms / 1000))

    ticks = -(-ms // 20)
    assert ended.seconds == pytest.approx(0.02 * ticks)
    expected = on_the_line(sound, ticks + len(sound) // 160 + 1)[: 160 * ticks]
    assert np.array_equal(as_linear(path), wanted(expected, name))


def test_files_are_read_by_others(tmp_path: Path) -> None:
    """The standard library's wave module, and our own reader, take them."""
    paths = [tmp_path / name for name in ("a.wav", "a.alaw.wav", "a.ulaw.wav")]
    with virtual() as engine:
        for path in paths:
            near, far = wired(engine)
            begin_play(far, [clip(seconds_of(0.5))])
            near.record(path, Termination(max_time=1.0))

    with wave.open(str(paths[0])) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (8000, 1, 8000)
    assert [read_clip(path).seconds for path in paths] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("side", "tones"), [(Side.IN, {1}), (Side.OUT, {0}), (Side.BOTH, {0, 1})])
def test_sides(side: Side, tones: set[int], tmp_path: Path) -> None:
    """A recording has what the port hears, what it says, or the sum."""
    said, heard = seconds_of(0.4, 500.0), seconds_of(0.4, 900.0)
    path = tmp_path / "a.wav"
    with virtual() as engine:
        near, far = wired(engine)
        with near.recording(path, side):
            begin_play(far, [clip(heard)])
            near.play([clip(said)], NOTHING)

    parts = [on_the_line(signal, 20).astype(int) for signal in (said, heard)]
    assert np.array_equal(as_linear(path), sum(parts[i] for i in tones))


def test_two_recordings_at_once(tmp_path: Path) -> None:
    """A call can be recorded while a message is; a third is refused."""
    with virtual() as engine:
        near, far = wired(engine)
        with near.recording(tmp_path / "call.wav"):
            begin_play(far, [clip(seconds_of(1.0))])
            tick(engine, 10)
            near.record(tmp_path / "message.wav", Termination(max_time=0.4))
            with (
                near.recording(tmp_path / "tap.wav", Side.IN),
                pytest.raises(EngineError, match="busy"),
            ):
                near.record(tmp_path / "third.wav", Termination(max_time=0.4))

    call, message = as_linear(tmp_path / "call.wav"), as_linear(tmp_path / "message.wav")
    assert len(call) == 30 * 160
    assert np.array_equal(call[1600:], message)


def test_muted_recording_has_silence(tmp_path: Path) -> None:
    """While a PIN is entered nothing of the line is in the file, and it keeps its time."""
    path = tmp_path / "a.wav"
    with virtual() as engine:
        near, far = wired(engine)
        begin_play(far, [clip(seconds_of(1.0))])
        with near.recording(path, Side.IN) as recorder:
            tick(engine, 10)
            recorder.mute()
            tick(engine, 10)
            recorder.mute(False)
            tick(engine, 10)

    got = as_linear(path)
    expected = on_the_line(seconds_of(1.0), 50)[:4800]
    expected[1600:3200] = 0
    assert np.array_equal(got, expected)


def test_file_is_valid_at_any_moment(tmp_path: Path) -> None:
    """The file can be read while it is written; at most two seconds are missing at its end."""
    path = tmp_path / "a.alaw.wav"
    sound = noise(80_000, -15.0)
    with virtual() as engine:
        near, far = wired(engine)
        begin_play(far, [clip(sound)])
        with near.recording(path, Side.IN):
            for second in range(1, 10):
                tick(engine, 50)
                so_far = linear(recorded(path))
                assert len(so_far) >= 8000 * (second - 2) - 1000
                assert np.array_equal(so_far, on_the_line(sound, 500)[: len(so_far)])


def test_hang_up_ends_a_recording(tmp_path: Path) -> None:
    """What was said until then is in the file."""
    path = tmp_path / "a.wav"
    with virtual() as engine:
        near, far = wired(engine)
        begin_play(far, [clip(seconds_of(2.0))])
        thread = engine.clock.spawn(wait_until(engine, 0.5, near.lose), "exchange")
        ended = near.record(path, Termination(max_time=5.0))
        engine.clock.join(thread)

    assert (ended.is_lost, ended.seconds) == (True, 0.5)
    assert np.array_equal(as_linear(path), on_the_line(seconds_of(2.0), 100)[:4000])


def test_recording_goes_on_over_a_reset_elsewhere(tmp_path: Path) -> None:
    """Closing the port ends what it records; the file stays valid."""
    path = tmp_path / "a.wav"
    with virtual() as engine:
        near, far = wired(engine)
        begin_play(far, [clip(seconds_of(2.0))])
        with near.recording(path, Side.IN):
            tick(engine, 10)
            near.close()
            tick(engine, 10)

    assert len(as_linear(path)) == 1600


def test_full_disk_ends_the_recording_and_not_the_call(tmp_path: Path) -> None:
    """A file that can't be written is an OSError with its name; the port works on."""
    path = tmp_path / "full.wav"
    path.symlink_to("/dev/full")
    with virtual() as engine:
        near, _ = wired(engine)
        with pytest.raises(OSError, match=r"No space left on device.*full\.wav"):
            near.record(path, Termination(max_time=5.0))

        assert engine.clock.now() < 0.1
        assert near.play([clip(seconds_of(0.1))], NOTHING).reason is Reason.END_OF_DATA


FILLS_UP = """
import resource, signal, sys
from pathlib import Path
from boardivr.hal.types import Termination
from tests.media.lines import begin_play, clip, seconds_of, virtual, wired, recorded

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
path = Path(sys.argv[1])
with virtual() as engine:
    near, far = wired(engine)
    begin_play(far, [clip(seconds_of(60.0))])
    try:
        near.record(path, Termination(max_time=50.0))
    except OSError as error:
        print(type(error).__name__, error.filename, engine.clock.now() < 10)
    print(near.play([clip(seconds_of(0.1))], Termination()).reason.name)
    print(80_000 <= len(recorded(path)) <= 100_000)
"""


def test_disk_that_fills_up(tmp_path: Path) -> None:
    """What fitted stays playable, the operation ends within seconds, the call goes on."""
    path = tmp_path / "a.wav"
    done = child(FILLS_UP, str(path))

    assert done.stdout.split("\n")[:3] == [f"OSError {path} True", "END_OF_DATA", "True"]


KILLED = """
import sys, time
from pathlib import Path
from boardivr.media.engine import Engine
from boardivr.media.port import Side
from tests.media.lines import begin_play, clip, seconds_of, wired

engine = Engine(ports=2)
near, far = wired(engine)
begin_play(far, [clip(seconds_of(60.0))])
with near.recording(Path(sys.argv[1]), Side.IN):
    print("recording", flush=True)
    engine.clock.sleep(60.0)
"""


def test_killed_process_leaves_a_playable_file(tmp_path: Path) -> None:
    """After kill -9 in the middle the file has what was heard until shortly before."""
    path = tmp_path / "a.wav"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "recording\n"
    engine = Engine(ports=1)
    try:  # its clock is only what this test waits by
        assert engine.clock.wait(lambda: False, 0.9) is False
        for _ in range(300):
            if path.stat().st_size > 8000:
                break
            engine.clock.sleep(0.1)
    finally:
        engine.close()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()

    heard = as_linear(path)
    assert len(heard) >= 3000
    said = on_the_line(seconds_of(60.0), 3000)
    starts = range(0, 16_000, 160)  # the recording began a few frames after the sound
    assert any(np.array_equal(said[i : i + len(heard)], heard) for i in starts)


def child(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )


def test_unknown_ending_is_refused(tmp_path: Path) -> None:
    """The message says which endings there are."""
    with virtual() as engine, pytest.raises(ValueError, match=r"expected a file \.alaw\.wav"):
        Recorder(engine, tmp_path / "a.mp3")


def test_file_that_can_not_be_made(tmp_path: Path) -> None:
    """A folder that isn't there is an OSError, and no verb begins."""
    with virtual() as engine:
        near, _ = wired(engine)
        with pytest.raises(FileNotFoundError, match="missing"):
            near.record(tmp_path / "missing" / "a.wav", NOTHING)

        assert near.get_digits(Termination(max_time=0.1))[1].reason is Reason.MAX_TIME


def test_recordings_in_real_time(tmp_path: Path) -> None:
    """The engine's own thread writes several files while their lines go on."""
    engine = Engine(ports=8)
    try:
        pairs = [wired(engine) for _ in range(4)]
        paths = [tmp_path / f"{i}.wav" for i in range(4)]
        for _, far in pairs:
            begin_play(far, [clip(seconds_of(5.0))])

        def record(near: object, path: Path) -> None:
            near.record(path, Termination(max_time=0.4))  # type: ignore[attr-defined]

        threads = [
            threading.Thread(target=record, args=(near, path))
            for (near, _), path in zip(pairs, paths, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30.0)
    finally:
        engine.close()

    assert [len(as_linear(path)) for path in paths] == [3200] * 4
    said = set(on_the_line(seconds_of(5.0), 250)[1600:3200].tolist())
    assert all(set(as_linear(path)[-160:].tolist()) <= said for path in paths)
