"""Prompts: how long a clip takes from memory, from disk and from the engine.

Cache hits are what a call costs; synthesis is what a new text costs whoever
waits for it. Figures are medians; ``p95`` where it says so.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from boardivr.hal.types import SAMPLE_RATE
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.history import Version
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.output import encoded
from boardivr.prompts.pieces import Money, Piece, PromptRef, Text
from boardivr.prompts.tts import voice_for
from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser

ZH = "欢迎致电本行，查询余额请按一，转账请按二，人工服务请按零。"
EN = "Welcome to the bank. For your balance press one, for a transfer press two."
LONG = "{} 号，" + ZH
SHORT = "请到 {} 号窗口"
HITS = 5000
TEXTS = 40
PROMPTS = 200
RECORDINGS = 10_000


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    with tempfile.TemporaryDirectory() as folder, Pyttsx3Synthesiser() as engine:
        return {
            "hit_us": hits(engine, Path(folder, "hits")),
            "synthesis_ms": synthesis(engine),
            "new_value_ms": new_values(engine, Path(folder, "values")),
            "disk_ms": from_disk(engine, Path(folder, "disk")),
            "say_us": say_us(engine, Path(folder)),
            "recording_hit_us": recording_hit(engine, Path(folder, "recorded")),
            "check_s": check(engine, Path(folder, "check")),
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


def recording_hit(engine: Pyttsx3Synthesiser, folder: Path) -> float:
    """Microseconds for a recording that was played before: file and folder are looked at."""
    library = recorded(engine, folder, 10)
    return 1000 * timed(lambda: library.clip(PromptRef("p0"), "zh-CN"), HITS)


def check(engine: Pyttsx3Synthesiser, folder: Path) -> dict[str, float]:
    """Seconds to check many recordings of one to three seconds: the first time, and again.

    Each time is a program that has just started: what is known comes from disk.
    """
    figures = {"recordings": float(RECORDINGS)}
    for name in ("cold", "warm"):
        library = recorded(engine, folder, RECORDINGS)
        began = time.perf_counter()
        cells = library.matrix()
        figures[name] = time.perf_counter() - began
        assert all(cell.state == "recorded" for cell in cells)
    return figures


def recorded(engine: Pyttsx3Synthesiser, folder: Path, count: int) -> PromptLibrary:
    """A library with recordings and their history; they are made where they aren't there."""
    place = folder / "library"
    if not place.exists():
        make_recordings(place, count)
    texts = prompts(count, SHORT)
    return PromptLibrary(texts, engine, folder / "cache", folders=[RecordingFolder(place)])


def make_recordings(place: Path, count: int) -> None:
    """Noise that swells like syllables, as A-law WAV of one to three seconds."""
    import numpy as np

    random = np.random.default_rng(1)
    swell = np.abs(np.sin(np.arange(3 * SAMPLE_RATE) / 1200))
    noise = (random.standard_normal(len(swell)) * 2500 * swell).astype(np.int16)
    (place / "zh-CN").mkdir(parents=True)
    lines = []
    for number in range(count):
        audio = encoded(noise[: int(random.integers(1, 3 * SAMPLE_RATE)) | 8192], "alaw")
        id = f"p{number}"
        (place / "zh-CN" / f"{id}.wav").write_bytes(audio)
        version = Version(
            prompt=id, language="zh-CN", number=1, sha256=hashlib.sha256(audio).hexdigest(),
            suffix=".wav", text=SHORT.format(number), source="studio", who="bench",
            when=datetime.now(UTC), seconds=2.0, level_dbm0=-16.0,
        )  # fmt: skip
        lines.append(json.dumps({"what": "added", **version.facts()}, ensure_ascii=False))
    (place / "history.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def prompts(count: int, text: str = LONG) -> dict[str, Prompt]:
    return {
        f"p{n}": Prompt(id=f"p{n}", sources={"zh-CN": PromptSource(text=text.format(n))})
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
