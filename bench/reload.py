"""Reload: what replacing 50 flows costs while the appliance runs.

``all_changed_s`` is a reload in which each of 50 flows of ``flow_lines`` lines was
edited (another time between keys), their prompts made ready before; ``bank_changed_s``
the same with 50 whole banks, ``bank_changed_cpu_s`` the processor's time of it, which
counts on a machine that has other work too; ``one_changed_s`` one edited of 50 banks;
``longest_pause_ms`` the longest time that a thread which only looks at the clock was kept
waiting meanwhile, and ``idle_pause_ms`` the same while nothing is loaded. Medians of 3.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from boardivr.flows.model import Flow
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.tts.casting import Cast, cast
from boardivr.shelf import Shelf

BANK = Path(__file__).parents[1] / "flows" / "bank.yaml"
FLOWS = 50
TURNS = 3
TARGET = 1.0  # seconds

SMALL = """boardivr: 1
flow: bank
language: {default: en}
start: [talk]
defaults: {between_keys: 3s, more: press, no_input: {after: 5s, then: hang_up}}
prompts:
  press: {en: Press a key.}
  bye: {en: Goodbye.}
menus:
  main:
    say: press
    items:
      one: {say: press, go: talk}
      two: {say: bye, go: hang_up}
steps:
  talk:
    - input: key
      say: press
      digits: 1
    - if: $key == "1"
      then: [{menu: main}]
    - play: bye
"""


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    with tempfile.TemporaryDirectory() as place, cast({}) as engine:
        bank = BANK.read_text("utf-8")
        small = timed(Path(place, "small"), SMALL, engine, FLOWS)
        banks = timed(Path(place, "banks"), bank, engine, FLOWS)
        one = timed(Path(place, "one"), bank, engine, 1)
    return {
        "flow_lines": len(SMALL.splitlines()),
        "bank_lines": len(bank.splitlines()),
        "all_changed_s": small.seconds,
        "bank_changed_s": banks.seconds,
        "bank_changed_cpu_s": banks.processor,
        "bank_changed_target_s": TARGET,
        "one_changed_s": one.seconds,
        "longest_pause_ms": banks.pause,
        "idle_pause_ms": idle_pause(),
    }


@dataclass(frozen=True)
class Cost:
    """What a reload costs: seconds, the processor's, and ms of another thread's longest pause."""

    seconds: float
    processor: float
    pause: float


def idle_pause() -> float:
    """Return the longest pause in ms while nothing is loaded: what the machine does to threads."""
    with Looker() as looker:
        time.sleep(TARGET)
    return 1000 * looker.longest


def timed(folder: Path, text: str, engine: Cast, edited: int) -> Cost:
    """Return what a reload costs."""
    names = [f"f{number}" for number in range(FLOWS)]
    write(folder, text, names, 3)
    cache = folder.parent / "prompts"

    def voice_of(flow: Flow) -> PromptLibrary:
        return PromptLibrary(flow.prompt_sources(), engine, cache)

    shelf = Shelf(folder, names, voice_of, None, lambda: datetime.now(UTC))
    for flow in shelf.flows.values():
        shelf.voice(flow).warm()  # as an appliance does when it starts
    took, processor, pauses = [], [], []
    for turn in range(TURNS):
        write(folder, text, names[:edited], 4 + turn)
        with Looker() as looker:
            began = time.process_time()
            took.append(shelf.load("bench").seconds)
            processor.append(time.process_time() - began)
        pauses.append(looker.longest)
    return Cost(
        statistics.median(took), statistics.median(processor), 1000 * statistics.median(pauses)
    )


def write(folder: Path, text: str, names: list[str], between: int) -> None:
    """Write the same flow under these names, with so many seconds between keys."""
    folder.mkdir(exist_ok=True)
    for name in names:
        flow = text.replace("flow: bank", f"flow: {name}")
        flow = flow.replace("between_keys: 3s", f"between_keys: {between}s", 1)
        (folder / f"{name}.yaml").write_text(flow, encoding="utf-8")


class Looker:
    """Looks at the clock every 5 ms, as a call's thread would wake, and notes how late it is."""

    def __enter__(self) -> Looker:
        self.longest = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.perf_counter() + 0.005
        while not self._stop.wait(max(0.0, due - time.perf_counter())):
            now = time.perf_counter()
            self.longest = max(self.longest, now - due)
            due = now + 0.005
