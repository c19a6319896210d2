"""The built-in engine in its processes: pyttsx3 over espeak-ng."""

from __future__ import annotations

from collections.abc import Sequence

from boardivr.prompts.tts.engines.pyttsx3 import ENGINE
from boardivr.prompts.tts.pooled import PooledSynthesiser


class Pyttsx3Synthesiser(PooledSynthesiser):
    """As :class:`.pooled.PooledSynthesiser`, of :mod:`.engines.pyttsx3`."""

    def __init__(self, workers: int = 1, command: Sequence[str] | None = None) -> None:
        super().__init__(ENGINE, workers, command)
