"""The store: call records a second, a PIN's check, and how soon the help is there."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from boardivr.calls.record import Ending
from boardivr.calls.session import CallSession
from boardivr.clock import SystemClock
from boardivr.store import Store
from boardivr.store.calls import CallWriter
from boardivr.store.customers import CustomerFile
from boardivr.store.parameters import LiveParameters
from boardivr.store.pins import COST, hash_pin, is_pin
from boardivr.store.sample import seed
from boardivr.store.writer import GroupWriter

CALLS = 4000
STEPS = 15  # of a call through the bank's menus
THREADS = 8
HELP_TIMES = 10
HELP = "from boardivr.cli import main; main(['--help'])"


def main() -> dict[str, object]:
    """Return the figures."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder, "bench.db")) as store:
        store.migrate()
        records = measure_records(store)
        customers = measure_customers(store)
    return {
        "records": records,
        "customers": customers,
        "pin_check_ms": {f"cost_{cost}": measure_pin(cost) for cost in (COST, 12, 10)},
        "help_ms": measure_help(),
    }


def measure_records(store: Store) -> dict[str, object]:
    """Calls with all their steps, put by several threads and committed to disk."""
    clock = SystemClock()
    writer, live = GroupWriter(store), LiveParameters(store, clock)
    sink = CallWriter(writer)

    def calls() -> None:
        for _ in range(CALLS // THREADS):
            session = CallSession(
                sink=sink, switches=live, clock=clock, node="bench", board="lb", channel="lb0-1"
            )
            session.answered(flow="bank", language="zh-CN")
            for number in range(STEPS):
                session.step("play", {"prompt": "welcome", "number": number})
            session.path("balance")
            session.end(Ending.CALLER_HUNG_UP)

    began = time.perf_counter()
    threads = [threading.Thread(target=calls) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    put = time.perf_counter() - began
    writer.close()
    took = time.perf_counter() - began
    health = writer.health()
    return {
        "calls_per_second": CALLS / took,
        "rows_per_second": health.written / took,
        "rows_lost": health.lost,
        "us_for_the_call_per_row": put / health.written * 1e6,
    }


def measure_customers(store: Store) -> dict[str, object]:
    """A customer's file read at the beginning of a call."""
    customers = CustomerFile(store, SystemClock(), pin_cost=10)
    seed(store, customers, {"A": "246810", "B": "135790"})
    return {"read_us": median(lambda: customers.by_card("6222020000000001"), 500) * 1e6}


def measure_pin(cost: int) -> float:
    """Milliseconds of one core for a PIN, at a cost."""
    hashed = hash_pin("246810", cost)
    return median(lambda: is_pin("246810", hashed), 10) * 1000


def measure_help() -> float:
    """Milliseconds from the start of Python to the printed help."""

    def show() -> None:
        subprocess.run([sys.executable, "-c", HELP], stdout=subprocess.DEVNULL, check=True)

    return median(show, HELP_TIMES) * 1000


def median(act: Callable[[], object], times: int) -> float:
    """Return the median of seconds that something takes."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
