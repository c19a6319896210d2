"""The process that speaks: ``python -m boardivr.prompts.tts.worker``.

pyttsx3 crashes among threads, hangs after fork() and says nothing of a voice
that isn't there. So it lives here, alone, with one request at a time: read from
standard input, answered on standard output (:mod:`.wire`), until the input ends.

A worker keeps the voice, speed and pitch of its first request for life: once
it has spoken, pyttsx3 loses about every third change of speed, because espeak's
own thread hasn't come to rest when runAndWait() returns. On a busy machine even
the first one is lost now and then; so the speed is looked at after each text.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
import wave
from pathlib import Path
from typing import Any, BinaryIO

from boardivr.prompts.tts import wire

LATE = 4.0  # seconds; the first runAndWait() of a process returns before anything is spoken
CURRENT = 1  # espeak_GetParameter(): the value in force, not the default
LOOK = 0.005  # seconds between two looks for a late file
SPARE = 5  # seconds after which a worker that nobody could stop ends itself


class Refused(Exception):
    """A request that can't be met; the worker goes on."""


class Lost(Exception):
    """The audio didn't come. It might still, in place of another text's: the worker must end."""


def main() -> None:
    """Serve requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # pyttsx3 prints
    with answers:
        serve(sys.stdin.buffer, answers)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer each request of a stream."""
    speaker: Speaker | None = None
    while (body := wire.read(requests)) is not None:
        request = json.loads(body)
        # Should our parent be gone and the engine hang, nobody else would stop us.
        signal.alarm(int(request["timeout"]) + SPARE)
        try:
            speaker = speaker or Speaker()
            samples, rate = speaker.speak(request)
        except Refused as refusal:
            answers.write(_message({"error": str(refusal)}))
        except (ImportError, RuntimeError) as error:  # no pyttsx3; no library under it
            answers.write(_message({"error": str(error), "unavailable": True}))
        else:
            answers.write(_message({"ok": True, "rate": rate}) + wire.pack(samples))
        answers.flush()
        signal.alarm(0)


def _message(content: dict[str, Any]) -> bytes:
    return wire.pack(json.dumps(content).encode())


class Speaker:
    """pyttsx3 over espeak-ng, used in the one way that works."""

    def __init__(self) -> None:
        import pyttsx3

        self._engine = pyttsx3.init("espeak")
        self._speed_now = espeak_speed
        self._setting: tuple[str, int, int] | None = None
        self._identifier = ""
        self._count = 0

    def speak(self, request: dict[str, Any]) -> tuple[bytes, int]:
        """Return the samples of a text and their rate."""
        self._set(request["voice"], request["speed"], request["pitch"])
        samples, rate = self._save(request["text"], Path(request["folder"]))
        # A voice that can't be loaded leaves the former one speaking, without a word.
        now = self._engine.getProperty("voice")
        if now != self._identifier:
            raise Refused(f"expected the voice {self._identifier!r}, found {now!r}")
        if (speed := self._speed_now()) != request["speed"]:
            raise Lost(f"a speed of {speed}, not the {request['speed']} that was set")
        if not samples and any(map(str.isalnum, request["text"])):
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


if __name__ == "__main__":
    main()
