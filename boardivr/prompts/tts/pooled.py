"""An engine behind worker processes: what the prompt library speaks with.

Nothing that an engine does there can hurt a call: a worker that hangs is killed
in time, one that dies is replaced, and what it gives is looked at before it's played.
"""

from __future__ import annotations

import sys
import threading
import unicodedata
from collections.abc import Sequence
from time import monotonic

from boardivr.closing import Closing
from boardivr.prompts.errors import TtsError, TtsTimeout, TtsUnavailable
from boardivr.prompts.tts.engine import Engine
from boardivr.prompts.tts.pool import WorkerPool
from boardivr.prompts.tts.sentences import parts
from boardivr.prompts.tts.synthesiser import MAX_TEXT, Speech, TtsVoice, speakable

QUIETEST = 64  # a peak below this, of 32767, is silence
WARMING = 60.0  # seconds that an engine may take to load


class PooledSynthesiser(Closing):
    """A :class:`~.synthesiser.Synthesiser` whose engine runs in processes of its own.

    :param workers: texts that are spoken at the same time
    :param command: what starts a worker; another one in tests
    """

    def __init__(
        self, engine: Engine, workers: int = 1, command: Sequence[str] | None = None
    ) -> None:
        self.engine = engine
        self._pool = WorkerPool(command or worker_command(engine.name), workers)
        self._lock = threading.Lock()
        self._last: tuple[int, float] = (0, 0.0)  # hash of what was spoken, seconds expected

    @property
    def identity(self) -> str:
        """As the protocol has it.

        :raises TtsUnavailable: as :meth:`check`
        """
        return f"{self.engine.name}-{self.engine.version()}"

    @property
    def pids(self) -> list[int]:
        """The worker processes that wait for a text."""
        return self._pool.pids

    def check(self) -> None:
        """As the protocol has it; doesn't start anything."""
        self.engine.version()

    def available(self) -> bool:
        """Return whether the engine is installed."""
        try:
            self.check()
        except TtsUnavailable:
            return False
        return True

    def warm(self, voice: TtsVoice) -> None:
        """Load the engine, so that the first text needn't wait for it.

        :raises TtsError: as :meth:`synthesise`
        """
        self.check()
        self._ask({}, voice, WARMING, f"voice {voice.name!r}, at its start")

    def synthesise(
        self, text: str, voice: TtsVoice, *, timeout: float = 10.0, is_marked: bool = False
    ) -> Speech:
        """As the protocol has it.

        :param is_marked: the text is SSML, of marks that the engine takes
        """
        self.check()
        plain = speakable(text)
        if not plain:
            raise TtsError("expected a text to speak, found an empty one")
        if len(plain) > MAX_TEXT:
            raise TtsError(f"expected at most {MAX_TEXT} characters to speak, found {len(plain)}")
        if is_marked:
            return self._speak(plain, voice, timeout, is_marked=True)
        # A part without a letter is silence; alone it is refused as that.
        spoken = [part for part in parts(plain) if any(map(str.isalnum, part))] or [plain]
        first = self._speak(spoken[0], voice, timeout)
        deadline = monotonic() + timeout
        rest = [self._speak(part, voice, deadline - monotonic()) for part in spoken[1:]]
        return _joined([first, *rest])

    def _speak(
        self, plain: str, voice: TtsVoice, timeout: float, *, is_marked: bool = False
    ) -> Speech:
        what = f"voice {voice.name!r}, a text of {len(plain)} characters"
        request = {"text": plain, "is_marked": is_marked}
        rate, samples = self._ask(request, voice, timeout, what)
        speech = _checked(samples, rate, what)
        if not is_marked:
            self._check_length(plain, speech, what)
        return speech

    def _ask(
        self, request: dict[str, object], voice: TtsVoice, timeout: float, what: str
    ) -> tuple[object, bytes]:
        setting = (voice.name, voice.speed, voice.pitch)
        try:
            answer, samples = self._pool.ask(
                setting, dict(request), max(0.0, timeout), keeps=self.engine.keeps_voice
            )
        except TtsTimeout as error:
            raise TtsTimeout(f"{what}: {error}") from error
        except TtsError as error:
            raise type(error)(f"{what}: {error}") from error
        if "error" in answer:
            kind = TtsUnavailable if answer.get("unavailable") else TtsError
            raise kind(f"{what}: {answer['error']}")
        return answer.get("rate"), samples

    def _check_length(self, text: str, speech: Speech, what: str) -> None:
        """Notice the audio of another text: far too short or long, or what was given before."""
        least, most = plausible(text)
        if not least <= speech.seconds <= most:
            raise TtsError(
                f"{what}: expected {least:.1f} to {most:.1f} s of speech, found"
                f" {speech.seconds:.1f}: another text's, perhaps"
            )
        said = hash(speech.samples)
        with self._lock:
            before, self._last = self._last, (said, most)
        if before[0] == said and not 0.5 < before[1] / most < 2:
            raise TtsError(f"{what}: the audio is another text's, spoken before")

    def close(self) -> None:
        """End the workers. They are started again when a text comes."""
        self._pool.close()


def worker_command(engine: str) -> tuple[str, ...]:
    """Return what starts a worker of an engine."""
    return (sys.executable, "-m", "boardivr.prompts.tts.worker", engine)


def usual_seconds(text: str) -> float:
    """Return about how long a text takes to say; a digit counts like a letter."""
    wide, narrow = _letters(text)
    return 0.24 * wide + 0.065 * narrow


def plausible(text: str) -> tuple[float, float]:
    """Return the seconds between which the speech of a text must last.

    Wide: a digit may be the word "million" or one syllable, a sign may be said or not.
    """
    wide, narrow = _letters(text)
    digits = sum(sign.isdecimal() for sign in text)
    others = len(text) - narrow - wide
    return 0.2 * usual_seconds(text), 3.0 + wide + 0.4 * narrow + 1.5 * digits + 1.5 * others


def _letters(text: str) -> tuple[int, int]:
    """How many Chinese characters, and how many letters and digits."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" and sign.isalnum() for sign in text)
    return wide, sum(map(str.isalnum, text)) - wide


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
