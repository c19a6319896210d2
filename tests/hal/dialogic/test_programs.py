"""Programs written for the vendor's API run on the simulated boards."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from boardivr.hal.dialogic_cffi.simulator.build import Library
from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.errors import CallEnded
from boardivr.hal.loopback.farends import Manner, attend, babble
from boardivr.hal.loopback.station import Cause
from boardivr.media.audiofile import read_samples
from tests.hal.dialogic.conftest import Program


@pytest.fixture
def prompt(tmp_path: Path) -> Path:
    """Three seconds of a tone, mu-law at 8 kHz."""
    path = tmp_path / "prompt.ul"
    path.write_bytes(bytes([0x10, 0x90]) * 12000)
    return path


def test_a_call_is_answered(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program], prompt: Path, tmp_path: Path
) -> None:
    """Sync: ring, answer, play with barge-in, four keys, a recording, hang up."""
    firmware = firmware_of()
    program = run(firmware, "answer.c", prompt, tmp_path / "rec.ul")
    phone = firmware.telephone("7001")

    phone.call("9558801")
    assert phone.wait_for_answer(15)
    phone.listen(1.0)
    phone.press("1234")
    assert phone.wait_for_end(20)

    lines = program.output().splitlines()
    assert lines[0] == "opened dxxxB1C1"
    assert lines[1] == "answered, hook 1"
    assert "ended by key" in lines[2]
    assert 6000 < int(lines[2].split()[1].strip(",")) < 12000
    assert lines[3] == "digits 5: 1234, type 48"
    assert lines[4] == "recorded 8000, ended by 20"
    assert (tmp_path / "rec.ul").stat().st_size == 8000


def test_two_channels_call_each_other(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """Async with handlers: rings, hook, play from memory, call analysis, digits, loop drop."""
    lines = run(firmware_of("analog=2&country=us"), "twochannels.c").output().splitlines()

    assert lines[0] == "dxxxB1C1 off-hook"
    assert {"state 4", "rings, length 4", "dxxxB1C2 off-hook"} <= set(lines)
    assert "call progress 10, connected by 1" in lines
    assert "played 24000, 200" in lines
    assert [line for line in lines if line.startswith("digit ")] == [
        "digit 1",
        "digit 2",
        "digit #",
    ]
    assert lines[-5:] == [
        "digits 12#, 40", "dxxxB1C2 on-hook", "loop off", "dxxxB1C1 on-hook", "done",
    ]  # fmt: skip


def test_tones(firmware_of: Callable[..., Firmware], run: Callable[..., Program]) -> None:
    """Tones of the user's own are heard over the bus, told, are digits, and end functions."""
    lines = run(firmware_of("analog=2&country=us"), "tones.c").output().splitlines()

    assert lines[0] == "tone 101 on"
    assert set(lines[1:4]) == {
        "dxxxB1C2: 83 ended with 2000", "dxxxB1C1: 8a ended with 200", "tone 101 off",
    }  # fmt: skip
    assert lines[4] == "digits 7"
    assert set(lines[5:7]) == {"dxxxB1C2: 86", "dxxxB1C1: 8a"}
    assert lines[7:] == ["stopped: 100, told", "then -1, error 3", "bad: -1 1"]


def test_signal_mode(firmware_of: Callable[..., Firmware], run: Callable[..., Program]) -> None:
    """Handlers run while the main program pauses; what is kept waits; sr_hold holds back."""
    assert run(firmware_of("analog=1"), "signals.c").output().splitlines() == [
        "handler: dxxxB1C1 81", "own 6: hello", "kept: 1234 hello", "held: 1",
        "own 6: again", "released: 2",
    ]  # fmt: skip


def test_formats(
    firmware_of: Callable[..., Firmware],
    run: Callable[..., Program],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each format is recorded and played with exact counts of bytes, and sounds as it should."""
    monkeypatch.chdir(tmp_path)
    lines = run(firmware_of("analog=2"), "formats.c").output(40).splitlines()

    sizes = {
        "mulaw.vox": 8000, "alaw.wav": 8000, "oki6.vox": 3000, "oki8.wav": 4000,
        "pcm11.wav": 11025, "pcm16.wav": 16000,
    }  # fmt: skip
    assert lines[:6] == [f"{name} {n} 20 played {n} 200" for name, n in sizes.items()]
    assert lines[6:8] == ["chain 11000 200, read 3000", "full 4000 200"]
    assert all(line.endswith(": -1 as it should") for line in lines[8:])
    for name in sizes:
        if name.endswith(".wav") and "oki" not in name:
            assert loudest_hertz(tmp_path / name) == pytest.approx(500, abs=3), name


def loudest_hertz(path: Path) -> float:
    import numpy as np

    samples, rate = read_samples(path)
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * rate / len(samples)


def test_call_analysis(firmware_of: Callable[..., Firmware], run: Callable[..., Program]) -> None:
    """Busy, congestion, intercept, a person, a machine, a fax, and nobody."""
    firmware = firmware_of("analog=1&country=us")
    tone = firmware.exchange.plan.tone
    firmware.exchange.treat("22", tone("busy"), Cause.BUSY)
    firmware.exchange.treat("23", tone("congestion"), Cause.CONGESTION)
    firmware.exchange.treat("24", tone("sit"), Cause.UNALLOCATED)
    manners = {
        "21": Manner(says=[babble(0.7)]), "26": Manner(says=[babble(5.0)]),
        "27": Manner(is_fax=True),
    }  # fmt: skip
    for number, manner in manners.items():
        attend(firmware.telephone(number), manner)

    numbers = ("22", "23", "24", "21", "26", "27")
    lines = run(firmware, "analysis.c", *numbers).output(120).splitlines()

    assert [line.split(" answer")[0] for line in lines] == [
        "22: 7 7 connection 0 tone 253 hertz 0",
        "23: 7 7 connection 0 tone 255 hertz 0",
        "24: 11 11 connection 0 tone 261 hertz 914",
        "21: 10 10 connection 3 tone 0 hertz 0",
        "26: 10 10 connection 4 tone 0 hertz 0",
        "27: 18 18 connection 0 tone 258 hertz 0",
    ]


def test_nobody_answers_at_high_speed(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """Twenty times as fast: two rings and no answer."""
    firmware = firmware_of("analog=1&country=us", speed=20)
    attend(firmware.telephone("25"), Manner(rings=None))

    assert "25: 8 8" in run(firmware, "analysis.c", "25").output()


def test_without_boards(library: Library, compiled: Callable[..., Path], tmp_path: Path) -> None:
    """No board is started: dx_open fails with errno, nothing hangs."""
    environment = {**os.environ, "LD_LIBRARY_PATH": str(library.lib)}
    environment.pop("BOARDIVR_DIALOGIC", None)
    for path in (None, str(tmp_path / "nobody")):
        if path is not None:
            environment["BOARDIVR_DIALOGIC"] = path
        done = subprocess.run(
            [str(compiled("answer.c"))], env=environment, capture_output=True, text=True,
            check=False, timeout=20,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "dx_open: 19\n")


def test_a_board_that_stops(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program], prompt: Path, tmp_path: Path
) -> None:
    """The firmware goes while a program waits: its function fails, and says why."""
    firmware = firmware_of("analog=1")
    program = run(firmware, "answer.c", prompt, tmp_path / "rec.ul")
    while not firmware.device(1).listeners:
        firmware.clock.sleep(0.02)
    firmware.clock.sleep(0.5)

    firmware.close()

    out, _ = program.process.communicate(timeout=20)
    assert program.process.returncode == 1
    assert "failed: 1 " in out


@pytest.mark.parametrize("name", ["signals.c", "twochannels.c", "tones.c", "analysis.c"])
def test_programs_compile_as_cpp(name: str, compiled: Callable[..., Path]) -> None:
    """C++ takes the headers too, with handlers of any kind."""
    if shutil.which("g++") is None:
        pytest.skip("g++ isn't installed")
    compiled(name, "g++", "-x", "c++", "-fpermissive", "-w")


def test_caller_id_and_the_bus(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """Who calls; two calls joined, and recorded; volume, speed, pause; the end by the loop."""
    firmware = firmware_of("analog=3&country=us")
    program = run(firmware, "bus.c")
    first, second = firmware.telephone("7001"), firmware.telephone("7002")

    first.call("9558801", ani="2125551234")
    assert first.wait_for_answer(30)
    second.call("9558802")
    assert second.wait_for_answer(15)
    first.listen(0.3)
    firmware.clock.spawn(lambda: first.say(babble(3.0)), "first speaks")
    assert second.level(0.6) > -30
    assert second.wait_for_end(20)
    first.hang_up()

    assert program.output(30).splitlines() == [
        "analog 1", "event 1", "caller 2125551234", "slots differ 1", "joined", "recorded 12000",
        "volume 2, speed 5", "paused: -1", "in time 1, 12000", "no such slot -1", "error 1",
        "ended by the loop 1",
    ]  # fmt: skip


def test_conference_and_station(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """Three callers hear each other, a key is told; a station rings, is answered, hangs up."""
    firmware = firmware_of("analog=3&country=us")
    program = run(firmware, "conference.c")
    phones = [firmware.telephone(f"700{n}") for n in range(3)]
    for n, phone in enumerate(phones):
        phone.call(f"955880{n + 1}")
        assert phone.wait_for_answer(30)
    phones[0].listen(0.5)

    for speaker in (1, 2):
        firmware.clock.spawn(lambda by=phones[speaker]: by.say(babble(1.2)), "speaks")
        assert phones[0].level(0.7) > -30
        phones[0].listen(1.0)
    with suppress(CallEnded):  # the program is quick
        phones[0].press("5")
    assert all(phone.wait_for_end(20) for phone in phones)
    handset = firmware.telephone("8001")
    assert handset.wait_for_ring(20)
    handset.answer()
    handset.listen(0.3)
    handset.hang_up()

    assert program.output(40).splitlines() == [
        "parties 3, room for 57, monitor differs 1", "talking",
        "event 8096, digit 5 of party 1", "gone -1 E_MSINVCNF", "stations 4, hook 0", "ringing",
        "station 404d 0", "station 204d 4", "station 204d 110",
    ]  # fmt: skip


def test_silence_ends_a_recording(
    firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """One second of it; three at the beginning, where that is allowed; one again after speech."""
    assert run(firmware_of("analog=2"), "silence.c").output().splitlines() == [
        "ended 1 by 2 after 1 s", "ended 1 by 2 after 3 s", "ended 1 by 2 after 3 s",
    ]  # fmt: skip


def test_signalling_bits(firmware_of: Callable[..., Firmware], run: Callable[..., Program]) -> None:
    """A timeslot seizes, gets a wink, dials; another answers and hears digits, by A and B bits."""
    firmware = firmware_of("analog=0&spans=1&country=us")

    assert run(firmware, "cas.c").output().splitlines() == [
        "wink 1000", "seized 11, bits 30", "answered 11", "digits 3 42", "gone 110", "idle 0",
    ]  # fmt: skip


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.grid)])
def test_random_verbs(
    seed: int, firmware_of: Callable[..., Firmware], run: Callable[..., Program]
) -> None:
    """Whatever is begun ends, and every channel is idle at the end; at many times the speed."""
    channels, seconds = (30, 1200) if seed > 1 else (8, 60)
    firmware = firmware_of(f"analog={channels}&country=us", speed=50)
    program = run(firmware, "soak.c", channels, seconds, seed)

    assert program.output(300) == "0 wedged; events 1 busy 1 refused 0\n"
    assert all(not line.is_off_hook for line in firmware.lines)
