"""A program that uses all of the engine once; run under sanitizers by test_sanitizers.py.

It imports nothing that needs numpy: what is looked for is in our C.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

from boardivr.hal.conformance.pages import write_pages
from boardivr.hal.types import KEYS, Clip, Encoding, FaxSettings, Termination
from boardivr.media.check import EngineClosed
from boardivr.media.conference import Conference
from boardivr.media.engine import Engine
from boardivr.media.port import Kind, Port
from boardivr.media.tones import CallerIdStandard, plan

SOUND = Clip(data=bytes((i * i // 7) % 256 for i in range(16_000)))
SHORT = Clip(data=SOUND.data[:1601], encoding=Encoding.ULAW)
ALL_KINDS = Kind(0xFFF)


def wired(engine: Engine) -> tuple[Port, Port]:
    near, far = engine.open_port(), engine.open_port()
    near.wire(far)
    return near, far


def talk(engine: Engine, folder: Path) -> None:
    """Prompts, keys, tones, recordings in every format, caller ID, a bad line."""
    near, far = wired(engine)
    near.subscribe(ALL_KINDS)
    far.subscribe(ALL_KINDS)
    near.detect_digits()
    near.detect_voice()
    near.detect_fax()
    near.detect_tones(plan("cn"))
    near.detect_caller_id(CallerIdStandard.V23)
    near.set_line(loss_db=3.0, noise_dbm0=-50.0, echo_db=20.0, echo_delay=0.1, drop=0.05)
    far.send_caller_id(CallerIdStandard.V23, "01012345678", datetime.now(UTC))
    near.play([SOUND, SHORT] * 2, Termination(max_time=1.0))
    caller = engine.clock.spawn(lambda: far.send_digits(KEYS, on=0.06, off=0.06), "caller")
    near.play([SOUND], Termination(max_digits=1))
    near.get_digits(Termination(max_digits=16, max_time=3.0, inter_digit=0.5))
    engine.clock.join(caller)
    far.begin_tone(plan("cn").tone("busy"))
    with near.recording(folder / "call.wav") as recorder:
        for name in ("a.wav", "a.alaw.wav", "a.ulaw.wav", "a.vox"):
            near.record(folder / name, Termination(max_time=0.2, max_silence=5.0))
            recorder.mute()
    far.hush()
    far.lose()
    far.play([SOUND], Termination())
    while near.next_event(0.0):
        pass
    near.take_caller_id()
    near.close()


def meet(engine: Engine) -> None:
    """Bridges, taps and conferences, and ports that close in the middle."""
    made = [wired(engine) for _ in range(4)]
    with Conference(engine) as conference:
        for near, _ in made:
            conference.join(near)
        for _, far in made:
            far.play([SHORT], Termination())
        conference.leave(made[0][0])
        made[0][0].bridge(made[1][0])
        made[2][0].listen(made[0][0])
        made[3][1].play([SHORT], Termination())
    for near, far in made:
        near.close()
        far.close()


def far_program(engine: Engine) -> None:
    """A far end over a socket that sends messages, then garbage."""
    near, far = wired(engine)
    ours, theirs = socket.socketpair()
    far.subscribe(ALL_KINDS)
    far.attach_socket(ours.fileno())
    near.detect_digits()
    for data in (b"\x01\0\x10" + bytes(16), b"\x03\0\x01" + b"5", b"\x10\x01\x40" + bytes(320)):
        theirs.sendall(data * 3)
        near.play([SHORT], Termination())
    theirs.sendall(b"\x99" * 500)
    near.play([SHORT], Termination())
    far.attach_socket(-1)
    ours.close()
    theirs.close()
    near.close()


def fax(engine: Engine, folder: Path, pages: int, seconds: float) -> None:
    """A fax from port to port; one that is stopped, one that is lost."""
    near, far = wired(engine)
    source = write_pages(folder / "out.tif", pages)
    for number, end in enumerate((None, near.stop, near.lose)):
        taker = engine.clock.spawn(
            lambda n=number: far.receive_fax(folder / f"{n}.tif", FaxSettings()),  # type: ignore[misc]
            "takes",
        )
        ender = engine.clock.spawn(
            lambda e=end or far.stop: (engine.clock.sleep(seconds), e()),  # type: ignore[misc]
            "ends",
        )
        result = near.send_fax(source, FaxSettings(ident="1", header="h"))
        assert len(result.trace) <= 256
        far.stop()
        engine.clock.join(taker)
        engine.clock.join(ender)
        (folder / f"{number}.tif").unlink(missing_ok=True)


def crowd(engine: Engine) -> None:
    """Threads that play, wake each other and are stopped."""
    ports = [engine.open_port() for _ in range(8)]

    def channel(port: Port) -> None:
        for _ in range(5):
            port.play([SHORT], Termination(max_time=0.1))
            engine.clock.notify()

    threads = [engine.clock.spawn(lambda p=p: channel(p), "channel") for p in ports]  # type: ignore[misc]
    engine.clock.sleep(0.1)
    for port in ports:
        port.stop()
        port.signal(1, 2)
    for thread in threads:
        engine.clock.join(thread)


def close_on(engine: Engine) -> None:
    """Close the engine on threads that wait in it."""

    def wait(port: Port) -> None:
        with contextlib.suppress(EngineClosed):
            port.next_event()

    ports = [engine.open_port() for _ in range(4)]
    threads = [engine.clock.spawn(lambda p=p: wait(p), "waits") for p in ports]  # type: ignore[misc]
    engine.clock.sleep(0.05)
    late = engine.clock.spawn(lambda: None, "late")
    engine.close()
    for thread in [*threads, late]:
        thread.join(20.0)
        assert not thread.is_alive()


def run(folder: Path, *, is_virtual: bool) -> None:
    engine = Engine(ports=32, is_virtual=is_virtual)
    talk(engine, folder)
    meet(engine)
    far_program(engine)
    fax(engine, folder, 2, 60.0 if is_virtual else 0.3)
    crowd(engine)
    close_on(engine)
    engine.close()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for mode in sys.argv[1:]:
            run(Path(folder), is_virtual=mode == "virtual")
            print(mode, "done", threading.active_count(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
