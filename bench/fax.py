"""Faxes: line seconds a page against theory, terminals a core, virtual time's factor, the tick.

One letter page (made with Pillow) goes from port to port over A-law with 8 dB of loss.
Theory: the coded bits at the negotiated rate, with ECM's framing (T.4 annex A: each 256
octets have 7 more, and one bit in about 60 is stuffed); what T.30 adds around a page
(training, PPS, MCF) is measured with an all but empty page and taken off.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from boardivr.hal.types import FaxResult, FaxSettings
from boardivr.media.engine import Engine
from boardivr.media.port import Port
from tests.media.faxpages import tiff

PAIRS = 20
RATES = (14400, 9600, 4800)
LETTER, EMPTY = 2200, 100  # rows
TICK = 0.02


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return {
            **{f"page_{rate}": page_time(folder, rate) for rate in RATES},
            "load": load(folder),
        }


def send(engine: Engine, near: Port, far: Port, source: Path, target: Path, rate: int) -> FaxResult:
    taker = engine.clock.spawn(lambda: far.receive_fax(target, FaxSettings()), "takes")
    result = near.send_fax(source, FaxSettings(max_rate=rate))
    engine.clock.join(taker)
    target.unlink()
    return result


def wired(engine: Engine) -> tuple[Port, Port]:
    near, far = engine.open_port(), engine.open_port()
    near.wire(far)
    for port in (near, far):
        port.set_line(loss_db=8.0)
    return near, far


def page_time(folder: Path, rate: int) -> dict[str, float]:
    """Seconds on the line for a page more; the last of three."""
    took, bits = {}, {}
    for rows in (LETTER, EMPTY):
        source = tiff(folder / f"{rows}.tif", 3, rows=rows)
        engine = Engine(ports=2, is_virtual=True)
        result = send(engine, *wired(engine), source, folder / "in.tif", rate)
        engine.close()
        assert result.is_ok, result.words
        took[rows] = result.page_times[2] - result.page_times[1]
        octets = (
            sum(f.count for f in result.trace if f.name == "FCD") / 3
        )  # frames a page, each of 256 octets with padding
        bits[rows] = octets * (256 + 7) * 8 * 61 / 60
    theory = (bits[LETTER] - bits[EMPTY]) / rate
    measured = took[LETTER] - took[EMPTY]
    return {
        "seconds": took[LETTER],
        "over_theory_percent": 100 * (measured / theory - 1),
        "around_seconds": took[EMPTY] - bits[EMPTY] / rate,
    }


def load(folder: Path) -> dict[str, float]:
    """Many faxes at once in virtual time: CPU a terminal, and the costliest tick."""
    source = tiff(folder / "load.tif", 3, rows=LETTER)
    engine = Engine(ports=2 * PAIRS, is_virtual=True)
    engine.limit_faxes(0.006)  # as in real time
    pairs = [wired(engine) for _ in range(PAIRS)]
    worst: list[float] = []
    busy = engine.stats()["busy_ns"]
    began, cpu = time.monotonic(), time.process_time()
    threads = [
        engine.clock.spawn(
            lambda i=i, near=near, far=far: send(  # type: ignore[misc]
                engine, near, far, source, folder / f"in{i}.tif", 14400
            ),
            "pair",
        )
        for i, (near, far) in enumerate(pairs)
    ]
    last = engine.stats()
    while any(not getattr(thread, "is_done", True) for thread in threads):
        engine.clock.sleep(TICK)
        now = engine.stats()
        if now["ticks"] > last["ticks"]:
            worst.append((now["busy_ns"] - last["busy_ns"]) / (now["ticks"] - last["ticks"]))
        last = now
    cpu, wall = time.process_time() - cpu, time.monotonic() - began
    line = engine.clock.now()
    ticks_ns = engine.stats()["busy_ns"] - busy
    engine.close()
    worst.sort()
    return {
        "terminals": 2 * PAIRS,
        "line_seconds": line,
        "terminals_per_core": 2 * PAIRS * line / cpu,
        "virtual_factor_one_pair": PAIRS * line / cpu,
        "wall_seconds": wall,
        "tick_us_per_terminal": ticks_ns / 1000 / (line / TICK) / (2 * PAIRS),
        "tick_p99_us": worst[int(len(worst) * 0.99)] / 1000,
        "tick_max_us": worst[-1] / 1000,
    }
