"""What a trace has of a call, to run the call along it; and the first thing that differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from boardivr.calls.masking import masked
from boardivr.calls.record import TraceStep
from boardivr.customer import PinVerdict, Value
from boardivr.flows.interpreter import Interpreter
from boardivr.flows.parts import Next, Step
from boardivr.flows.values import MASK
from boardivr.flows.visit import MenuVisit
from boardivr.hal import Encoding
from boardivr.hal.types import SAMPLE_RATE

MADE_UP = "2718281828459045235360287471"
"""Digits for keys that aren't in the trace; as a PIN they aren't easy."""

ASIDE = frozenset({"took", "keyed", "wound", "takes"})
"""Details that differ from run to run, or that only a replay needs."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where a replay went another way.

    :param step: its number in the trace
    :param then: what the trace has; None where it had ended
    :param now: what the replay did; None where it ended
    """

    step: int
    what: str
    then: str | None
    now: str | None

    def __str__(self) -> str:
        return f"step {self.step}, {self.what}: then {self.then!r}, now {self.now!r}"


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """
    :param made_up: steps with keys that weren't in the trace
    :param heard: on a board: the call as the telephone at the far end knows it
    """

    steps: int
    made_up: tuple[int, ...]
    difference: Difference | None
    heard: tuple[str, ...] = ()


class Differs(Exception):
    def __init__(self, difference: Difference) -> None:
        super().__init__(str(difference))
        self.difference = difference


class Tape:
    """The recorded steps, one at a time; a :class:`boardivr.flows.services.Tracer`.

    :param aside: details that are not compared, besides :data:`ASIDE`
    """

    def __init__(self, steps: Sequence[TraceStep], aside: frozenset[str] = frozenset()) -> None:
        self._steps = steps
        self._aside = ASIDE | aside
        self.number = 0  # of the step that runs
        self.made_up: list[int] = []
        self.keys: Iterator[str] = iter(())
        self.takes: Iterator[str] = iter(())
        self.verdicts: Iterator[PinVerdict] = iter(())

    @property
    def detail(self) -> Mapping[str, Value]:
        return self.now.detail

    @property
    def now(self) -> TraceStep:
        return self._steps[self.number - 1]

    def begin(self, name: str) -> None:
        """Go to the next recorded step."""
        if self.number == len(self._steps):
            self.differs("a further step", None, name)
        self.number += 1
        if self.now.name != name:
            self.differs("step", self.now.name, name)
        self.keys = self._taped_keys()
        self.takes = iter(str(self.detail.get("takes", "")).split())
        wrong = self.detail.get("refused")
        count = wrong if isinstance(wrong, int) and not isinstance(wrong, bool) else 0
        last = PinVerdict.LOCKED if self.detail.get("locked") else PinVerdict.WRONG
        verdicts = [PinVerdict.WRONG] * (count - 1) + [last] * (count > 0)
        self.verdicts = iter([*verdicts, PinVerdict.RIGHT])

    def step(self, name: str, detail: Mapping[str, Value]) -> None:
        """Compare a step that was done with the recorded one."""
        now, then = masked(detail), self.detail
        aside = self._aside | ({"said"} if name == "send" else set())  # what is said while it waits
        if "speech" in then:  # keyed instead: nobody has kept what he said
            aside |= {"speech", "sure", "confirmed", "said"}
        if self.number in self.made_up:
            aside |= {"heard", "said"}  # keys that were read back are said
        for key in sorted({*now, *then} - aside):
            if str(then.get(key)) != str(now.get(key)):
                self.differs(key, _text(then.get(key)), _text(now.get(key)))

    def must_be_over(self) -> None:
        """The flow has ended; so must the trace have."""
        if self.number < len(self._steps):
            self.number += 1
            self.differs("a further step", self.now.name, None)

    def identified(self, customer: str, language: str | None = None) -> None:
        """The record has it."""

    def path(self, choice: str) -> None:
        """The record has it."""

    def tag(self, name: str, value: Value) -> None:
        """The record has it."""

    def differs(self, what: str, then: str | None, now: str | None) -> None:
        raise Differs(Difference(step=self.number, what=what, then=then, now=now))

    def _taped_keys(self) -> Iterator[str]:
        """Yield what each wait of the step gave; a ``+`` ends it where a key ended the input."""
        waits = str(self.detail.get("keyed", "")).split()
        inputs = [number for number, wait in enumerate(waits, 1) if not wait.startswith("=")]
        for number, wait in enumerate(waits, 1):
            if wait.startswith("="):
                yield wait[1:]
                continue
            count = int(wait.rstrip("+"))
            yield self._keys(count, number == inputs[-1]) + wait[len(wait.rstrip("+")) :]

    def _keys(self, count: int, is_last: bool) -> str:
        heard = str(self.detail.get("heard", ""))
        if count == 0:
            return ""
        whole = len(heard) == count and heard != MASK and re.fullmatch(r"[0-9A-D*#]+", heard)
        if is_last and whole:
            return heard
        self.made_up.append(self.number)
        end = heard[1:] if is_last and heard.startswith("…") else ""
        return MADE_UP[: count - len(end)] + end


class Replayer(Interpreter):
    """Runs the flow step by step along the tape."""

    tape: Tape

    def _traced(self, name: str, what: Step | MenuVisit) -> Next | None:
        self.tape.begin(name)
        if name == "play_back" and "missing" not in self.tape.detail:
            self._have_message(str(self.tape.detail.get("file", "")))
        self._begun()
        return super()._traced(name, what)

    def _begun(self) -> None:
        """The tape is at the step that is to be done."""

    def _have_message(self, name: str) -> None:
        """Have a message of an earlier call there, as it was there then."""
        from boardivr.media.audiofile import write_wav

        folder = self.state.recordings
        if folder is not None and re.fullmatch(r"[\w-]+\.wav", name):
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / name).exists():
                write_wav(folder / name, bytes(SAMPLE_RATE), Encoding.LINEAR)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
