"""The caller of a test: does its steps, on whatever line.

It is a generator that asks its line for one thing after another (:class:`Until`,
:class:`Keys`, :class:`Voice`, :class:`HungUp`) and is told what came of it. So the same
caller works on a telephone of the loopback board and on the interpreter alone.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from boardivr.hal.loopback.telephone import Heard
from boardivr.testing import acts
from boardivr.testing.hosts import ScriptedHosts
from boardivr.testing.listening import MenuReader, clips, find
from boardivr.yamlread import Mark, Name

QUIET = 0.6
"""Seconds of silence after which all has been said; longer than a pause in a menu."""

SHOWN = 4
"""Clips that a failure tells; the transcript has all."""

LONGEST_CLIP = 120.0
"""Seconds that a clip takes at most."""

SILENT_FOR = 600.0
"""Seconds that a caller who has nothing left to do stays on the line."""


@dataclass(frozen=True)
class Until:
    """Wait until something holds, or so many seconds; answered with whether it holds."""

    ready: Callable[[], bool]
    seconds: float


@dataclass(frozen=True)
class Keys:
    """Press keys; answered with whether the call was still up."""

    keys: str


@dataclass(frozen=True)
class Voice:
    """Speak; answered as :class:`Keys`.

    :param language: of the words; None: the call's
    """

    words: str
    language: str | None = None


@dataclass(frozen=True)
class FaxSent:
    """Send pages as a fax machine; answered with whether they were taken.

    :param good: it falls silent after so many
    """

    pages: int
    good: int


@dataclass(frozen=True)
class FaxTaken:
    """Press the start button to take a fax; answered with whether so many pages came."""

    pages: int


@dataclass(frozen=True)
class HungUp:
    """Put the handset down."""


Request = Until | Keys | Voice | FaxSent | FaxTaken | HungUp
Acting = Generator[Request, bool, None]


class Line(Protocol):
    """What a caller knows of his line.

    :param log: what happened at his end, as :class:`boardivr.hal.loopback.Telephone` has it
    """

    @property
    def log(self) -> Sequence[Heard]: ...

    @property
    def is_over(self) -> bool:
        """Whether the other side has hung up."""
        ...


class Mismatch(AssertionError):
    """Something else was heard, or happened, than a test expects.

    :param since: the place in the log from which on it was looked for
    """

    def __init__(self, at: Mark | None, expected: str, found: str, since: int | None) -> None:
        super().__init__(f"expected {expected}; {found}")
        self.at = at
        self.expected = expected
        self.found = found
        self.since = since


class Caller:
    """Does the steps of one test.

    :param reader: reads menus, once the flow runs
    :param stands_for: what ``$card``, ``$pin`` and ``$ani`` are
    """

    def __init__(
        self,
        steps: Sequence[acts.Act],
        line: Line,
        *,
        prompts: frozenset[str],
        reader: Callable[[], MenuReader],
        hosts: ScriptedHosts,
        stands_for: dict[str, str],
    ) -> None:
        self._steps = steps
        self._line = line
        self._prompts = prompts
        self._reader = reader
        self._hosts = hosts
        self._stands_for = stands_for
        self._mark = 0  # what of the log has been waited for
        self._pressed = 0  # where the log was when a key was pressed last
        self._asked = 0  # what of the hosts' traffic has been looked at

    def act(self) -> Acting:
        """Do all steps; then stay on the line, silent, until the other side hangs up.

        :raises Mismatch: the first thing that isn't as expected
        """
        for step in self._steps:
            yield from self._do(step)
            if isinstance(step, acts.HangUp):
                return
        yield Until(lambda: self._line.is_over, SILENT_FOR)

    def _do(self, step: acts.Act) -> Acting:
        match step:
            case acts.Hear():
                for words in step.what.words:
                    yield from self._hear(step, words)
            case acts.HearMenu():
                yield from self._hear_menu(step)
            case acts.NotHeard():
                yield from self._not_heard(step)
            case acts.Press():
                yield from self._press(step)
            case acts.Wait():
                yield Until(lambda: self._line.is_over, step.time)
            case acts.Talk():
                if not (yield self._talk(step)):
                    raise Mismatch(step.at, "to speak", "the call was over", None)
            case acts.HostStep():
                yield from self._host(step)
            case acts.SendFax():
                good = step.pages if step.breaks_after is None else step.breaks_after
                if not (yield FaxSent(step.pages, good)):
                    found = "another number was, or none"
                    raise Mismatch(step.at, f"{good} pages to be taken", found, self._mark)
            case acts.TakeFax():
                if not (yield FaxTaken(step.pages)):
                    found = "another number of pages came, or none"
                    raise Mismatch(step.at, f"{step.pages} pages to come", found, self._mark)
            case acts.HangUp():
                yield HungUp()
            case _:
                raise TypeError(f"no caller can do {step.kind!r}")

    # hearing

    def _hear(self, step: acts.Hear, words: str) -> Acting:
        line, place = self._line, None

        def is_heard() -> bool:
            nonlocal place
            place = find(line.log, words, self._prompts, self._mark)
            return place is not None or line.is_over

        yield Until(is_heard, step.within)
        if place is None:
            raise Mismatch(step.at, f"to hear {words!r}", self._what_was_heard(), self._since)
        self._mark = place + 1
        if step.whole:
            entry = line.log[place]
            yield Until(lambda: entry.is_whole or line.is_over, entry.seconds + step.within)
            if not entry.is_whole:
                found = f"heard {entry.seconds:.1f} s of it"
                raise Mismatch(step.at, f"to hear the whole of {words!r}", found, place)

    def _hear_menu(self, step: acts.HearMenu) -> Acting:
        expected = {str(key): str(id) for key, id in step.choices.items()}
        reader = self._reader()
        heard: dict[str, str] = {}
        end = self._mark
        while not heard:
            yield from self._until_quiet()
            heard, end = reader.read(self._line.log, self._mark)
            if not heard:
                has_more = yield Until(self._has_more(), step.within)
                if not has_more or self._line.is_over:
                    break
        if list(heard.items()) != list(expected.items()):
            found = f"heard {_menu(heard)}" if heard else self._what_was_heard()
            raise Mismatch(step.at, f"the menu {_menu(expected)}", found, self._since)
        self._mark = end

    def _not_heard(self, step: acts.NotHeard) -> Acting:
        yield from self._until_quiet()
        for words in step.what.words:
            place = find(self._line.log, words, self._prompts, self._pressed)
            if place is not None:
                heard = self._line.log[place]
                found = f"heard {heard.text or heard.name!r}"
                raise Mismatch(step.at, f"not to hear {words!r}", found, place)

    def _until_quiet(self) -> Acting:
        """Wait until all is said."""
        line = self._line
        while not line.is_over:
            last = next((e for e in reversed(line.log) if e.what == "heard"), None)
            if last is not None:
                # A clip that a key has cut doesn't get whole: it isn't waited for for long.
                yield Until(partial(_is_whole, last, line), 1.0 if last.seconds else LONGEST_CLIP)
            if not (yield Until(self._has_more(), QUIET)):
                return

    def _has_more(self) -> Callable[[], bool]:
        line, known = self._line, len(self._line.log)
        return lambda: len(line.log) > known or line.is_over

    @property
    def _since(self) -> int:
        """The place in the log of what was heard instead of what is looked for."""
        return max(self._mark, self._pressed)

    def _what_was_heard(self) -> str:
        heard = [entry.text or entry.name for _, entry in clips(self._line.log, self._since)]
        if heard:
            return f"heard {' / '.join(heard[:SHOWN])}{' …' if len(heard) > SHOWN else ''}"
        return "heard nothing: the call was over" if self._line.is_over else "heard nothing"

    # doing

    def _talk(self, step: acts.Talk) -> Voice:
        self._pressed = len(self._line.log)
        return Voice(step.words, None if step.language is None else str(step.language))

    def _press(self, step: acts.Press) -> Acting:
        keys = str(step.keys)
        for name, value in self._stands_for.items():
            keys = keys.replace(name, value)
        if "$" in keys:
            raise Mismatch(step.at, f"the customer to have {keys!r}", "he has none", None)
        self._pressed = len(self._line.log)
        if not (yield Keys(keys)):
            raise Mismatch(step.at, f"to press {keys}", "the call was over", self._mark)

    def _host(self, step: acts.HostStep) -> Acting:
        asked = self._hosts.asked
        place: int | None = None

        def is_asked() -> bool:
            nonlocal place
            wanted = range(self._asked, len(asked))
            place = next((n for n in wanted if asked[n].txn == step.txn), None)
            return place is not None or self._line.is_over

        yield Until(is_asked, acts.PATIENCE)
        if place is None:
            others = [one.txn for one in asked[self._asked :]]
            found = f"hosts were asked {', '.join(others) or 'nothing'}"
            raise Mismatch(step.at, f"a host to be asked {step.txn!r}", found, self._mark)
        self._asked = place + 1
        sent = asked[place]
        if step.host is not None and sent.host != step.host:
            raise Mismatch(step.at, f"{step.host} to be asked {step.txn!r}", sent.host, None)
        for name, value in step.data.items():
            was = sent.text(name)
            if was != value:
                expected = f"{name} {value!r} in {step.txn!r}"
                raise Mismatch(step.at, expected, f"found {was!r}", None)


def _is_whole(entry: Heard, line: Line) -> bool:
    return entry.is_whole or line.is_over


def flat(
    steps: Sequence[acts.Act], shared: Mapping[Name, tuple[acts.Act, ...]]
) -> Iterator[acts.Act]:
    """Yield steps with those of ``do`` in their place."""
    for step in steps:
        if isinstance(step, acts.Do):
            yield from shared[step.name]
        else:
            yield step


def _menu(choices: dict[str, str]) -> str:
    return " ".join(f"{key}={id}" for key, id in choices.items())
