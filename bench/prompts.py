"""Prompts: how long a clip takes from memory, from disk and from the engine.

Cache hits are what a call costs; synthesis is what a new text costs whoever
waits for it. Figures are medians; ``p95`` where it says so.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.pieces import Money, Piece, PromptRef, Text
from boardivr.prompts.tts import voice_for
from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser

ZH = "欢迎致电本行，查询余额请按一，转账请按二，人工服务请按零。"
EN = "Welcome to the bank. For your balance press one, for a transfer press two."
HITS = 5000
TEXTS = 40
PROMPTS = 200


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    with tempfile.TemporaryDirectory() as folder, Pyttsx3Synthesiser() as engine:
        return {
            "hit_us": hits(engine, Path(folder, "hits")),
            "synthesis_ms": synthesis(engine),
            "new_value_ms": new_values(engine, Path(folder, "values")),
            "disk_ms": from_disk(engine, Path(folder, "disk")),
            "say_us": say_us(engine, Path(folder)),
        }


def hits(engine: Pyttsx3Synthesiser, folder: Path) -> dict[str, float]:
    """Microseconds for what was played before: a prompt, and a sentence with an amount."""
    library = PromptLibrary(prompts(1), engine, folder)
    sentence: list[Piece] = [PromptRef("p0"), Text("您的余额是"), Money(Decimal("10100.05"))]
    return {
        "prompt": 1000 * timed(lambda: library.clip(PromptRef("p0"), "zh-CN"), HITS),
        "sentence": 1000 * timed(lambda: library.clips(sentence, "zh-CN"), HITS),
    }


def synthesis(engine: Pyttsx3Synthesiser) -> dict[str, dict[str, float]]:
    """Milliseconds for the engine alone, and seconds of speech per second of work."""
    figures = {}
    for language, text in (("zh", ZH), ("en", EN)):
        voice = voice_for(language)
        seconds = engine.synthesise(text, voice).seconds
        took = times(lambda t=text, v=voice: engine.synthesise(t, v), TEXTS)  # type: ignore[misc]
        figures[language] = {
            "median": statistics.median(took),
            "p95": statistics.quantiles(took, n=20)[-1],
            "times_real_time": 1000 * seconds / statistics.median(took),
        }
    return figures


def new_values(engine: Pyttsx3Synthesiser, folder: Path) -> dict[str, float]:
    """Milliseconds until an amount that was never said can be played: spoken and levelled."""
    library = PromptLibrary({}, engine, folder)
    amounts = iter(range(100_000, 200_000, 7))
    took = times(lambda: library.clip(Money(Decimal(next(amounts)) / 100), "zh-CN"), TEXTS)
    return {"median": statistics.median(took), "p95": statistics.quantiles(took, n=20)[-1]}


def from_disk(engine: Pyttsx3Synthesiser, folder: Path) -> dict[str, float]:
    """Milliseconds a prompt at a start: the first ever, and one that finds its speech."""
    figures = {}
    for name in ("first_start", "next_start"):
        library = PromptLibrary(prompts(PROMPTS), engine, folder)
        began = time.perf_counter()
        library.warm()
        figures[name] = 1000 * (time.perf_counter() - began) / PROMPTS
    return figures


def say_us(engine: Pyttsx3Synthesiser, folder: Path) -> float:
    """Microseconds to put an amount into words."""
    library = PromptLibrary({}, engine, folder)
    return 1000 * timed(lambda: library.words(Money(Decimal("10100.05")), "zh-CN"), HITS)


def prompts(count: int) -> dict[str, Prompt]:
    return {
        f"p{n}": Prompt(id=f"p{n}", sources={"zh-CN": PromptSource(text=f"{n} 号，{ZH}")})
        for n in range(count)
    }


def times(call: Callable[[], object], count: int) -> list[float]:
    """Milliseconds of each call, after one that isn't counted."""
    call()
    took = []
    for _ in range(count):
        began = time.perf_counter()
        call()
        took.append(1000 * (time.perf_counter() - began))
    return took


def timed(call: Callable[[], object], count: int) -> float:
    return statistics.median(times(call, count))


if __name__ == "__main__":
    print(json.dumps(main()))
