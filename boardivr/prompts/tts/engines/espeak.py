"""libespeak-ng called directly: the fallback that needs no files and no threads.

The same sound as the built-in engine's, in a third of its time; it can also change
its voice. The library is Debian's, or that of the PyPI package ``espeakng-loader``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from boardivr.prompts.tts import espeak, markup
from boardivr.prompts.tts.engine import Refused, Request
from boardivr.prompts.tts.synthesiser import VOICES, TtsVoice, voice_for


class EspeakEngine:
    """As :class:`..engine.Engine` has it."""

    name = "espeak"
    about = "libespeak-ng itself: understandable English, poor Mandarin, a hundred languages"
    licence = "GPL-3"
    marks = frozenset(markup.MARKS)
    is_fast = True
    keeps_voice = False

    def version(self) -> str:
        return espeak.any_version()

    def voices(self) -> Sequence[tuple[str, str]]:
        return [(voice.name, tag) for tag, voice in VOICES.items()]

    def voice(self, language: str, name: str | None = None) -> TtsVoice | None:
        voice = voice_for(language)
        return voice if name is None else dataclasses.replace(voice, name=name)

    def speaker(self) -> EspeakSpeaker:
        return EspeakSpeaker()


ENGINE = EspeakEngine()


class EspeakSpeaker:
    """The library, started."""

    def __init__(self) -> None:
        from boardivr.prompts.tts.espeak_library import EspeakLibrary

        self._library = EspeakLibrary()
        self._voice = ""

    def speak(self, request: Request) -> tuple[bytes, int]:
        voice = request.voice
        if voice.name != self._voice:
            if not self._library.set_voice(voice.name):
                raise Refused(f"expected a voice of the engine, found {voice.name!r}")
            self._voice = voice.name
        samples = self._library.speak(
            request.text, voice.speed, voice.pitch, is_ssml=request.is_marked
        )
        return samples, self._library.rate
