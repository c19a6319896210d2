"""``record``: take a message from the caller into a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from boardivr.flows.choosing import Manner, Offer, choose
from boardivr.flows.model import Flow
from boardivr.flows.parts import Next, Retry, Say, Step, Way
from boardivr.flows.run import Run
from boardivr.hal import Reason, Termination
from boardivr.yamlread import Keys, Mark, Name, Problem, Seconds

LONGEST = Seconds(60.0)
SILENCE = Seconds(5.0)


RECORDED = ("file", "seconds")
"""The fields of its variable."""

REVIEW = ("record_hear", "record_again", "record_keep")


@dataclass(frozen=True, kw_only=True)
class Record(Step):
    """``- record: message``: what the caller says, until he is silent or presses a key.

    :param into: variable that gets ``file``, its name, and ``seconds``
    :param longest: seconds at most
    :param silence: seconds of silence that end it
    :param ends_on: keys that end it
    :param beep: the tone before it
    :param review: he can hear it, record it again, or keep it; who hangs up keeps it
    """

    kind: ClassVar[str] = "record"
    main: ClassVar[str] = "into"
    takes_input: ClassVar[bool] = True

    into: Name
    say: Say | None = None
    longest: Seconds = LONGEST
    silence: Seconds = SILENCE
    ends_on: Keys | None = None
    beep: bool = True
    review: bool = False
    no_input: Retry | None = None
    no_match: Retry | None = None

    def sets(self) -> tuple[Name, ...]:
        return (self.into,)

    def said_words(self) -> tuple[str, ...]:
        return REVIEW if self.review else ()

    def ways(self, flow: Flow) -> Iterator[Way]:
        # He has left a message before he can be silent about it.
        for way in super().ways(flow) if self.review else ():
            yield Way(branch=way.branch, is_silent=way.is_silent, is_late=True)

    def check(self, flow: Flow) -> Iterator[Problem]:
        at = self.at or Mark("", 1, 1)
        for name in ("longest", "silence"):
            if getattr(self, name) <= 0:
                message = f"expected a {name!r} of more than 0 s"
                yield Problem(at=at, code="value", message=message)
        for name in ("no_input", "no_match"):
            if getattr(self, name) is not None and not self.review:
                message = f"{name!r} has no effect without 'review: yes'"
                yield Problem(at=at, code="unused-option", message=message)

    def perform(self, run: Run) -> Next | None:
        takes: list[str] = []
        while True:
            path = self._take(run, takes)
            chosen = self._reviewed(run, path.name) if self.review else "record_keep"
            if chosen == "record_again":
                path.unlink(missing_ok=True)  # he doesn't want it to be kept
                continue
            return None if isinstance(chosen, str) else chosen

    def _take(self, run: Run, takes: list[str]) -> Path:
        """Record once; return the file.

        :param takes: seconds of each; a ``+`` where a key ended it; for a replay
        """
        run.speak(run.spoken(self.say))
        run.channel.clear_digits()  # a key that cut the words isn't one that ends the message
        path = run.recording_file()
        # Before it is recorded: whoever hangs up at its end has left a message, too.
        run.services.tracer.tag(self.into, path.name)
        run.note(file=path.name)
        recording = run.channel.record(
            path,
            Termination(max_time=self.longest, max_silence=self.silence, digits=self.ends_on or ""),
            beep=self.beep,
        )
        run.unless_stopped(recording.reason)
        by_key = Reason.DIGIT in recording.reason
        if by_key:
            run.take_key()
        seconds = round(Decimal(recording.seconds), 1)
        takes.append(f"{seconds}+" if by_key else str(seconds))
        run.set(self.into, {"file": path.name, "seconds": seconds})
        run.note(seconds=seconds, takes=" ".join(takes))
        return path

    def _reviewed(self, run: Run, name: str) -> str | Next:
        """Let him hear it as often as he likes; return what becomes of it."""
        offers = [Offer(id=word, say=run.words(word)) for word in REVIEW]
        manner = Manner(no_input=self.no_input, no_match=self.no_match)
        while True:
            chosen = choose(run, (), offers, manner)
            run.note(chosen=chosen if isinstance(chosen, str) else "nothing")
            if chosen != "record_hear":
                return chosen
            clip = run.message(name)
            if clip is not None and clip.data:
                run.play([clip])
