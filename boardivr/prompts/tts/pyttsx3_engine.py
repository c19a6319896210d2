"""pyttsx3 over espeak-ng: speech that needs nothing but a Debian package.

English is understandable, Mandarin barely (docs/prompts.md has figures): good
as the voice of last resort, and for trying flows out.
"""

from __future__ import annotations

import functools
import importlib.metadata
from collections.abc import Sequence
from time import monotonic

from boardivr.closing import Closing
from boardivr.prompts.errors import TtsError, TtsTimeout, TtsUnavailable
from boardivr.prompts.tts import espeak
from boardivr.prompts.tts.pool import COMMAND, WorkerPool
from boardivr.prompts.tts.sentences import parts
from boardivr.prompts.tts.synthesiser import MAX_TEXT, Speech, TtsVoice, speakable

QUIETEST = 64  # a peak below this, of 32767, is silence


class Pyttsx3Synthesiser(Closing):
    """A :class:`~.synthesiser.Synthesiser` whose engine runs in processes of its own.

    :param workers: texts that are spoken at the same time
    :param command: what starts a worker; another one in tests
    """

    def __init__(self, workers: int = 1, command: Sequence[str] = COMMAND) -> None:
        self._pool = WorkerPool(command, workers)

    @property
    def identity(self) -> str:
        """As the protocol has it.

        :raises TtsUnavailable: as :meth:`check`
        """
        return f"pyttsx3-{_pyttsx3_version()}+espeak-ng-{espeak.version()}"

    @property
    def pids(self) -> list[int]:
        """The worker processes that wait for a text."""
        return self._pool.pids

    def check(self) -> None:
        """As the protocol has it; doesn't start anything."""
        _pyttsx3_version()
        espeak.version()

    def available(self) -> bool:
        """Return whether the engine is installed."""
        try:
            self.check()
        except TtsUnavailable:
            return False
        return True

    def synthesise(self, text: str, voice: TtsVoice, *, timeout: float = 10.0) -> Speech:
        """As the protocol has it."""
        self.check()
        plain = speakable(text)
        if not plain:
            raise TtsError("expected a text to speak, found an empty one")
        if len(plain) > MAX_TEXT:
            raise TtsError(f"expected at most {MAX_TEXT} characters to speak, found {len(plain)}")
        # A part without a letter is silence; alone it is refused as that.
        spoken = [part for part in parts(plain) if any(map(str.isalnum, part))] or [plain]
        first = self._speak(spoken[0], voice, timeout)
        deadline = monotonic() + timeout
        rest = [self._speak(part, voice, deadline - monotonic()) for part in spoken[1:]]
        return _joined([first, *rest])

    def _speak(self, plain: str, voice: TtsVoice, timeout: float) -> Speech:
        setting = (voice.name, voice.speed, voice.pitch)
        what = f"voice {voice.name!r}, a text of {len(plain)} characters"
        try:
            answer, samples = self._pool.ask(setting, {"text": plain}, max(0.0, timeout))
        except TtsTimeout as error:
            raise TtsTimeout(f"{what}: {error}") from error
        except TtsError as error:
            raise TtsError(f"{what}: {error}") from error
        if "error" in answer:
            kind = TtsUnavailable if answer.get("unavailable") else TtsError
            raise kind(f"{what}: {answer['error']}")
        return _checked(samples, answer.get("rate"), what)

    def close(self) -> None:
        """End the workers. They are started again when a text comes."""
        self._pool.close()


@functools.cache
def _pyttsx3_version() -> str:
    try:
        return importlib.metadata.version("pyttsx3")
    except importlib.metadata.PackageNotFoundError:
        raise TtsUnavailable(
            "no speech engine: expected the Python package pyttsx3, found none;"
            " pip install pyttsx3, and the Debian package espeak-ng"
        ) from None


def _joined(speeches: Sequence[Speech]) -> Speech:
    return Speech(b"".join(speech.samples for speech in speeches), speeches[0].rate)


def _checked(samples: bytes, rate: object, what: str) -> Speech:
    import numpy as np

    if not isinstance(rate, int) or rate <= 0 or len(samples) % 2:
        raise TtsError(f"{what}: expected 16-bit samples, found {len(samples)} bytes at {rate}")
    values = np.frombuffer(samples, dtype="<i2").astype(np.int32)
    if not values.size or int(np.abs(values).max()) < QUIETEST:
        raise TtsError(f"{what}: expected speech, found {values.size} samples of silence")
    return Speech(samples, rate)
