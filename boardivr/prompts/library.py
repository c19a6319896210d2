"""The prompt library: pieces of a sentence in, audio out.

A prompt is its recording where it has one, else its text spoken by TTS. What
can't be played as it was meant is played as well as it can be, and reported:
another language, speech for a broken recording. Never silence.
"""

from __future__ import annotations

import difflib
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from boardivr.hal.types import SAMPLE_RATE, Clip
from boardivr.media.audiofile import AudioFileError
from boardivr.prompts import say
from boardivr.prompts.check import Cell, Checker, has_words, is_playable, spare
from boardivr.prompts.errors import PromptError, TtsError, TtsUnavailable
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.joining.joiner import Joiner
from boardivr.prompts.languages import Fallback, code
from boardivr.prompts.later import Later, Sound
from boardivr.prompts.level import Level
from boardivr.prompts.measures import MeasuredFiles
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.pieces import Pause, Piece, PromptRef, Text
from boardivr.prompts.problems import ProblemKind, ProblemLog, PromptProblem
from boardivr.prompts.recorded import Recorded
from boardivr.prompts.spoken import Spoken
from boardivr.prompts.tts import markup
from boardivr.prompts.tts.casting import Cast
from boardivr.prompts.tts.sentences import sentences
from boardivr.prompts.tts.synthesiser import VOICES, Speech, Synthesiser, TtsVoice

MEASURED = "measured.json"
LONGEST_PAUSE = 60.0  # seconds
LONG = 80  # characters of a text that is spoken sentence by sentence
SENTENCE_GAP = 0.25  # seconds between two of them, beside the edges of each
ALAW_IDLE = b"\xd5"

Progress = Callable[[int, int, str], None]
"""Called with prompts done, prompts in all, and the one that was done."""


class PromptLibrary:
    """Prompts and values as audio (:class:`boardivr.flows.services.Voice`).

    Any thread may ask. What takes long is speaking a text for the first time.

    :param prompts: by id
    :param cache: folder for prompts that were spoken once; values said to a
        customer are kept in memory only
    :param fallback: by language, the languages that stand in for it, in order
    :param default_language: stands in for every language
    :param voices: of the engine, by language tag in small letters; a cast has its own
    :param timeout: seconds that the engine may take for one text
    :param folders: of recordings, the first one first
    :param joiner: says values with pieces that came with us; the engine says all where None
    :param measured: what is known of recordings, shared with other libraries
    """

    def __init__(
        self,
        prompts: Mapping[str, Prompt],
        synthesiser: Synthesiser | Cast,
        cache: Path,
        fallback: Mapping[str, Sequence[str]] | None = None,
        default_language: str = "zh-CN",
        *,
        voices: Mapping[str, TtsVoice] = VOICES,
        level: Level | None = None,
        manner: say.Manner = say.PLAIN,
        timeout: float = 10.0,
        folders: Sequence[RecordingFolder] = (),
        joiner: Joiner | None = None,
        measured: MeasuredFiles | None = None,
    ) -> None:
        self._prompts = dict(prompts)
        self._fallback = Fallback(default_language, dict(fallback or {}))
        self._manner = manner
        self._log = ProblemLog()
        self._recorded = Recorded(folders, self._report)
        self._measured = measured or MeasuredFiles(cache / MEASURED)
        self._spoken = Spoken(
            synthesiser,
            cache,
            voices=voices,
            level=level or Level(),
            timeout=timeout,
            on_disk_error=self._cache_failed,
            on_stand_in=self._stand_in,
            joiner=joiner,
        )

    def with_prompts(self, more: Mapping[str, Prompt]) -> PromptLibrary:
        """Return a library with these prompts too; they replace others of their id.

        Both share engine, clips and problems: a flow of another version may go on
        with the one while new calls have the other.
        """
        other = PromptLibrary.__new__(PromptLibrary)
        other.__dict__.update(self.__dict__)
        other._prompts = {**self._prompts, **more}
        return other

    @property
    def prompts(self) -> Mapping[str, Prompt]:
        """The prompts by id."""
        return self._prompts

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that prompts are in, the default one first."""
        tags = {tag for prompt in self._prompts.values() for tag in prompt.sources}
        default = self._fallback.default
        return (default, *sorted(tags - {default}))

    def problems(self) -> tuple[PromptProblem, ...]:
        """Return what was found while prompts were asked for."""
        return self._log.all()

    def check(
        self,
        languages: Iterable[str] | None = None,
        *,
        uses: Mapping[str, Sequence[str]] | None = None,
    ) -> tuple[PromptProblem, ...]:
        """Look at all prompts in all languages; nothing is spoken.

        :param languages: those that there must be; the library's own where None
        :param uses: where each prompt is said; None where nobody knows
        """
        cells = self.matrix(languages, uses=uses)
        return tuple(problem for cell in cells for problem in cell.problems)

    def matrix(
        self,
        languages: Iterable[str] | None = None,
        *,
        uses: Mapping[str, Sequence[str]] | None = None,
        progress: Callable[[], None] | None = None,
    ) -> tuple[Cell, ...]:
        """Return what is played for each prompt in each language; see :meth:`check`."""
        tags = self.languages if languages is None else tuple(languages)
        checker = Checker(self._recorded, self._measured, self._spoken.check, uses)
        return checker.matrix(self._prompts, tags, progress)

    def spare(self) -> tuple[PromptProblem, ...]:
        """Return recordings that no prompt plays."""
        return tuple(spare(self._recorded.folders, self._prompts))

    def need(self, id: str) -> Prompt:
        """Return a prompt.

        :raises PromptError: there is none of this id; with the nearest one
        """
        prompt = self._prompts.get(id)
        if prompt is None:
            near = difflib.get_close_matches(id, self._prompts, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise PromptError(f"expected a prompt of the library, found {id!r}{hint}")
        return prompt

    def words(self, piece: Piece, language: str) -> str:
        """Return a piece as it is said.

        :raises PromptError: no such prompt, or a value that can't be said
        """
        if isinstance(piece, PromptRef):
            return markup.plain(self._source(piece.id, language)[0].text)
        return say.words(piece, self._spoken_in(piece, language) or language, self._manner)

    def clip(self, piece: Piece, language: str) -> Clip:
        """Return one piece as audio, always the same object for the same sound.

        :raises PromptError: no such prompt, a value that can't be said, or
            nothing that could be played for it
        """
        match piece:
            case PromptRef(id):
                return self._prompt(id, language)
            case Pause(seconds):
                if not 0 <= seconds <= LONGEST_PAUSE:
                    limit = f"{LONGEST_PAUSE:g}"
                    raise PromptError(f"pause: expected 0 to {limit} s, found {seconds:g}")
                return _silence(round(seconds * SAMPLE_RATE))
        clip = self._phrase([piece], self._spoken_in(piece, language) or language)
        if clip is None:
            raise PromptError(f"{_name([piece])}: expected words to say, found none")
        return clip

    def clips(self, pieces: Sequence[Piece], language: str) -> list[Clip]:
        """Return audio for the pieces, in order.

        Values and texts beside each other are spoken as one phrase; those
        without a word in them (an empty name) aren't there.

        :raises PromptError: as :meth:`clip`
        """
        made: list[Clip | None] = []
        for spoken_in, group in itertools.groupby(
            pieces, lambda piece: self._spoken_in(piece, language)
        ):
            if spoken_in is None:
                made += [self.clip(piece, language) for piece in group]
            else:
                made.append(self._phrase(list(group), spoken_in))
        return [clip for clip in made if clip is not None]

    def stream(self, pieces: Sequence[Piece], language: str) -> Iterator[Sound]:
        """Yield audio for the pieces, in order, as :meth:`clips` has it, but in sentences.

        What isn't there at once comes as :class:`.later.Later`: sentences of a long text after
        its first, and whatever a slow voice is to say.

        :raises PromptError: as :meth:`clip`
        """
        for spoken_in, group in itertools.groupby(
            pieces, lambda piece: self._spoken_in(piece, language)
        ):
            if spoken_in is None:
                yield from (self.clip(piece, language) for piece in group)
            else:
                yield from self._sentences(list(group), spoken_in)

    def _sentences(self, pieces: Sequence[Piece], language: str) -> Iterator[Sound]:
        text, name = self._text(pieces, language), f"{_name(pieces)}@{language}"
        is_fast = self._spoken.is_fast(language)
        cut = sentences(text) if len(text) > LONG or not is_fast else [text]
        for number, said in enumerate(said for said in cut if has_words(said)):
            if number:
                yield _silence(round(SENTENCE_GAP * SAMPLE_RATE))
            make = functools.partial(self._spoken.clip, name, said, language, keep=False)
            is_there = self._spoken.is_there(name, said, language)
            yield make() if is_there or (is_fast and not number) else Later(make)

    def speech(self, id: str, language: str) -> tuple[Speech, str]:
        """Have a prompt's text spoken anew, for a recording; also who spoke.

        :raises PromptError: no such prompt, or not in the language
        :raises TtsError: it can't be spoken
        """
        source, found = self._source(id, language)
        return self._spoken.speech(source.text, source.language or found)

    def warm(
        self,
        ids: Iterable[str] | None = None,
        languages: Iterable[str] | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Make the clips of prompts ahead of calls; return how many.

        What can't be spoken is reported and passed over.

        :param ids: all where None
        :param languages: all that a prompt has where None
        :raises TtsUnavailable: the engine isn't installed, and a prompt needs it
        """
        wanted = list(self._prompts if ids is None else ids)
        tags = None if languages is None else list(languages)
        work = [(id, tag) for id in wanted for tag in tags or self.need(id).sources]
        done = 0
        for number, (id, tag) in enumerate(work, 1):
            try:
                self._prompt(id, tag)
                done += 1
            except TtsUnavailable:
                raise
            except TtsError as error:
                self._report(id, tag, ProblemKind.SPEECH, str(error))
            if progress:
                progress(number, len(work), f"{id}@{tag}")
        return done

    def take_over(self, other: PromptLibrary) -> None:
        """Keep the clips of an earlier version's prompts that haven't changed since."""
        wanted = {
            (f"{id}@{tag}", markup.plain(source.text))
            for id, prompt in self._prompts.items()
            for tag, source in prompt.sources.items()
        }
        self._spoken.take_over(other._spoken, wanted)

    # Prompts

    def _source(self, id: str, language: str) -> tuple[PromptSource, str]:
        """A prompt in a language, or the one that stands in for it, and which that is."""
        sources = self.need(id).sources
        there = [tag for tag, source in sources.items() if is_playable(source)]
        found = self._fallback.choose(language, there)
        if found is None:
            tags = ", ".join(there) or "none"
            raise PromptError(f"prompt {id!r}: expected it in {language!r}, found {tags}")
        if code(found) != code(language):
            self._report(id, language, ProblemKind.LANGUAGE, f"missing, played in {found!r}")
        return sources[found], found

    def _prompt(self, id: str, language: str) -> Clip:
        source, found = self._source(id, language)
        name = f"{id}@{found}"
        recorded = self._recorded.clip(id, found, source)
        if recorded is not None:
            return recorded
        if not has_words(source.text):
            raise PromptError(f"{name}: expected a text to speak instead, found none")
        return self._spoken.clip(name, source.text, source.language or found, keep=True)

    def _report(self, prompt: str, language: str, kind: ProblemKind, message: str) -> None:
        self._log.report(
            PromptProblem(prompt=prompt, language=language, kind=kind, message=message)
        )

    def _stand_in(self, name: str, language: str, why: str) -> None:
        self._report(name.partition("@")[0], language, ProblemKind.SPEECH, why)

    def _cache_failed(self, error: AudioFileError) -> None:
        message = f"{error}; prompts are spoken anew at each start"
        self._report("*", "*", ProblemKind.CACHE, message)

    # Values

    def _spoken_in(self, piece: Piece, language: str) -> str | None:
        """The language that a text or value is said in; None for what is no such."""
        if isinstance(piece, PromptRef | Pause):
            return None
        if isinstance(piece, Text):
            return language
        for tag in self._fallback.chain(language):
            if code(tag) in say.languages():
                if code(tag) != code(language):
                    missing = f"values can't be said in it, said in {tag!r}"
                    self._report(_name([piece]), language, ProblemKind.LANGUAGE, missing)
                return tag
        return language  # say tells what is wrong with it

    def _phrase(self, pieces: Sequence[Piece], language: str) -> Clip | None:
        """Pieces as one phrase; None where there's no word in them."""
        text = self._text(pieces, language)
        if not has_words(text):
            return None
        return self._spoken.clip(f"{_name(pieces)}@{language}", text, language, keep=False)

    def _text(self, pieces: Sequence[Piece], language: str) -> str:
        parts = [say.words(piece, language, self._manner) for piece in pieces]
        return _joint(language).join(part for part in parts if part)


def _name(pieces: Sequence[Piece]) -> str:
    """``say:text+money``: what a phrase is made of, and not what it says."""
    return "say:" + "+".join(dict.fromkeys(type(piece).__name__.lower() for piece in pieces))


def _joint(language: str) -> str:
    return say.speaker(language).joint if code(language) in say.languages() else " "


@functools.lru_cache(maxsize=64)
def _silence(samples: int) -> Clip:
    return Clip(data=ALAW_IDLE * samples, name=f"pause:{samples / SAMPLE_RATE:g}")
