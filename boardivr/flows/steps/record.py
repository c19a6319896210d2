"""``record``: take a message from the caller into a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from boardivr.flows.model import Flow
from boardivr.flows.parts import Say, Step
from boardivr.flows.run import Run
from boardivr.hal import Reason, Termination
from boardivr.yamlread import Keys, Mark, Name, Problem, Seconds

LONGEST = Seconds(60.0)
SILENCE = Seconds(5.0)


@dataclass(frozen=True, kw_only=True)
class Record(Step):
    """``- record: message``: what the caller says, until he is silent or presses a key.

    :param into: variable that gets ``file``, its name, and ``seconds``
    :param longest: seconds at most
    :param silence: seconds of silence that end it
    :param ends_on: keys that end it
    :param beep: the tone before it
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

    def sets(self) -> tuple[Name, ...]:
        return (self.into,)

    def check(self, flow: Flow) -> Iterator[Problem]:
        for name in ("longest", "silence"):
            if getattr(self, name) <= 0:
                message = f"expected a {name!r} of more than 0 s"
                yield Problem(at=self.at or Mark("", 1, 1), code="value", message=message)

    def perform(self, run: Run) -> None:
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
        if Reason.DIGIT in recording.reason:
            run.take_key()
        seconds = round(Decimal(recording.seconds), 1)
        run.set(self.into, {"file": path.name, "seconds": seconds})
        run.note(seconds=seconds)
