"""pyttsx3 over espeak-ng: speech that needs nothing but a Debian package.

English is understandable, Mandarin barely (docs/voices.md has figures): good
as the voice of last resort, and for trying flows out.

A process keeps the voice, speed and pitch of its first request for life: once
it has spoken, pyttsx3 loses about every third change of speed, because espeak's
own thread hasn't come to rest when runAndWait() returns. On a busy machine even
the first one is lost now and then; so the speed is looked at after each text.
"""

from __future__ import annotations

import ctypes
import dataclasses
import functools
import importlib.metadata
import time
import wave
from collections.abc import Sequence
from pathlib import Path

from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.tts import espeak
from boardivr.prompts.tts.engine import Lost, Refused, Request
from boardivr.prompts.tts.synthesiser import VOICES, TtsVoice, voice_for

LATE = 4.0  # seconds; the first runAndWait() of a process returns before anything is spoken
CURRENT = 1  # espeak_GetParameter(): the value in force, not the default
LOOK = 0.005  # seconds between two looks for a late file


class Pyttsx3Engine:
    """As :class:`..engine.Engine` has it."""

    name = "pyttsx3"
    about = "espeak-ng by pyttsx3: the built-in one; understandable English, poor Mandarin"
    licence = "MPL-2.0 (pyttsx3), GPL-3 (espeak-ng)"
    marks: frozenset[str] = frozenset()
    is_fast = True
    keeps_voice = True

    def version(self) -> str:
        return f"{_version()}+espeak-ng-{espeak.version()}"

    def voices(self) -> Sequence[tuple[str, str]]:
        return [(voice.name, tag) for tag, voice in VOICES.items()]

    def voice(self, language: str, name: str | None = None) -> TtsVoice | None:
        voice = voice_for(language)
        return voice if name is None else dataclasses.replace(voice, name=name)

    def speaker(self) -> Speaker:
        return Speaker()


ENGINE = Pyttsx3Engine()


@functools.cache
def _version() -> str:
    try:
        return importlib.metadata.version("pyttsx3")
    except importlib.metadata.PackageNotFoundError:
        raise TtsUnavailable(
            "no speech engine: expected the Python package pyttsx3, found none;"
            " pip install pyttsx3, and the Debian package espeak-ng"
        ) from None


class Speaker:
    """pyttsx3 over espeak-ng, used in the one way that works."""

    def __init__(self) -> None:
        import pyttsx3

        self._engine = pyttsx3.init("espeak")
        self._speed_now = espeak_speed
        self._setting: tuple[str, int, int] | None = None
        self._identifier = ""
        self._count = 0

    def speak(self, request: Request) -> tuple[bytes, int]:
        """As :class:`..engine.Speaker` has it."""
        voice = request.voice
        self._set(voice.name, voice.speed, voice.pitch)
        samples, rate = self._save(request.text, request.folder)
        # A voice that can't be loaded leaves the former one speaking, without a word.
        now = self._engine.getProperty("voice")
        if now != self._identifier:
            raise Refused(f"expected the voice {self._identifier!r}, found {now!r}")
        if (speed := self._speed_now()) != voice.speed:
            raise Lost(f"a speed of {speed}, not the {voice.speed} that was set")
        if not samples and any(map(str.isalnum, request.text)):
            # An end was told that was another text's: the audio is still to come.
            raise Lost("an empty file for a text with letters in it")
        if not samples:
            raise Refused("no audio: the file is empty")
        return samples, rate

    def _set(self, voice: str, speed: int, pitch: int) -> None:
        if self._setting not in (None, (voice, speed, pitch)):
            raise Refused("a worker can't change its voice")
        if self._setting is None:
            self._identifier = self._find(voice)
            self._engine.setProperty("voice", self._identifier)
            self._engine.setProperty("rate", speed)
            self._engine.setProperty("pitch", pitch)
            self._setting = (voice, speed, pitch)

    def _find(self, name: str) -> str:
        # By identifier: espeak_SetVoiceByName() refuses a language such as en-gb.
        for voice in self._engine.getProperty("voices"):
            if name.lower() in (voice.id, voice.id.split("/")[-1], *voice.languages):
                return str(voice.id)
        raise Refused(f"expected a voice of the engine, found {name!r}")

    def _save(self, text: str, folder: Path) -> tuple[bytes, int]:
        """Write one file, under a name that none before had, and read it once it is whole."""
        self._count += 1
        path = folder / f"{self._count}.wav"
        try:
            self._engine.save_to_file(text, str(path))
            self._engine.runAndWait()
            give_up = time.monotonic() + LATE
            while (found := whole_file(path)) is None:
                if time.monotonic() > give_up:
                    raise Lost(f"no file within {LATE:g} s")
                time.sleep(LOOK)
            return found
        finally:
            path.unlink(missing_ok=True)


def espeak_speed() -> int:
    """Return the speed at which espeak speaks; pyttsx3 only knows what it was told."""
    from pyttsx3.drivers import _espeak

    # Declared there with one argument; espeak-ng's speak_lib.h has two.
    get = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int)(
        ("espeak_GetParameter", _espeak.dll)
    )
    return int(get(_espeak.RATE, CURRENT))


def whole_file(path: Path) -> tuple[bytes, int] | None:
    """Return a WAV file's samples and rate; None as long as it isn't written to its end."""
    try:
        with wave.open(str(path), "rb") as file:
            samples = file.readframes(file.getnframes())
            is_whole = len(samples) == file.getnframes() * file.getsampwidth()
            return (samples, file.getframerate()) if is_whole else None
    except (FileNotFoundError, EOFError, wave.Error):
        return None
