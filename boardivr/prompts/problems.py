"""What is wrong with prompts: found while they play, or by a check beforehand."""

from __future__ import annotations

import enum
import logging
import threading
from dataclasses import dataclass

log = logging.getLogger(__name__)


class ProblemKind(enum.Enum):
    """What may be wrong; the value is its name in commands."""

    LANGUAGE = "missing"  # nothing in a language: another one is played
    FALLBACK = "fallback"  # a declared language stands in
    FILE = "file"  # a recording that can't be read, or silent: TTS speaks
    STALE = "stale"  # a person's recording of other words
    OUTDATED = "outdated"  # speech made from other words: TTS speaks
    KEY = "key"  # words name a key, which menus compute
    WORDS = "words"  # words with characters that can't be said
    LEVEL = "level"  # a recording far from the others' level
    CLIPPED = "clipped"  # a recording with flat tops
    SILENCE = "silence"  # long silence at a recording's end
    LENGTH = "length"  # too long, or not the length of its words
    RATE = "rate"  # not sampled at 8 kHz
    UNUSED = "unused"  # nothing says it, or no prompt plays it
    SPEECH = "speech"  # the speech engine can't speak it
    CACHE = "cache"  # rendered speech can't be kept

    @property
    def is_warning(self) -> bool:
        """Whether callers hear what was meant all the same."""
        return self not in _ERRORS


_ERRORS = frozenset(
    (ProblemKind.LANGUAGE, ProblemKind.FILE, ProblemKind.STALE, ProblemKind.KEY, ProblemKind.SPEECH)
)


@dataclass(frozen=True, kw_only=True)
class PromptProblem:
    """:param prompt: its id, or what else was to be said: ``say:money``
    :param message: one line: what was found, what is done about it
    """

    prompt: str
    language: str
    kind: ProblemKind
    message: str

    def __str__(self) -> str:
        return f"{self.prompt}@{self.language}: {self.message}"


class ProblemLog:
    """Each problem once: in the log as a warning, and here for who asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[PromptProblem, None] = {}

    def report(self, problem: PromptProblem) -> None:
        """Note a problem; one that is known isn't logged again."""
        with self._lock:
            if problem in self._found:
                return
            self._found[problem] = None
        log.warning("%s", problem)

    def all(self) -> tuple[PromptProblem, ...]:
        with self._lock:
            return tuple(self._found)
