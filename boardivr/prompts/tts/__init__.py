"""Text to speech: engines behind one interface."""

from __future__ import annotations

from boardivr.prompts.tts.synthesiser import (
    Speech,
    Synthesiser,
    TtsVoice,
    voice_for,
)

__all__ = ["Speech", "Synthesiser", "TtsVoice", "voice_for"]
