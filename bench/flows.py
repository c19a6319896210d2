"""Flows: what a menu, a step and loading cost.

``render_100_ms`` is one rendering of a menu of 100 items; ``menu_step_us`` is one
round through the bank's main menu (render, announce, take a key, come back) over a
line that costs nothing; ``load_ms`` reads and checks the bank's flow. Medians.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from boardivr.customer import Customer
from boardivr.flows.check import check
from boardivr.flows.interpreter import Interpreter
from boardivr.flows.loader import load_flow, read_flow
from boardivr.flows.menu import render
from boardivr.flows.model import Flow
from boardivr.yamlread import read_text
from tests.flows.conftest import FakeServices, Press, ScriptChannel

BANK = Path(__file__).parents[1] / "flows" / "bank.yaml"
NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
ROUNDS = 200
MENUS = 300


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    flow, hundred = load_flow(BANK), hundred_items()
    everything = Customer(id="x", functions=frozenset(f"f{n}" for n in range(100)))
    steps = len([step for section in flow.steps.values() for step in section])
    return {
        "render_100_ms": median(lambda: render(hundred, everything, NOW, "main")),
        "render_bank_us": 1000 * median(lambda: render(flow, everything, NOW, "main")),
        "menu_step_us": menu_step_us(flow),
        "load_ms": median(lambda: load_flow(BANK), 20),
        "read_ms": median(lambda: read_flow(BANK), 20),
        "check_ms": median(lambda: check(flow), 20),
        "bank_lines": len(BANK.read_text("utf-8").splitlines()),
        "bank_steps": steps,
    }


def hundred_items() -> Flow:
    """A menu of 100 items, each with a condition."""
    items = "".join(
        f'      f{n}: {{say: x, go: hang_up, when: open("f{n}")}}\n' for n in range(100)
    )
    return read_text(
        "boardivr: 1\nflow: t\nlanguage: {default: en}\nstart: [main]\n"
        f"defaults: {{more: x}}\nmenus:\n  main:\n    items:\n{items}",
        "t.yaml",
        Flow,
    )


def menu_step_us(flow: Flow) -> float:
    """Microseconds for one round through the main menu: its step and the choice's."""
    person = Customer(id="A", functions=frozenset({"balance", "rates", "services"}))
    services = FakeServices(flow, people={"6222020000000001": person}, pins={"A": "246810"})
    keys = "6222020000000001#246810" + "0" * MENUS  # the agent is busy, and the menu comes again
    took = []
    for _ in range(10):
        channel = ScriptChannel(Press("4", at=1e6))
        channel.buffer = keys + "4"
        began = time.perf_counter()
        Interpreter(flow, channel, services).run()
        took.append((time.perf_counter() - began) / MENUS * 1e6)
    return statistics.median(took)


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median of milliseconds that some work takes."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
