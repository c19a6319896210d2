"""Flite: small, quick, clear American English; Debian's program ``flite``."""

from __future__ import annotations

from collections.abc import Sequence

from boardivr.prompts.languages import code
from boardivr.prompts.tts.engine import Request
from boardivr.prompts.tts.engines import commands
from boardivr.prompts.tts.synthesiser import TtsVoice

VOICES = ("rms", "slt", "awb", "kal16", "kal")  # as measured: the clearest first
USUAL = 160  # our words a minute for the voices' own speed


class FliteEngine:
    """As :class:`..engine.Engine` has it."""

    name = "flite"
    about = "CMU Flite: clear, mechanical American English"
    licence = "BSD-like (CMU)"
    marks: frozenset[str] = frozenset()
    is_fast = True
    keeps_voice = False

    def version(self) -> str:
        commands.needed("flite", "install the Debian package flite")
        return "2"

    def voices(self) -> Sequence[tuple[str, str]]:
        return [(name, "en-US") for name in VOICES]

    def voice(self, language: str, name: str | None = None) -> TtsVoice | None:
        own = name or VOICES[0]
        return TtsVoice(name=own, speed=USUAL) if code(language) == "en" and own in VOICES else None

    def speaker(self) -> FliteSpeaker:
        return FliteSpeaker()


ENGINE = FliteEngine()


class FliteSpeaker:
    """A run of the program for each text."""

    def __init__(self) -> None:
        self._program = commands.needed("flite", "install the Debian package flite")

    def speak(self, request: Request) -> tuple[bytes, int]:
        out, said = request.folder / "out.wav", request.folder / "said.txt"
        said.write_text(request.text)  # not as an argument: those are seen by everyone
        stretch = f"duration_stretch={USUAL / request.voice.speed:.3f}"
        try:
            return commands.spoken(
                [self._program, "-voice", request.voice.name, "--setf", stretch,
                 "-f", str(said), "-o", str(out)], out,
            )  # fmt: skip
        finally:
            said.unlink(missing_ok=True)
