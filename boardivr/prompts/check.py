"""The gate before calls: every prompt in every language, and what is wrong there.

Nothing is spoken, and a file that was measured before isn't read again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from boardivr.hal.types import SAMPLE_RATE
from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.history import Version
from boardivr.prompts.languages import code
from boardivr.prompts.level import Level
from boardivr.prompts.measures import MeasuredFiles, Measures
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.problems import ProblemKind, PromptProblem
from boardivr.prompts.recorded import Find, Recorded, is_same_text, stale, version_of
from boardivr.prompts.tts import markup
from boardivr.prompts.wording import named_key, speaking_time, unspeakable

TOLERANCE = 6.0  # dB around the level of spoken prompts
LONGEST = 60.0  # seconds: nobody listens longer
MOST_SILENCE = 0.5  # seconds at an end: it sounds as if nothing happened
PLAUSIBLE = (0.35, 3.0)  # of the time that its words usually take

State = Literal["recorded", "spoken", "missing"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A prompt in a language.

    :param state: what is played: a recording, its text by the speech engine, or nothing
    :param path: of the recording
    :param version: what is known of it
    """

    prompt: str
    language: str
    state: State
    source: PromptSource | None = None
    path: Path | None = None
    version: Version | None = None
    measures: Measures | None = None
    problems: tuple[PromptProblem, ...] = ()

    @property
    def text(self) -> str:
        """The words that should be heard."""
        return "" if self.source is None else self.source.text


def has_words(text: str) -> bool:
    """Return whether there's anything to say in a text: a letter, a digit, a picture."""
    return any(c.isalnum() or unicodedata.category(c) == "So" for c in text)


def is_playable(source: PromptSource) -> bool:
    """Return whether a prompt has a recording or a text, good or not."""
    return source.file is not None or has_words(source.text)


class Checker:
    """Looks at prompts in languages.

    :param files: what is known of files from earlier looks
    :param engine: raises TtsUnavailable where the speech engine isn't installed
    :param uses: where each prompt is said; None where nobody knows
    """

    def __init__(
        self,
        recorded: Recorded,
        files: MeasuredFiles,
        engine: Callable[[], None],
        uses: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._recorded = recorded
        self._files = files
        self._engine = engine
        self._uses = uses
        self._mute: str | None = None

    def matrix(
        self,
        prompts: Mapping[str, Prompt],
        languages: Sequence[str],
        progress: Callable[[], None] | None = None,
    ) -> tuple[Cell, ...]:
        """Return a cell for each prompt in each language, those of the prompt's own too.

        :param languages: those that each prompt must be in
        :param progress: called after each file that was read
        """
        try:
            self._engine()
        except TtsUnavailable as error:
            self._mute = str(error)
        rows = [
            (prompt, tag, prompt.sources.get(tag))
            for prompt in prompts.values()
            for tag in _tags(prompt, languages)
        ]
        find = _listing()
        found = {
            (prompt.id, tag): [*self._recorded.candidates(prompt.id, tag, source, find)]
            for prompt, tag, source in rows
            if source is not None
        }
        paths = (path for files in found.values() for _, path in files)
        measured = self._files.look(paths, progress)
        return tuple(self._cell(*row, found, measured) for row in rows)

    def _cell(
        self,
        prompt: Prompt,
        tag: str,
        source: PromptSource | None,
        found: Mapping[tuple[str, str], Sequence[tuple[RecordingFolder | None, Path]]],
        measured: Mapping[Path, Measures],
    ) -> Cell:
        if source is None or not (has_words(source.text) or found[prompt.id, tag]):
            missing = _problem(
                prompt.id, tag, ProblemKind.LANGUAGE, "expected a text or a recording, found none"
            )
            return Cell(prompt=prompt.id, language=tag, state="missing", problems=(missing,))
        usual = speaking_time(markup.plain(source.text))
        problems = [*self._of_words(prompt.id, tag, source, usual)]
        for folder, path in found[prompt.id, tag]:
            measures = measured[path]
            version = version_of(folder, prompt.id, path, measures.sha256)
            problems += self._of_file(prompt.id, tag, source, path, measures, version, usual)
            is_other = version is not None and not is_same_text(version.text, source.text)
            if measures.level_dbm0 is None or (
                is_other and version is not None and version.source == "synthesis"
            ):
                continue  # it's passed over when it is played, too
            return Cell(
                prompt=prompt.id, language=tag, source=source, state="recorded", path=path,
                version=version, measures=measures, problems=tuple(problems),
            )  # fmt: skip
        if self._mute is not None:
            problems.append(_problem(prompt.id, tag, ProblemKind.SPEECH, self._mute))
        return Cell(
            prompt=prompt.id, language=tag, source=source, state="spoken",
            problems=tuple(problems),
        )  # fmt: skip

    def _of_words(
        self, id: str, tag: str, source: PromptSource, usual: float
    ) -> Iterator[PromptProblem]:
        if self._uses is not None and not self._uses.get(id):
            yield _problem(id, tag, ProblemKind.UNUSED, "nothing says it")
        if source.language is not None and code(source.language) != code(tag):
            message = f"no words of its own, said in {source.language!r}"
            yield _problem(id, tag, ProblemKind.FALLBACK, message)
        if (key := named_key(source.text)) is not None:
            message = f"the words say {key!r}, but keys are computed"
            yield _problem(id, tag, ProblemKind.KEY, message)
        if (sign := unspeakable(source.text)) is not None:
            yield _problem(id, tag, ProblemKind.WORDS, f"the words have {sign}, which nobody says")
        if usual > LONGEST:
            message = f"expected words for at most {LONGEST:.0f} s, found about {usual:.0f} s"
            yield _problem(id, tag, ProblemKind.LENGTH, message)

    def _of_file(
        self,
        id: str,
        tag: str,
        source: PromptSource,
        path: Path,
        measures: Measures,
        version: Version | None,
        usual: float,
    ) -> Iterator[PromptProblem]:
        for kind, message in _faults(path, measures, version, usual):
            yield _problem(id, tag, kind, message)
        if version is not None and not is_same_text(version.text, source.text):
            yield _problem(id, tag, *stale(version, source.text))
        if version is not None and version.text != source.text and (key := named_key(version.text)):
            message = f"{path}: what was recorded says {key!r}, but keys are computed"
            yield _problem(id, tag, ProblemKind.KEY, message)


def _listing() -> Find:
    """Find prompts in folders as they are now: one look at each, not one for each prompt."""
    listed: dict[tuple[RecordingFolder, str], Mapping[str, Path]] = {}

    def find(folder: RecordingFolder, prompt: str, language: str) -> Path | None:
        key = folder, language
        if key not in listed:
            listed[key] = folder.listing(language)
        return listed[key].get(prompt)

    return find


def spare(
    folders: Iterable[RecordingFolder], prompts: Mapping[str, Prompt]
) -> Iterator[PromptProblem]:
    """Yield recordings that no prompt plays."""
    for folder in folders:
        for id, tag, path in folder.all():
            if id not in prompts:
                yield _problem(id, tag, ProblemKind.UNUSED, f"{path}: no prompt plays it")


def _faults(
    path: Path, measures: Measures, version: Version | None, usual: float
) -> Iterator[tuple[ProblemKind, str]]:
    """What is wrong with a file as sound.

    :param usual: seconds that its words take
    """
    if measures.error:
        yield ProblemKind.FILE, measures.error
        return
    if measures.level_dbm0 is None:
        message = f"{path}: expected speech, found {measures.seconds:.1f} s of silence"
        yield ProblemKind.FILE, message
        return
    target = Level().active_dbm0
    if abs(measures.level_dbm0 - target) > TOLERANCE:
        what = "too loud" if measures.level_dbm0 > target else "too quiet"
        message = f"expected about {target:.0f} dBm0, found {measures.level_dbm0:.0f}"
        yield ProblemKind.LEVEL, f"{path}: {what}: {message}"
    clipped = max(measures.clipped, version.clipped if version else 0)
    if clipped:
        yield ProblemKind.CLIPPED, f"{path}: recorded too loud: {clipped} samples in flat tops"
    if measures.rate != SAMPLE_RATE:
        message = f"expected {SAMPLE_RATE} samples a second, found {measures.rate}"
        yield ProblemKind.RATE, f"{path}: {message}; import it, or each start converts it"
    for where, seconds in (("beginning", measures.lead), ("end", measures.tail)):
        if seconds > MOST_SILENCE:
            yield ProblemKind.SILENCE, f"{path}: {seconds:.1f} s of silence at its {where}"
    if measures.seconds > LONGEST:
        message = f"expected at most {LONGEST:.0f} s, found {measures.seconds:.0f}"
        yield ProblemKind.LENGTH, f"{path}: {message}"
    if usual > 1.0 and not PLAUSIBLE[0] <= measures.seconds / usual <= PLAUSIBLE[1]:
        message = f"expected about {usual:.1f} s for its words, found {measures.seconds:.1f}"
        yield ProblemKind.LENGTH, f"{path}: {message}"


def _tags(prompt: Prompt, languages: Sequence[str]) -> list[str]:
    """The languages that a prompt must be in, by its own tag where the region differs."""
    own = {code(tag): tag for tag in prompt.sources}
    wanted = [tag if tag in prompt.sources else own.get(code(tag), tag) for tag in languages]
    return list(dict.fromkeys(map(str, [*wanted, *prompt.sources])))


def _problem(id: str, tag: str, kind: ProblemKind, message: str) -> PromptProblem:
    return PromptProblem(prompt=id, language=tag, kind=kind, message=message)
