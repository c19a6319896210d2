"""What steps that play have in common: what cuts it short, where it begins, who winds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from boardivr.flows.model import Flow
from boardivr.flows.parts import Interrupt, Step
from boardivr.flows.run import Run
from boardivr.flows.tape import Tape, TapeKeys
from boardivr.hal import Clip, Reason
from boardivr.yamlread import Keys, Problem, Seconds


@dataclass(frozen=True, kw_only=True)
class Playing(Step):
    """A step that plays.

    :param interrupt: which keys cut it short
    :param typeahead: ``drop`` forgets keys pressed before it, so that it is heard
    :param start: seconds of it that are passed over
    :param keys: with which the caller winds it; other keys do nothing while it plays
    """

    interrupt: Interrupt | None = None
    typeahead: Literal["keep", "drop"] | None = None
    start: Seconds | None = None
    keys: TapeKeys | None = None

    def check(self, flow: Flow) -> Iterator[Problem]:
        if self.keys is None or self.at is None:
            return
        taken: set[str] = set()
        for key, deed in _written(self.keys):
            if len(key) != 1:
                message = f"expected one key, found {str(key)!r}"
                yield Problem(at=key.at, code="value", message=message)
            elif str(key) in taken:
                message = f"key {key} of {deed!r} does something else already"
                yield Problem(at=key.at, code="key-clash", message=message)
            taken.add(str(key))
        if not taken:
            yield Problem(at=self.at, code="unused-option", message="'keys' names no key")
        if self.interrupt is not None:
            message = "'interrupt' has no effect beside 'keys'"
            hint = "let a key end it with 'keys: {stop: \"#\"}'"
            yield Problem(at=self.at, code="unused-option", message=message, hint=hint)

    def drop_keys(self, run: Run) -> None:
        """Forget what was typed ahead, if that is wanted."""
        if (self.typeahead or run.flow.defaults.typeahead) == "drop":
            run.channel.clear_digits()

    def play(self, run: Run, clips: Sequence[Clip]) -> None:
        """Play clips from where it begins; the caller winds them if he can."""
        tape = Tape(clips, self.start or 0.0)
        if self.keys is None:
            run.play(tape.rest(), self.interrupt)
        else:
            _wind(run, tape, self.keys)


def _written(keys: TapeKeys) -> Iterator[tuple[Keys, str]]:
    for name in ("back", "forward", "louder", "softer", "stop"):
        if (key := getattr(keys, name)) is not None:
            yield key, name


def _wind(run: Run, tape: Tape, keys: TapeKeys) -> None:
    wound = []
    clock, deeds = run.channel.clock, keys.deeds
    until = Interrupt(is_allowed=True, keys="".join(deeds))
    while rest := tape.rest():
        began = clock.now()
        if Reason.DIGIT not in run.play(rest, until):
            run.channel.clear_digits()  # the keys that did nothing
            break
        tape.position = min(tape.position + clock.now() - began, tape.seconds)
        deed = deeds.get(run.take_key() or "")
        if deed == "stop":
            break
        if deed is not None:
            tape.wind(deed, keys)
            wound.append(f"{deed} to {tape.position:.1f} s, {tape.gain_db:+g} dB")
    if wound:
        run.note(wound="; ".join(wound))
