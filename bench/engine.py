"""The engine: cost of a port, its memory, virtual time's speed, wake-up latency, barge-in.

Speech is espeak-ng's. Cost: 2,000 ports wired in pairs, each plays speech, hears its
partner's and listens for digits. Latency: threads of Python that play 0.2 s again and
again in real time, from the moment the engine posts an event until its thread has it.
"""

from __future__ import annotations

import ctypes
import gc
import random
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import pairwise

from boardivr.media._engine import lib

from boardivr.hal.types import KEYS, SAMPLE_RATE, Clip, Encoding, Termination
from boardivr.media.engine import Engine
from boardivr.media.port import Kind, Port
from tests.media.lines import begin_play, clip, on_lines, padded, rss_bytes, tick, wired
from tests.media.signals import key
from tests.media.speech import VOICES, spoken

PORTS = 2000
TICKS = 500
ROUNDS = 5
SECONDS = 5.0  # of each latency run
CALLS = 40
ANY_KEY = Termination(digits=KEYS)
TARGET_PORTS = 20_000
TARGET_SPEED = 500
TARGET_KB = 100


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    voices = [clip(spoken(*voice)) for voice in VOICES[::3]]
    memory_kb = {**memory(voices), "target": TARGET_KB}
    return {
        "cost": cost(voices),
        "memory_kb": memory_kb,
        "virtual_time": virtual_time(voices[0]),
        "barge_in_ms": barge_in(voices[0]),
        **{f"latency_{count}_channels": latency(count, voices[0]) for count in (120, 480)},
    }


def cost(voices: Sequence[Clip]) -> dict[str, float]:
    """Nanoseconds a port and tick; the median of the rounds."""
    figures = {}
    for name, detect, speech in (
        ("idle", True, False),
        ("play", False, True),
        ("both", True, True),
    ):
        engine = Engine(ports=PORTS, is_virtual=True)
        pairs = [wired(engine) for _ in range(PORTS // 2)]
        for number, port in enumerate(port for pair in pairs for port in pair):
            port.detect_digits(detect)
            if speech:
                first = number % len(voices)
                begin_play(port, [*voices[first:], *voices[:first]], ANY_KEY)
        tick(engine, 60)
        rounds = [timed(lambda e=engine: tick(e, TICKS)) for _ in range(ROUNDS)]  # type: ignore[misc]
        figures[f"{name}_ns"] = 1e9 * statistics.median(rounds) / TICKS / PORTS
        engine.close()
    return {
        **figures,
        "ports_a_core": 0.02e9 / figures["both_ns"],
        "target_ports_a_core": TARGET_PORTS,
    }


def memory(voices: Sequence[Clip]) -> dict[str, float]:
    """Kilobytes a port: as opened; playing and listening; with the thread of its channel."""
    engine = Engine(ports=PORTS, is_virtual=True)
    for voice in voices:
        engine.load(voice)
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what was freed goes back to the system, not to the ports
    before = rss_bytes()
    ports = [engine.open_port() for _ in range(PORTS)]
    idle = rss_bytes()
    for near, far in pairwise(ports):
        near.detect_digits()
        near.detect_voice()
        near.wire(far)
    for port in ports:
        begin_play(port, voices, ANY_KEY)
    tick(engine, 50)
    busy = rss_bytes()
    engine.close()
    return {
        "idle": (idle - before) / PORTS / 1024,
        "busy": (busy - before) / PORTS / 1024,
        "struct": lib.bi_port_size() / 1024,
        "thread": thread_kb(),
    }


def thread_kb() -> float:
    """Kilobytes of a thread of Python that waits for its port."""
    engine = Engine(ports=480)
    before = rss_bytes()
    threads = [
        engine.clock.spawn(lambda p=port: p.idle(Termination()), "idle")  # type: ignore[misc]
        for port in [engine.open_port() for _ in range(480)]
    ]
    engine.clock.sleep(0.5)
    used = rss_bytes() - before
    engine.close()
    for thread in threads:
        thread.join()
    return used / 480 / 1024


def virtual_time(prompt: Clip) -> dict[str, float]:
    """Seconds of line a second: one call with prompts, keys that cut them, and collecting."""
    engine = Engine(ports=2, is_virtual=True)
    near, far = wired(engine)
    near.detect_digits()
    welcome = clip_of(prompt, 4.0)

    def call() -> None:
        caller = engine.clock.spawn(lambda: presses(engine, far), "caller")
        near.play([welcome], Termination())
        for _ in range(5):
            near.play([prompt], ANY_KEY)
            near.get_digits(Termination(max_digits=6, inter_digit=3.0, max_time=20.0))
        engine.clock.join(caller)
        near.clear_digits()

    call()
    began = engine.clock.now()
    took = timed(lambda: [call() for _ in range(CALLS)])
    line = engine.clock.now() - began
    engine.close()
    return {
        "line_seconds": line / CALLS,
        "ms_a_call": 1000 * took / CALLS,
        "times_real_time": line / took,
        "target": TARGET_SPEED,
    }


def presses(engine: Engine, far: Port) -> None:
    """The caller: listens for some seconds, then presses six keys; five times."""
    engine.clock.sleep(4.5)
    for _ in range(5):
        engine.clock.sleep(3.0)
        far.send_digits("246810")


def latency(channels: int, voice: Clip) -> dict[str, float]:
    """Milliseconds from an event to its thread, and the share of ticks that were late."""
    engine = Engine(ports=channels)
    ports = [port for _ in range(channels // 2) for port in wired(engine)]
    sound = clip_of(voice, 0.2)
    taken: list[list[int]] = [[] for _ in ports]
    deadline = engine.clock.now() + SECONDS

    def channel(port: Port, log: list[int]) -> None:
        port.detect_digits()
        port.play([clip_of(voice, random.uniform(0.02, 0.4))], Termination())  # out of step
        while engine.clock.now() < deadline:
            begin_play(port, [sound])
            event = port.next_event()
            assert event is not None
            assert event.kind is Kind.DONE
            log.append(time.monotonic_ns() - event.posted_ns)

    threads = [
        engine.clock.spawn(lambda p=port, log=log: channel(p, log), "channel")  # type: ignore[misc]
        for port, log in zip(ports, taken, strict=True)
    ]
    for thread in threads:
        engine.clock.join(thread)
    stats = engine.stats()
    engine.close()
    events = [ns / 1e6 for log in taken for ns in log]
    cuts = statistics.quantiles(events, n=100)
    return {
        "events": len(events),
        "p50_ms": cuts[49],
        "p99_ms": cuts[98],
        "max_ms": max(events),
        "tick_ms": stats["busy_ns"] / stats["ticks"] / 1e6,
        "late_percent": 100 * stats["late"] / stats["ticks"],
        "worst_late_ms": stats["max_late_ns"] / 1e6,
    }


def barge_in(prompt: Clip) -> dict[str, float]:
    """Milliseconds of prompt after a key's tone began, on samples: all keys, seven levels."""
    delays = []
    engine = Engine(ports=32, is_virtual=True)
    for level in (-3, -8, -12, -16, -20, -25, -30):
        for offset in range(0, 160, 5):
            delays += silent_after(engine, prompt, float(level), offset)
    engine.close()
    cuts = statistics.quantiles(delays, n=20)
    return {"p50": cuts[9], "p95": cuts[18], "max": max(delays), "target_p95": 45}


def silent_after(engine: Engine, prompt: Clip, level: float, offset: int) -> list[float]:
    pairs = [wired(engine) for _ in KEYS]
    for (near, far), name in zip(pairs, KEYS, strict=True):
        near.detect_digits()
        begin_play(near, [clip_of(prompt, 2.0)], ANY_KEY)
        begin_play(far, [clip(padded(key(name, 800, level, level), offset))])
    lines = on_lines(engine, [near for near, _ in pairs], 12)
    for port in (port for pair in pairs for port in pair):
        port.close()
    idle = bytes([0xD5]) * 160
    return [1000 * (frames_of_sound(sent, idle) * 160 - offset) / SAMPLE_RATE for sent, _ in lines]


def frames_of_sound(sent: bytes, idle: bytes) -> int:
    """Return the number of frames up to the last that isn't idle."""
    frames = [sent[i : i + 160] for i in range(0, len(sent), 160)]
    while frames and frames[-1] == idle:
        frames.pop()
    return len(frames)


def clip_of(voice: Clip, seconds: float) -> Clip:
    """Return the beginning of a clip of linear samples."""
    return Clip(data=voice.data[: 2 * round(SAMPLE_RATE * seconds)], encoding=Encoding.LINEAR)


def timed(act: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
