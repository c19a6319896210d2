"""Recording prompts by telephone: a speaker is walked through them, one after the other.

He hears what to say, says it after the tone, hears how it sounds to callers, and keeps
it, or says it again. What he has kept is played to callers from then on; hanging up loses
only what he hasn't kept.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal, Protocol

from boardivr.hal import CallEnded, Channel, Reason, Termination
from boardivr.hal.types import SAMPLE_RATE, Clip, Encoding
from boardivr.media import g711, riff
from boardivr.media.audiofile import AudioFileError, read_samples
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.history import Version
from boardivr.prompts.importing import Prepared, prepare, take_in
from boardivr.prompts.languages import code
from boardivr.prompts.pieces import Number, Piece, Text
from boardivr.prompts.wording import speaking_time

log = logging.getLogger(__name__)

KEEP, HEAR, AGAIN, SKIP, FINISH = "1", "2", "3", "*", "0"
KEY_TAIL = 0.1  # seconds: the tone of the key that ends a take, until it is recognised
SILENCE = 3.0  # seconds that end a take
LONGEST = 120.0  # seconds of a take
PATIENCE = 10.0  # seconds for a key
ROUNDS = 3  # without a key or a good take, after which nobody is there
TOO_SHORT = 0.35  # of the time that its words usually take

Name = Literal["take", "first", "choose", "silent", "short", "clipped", "kept", "done"]

WORDS: Final[Mapping[str, Mapping[Name, str]]] = {
    "en": {
        "first": "After the tone, say what you have just heard, then press hash. To skip it, "
        "press star. To finish, press zero.",
        "take": "Say:",
        "choose": "To keep it, press one. To hear it again, press two. To say it again, press "
        "three.",
        "silent": "Nothing was heard. Once more.",
        "short": "That was too short for its words. Once more.",
        "clipped": "That was too loud. Keep away from the microphone a little. Once more.",
        "kept": "Kept.",
        "done": "That is all. Thank you. Goodbye.",
    },
    "zh": {
        "first": "听到提示音后，请照着说一遍，说完按井号键。跳过请按星号键，结束请按零。",
        "take": "请说：",
        "choose": "保留请按一，重听请按二，重录请按三。",
        "silent": "没有听到声音，请再说一遍。",
        "short": "录音太短，请再说一遍。",
        "clipped": "声音太大，请离话筒远一些，再说一遍。",
        "kept": "已保留。",
        "done": "全部完成，谢谢，再见。",
    },
}
"""What the booth says, by language code."""


class Voice(Protocol):
    """Speaks: the prompt library."""

    def clips(self, pieces: Sequence[Piece], language: str) -> list[Clip]: ...


@dataclass(frozen=True, kw_only=True)
class Task:
    """Words to be recorded."""

    prompt: str
    language: str
    text: str


@dataclass
class Session:
    """What came of it.

    :param ending: all was gone through, the speaker finished it, hung up, or fell silent
    """

    kept: list[Version] = field(default_factory=list)
    skipped: list[Task] = field(default_factory=list)
    ending: Literal["done", "finished", "hung up", "silent"] = "hung up"


class _Finished(Exception):
    """The speaker goes, or has gone."""

    def __init__(self, ending: Literal["finished", "silent"]) -> None:
        super().__init__(ending)
        self.ending = ending


class Booth:
    """Records prompts on a channel that is connected.

    :param language: that the speaker is spoken to in
    :param who: the speaker, for the history
    :param wall: the date and time
    :param tell: called with each version that was kept
    """

    def __init__(
        self,
        channel: Channel,
        voice: Voice,
        folder: RecordingFolder,
        *,
        language: str,
        who: str,
        wall: Callable[[], datetime],
        tell: Callable[[Version], None] = lambda version: None,
    ) -> None:
        self._channel = channel
        self._voice = voice
        self._folder = folder
        self._language = language
        self._who = who
        self._wall = wall
        self._tell = tell

    def run(self, tasks: Sequence[Task]) -> Session:
        """Go through prompts; the speaker may hang up at any time."""
        session = Session()
        try:
            self._run(tasks, session)
            session.ending = "done"
        except _Finished as finished:
            session.ending = finished.ending
        except CallEnded:
            session.ending = "hung up"
        else:
            with suppress(CallEnded):
                self._say("done")
        return session

    def _run(self, tasks: Sequence[Task], session: Session) -> None:
        for number, task in enumerate(tasks, 1):
            version = self._record(task, number, is_first=number == 1)
            if version is None:
                session.skipped.append(task)
                continue
            session.kept.append(version)
            self._tell(version)
            self._say("kept")

    def _record(self, task: Task, number: int, *, is_first: bool) -> Version | None:
        """Record one prompt until it is kept; None where it was skipped."""
        complaint: Name | None = None
        takes = 0
        while takes < ROUNDS:
            if not self._ask_for(task, number, is_first=is_first, complaint=complaint):
                return None
            with tempfile.TemporaryDirectory() as place:
                content = self._take(Path(place, f"{task.prompt}.wav"))
            prepared, complaint = _judged(task, content)
            if prepared is None:
                takes += 1
                continue
            takes, key = 0, self._choose(prepared)
            if key == SKIP:
                return None
            if key == KEEP:
                return self._keep(task, prepared, content)
        raise _Finished("silent")

    def _ask_for(self, task: Task, number: int, *, is_first: bool, complaint: Name | None) -> bool:
        """Say what is to be said; False where the speaker skips it."""
        clips = [*self._clips(complaint)] if complaint else []
        clips += self._voice.clips([Number(Decimal(number))], self._language)
        clips += self._clips("take") + self._voice.clips([Text(task.text)], task.language)
        clips += self._clips("first") if is_first and complaint is None else []
        self._channel.clear_digits()
        if self._channel.play(*clips) is Reason.END_OF_DATA:
            return True
        key = self._key()
        if key == FINISH:
            raise _Finished("finished")
        return key != SKIP

    def _take(self, path: Path) -> bytes:
        """Record once; return a file's bytes, without the key at its end."""
        until = Termination(digits="#*", max_silence=SILENCE, max_time=LONGEST)
        recording = self._channel.record(path, until, beep=True)
        samples, _ = read_samples(path)
        if Reason.DIGIT in recording.reason:
            self._key()
            samples = samples[: max(len(samples) - int(KEY_TAIL * SAMPLE_RATE), 1)]
        data = g711.encode(samples, Encoding.LINEAR)
        return riff.build_wave(data, kind=riff.PCM, bits=16, rate=SAMPLE_RATE)

    def _choose(self, prepared: Prepared) -> str:
        """Play a take as callers hear it, and ask what becomes of it."""
        take = Clip(data=_alaw(prepared), encoding=Encoding.ALAW, name="take")
        is_to_hear = True
        for _ in range(ROUNDS):
            clips = ([take] if is_to_hear else []) + self._clips("choose")
            self._channel.play(*clips)
            key = self._key()
            if key == FINISH:
                raise _Finished("finished")
            if key in (KEEP, AGAIN, SKIP):
                return key
            is_to_hear = key == HEAR
        raise _Finished("silent")

    def _keep(self, task: Task, prepared: Prepared, content: bytes) -> Version:
        return take_in(
            self._folder, prepared, prompt=task.prompt, language=task.language, text=task.text,
            source="phone", who=self._who, when=self._wall(), voice=self._who,
            original=(f"{task.prompt}.wav", content),
        )  # fmt: skip

    def _key(self) -> str:
        """Take one key; nothing where none comes."""
        return self._channel.get_digits(Termination(max_digits=1, first_digit=PATIENCE)).keys

    def _say(self, name: Name) -> None:
        self._channel.play(*self._clips(name))

    def _clips(self, name: Name) -> list[Clip]:
        words = WORDS.get(code(self._language), WORDS["en"])
        return self._voice.clips([Text(words[name])], self._language)


def booth_language(tags: Sequence[str]) -> str:
    """Return the first language that the booth speaks; English where there is none."""
    return next((tag for tag in tags if code(tag) in WORDS), "en")


def _judged(task: Task, content: bytes) -> tuple[Prepared | None, Name | None]:
    """A take as callers would hear it; or what is wrong with it."""
    try:
        prepared = prepare(Path(f"{task.prompt}.wav"), content)
    except AudioFileError as error:
        log.info("%s@%s: %s", task.prompt, task.language, error)
        return None, "silent"
    if prepared.clipped:
        return None, "clipped"
    if prepared.seconds < TOO_SHORT * speaking_time(task.text):
        return None, "short"
    return prepared, None


def _alaw(prepared: Prepared) -> bytes:
    return riff.parse_wave(prepared.audio).data
