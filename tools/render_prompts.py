"""Render the shipped flows' prompts, and the pieces of values, with a good voice.

    tools/render_prompts.py [--check] [--only SET/LANGUAGE] [FLOW ...]

Only what is new or has changed is rendered; an interrupted run goes on where it was.
Needs the extra ``kokoro`` and its voices (docs/voices.md). Takes about as long as the
speech does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.flows.loader import read_flow
from boardivr.flows.words import WORDS
from boardivr.prompts.joining.index import Index, read_index
from boardivr.prompts.joining.vocabulary import vocabulary
from boardivr.prompts.say import speaker as sayer
from boardivr.prompts.tts import registry
from boardivr.prompts.tts.engine import Request, Speaker
from boardivr.prompts.tts.synthesiser import TtsVoice

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

HERE = Path(__file__).parents[1]
ROOT = HERE / "boardivr" / "prompts" / "shipped"
FLOWS = (HERE / "flows" / "bank.yaml", HERE / "flows" / "orders.yaml")
LANGUAGES = ("zh-CN", "en")
KEYS = "1234567890*#"
PRESS = {"zh": "请按{}", "en": "press {}"}
STOPS = "。.!?！？:："

Texts = dict[tuple[str, str], dict[str, str]]
"""By set and language: texts by id."""


def wanted(flows: Sequence[Path]) -> Texts:
    """Return every text that is to be there."""
    texts: Texts = {}
    for path in flows:
        for id, prompt in read_flow(path).prompt_sources().items():
            for language, source in prompt.sources.items():
                texts.setdefault((path.stem, language), {})[id] = source.text
    for language in LANGUAGES:
        code = language.split("-")[0]
        words = {id: said[code] for id, said in WORDS.items()}
        press = {
            f"press_{ord(key)}": PRESS[code].format(sayer(language).spelled(key)) for key in KEYS
        }
        texts["words", language] = words | press
        texts["say", language] = dict(vocabulary(code))
    return texts


class Renderer:
    """Speaks with one engine and keeps files."""

    def __init__(self, engine: str) -> None:
        self._engine = registry.find(engine)
        self._speaker: Speaker | None = None

    def describe(self, voice: TtsVoice) -> str:
        return f"{self._engine.name} {self._engine.version()}, {voice.name}, speed {voice.speed}"

    def voice(self, language: str) -> TtsVoice:
        voice = self._engine.voice(language)
        if voice is None:
            sys.exit(f"{self._engine.name} doesn't speak {language}")
        return voice

    def speak(self, text: str, voice: TtsVoice) -> tuple[Samples, int]:
        """Return a text's samples and rate."""
        import numpy as np

        self._speaker = self._speaker or self._engine.speaker()
        request = Request(text=text, voice=voice, is_marked=False, folder=Path())
        data, rate = self._speaker.speak(request)
        return np.frombuffer(data, dtype="<i2").astype(np.int16), rate


def render_texts(renderer: Renderer, index: Index, texts: Mapping[str, str], language: str) -> None:
    """Speak texts, each alone; a piece of a value doesn't end its sentence, hence the comma."""
    voice = renderer.voice(language)
    for id, text in texts.items():
        is_whole = text[-1] in STOPS
        keep(index, id, text, *renderer.speak(text if is_whole else f"{text},", voice))


def keep(index: Index, id: str, text: str, samples: Samples, rate: int) -> None:
    """Bring speech to the level of prompts, and keep it."""
    from boardivr.hal.types import Encoding
    from boardivr.media import g711
    from boardivr.media.audiofile import write_wav
    from boardivr.prompts.level import Level, bring_to

    alaw = g711.linear_to_alaw(bring_to(Level(), samples, rate))
    index.folder.mkdir(parents=True, exist_ok=True)
    write_wav(index.path(id), alaw, Encoding.ALAW)
    index.texts[id] = text
    index.save()
    print(
        f"  {index.folder.parent.name}/{index.folder.name}/{id}: {len(alaw) / 8000:.1f} s",
        flush=True,
    )


def clean(index: Index, texts: Mapping[str, str]) -> None:
    """Take away what no text is for any more."""
    for id in [id for id in index.texts if id not in texts]:
        index.path(id).unlink(missing_ok=True)
        del index.texts[id]
        index.save()


def stale(texts: Texts) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the set, language and id of each text that has no file saying it."""
    for place, those in texts.items():
        index = read_index(ROOT.joinpath(*place))
        yield from ((place, id) for id, text in those.items() if index.is_stale(id, text))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("flows", nargs="*", type=Path, default=FLOWS, metavar="FLOW")
    parser.add_argument("--check", action="store_true", help="only tell what would be rendered")
    parser.add_argument("--only", action="append", help="such as bank/zh-CN")
    parser.add_argument("--engine", default="kokoro")
    given = parser.parse_args()
    texts = wanted(given.flows)
    if given.only:
        texts = {place: those for place, those in texts.items() if "/".join(place) in given.only}
    missing = list(stale(texts))
    print(f"{len(missing)} of {sum(map(len, texts.values()))} texts to render", flush=True)
    if given.check:
        print("".join(f"  {'/'.join(place)}/{id}\n" for place, id in missing), end="")
        sys.exit(bool(missing))
    render(texts, missing, Renderer(given.engine))


def render(
    texts: Texts, missing: Sequence[tuple[tuple[str, str], str]], renderer: Renderer
) -> None:
    """Render what is missing, set by set."""
    for place, those in texts.items():
        _, language = place
        index = read_index(ROOT.joinpath(*place))
        clean(index, those)
        new = {id: those[id] for where, id in missing if where == place}
        if not new:
            continue
        index.speaker = renderer.describe(renderer.voice(language))
        render_texts(renderer, index, new, language)


if __name__ == "__main__":
    main()
