"""Texts as clips: from memory, from disk, joined from pieces, or from a speech engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from boardivr.hal.types import Clip
from boardivr.media.audiofile import AudioFileError
from boardivr.prompts.cache import ClipMemory, SpeechFiles
from boardivr.prompts.errors import TtsError, TtsTimeout, TtsUnavailable
from boardivr.prompts.joining.joiner import Joiner
from boardivr.prompts.level import Level
from boardivr.prompts.tts import casting, markup, reading
from boardivr.prompts.tts.casting import Cast, Part
from boardivr.prompts.tts.pool import WorkerDied
from boardivr.prompts.tts.pooled import usual_seconds
from boardivr.prompts.tts.reading import Words
from boardivr.prompts.tts.synthesiser import Speech, Synthesiser, TtsVoice

SLOWEST = 4.0  # times the length of the speech, for a slow engine

StandIn = Callable[[str, str, str], None]
"""Called with a clip's name, the language, and who speaks instead of whom, and why."""


class Spoken:
    """Speaks texts, each one once. For any thread.

    :param synthesiser: one engine for all languages, or a cast
    :param joiner: says values with pieces that came with us; None where an engine says all
    :param on_disk_error: told once why speech can't be kept on disk
    :param on_stand_in: told when another voice than the chosen one speaks
    """

    def __init__(
        self,
        synthesiser: Synthesiser | Cast,
        folder: Path,
        *,
        voices: Mapping[str, TtsVoice],
        level: Level,
        timeout: float,
        on_disk_error: Callable[[AudioFileError], None],
        on_stand_in: StandIn = lambda name, language, why: None,
        joiner: Joiner | None = None,
    ) -> None:
        if not isinstance(synthesiser, Cast):
            synthesiser = Cast.alone(synthesiser, voices)
        self._cast = synthesiser
        self._files = SpeechFiles(folder)
        self._memory = ClipMemory()
        self._level = level
        self._timeout = timeout
        self._on_disk_error = on_disk_error
        self._on_stand_in = on_stand_in
        self._joiner = joiner
        self._has_told = False

    def check(self) -> None:
        """Return if a speech engine is installed.

        :raises TtsUnavailable: none is; says what to install
        """
        self._cast.check()

    def take_over(self, other: Spoken, wanted: Collection[tuple[str, str]]) -> None:
        """Keep what another has spoken with the same voices, of these names and texts."""
        self._memory.take_over(other._memory, wanted)

    def is_fast(self, language: str) -> bool:
        """Return whether whoever speaks a language now says a sentence within 300 ms."""
        parts = [part for part in self._cast.parts(language) if not self._cast.is_resting(part)]
        return not parts or parts[0].is_fast

    def is_there(self, name: str, text: str, language: str) -> bool:
        """Return whether a value's clip needs no speech engine."""
        if self._joiner is not None and self._joined(name, text, language) is not None:
            return True
        part = self._first_part(language)
        known = part and self._memory.peek((name, id(part), part.voice, text))
        return bool(known or self._memory.peek((name, "composed", language, text)))

    def speech(self, text: str, language: str) -> tuple[Speech, str]:
        """Speak a text anew, as the engine gives it; also who spoke: engine and voice.

        :raises TtsError: it can't be spoken
        """
        failed: TtsError | None = None
        for part in self._cast.parts(language):
            try:
                engine, plain = part.synthesiser, markup.plain(text)
                speech = engine.synthesise(plain, part.voice, timeout=self._timeout)
            except TtsError as error:
                failed = failed or error
                continue
            return speech, f"{engine.identity} {part.voice.name}"
        raise failed or TtsUnavailable(f"expected a speech engine for {language!r}, found none")

    def clip(self, name: str, text: str, language: str, *, keep: bool) -> Clip:
        """Return a text as audio: the same object every time.

        :param name: of the clip
        :param keep: a prompt, for good and on disk, whose marks are heard; else a value, in
            memory while there is room, and nowhere else
        :raises TtsError: it can't be spoken; says which by its name
        """
        plain = markup.plain(text) if keep else text
        if not keep and self._joiner is not None:
            joined = self._joined(name, text, language)
            if joined is not None:
                return joined
        plan = reading.plan(text, language, is_marked=keep)
        if len(plan) == 1 and plan[0].is_plain:
            return self._by_one(name, plain, language, keep=keep)
        part = self._first_part(language)
        marks = markup.marks(text) if keep else frozenset()
        if marks and reading.languages(plan) == {language} and part and marks <= part.marks:
            return self._by_one(name, text, language, keep=keep, is_marked=True)
        return self._composed(name, plain, text, language, plan, keep=keep)

    def _joined(self, name: str, text: str, language: str) -> Clip | None:
        key = (name, "joined", language, text)
        if (known := self._memory.peek(key)) is not None:
            return known
        assert self._joiner is not None
        alaw = self._joiner.alaw(text, language)
        if alaw is None:
            return None
        return self._memory.get(key, lambda: Clip(data=alaw, name=name, text=text), keep=False)

    def _composed(
        self, name: str, plain: str, text: str, language: str,
        plan: list[Words | reading.Silence], *, keep: bool,
    ) -> Clip:  # fmt: skip
        """Parts of a text, each by its voice, with pauses between them."""

        def make() -> Clip:
            parts = [
                reading.silence(item.seconds) if isinstance(item, reading.Silence)
                else reading.stressed(
                    self._by_one(name, item.text, item.language, keep=keep).data,
                    item.is_emphasised,
                )
                for item in plan
            ]  # fmt: skip
            return Clip(data=b"".join(parts), name=name, text=plain)

        return self._memory.get((name, "composed", language, text), make, keep=False)

    def _first_part(self, language: str) -> Part | None:
        parts = self._cast.parts(language)
        return parts[0] if parts and not self._cast.is_resting(parts[0]) else None

    # One voice

    def _by_one(
        self, name: str, text: str, language: str, *, keep: bool, is_marked: bool = False
    ) -> Clip:
        """A text by the chosen voice, else by one that stands in for it."""
        parts = self._cast.parts(language)
        failed: list[tuple[Part, TtsError]] = []
        for part in parts:
            if is_marked and not markup.marks(text) <= part.marks:
                text, is_marked = markup.plain(text), False
            try:
                clip = self._by(part, name, text, keep=keep, is_marked=is_marked)
            except TtsError as error:
                failed.append((part, error))
                continue
            if failed:
                self._tell(name, language, part, failed[0])
            return clip
        if not failed:
            raise TtsUnavailable(f"{name}: expected a speech engine for {language!r}, found none")
        first = failed[0][1]
        raise type(first)(f"{name}: {first}") from first

    def _tell(self, name: str, language: str, part: Part, failed: tuple[Part, TtsError]) -> None:
        who, error = failed
        why = f"{casting.described(who)}: {error}; spoken by {casting.described(part)}"
        self._on_stand_in(name, language, why)

    def _by(self, part: Part, name: str, text: str, *, keep: bool, is_marked: bool) -> Clip:
        def make() -> Clip:
            data = self._stored(part, text, is_marked) if keep else self._speak(part, text)
            return Clip(data=data, name=name, text=markup.plain(text) if is_marked else text)

        return self._memory.get((name, id(part), part.voice, text), make, keep=keep)

    def _stored(self, part: Part, text: str, is_marked: bool) -> bytes:
        made_of = [*casting.key(part), dataclasses.asdict(self._level), text]
        path = self._files.path([*made_of, "marked"] if is_marked else made_of)
        data = self._files.read(path)
        if data is None:
            data = self._speak(part, text, is_marked=is_marked)
            try:
                self._files.write(path, data)
            except AudioFileError as error:
                if not self._has_told:  # each file would fail alike
                    self._has_told = True
                    self._on_disk_error(error)
        return data

    def _speak(self, part: Part, text: str, *, is_marked: bool = False) -> bytes:
        if self._cast.is_resting(part):
            raise TtsError("left alone for a while, since it failed")
        engine, timeout = part.synthesiser, self._timeout
        if not part.is_fast:  # it takes as long as the speech does, longer on a busy machine
            timeout += SLOWEST * usual_seconds(text)
        try:
            if is_marked:
                said = markup.ssml(text)
                speech = engine.synthesise(said, part.voice, timeout=timeout, is_marked=True)
            else:
                speech = engine.synthesise(text, part.voice, timeout=timeout)
            alaw = _to_alaw(speech, self._level)
        except (TtsTimeout, WorkerDied):
            self._cast.failed(part)
            raise
        self._cast.worked(part)
        return alaw


def _to_alaw(speech: Speech, level: Level) -> bytes:
    import numpy as np

    from boardivr.media import g711
    from boardivr.prompts.level import bring_to

    samples = np.frombuffer(speech.samples, dtype="<i2").astype(np.int16)
    brought = bring_to(level, samples, speech.rate)
    if not brought.any():
        raise TtsError(f"expected speech, found {speech.seconds:.1f} s of silence")
    return g711.linear_to_alaw(brought)
