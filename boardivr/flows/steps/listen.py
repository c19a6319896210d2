"""``listen``: take what the caller says in his own words, until he has finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from boardivr.flows.asking import Tries
from boardivr.flows.model import Flow
from boardivr.flows.parts import Next, Retry, Say, Step
from boardivr.flows.run import Run
from boardivr.hal import Feature, Reason, Termination
from boardivr.yamlread import Keys, Mark, Name, Problem, Seconds

LONGEST = Seconds(30.0)
SILENCE = Seconds(2.0)


@dataclass(frozen=True, kw_only=True)
class Listen(Step):
    """``- listen: reason``: an answer of free length, kept as a recording.

    Unlike a message it begins without a tone, has to have speech in it, and ends soon
    after that has ended.

    :param into: variable that gets ``file``, its name, and ``seconds``
    :param longest: seconds at most
    :param silence: seconds of silence, after speech, that end it
    :param ends_on: keys that end it
    """

    kind: ClassVar[str] = "listen"
    main: ClassVar[str] = "into"
    takes_input: ClassVar[bool] = True

    into: Name
    say: Say | None = None
    longest: Seconds = LONGEST
    silence: Seconds = SILENCE
    ends_on: Keys | None = None
    no_input: Retry | None = None

    def sets(self) -> tuple[Name, ...]:
        return (self.into,)

    def check(self, flow: Flow) -> Iterator[Problem]:
        for name in ("longest", "silence"):
            if getattr(self, name) <= 0:
                message = f"expected a {name!r} of more than 0 s"
                yield Problem(at=self.at or Mark("", 1, 1), code="value", message=message)

    def perform(self, run: Run) -> Next | None:
        tries = Tries(run, self.no_input)
        while not self._take(run, tries.silence):
            leave = tries.was_silent()
            if leave is not None:
                return leave
        return None

    def _take(self, run: Run, within: float) -> bool:
        """Record once; return whether anything was said."""
        run.speak(run.spoken(self.say))
        run.channel.clear_digits()  # a key that cut the words isn't one that ends the answer
        path = run.recording_file()
        run.services.tracer.tag(self.into, path.name)
        recording = run.channel.record(path, self._until(run, within))
        run.unless_stopped(recording.reason)
        if Reason.DIGIT in recording.reason:
            run.take_key()
        if Reason.FIRST_SPEECH in recording.reason:
            path.unlink(missing_ok=True)
            run.note(heard="nothing")
            return False
        run.steps_since_key = 0
        run.inputs += 1
        seconds = round(Decimal(recording.seconds), 1)
        run.set(self.into, {"file": path.name, "seconds": seconds})
        run.note(file=path.name, seconds=seconds)
        return True

    def _until(self, run: Run, within: float) -> Termination:
        keys = self.ends_on or ""
        if Feature.SPEECH not in run.channel.features:  # silence is all that is heard
            quiet = max(within, self.silence)
            return Termination(max_time=self.longest, max_silence=quiet, digits=keys)
        return Termination(
            max_time=within + self.longest,
            first_speech=within,
            speech_end=self.silence,
            digits=keys,
        )
