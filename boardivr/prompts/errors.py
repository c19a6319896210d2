"""What prompts raise.

::

    BoardIVRError
     +-- PromptError             no such prompt, or nothing to play for it
     |    +-- say.SayError       a value that can't be said
     |    +-- TtsError           the engine gave no speech this time
     |         +-- TtsTimeout    it took too long
     |         +-- TtsUnavailable   it isn't installed
     +-- media.audiofile.AudioFileError

No message holds a text that was to be spoken: it may be a customer's balance.
"""

from __future__ import annotations

from boardivr.errors import BoardIVRError


class PromptError(BoardIVRError):
    """There is no such prompt, or nothing to play for it."""


class TtsError(PromptError):
    """The speech engine crashed, refused, or gave no speech."""


class TtsTimeout(TtsError):
    """The speech engine took longer than it may."""


class TtsUnavailable(TtsError):
    """The speech engine, or a part of it, isn't installed; says what to install."""
