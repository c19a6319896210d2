"""What an engine takes, it gives back: memory, threads, files."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path

from boardivr.hal.types import Termination
from boardivr.media.conference import Conference
from boardivr.media.engine import Engine
from boardivr.media.port import Side
from boardivr.media.tones import plan
from tests.media.lines import begin_play, clip, rss_bytes, seconds_of, tick, wired


def threads_of_process() -> int:
    """Return the number of threads, those that Python doesn't know among them."""
    return len(os.listdir("/proc/self/task"))


def live(folder: Path, is_virtual: bool) -> None:
    """Use everything of an engine, and leave half of it in the middle of its work."""
    engine = Engine(ports=8, is_virtual=is_virtual)
    near, far = wired(engine)
    other, apart = wired(engine)
    near.detect_digits()
    near.detect_fax()
    near.detect_tones(plan("cn"))
    near.set_line(noise_dbm0=-50.0)
    conference = Conference(engine)
    conference.join(near)
    conference.join(other)
    begin_play(far, [clip(seconds_of(1.0))] * 3)
    with near.recording(folder / "a.wav", Side.BOTH):
        if is_virtual:
            thread = engine.clock.spawn(lambda: apart.idle(Termination()), "waits")
            near.record(folder / "b.vox", Termination(max_time=0.2))
            tick(engine, 3)
        else:
            thread = engine.clock.spawn(lambda: engine.clock.sleep(60.0), "sleeps")
    near.close()
    engine.close()
    thread.join(10.0)
    assert not thread.is_alive()


def test_engines_come_and_go(tmp_path: Path) -> None:
    """200 engines with ports, clips, recordings and threads leave nothing behind."""
    for number in range(60):
        live(tmp_path, is_virtual=number % 4 > 0)
    gc.collect()
    memory, threads, files = rss_bytes(), threads_of_process(), len(os.listdir("/proc/self/fd"))
    for number in range(200):
        live(tmp_path, is_virtual=number % 4 > 0)
    gc.collect()

    assert threads_of_process() <= threads
    assert len(os.listdir("/proc/self/fd")) <= files
    assert rss_bytes() - memory < 8_000_000  # 40 KB an engine would be a leak


def test_ports_come_and_go() -> None:
    """A port that is opened a thousand times is one port."""
    engine = Engine(ports=4, is_virtual=True)
    near, far = wired(engine)
    sound = clip(seconds_of(0.1))
    for _ in range(50):
        cycle(engine, sound)
    gc.collect()
    memory = rss_bytes()
    for _ in range(1000):
        cycle(engine, sound)
    gc.collect()

    assert rss_bytes() - memory < 1_000_000
    assert engine.stats()["ports"] == 2
    assert (near.number, far.number) == (0, 1)
    engine.close()


def cycle(engine: Engine, sound: object) -> None:
    near, far = wired(engine)
    near.set_line(echo_db=20.0)
    near.detect_fax()
    near.detect_tones(plan("cn"))
    begin_play(far, [sound])  # type: ignore[list-item]
    tick(engine, 2)
    near.close()
    far.close()


def test_an_engine_that_is_dropped_without_closing() -> None:
    """Collected in whatever order, with clips and threads' waiters that outlive it."""
    before = threads_of_process()
    sound = clip(seconds_of(0.1))
    for _ in range(30):
        engine = Engine(ports=2)
        begin_play(engine.open_port(), [sound])
        engine.clock.sleep(0.001)
        del engine
        gc.collect()

    assert threads_of_process() <= before
    assert threading.active_count() >= 1
