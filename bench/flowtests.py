"""Tests of a flow: how long a suite of some 200 calls takes, with audio and without.

The bank's own tests, again and again, as ``boardivr flow test`` runs them: processes
are started, flows read and prompts loaded within the time. Prompts were spoken before.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from boardivr.flows.overlay import overlays_beside
from boardivr.settings import load_settings
from boardivr.testing import running
from boardivr.testing.running import Manner
from boardivr.testing.script import Script

BANK = Path(__file__).parents[1] / "flows" / "bank.yaml"
CALLS = 200
WITH_AUDIO_TARGET = 20.0  # seconds, on 2 cores
FAST_TARGET = 3.0


def main() -> dict[str, object]:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        scripts = _suite(Path(folder))
        prompts = load_settings().home / "prompts"
        calls = sum(len(script.cases) for script in scripts)
        _measure(scripts[:1], Manner(prompts=prompts))  # has the prompts spoken
        audio = _measure(scripts, Manner(prompts=prompts))
        fast = _measure(scripts, Manner(is_fast=True))
    row = "{:45} {:8.1f} s  (<= {:g} s)".format
    print(row(f"{calls} calls with audio", audio, WITH_AUDIO_TARGET))
    print(row(f"{calls} calls with --fast", fast, FAST_TARGET))
    return {
        "calls": calls,
        "with_audio_seconds": round(audio, 2),
        "with_audio_seconds_target": WITH_AUDIO_TARGET,
        "fast_seconds": round(fast, 2),
        "fast_seconds_target": FAST_TARGET,
    }


def _suite(folder: Path) -> Sequence[Script]:
    """Write the bank's tests as often as makes at least CALLS of them."""
    for file in (BANK, *overlays_beside(BANK)):
        shutil.copy(file, folder / file.name)
    text = BANK.with_name("bank.test.yaml").read_text(encoding="utf-8")
    paths: list[Path] = []
    while not paths or sum(len(s.cases) for s in running.load(paths)) < CALLS:
        path = folder / f"bank{len(paths)}.test.yaml"
        path.write_text(text.replace("shared:\n", "shared:\n  flow: bank.yaml\n", 1), "utf-8")
        paths.append(path)
    return running.load(paths)


def _measure(scripts: Sequence[Script], manner: Manner) -> float:
    began = perf_counter()
    results = list(running.run(scripts, manner))
    if failed := [result.name for result in results if not result.is_passed]:
        raise AssertionError(f"failed: {', '.join(failed)}")
    return perf_counter() - began
