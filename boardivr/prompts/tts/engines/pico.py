"""SVOX Pico: the quickest clear voice; English, German, French, Italian, Spanish.

The PyPI package ``py-nanotts`` carries library and voices.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence

from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.languages import code
from boardivr.prompts.tts import markup
from boardivr.prompts.tts.engine import Refused, Request
from boardivr.prompts.tts.synthesiser import TtsVoice

VOICES = ("en-US", "en-GB", "de-DE", "es-ES", "fr-FR", "it-IT")  # a voice is its language
RATE = 16_000
USUAL = 160  # our words a minute for the engine's speed 1


class PicoEngine:
    """As :class:`..engine.Engine` has it."""

    name = "pico"
    about = "SVOX Pico: clear British and American English, very quick"
    licence = "Apache-2.0"
    marks = frozenset({markup.PAUSE})
    is_fast = True
    keeps_voice = False

    def version(self) -> str:
        try:
            return importlib.metadata.version("py-nanotts")
        except importlib.metadata.PackageNotFoundError:
            raise TtsUnavailable(
                "pico: expected the Python package py-nanotts, found none;"
                " pip install 'boardivr[pico]'"
            ) from None

    def voices(self) -> Sequence[tuple[str, str]]:
        return [(name, name) for name in VOICES]

    def voice(self, language: str, name: str | None = None) -> TtsVoice | None:
        for own in VOICES:
            is_meant = own == name if name else language in (own, code(own))
            if is_meant and code(own) == code(language):
                return TtsVoice(name=own, speed=USUAL)
        return self.voice(code(language)) if name is None and language != code(language) else None

    def speaker(self) -> PicoSpeaker:
        return PicoSpeaker()


ENGINE = PicoEngine()


class PicoSpeaker:
    """The library, loaded."""

    def __init__(self) -> None:
        from py_nanotts import NanoTTS

        self._engine = NanoTTS()

    def speak(self, request: Request) -> tuple[bytes, int]:
        voice = request.voice
        if voice.name not in VOICES:
            raise Refused(f"expected a voice of {', '.join(VOICES)}, found {voice.name!r}")
        text = request.text.removeprefix("<speak>").removesuffix("</speak>")
        if not request.is_marked:
            text = text.replace("<", " ").replace(">", " ")  # it takes marks in any text
        samples = self._engine.speak(
            text, voice=voice.name, speed=voice.speed / USUAL, pitch=1 + (voice.pitch - 50) / 100
        )
        return bytes(samples), RATE
