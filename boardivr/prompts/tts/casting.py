"""Who speaks which language: the engine that was chosen, and those that stand in for it."""

from __future__ import annotations

import dataclasses
import difflib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from boardivr.closing import Closing
from boardivr.errors import SettingsError
from boardivr.prompts.errors import TtsError, TtsUnavailable
from boardivr.prompts.languages import code
from boardivr.prompts.tts import registry
from boardivr.prompts.tts.pooled import PooledSynthesiser
from boardivr.prompts.tts.synthesiser import VOICES, Synthesiser, TtsVoice, voice_for

log = logging.getLogger(__name__)

BUILT_IN = ("pyttsx3", "espeak")
CLEARER = ("pico", "flite")  # stand in first, where they are installed and speak the language
FAST_WORKERS = 2  # texts that a fast engine speaks at the same time
FIRST_REST, LONGEST_REST = 30.0, 600.0  # seconds that an engine which failed is left alone


@dataclass(frozen=True, kw_only=True)
class Part:
    """An engine's voice for a language.

    :param marks: of :mod:`.markup`, those that it speaks itself
    :param is_fast: it speaks a sentence within 300 ms
    """

    synthesiser: Synthesiser
    voice: TtsVoice
    marks: frozenset[str] = frozenset()
    is_fast: bool = True


class Cast(Closing):
    """Voices by language. For any thread.

    :param parts: the parts for a language, the one that was chosen first; asked once each
    :param closers: what it closes
    """

    def __init__(
        self, parts: Callable[[str], Sequence[Part]], closers: Sequence[Callable[[], None]] = ()
    ) -> None:
        self._parts_for = parts
        self._closers = closers
        self._lock = threading.Lock()
        self._known: dict[str, Sequence[Part]] = {}
        self._resting: dict[int, tuple[float, float]] = {}  # until when, and how long

    @classmethod
    def alone(cls, synthesiser: Synthesiser, voices: Mapping[str, TtsVoice] = VOICES) -> Cast:
        """Return a cast of one engine for all languages."""
        return cls(lambda tag: [Part(synthesiser=synthesiser, voice=voice_for(tag, voices))])

    def parts(self, language: str) -> Sequence[Part]:
        """Return who speaks a language, the one that was chosen first."""
        known = self._known.get(language)
        if known is None:
            with self._lock:
                known = self._known.setdefault(language, self._parts_for(language))
        return known

    def check(self, language: str = "en") -> None:
        """Return if somebody can speak a language.

        :raises TtsUnavailable: nobody; what the first one lacks
        """
        first: TtsUnavailable | None = None
        for part in self.parts(language):
            try:
                part.synthesiser.check()
                return
            except TtsUnavailable as error:
                first = first or error
        raise first or TtsUnavailable(f"expected a speech engine for {language!r}, found none")

    def is_resting(self, part: Part) -> bool:
        """Return whether a part failed a short while ago."""
        until, _ = self._resting.get(id(part.synthesiser), (0.0, 0.0))
        return time.monotonic() < until

    def failed(self, part: Part) -> None:
        """Leave a part alone for a while, longer each time."""
        with self._lock:
            _, before = self._resting.get(id(part.synthesiser), (0.0, 0.0))
            rest = min(LONGEST_REST, 2 * before or FIRST_REST)
            self._resting[id(part.synthesiser)] = (time.monotonic() + rest, rest)

    def worked(self, part: Part) -> None:
        """Forget that a part ever failed."""
        self._resting.pop(id(part.synthesiser), None)

    def warm(self, languages: Sequence[str]) -> None:
        """Load the engines that were chosen; one that can't be is told in the log."""
        for part in {id(part): part for tag in languages for part in self.parts(tag)[:1]}.values():
            if isinstance(part.synthesiser, PooledSynthesiser):
                try:
                    part.synthesiser.warm(part.voice)
                except TtsError as error:
                    log.warning("%s", error)

    def close(self) -> None:
        """End the engines."""
        for closer in self._closers:
            closer()


def cast(chosen: Mapping[str, str]) -> Cast:
    """Return the cast that settings ask for.

    :param chosen: by language tag, ``ENGINE``, ``ENGINE:VOICE``, or a voice of the built-in one
    :raises SettingsError: an engine that isn't there
    """
    wanted = {tag.lower(): choice(tag, written) for tag, written in chosen.items()}
    made: dict[str, PooledSynthesiser] = {}

    def synthesiser(name: str) -> PooledSynthesiser:
        if name not in made:
            engine = registry.find(name)
            # A slow one is large, and two would be half as quick.
            made[name] = PooledSynthesiser(engine, FAST_WORKERS if engine.is_fast else 1)
        return made[name]

    def parts(language: str) -> Sequence[Part]:
        engine, voice = wanted.get(language.lower()) or wanted.get(code(language)) or ("", None)
        return list(_parts(engine, voice, language, synthesiser))

    def close() -> None:
        for one in made.values():
            one.close()

    return Cast(parts, [close])


def choice(language: str, written: str) -> tuple[str, str | None]:
    """Return the engine and voice that settings name.

    :raises SettingsError: there is no such engine
    """
    engine, colon, voice = written.partition(":")
    names = registry.names()
    if engine in names:
        return engine, voice or None
    if not colon:
        return BUILT_IN[0], written
    near = difflib.get_close_matches(engine, names, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
    raise SettingsError(f"voices: {language}: expected a speech engine, found {engine!r}; {hint}")


def _parts(
    engine: str, voice: str | None, language: str, synthesiser: Callable[[str], PooledSynthesiser]
) -> Iterator[Part]:
    stand_ins = (*CLEARER, *BUILT_IN) if engine and engine not in BUILT_IN else BUILT_IN
    for name in dict.fromkeys([engine or BUILT_IN[0], *stand_ins]):
        try:
            one = synthesiser(name)
            found = one.engine.voice(language, voice if name == engine else None)
        except TtsUnavailable as error:
            log.warning("%s", error)
            continue
        if found is None:
            if name == engine:
                log.warning("%s", _lack(one, language, voice))
            continue
        yield Part(synthesiser=one, voice=found, marks=one.engine.marks, is_fast=one.engine.is_fast)


def _lack(synthesiser: PooledSynthesiser, language: str, voice: str | None) -> str:
    """Why an engine that was chosen has no voice."""
    try:
        synthesiser.check()
    except TtsUnavailable as error:
        return str(error)
    what = f"the voice {voice!r}" if voice else "a voice"
    return f"{synthesiser.engine.name}: expected {what} for {language}, found none"


def described(part: Part) -> str:
    """Return a part in a few words: ``kokoro zf_xiaoxiao``."""
    engine = getattr(getattr(part.synthesiser, "engine", None), "name", "")
    return f"{engine} {part.voice.name}".strip()


def key(part: Part) -> list[object]:
    """Return what its sound depends on.

    :raises TtsUnavailable: the engine isn't installed
    """
    return [part.synthesiser.identity, dataclasses.asdict(part.voice)]
