"""What steps are made of: targets, branches, spoken pieces, retries; and Step itself."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from boardivr import yamlread
from boardivr.flows.expressions import Given
from boardivr.flows.values import Held
from boardivr.yamlread import Mark, Name, Node, Problem, Reader, Scalar, Seconds, near
from boardivr.yamlwords import read_keys, worded

if TYPE_CHECKING:
    from boardivr.flows.model import Flow
    from boardivr.flows.run import Run

WORDS: Final = ("hang_up", "return", "repeat", "back")
"""Targets that aren't names: end the call, leave this section, begin it again, one menu up."""


class Target(Name):
    """Where to go: a section, a menu, or one of :data:`WORDS`."""

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Target:
        name = Name.from_node(reader, node)
        return cls(name, name.at)


# what a step tells the interpreter to do next


@dataclass(frozen=True)
class Go:
    """Leave this section for another, or do what a word says."""

    target: str


@dataclass(frozen=True)
class Visit:
    """Run a section or menu, and come back."""

    target: str


@dataclass(frozen=True)
class Block:
    """Run steps in place; once per row, with the row in ``name``, if there are rows."""

    steps: Sequence[Step]
    name: str = ""
    rows: Sequence[Held] | None = None


@dataclass(frozen=True)
class HangUp:
    """End the call."""

    reason: str


Next = Go | Visit | Block | HangUp


@dataclass(frozen=True)
class Branch:
    """What to do in a case: go to a target, or do steps written in place."""

    target: Target | None = None
    steps: tuple[Step, ...] = ()

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Branch:
        if isinstance(node, yamlread.Sequence):
            return cls(steps=reader.read(node, tuple[Step, ...]))
        return cls(target=Target.from_node(reader, node))

    def next(self) -> Next:
        return Block(self.steps) if self.target is None else Go(self.target)


@dataclass(frozen=True, kw_only=True)
class Interrupt:
    """Which keys cut a prompt short."""

    is_allowed: bool
    keys: str = ""  # only these; empty for any

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Interrupt:
        text = reader.text(node, "yes, no or keys")
        if text in ("yes", "no", "true", "false"):
            return cls(is_allowed=text in ("yes", "true"))
        if not re.fullmatch(r"[0-9*#A-D]+", text):
            raise reader.invalid(node, f"expected yes, no or keys, found {text!r}")
        return cls(is_allowed=True, keys=text)


@dataclass(frozen=True, kw_only=True)
class Retry:
    """What happens when the caller says nothing, or something that doesn't fit.

    Each key left out is as in ``defaults``.

    :param after: seconds of silence that count as no input
    :param tries: at the so-manieth time ``then`` happens
    :param say: said before it is tried again
    :param rounds: said instead, in the first round, the second …; the last one from then on
    """

    after: Seconds | None = None
    tries: int | None = None
    say: Say | None = None
    rounds: tuple[Say, ...] = ()
    then: Branch | None = None

    def words(self, count: int) -> Say | None:
        """Return what is said at the so-manieth time, counted from one."""
        return self.rounds[min(count, len(self.rounds)) - 1] if self.rounds else self.say

    def or_else(self, other: Retry | None) -> Retry:
        """Return this with what it leaves out from another."""
        if other is None:
            return self
        return Retry(
            after=self.after if self.after is not None else other.after,
            tries=self.tries if self.tries is not None else other.tries,
            say=self.say if self.say or self.rounds else other.say,
            rounds=self.rounds if self.say or self.rounds else other.rounds,
            then=self.then or other.then,
        )


SPOKEN: Final = (
    "text",
    "number",
    "ordinal",
    "digits",
    "money",
    "percent",
    "date",
    "time",
    "phone",
    "duration",
)
"""How a value can be said."""


@dataclass(frozen=True, kw_only=True)
class SayPiece:
    """One piece of what is said: a prompt, a value in one of the ways of :data:`SPOKEN`, a pause.

    :param yao: Chinese says 1 in a telephone number as 幺, not as 一
    :param language: say this piece in another language than the call's
    """

    prompt: Name | None = None
    kind: str = ""
    value: Given | None = None
    currency: Given | None = None
    yao: bool = True
    pause: Seconds | None = None
    language: Name | None = None
    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> SayPiece:
        if isinstance(node, Scalar):
            return cls(prompt=Name.from_node(reader, node), at=node.at)
        pairs = list(reader.pairs(node))
        first = pairs[0][0].text if pairs else ""
        if first not in ("say", "pause", *SPOKEN):
            hint = near(first, ("say", "pause", *SPOKEN))
            message = f"expected a prompt or a way to say a value first, found {first!r}"
            raise reader.invalid(node, message, hint)
        shape = _PieceShape if first in ("say", "pause") else _ValueShape
        if shape is _ValueShape:
            kind, pairs = (
                first,
                [(Scalar(at=pairs[0][0].at, text="value"), pairs[0][1]), *pairs[1:]],
            )
            read = reader.record_of(node, pairs, _ValueShape)
            return cls(
                kind=kind,
                value=read.value,
                currency=read.currency,
                yao=read.yao,
                language=read.language,
                at=node.at,
            )
        piece = reader.record_of(node, pairs, _PieceShape)
        return cls(prompt=piece.say, pause=piece.pause, language=piece.language, at=node.at)


@dataclass(frozen=True, kw_only=True)
class _PieceShape:
    say: Name | None = None
    pause: Seconds | None = None
    language: Name | None = None


@dataclass(frozen=True, kw_only=True)
class _ValueShape:
    value: Given
    currency: Given | None = None
    yao: bool = True
    language: Name | None = None


@dataclass(frozen=True)
class Say:
    """What is said: one piece, or a list of them."""

    pieces: tuple[SayPiece, ...]

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Say:
        if isinstance(node, yamlread.Sequence):
            return cls(reader.read(node, tuple[SayPiece, ...]))
        return cls((SayPiece.from_node(reader, node),))


@dataclass(frozen=True, kw_only=True)
class Way:
    """A branch that a step or menu may take, for checks.

    :param is_silent: it may be taken without a key from the caller
    :param is_late: it is taken after the step has set its variables
    """

    branch: Branch
    is_silent: bool
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that a flow does. A kind of step is a subclass in a file of its own.

    :cvar kind: its word in a flow; empty for what is no kind itself
    :cvar main: the key that the word's own value is for, as in ``- play: welcome``
    :cvar takes_mapping: a mapping after the word is ``main``'s value, not more keys
    :cvar takes_input: it waits for the caller, so a loop through it is no runaway
    :cvar leaves: what is written after it can't be reached
    :cvar late: keys that are looked at after it has set its variables
    :cvar words: built-in words that it says, by id (:mod:`boardivr.flows.words`)
    :cvar shows: keys whose values are shown to someone, where a secret must not be
    """

    kind: ClassVar[str] = ""
    main: ClassVar[str] = ""
    takes_mapping: ClassVar[bool] = False
    takes_input: ClassVar[bool] = False
    leaves: ClassVar[bool] = False
    late: ClassVar[tuple[str, ...]] = ()
    shows: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[tuple[str, ...]] = ()

    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Step:
        """Read a step: its word first, then its keys, beside the word or under it."""
        from boardivr.flows.steps import kinds

        word, value, rest = worded(reader, node, "play: welcome")
        kind = kinds().get(word.text)
        if kind is None:
            hint = near(word.text, kinds())
            raise reader.invalid(word, f"unknown step {word.text!r}", hint, "unknown-step")
        return kind.from_pairs(reader, word, value, rest)

    @classmethod
    def from_pairs(
        cls, reader: Reader, word: Scalar, value: Node | None, rest: list[tuple[Scalar, Node]]
    ) -> Step:
        step: Step = read_keys(reader, cls, word, value, rest)
        return step

    def sets(self) -> tuple[Name, ...]:
        """Return the variables that it sets when it succeeds."""
        return ()

    def goes_on(self) -> bool:
        """Return whether the step after it may follow, not counting branches."""
        return not self.leaves

    def ways(self, flow: Flow) -> Iterator[Way]:
        """Yield the branches that it may take, with those of the defaults."""
        for f in dataclasses.fields(self):
            value, is_late = getattr(self, f.name), f.name in self.late
            if f.name in ("no_input", "no_match"):
                value = (value or Retry()).or_else(getattr(flow.defaults, f.name))
                value = value.or_else(Retry(then=_HANG_UP))
            branches = value.values() if isinstance(value, dict) else [value]
            for branch in (b.then if isinstance(b, Retry) else b for b in branches):
                if isinstance(branch, Branch):
                    is_silent = not self.takes_input or f.name == "no_input"
                    yield Way(branch=branch, is_silent=is_silent, is_late=is_late)

    def said_words(self) -> tuple[str, ...]:
        """Return the ids of the built-in words that it says."""
        return self.words

    def check(self, flow: Flow) -> Iterator[Problem]:
        """Find what is wrong with this step beyond what the general rules see."""
        return iter(())

    def perform(self, run: Run) -> Next | None:
        """Do it.

        :return: what comes next; None for the step after it
        :raises CallEnded: the far end hung up
        :raises FlowFault: it can't be done
        """
        raise NotImplementedError


_HANG_UP = Branch(target=Target("hang_up", Mark("", 1, 1)))
