"""Render the shipped flows' prompts, and the pieces of values, with a good voice.

    python tools/render_prompts.py [--check] [--only SET/LANGUAGE] [FLOW ...]

Only what is new or has changed is rendered; an interrupted run goes on where it was.
Needs the extra ``kokoro`` and its voices (docs/voices.md). Takes about as long as the
speech does.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.flows.loader import read_flow
from boardivr.flows.words import WORDS
from boardivr.hal.types import SAMPLE_RATE, Encoding
from boardivr.media import g711
from boardivr.media.audiofile import write_wav
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.history import Version
from boardivr.prompts.joining.shipped import ROOT
from boardivr.prompts.joining.vocabulary import vocabulary
from boardivr.prompts.level import Level, active_level, bring_to
from boardivr.prompts.recorded import SHIPPED, is_same_text
from boardivr.prompts.say import speaker as sayer
from boardivr.prompts.tts import markup, registry
from boardivr.prompts.tts.engine import Request, Speaker
from boardivr.prompts.tts.synthesiser import TtsVoice

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

HERE = Path(__file__).parents[1]
FLOWS = (HERE / "flows" / "bank.yaml", HERE / "flows" / "orders.yaml")
LANGUAGES = ("zh-CN", "en")
KEYS = "1234567890*#"
PRESS = {"zh": "请按{}", "en": "press {}"}
STOPS = "。.!?！？:："


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A text that is to be there as audio."""

    folder: RecordingFolder
    id: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}/{self.id}"

    @property
    def place(self) -> str:
        return f"{self.folder.path.name}/{self.language}"

    @property
    def is_stale(self) -> bool:
        """Whether there is no file, or one that says something else."""
        versions = self.folder.history.versions(self.id, self.language)
        is_said = bool(versions) and is_same_text(versions[-1].text, self.text)
        return not is_said or self.folder.find(self.id, self.language) is None


def wanted(flows: Sequence[Path]) -> Iterator[Wanted]:
    """Yield every text that is to be there."""
    for path in flows:
        folder = RecordingFolder(path.parent / SHIPPED / path.stem)
        for id, prompt in read_flow(path).prompt_sources().items():
            for language, source in prompt.sources.items():
                yield Wanted(folder=folder, id=id, language=language, text=source.text)
    for name, texts_in in (("say", vocabulary), ("words", words)):
        folder = RecordingFolder(ROOT / name)
        for language in LANGUAGES:
            for id, text in texts_in(language.split("-")[0]).items():
                yield Wanted(folder=folder, id=id, language=language, text=text)


def words(language: str) -> Mapping[str, str]:
    """Return what dialogues say by themselves, and how each key is told."""
    press = {
        f"press_{ord(key)}": PRESS[language].format(sayer(language).spelled(key)) for key in KEYS
    }
    return {id: said[language] for id, said in WORDS.items()} | press


class Renderer:
    """Speaks with one engine, and keeps what it said."""

    def __init__(self, engine: str) -> None:
        self._engine = registry.find(engine)
        self._engine.version()
        self._speaker: Speaker | None = None

    def render(self, it: Wanted) -> float:
        """Speak a text and keep it; return how many seconds it has."""
        voice = self._engine.voice(it.language)
        if voice is None:
            sys.exit(f"{self._engine.name} doesn't speak {it.language}")
        samples = bring_to(Level(), *self._speak(it.text, voice))
        path = it.folder.path / it.language / f"{it.id}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(path, g711.linear_to_alaw(samples), Encoding.ALAW)
        seconds = len(samples) / SAMPLE_RATE
        it.folder.history.add(
            Version(
                prompt=it.id, language=it.language, text=it.text, source="synthesis",
                number=len(it.folder.history.versions(it.id, it.language)) + 1,
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(), suffix=path.suffix,
                who=f"{self._engine.name} {self._engine.version()}", voice=voice.name,
                when=datetime.now(UTC).replace(microsecond=0),
                seconds=seconds, level_dbm0=round(active_level(samples) or 0.0, 1),
            )
        )  # fmt: skip
        return seconds

    def _speak(self, text: str, voice: TtsVoice) -> tuple[Samples, int]:
        import numpy as np

        self._speaker = self._speaker or self._engine.speaker()
        plain = markup.plain(text)
        # What doesn't end a sentence mustn't sound so.
        spoken = plain if plain[-1] in STOPS else f"{plain},"
        request = Request(text=spoken, voice=voice, is_marked=False, folder=Path())
        data, rate = self._speaker.speak(request)
        return np.frombuffer(data, dtype="<i2").astype(np.int16), rate


def clean(texts: Sequence[Wanted]) -> None:
    """Take away files that no text is for any more."""
    kept = {(it.folder.path, it.language, it.id) for it in texts}
    for folder in {it.folder.path: it.folder for it in texts}.values():
        for id, language, path in list(folder.all()):
            if (folder.path, language, id) not in kept:
                print(f"  {path}: no text is for it, taken away", flush=True)
                folder.remove(id, language, "render_prompts", datetime.now(UTC))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("flows", nargs="*", type=Path, default=FLOWS, metavar="FLOW")
    parser.add_argument("--check", action="store_true", help="only tell what would be rendered")
    parser.add_argument("--only", action="append", help="such as bank/zh-CN")
    parser.add_argument("--engine", default="kokoro")
    given = parser.parse_args()
    everything = list(wanted(given.flows))
    missing = [it for it in everything if it.is_stale]
    missing = [it for it in missing if not given.only or it.place in given.only]
    print(f"{len(missing)} of {len(everything)} texts to render", flush=True)
    if given.check:
        print("".join(f"  {it}: {it.text}\n" for it in missing), end="")
        sys.exit(bool(missing))
    clean(everything)
    renderer = Renderer(given.engine) if missing else None
    for it in missing:
        if renderer is not None:
            print(f"  {it}: {renderer.render(it):.1f} s", flush=True)


if __name__ == "__main__":
    main()
