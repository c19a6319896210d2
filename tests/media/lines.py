"""Engines in virtual time with ports wired together, and what is on their lines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from boardivr.media._engine import ffi, lib

from boardivr.hal.types import Clip, Encoding, Termination
from boardivr.media.engine import Engine
from boardivr.media.port import Port
from boardivr.media.until import until_struct
from tests.media.signals import Signal, silence

FRAME = 160
IDLE = 0xD5  # A-law: what a line carries while nobody speaks
START = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)
NOTHING = Termination()
Samples = np.ndarray[Any, np.dtype[np.int16]]


@contextmanager
def virtual(ports: int = 8, law: Encoding = Encoding.ALAW) -> Iterator[Engine]:
    """An engine in virtual time, closed at the end."""
    engine = Engine(ports=ports, law=law, is_virtual=True, start=START)
    try:
        yield engine
    finally:
        engine.close()


def wired(engine: Engine) -> tuple[Port, Port]:
    """Return two ports, each the other's far end."""
    near, far = engine.open_port(), engine.open_port()
    near.wire(far)
    return near, far


def clip(signal: Signal, name: str = "") -> Clip:
    """Return a signal as something to play."""
    linear = np.clip(np.round(signal), -32768, 32767).astype("<i2")
    return Clip(data=linear.tobytes(), encoding=Encoding.LINEAR, name=name)


def seconds_of(seconds: float, hz: float = 400.0, dbm0: float = -16.0) -> Signal:
    """Return a sine that is never A-law's idle code for a whole frame."""
    t = np.arange(round(8000 * seconds))
    return 32767 * 10 ** ((dbm0 - 3.14) / 20) * np.sin(2 * np.pi * hz * t / 8000 + 0.3)


def begin_play(port: Port, clips: Sequence[Clip], until: Termination = NOTHING) -> int:
    """Start to play without waiting for the end, for tests that tick by themselves."""
    handles = [port.engine.load(one) for one in clips]
    op = lib.bi_play(port.engine.handle, port.number, handles, len(handles), until_struct(until))
    assert op > 0
    return int(op)


def tick(engine: Engine, times: int = 1) -> None:
    assert lib.bi_run(engine.handle, times) == 0


def on_lines(engine: Engine, ports: Sequence[Port], ticks: int) -> list[tuple[bytes, bytes]]:
    """Tick, and return for each port what it sent and heard, in the line's law."""
    frame = ffi.new("uint8_t[160]")
    sent: list[list[bytes]] = [[] for _ in ports]
    heard: list[list[bytes]] = [[] for _ in ports]
    for _ in range(ticks):
        tick(engine)
        for i, port in enumerate(ports):
            assert lib.bi_port_out(engine.handle, port.number, frame) >= 0
            sent[i].append(bytes(frame))
            assert lib.bi_port_in(engine.handle, port.number, frame) >= 0
            heard[i].append(bytes(frame))
    return [(b"".join(s), b"".join(h)) for s, h in zip(sent, heard, strict=True)]


def linear(codes: bytes, law: Encoding = Encoding.ALAW) -> Samples:
    """Return what codes of the line mean."""
    out = ffi.new("int16_t[]", len(codes))
    number = lib.BI_ULAW if law is Encoding.ULAW else lib.BI_ALAW
    assert lib.bi_decode(number, codes, out, len(codes)) == 0
    return np.frombuffer(ffi.buffer(out), np.int16).copy()


def coded(signal: Signal, law: Encoding = Encoding.ALAW) -> bytes:
    """Return a signal as the line carries it."""
    x = np.clip(np.round(signal), -32768, 32767).astype(np.int16)
    out = ffi.new("uint8_t[]", len(x))
    number = lib.BI_ULAW if law is Encoding.ULAW else lib.BI_ALAW
    assert lib.bi_encode(number, ffi.from_buffer("int16_t[]", x), out, len(x)) == 0
    return bytes(out)


def recorded(path: Path) -> bytes:
    """Return the data of a WAV file of the engine's, by the length its header tells."""
    data = path.read_bytes()
    at = data.index(b"data")
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    assert int.from_bytes(data[4:8], "little") == at + size, "the header's two lengths agree"
    return data[at + 8 : at + 8 + size]


def level_at(signal: Signal, hz: float) -> float:
    """Return the peak of the sine of that frequency in a signal."""
    t = np.arange(len(signal)) / 8000
    return float(2 * abs(np.mean(signal * np.exp(-2j * np.pi * hz * t))))


def wait_until(engine: Engine, moment: float, act: Callable[[], object]) -> Callable[[], None]:
    """Return what a thread of the engine's does: something, at a second of its clock."""

    def run() -> None:
        engine.clock.sleep(moment - engine.clock.now())
        act()

    return run


def padded(signal: Signal, before: int) -> Signal:
    """Return a signal after so many samples of silence."""
    return np.concatenate([silence(before), signal])


def rss_bytes() -> int:
    """Return what this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
