"""Reload: what replacing 50 flows costs while the appliance runs.

``all_changed_s`` is a reload in which each of 50 flows of ``flow_lines`` lines was
edited, prompts in the cache; ``bank_changed_s`` the same with 50 whole banks;
``one_changed_s`` one edited of 50 banks; ``longest_pause_ms`` the longest time that a
thread which only looks at the clock was kept waiting meanwhile. Medians of 3.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from boardivr.flows.model import Flow
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser
from boardivr.shelf import Shelf

BANK = Path(__file__).parents[1] / "flows" / "bank.yaml"
FLOWS = 50
TURNS = 3

SMALL = """boardivr: 1
flow: bank
language: {default: en}
start: [talk]
defaults: {more: press, no_input: {after: 5s, then: hang_up}}
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
    with tempfile.TemporaryDirectory() as place, Pyttsx3Synthesiser() as engine:
        bank = BANK.read_text("utf-8")
        small = timed(Path(place, "small"), SMALL, engine, FLOWS)
        banks = timed(Path(place, "banks"), bank, engine, FLOWS)
        one = timed(Path(place, "one"), bank, engine, 1)
    return {
        "flow_lines": len(SMALL.splitlines()),
        "bank_lines": len(bank.splitlines()),
        "all_changed_s": small[0],
        "bank_changed_s": banks[0],
        "one_changed_s": one[0],
        "longest_pause_ms": banks[1],
    }


def timed(folder: Path, text: str, engine: Pyttsx3Synthesiser, edited: int) -> tuple[float, float]:
    """Return seconds of a reload, and ms of the longest pause of another thread."""
    names = [f"f{number}" for number in range(FLOWS)]
    write(folder, text, names, "# 0")
    cache = folder.parent / "prompts"

    def voice_of(flow: Flow) -> PromptLibrary:
        return PromptLibrary(flow.prompt_sources(), engine, cache)

    shelf = Shelf(folder, names, voice_of, None, lambda: datetime.now(UTC))
    shelf.voice(shelf.flows["f0"]).warm()
    took, pauses = [], []
    for turn in range(TURNS):
        write(folder, text, names[:edited], f"# {turn + 1}")
        with Looker() as looker:
            took.append(shelf.load("bench").seconds)
        pauses.append(looker.longest)
    return statistics.median(took), 1000 * statistics.median(pauses)


def write(folder: Path, text: str, names: list[str], comment: str) -> None:
    """Write the same flow under these names."""
    folder.mkdir(exist_ok=True)
    for name in names:
        flow = text.replace("flow: bank", f"flow: {name}")
        (folder / f"{name}.yaml").write_text(f"{flow}{comment}\n", encoding="utf-8")


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
