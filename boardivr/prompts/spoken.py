"""Texts as clips: from memory, from disk, or from the speech engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

from boardivr.hal.types import Clip
from boardivr.media.audiofile import AudioFileError
from boardivr.prompts.cache import ClipMemory, SpeechFiles
from boardivr.prompts.errors import TtsError
from boardivr.prompts.level import Level
from boardivr.prompts.tts.synthesiser import Speech, Synthesiser, TtsVoice, voice_for


class Spoken:
    """Speaks texts, each one once. For any thread.

    :param on_disk_error: told once why speech can't be kept on disk
    """

    def __init__(
        self,
        synthesiser: Synthesiser,
        folder: Path,
        *,
        voices: Mapping[str, TtsVoice],
        level: Level,
        timeout: float,
        on_disk_error: Callable[[AudioFileError], None],
    ) -> None:
        self._synthesiser = synthesiser
        self._files = SpeechFiles(folder)
        self._memory = ClipMemory()
        self._voices = voices
        self._level = level
        self._timeout = timeout
        self._on_disk_error = on_disk_error
        self._has_told = False

    def check(self) -> None:
        """Return if the speech engine is installed.

        :raises TtsUnavailable: it isn't; says what to install
        """
        self._synthesiser.check()

    def speech(self, text: str, language: str) -> tuple[Speech, str]:
        """Speak a text anew, as the engine gives it; also who spoke: engine and voice.

        :raises TtsError: it can't be spoken
        """
        voice = voice_for(language, self._voices)
        speech = self._synthesiser.synthesise(text, voice, timeout=self._timeout)
        return speech, f"{self._synthesiser.identity} {voice.name}"

    def clip(self, name: str, text: str, language: str, *, keep: bool) -> Clip:
        """Return a text as audio: the same object every time.

        :param name: of the clip
        :param keep: a prompt, for good and on disk; else a value, in memory while
            there is room, and nowhere else
        :raises TtsError: it can't be spoken; says which by its name
        """
        voice = voice_for(language, self._voices)

        def make() -> Clip:
            data = self._stored(text, voice) if keep else self._speak(text, voice)
            return Clip(data=data, name=name, text=text)

        try:
            return self._memory.get((name, voice, text), make, keep=keep)
        except TtsError as error:
            raise type(error)(f"{name}: {error}") from error

    def _stored(self, text: str, voice: TtsVoice) -> bytes:
        parts = [
            self._synthesiser.identity,
            dataclasses.asdict(voice),
            dataclasses.asdict(self._level),
            text,
        ]
        path = self._files.path(parts)
        data = self._files.read(path)
        if data is None:
            data = self._speak(text, voice)
            try:
                self._files.write(path, data)
            except AudioFileError as error:
                if not self._has_told:  # each file would fail alike
                    self._has_told = True
                    self._on_disk_error(error)
        return data

    def _speak(self, text: str, voice: TtsVoice) -> bytes:
        speech = self._synthesiser.synthesise(text, voice, timeout=self._timeout)
        return _to_alaw(speech, self._level)


def _to_alaw(speech: Speech, level: Level) -> bytes:
    import numpy as np

    from boardivr.media import g711
    from boardivr.prompts.level import bring_to

    samples = np.frombuffer(speech.samples, dtype="<i2").astype(np.int16)
    brought = bring_to(level, samples, speech.rate)
    if not brought.any():
        raise TtsError(f"expected speech, found {speech.seconds:.1f} s of silence")
    return g711.linear_to_alaw(brought)
