"""Speech while a host works: the host is asked in a thread of its own, the line plays.

The thread is one of the board's clock: in virtual time, time stands still while a host
works outside, so that a test hears the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from boardivr.flows.parts import Interrupt, Say
from boardivr.flows.run import Run
from boardivr.flows.say import Spoken
from boardivr.yamlread import Seconds

T = TypeVar("T")

AFTER = Seconds(2.0)
NO_KEY = Interrupt(is_allowed=False)  # keys stay for what comes after the answer


@dataclass(frozen=True, kw_only=True)
class WhileWaiting:
    """What is said while a host works.

    :param after: seconds without an answer until it is said
    :param every: seconds after it until it is said again; else it is said once
    """

    say: Say
    after: Seconds = AFTER
    every: Seconds | None = None


def meanwhile(run: Run, question: Callable[[], T], words: Sequence[Spoken]) -> T:
    """Say something, and have something done meanwhile; wait until both are over.

    :raises Exception: what the question raised
    :raises CallEnded: the far end hung up; the question is still asked to its end
    """
    asked = _Asked(run, question)
    thread = run.channel.clock.spawn(asked.work, f"{run.channel.name} meanwhile")
    try:
        run.speak(words, NO_KEY)
    finally:
        run.channel.clock.join(thread)
    return asked.answer()


def ask(run: Run, question: Callable[[], T], filler: WhileWaiting | None) -> T:
    """Ask a host, and say something while it works.

    :raises Exception: what the question raised
    :raises CallEnded: the far end hung up; the question is still asked to its end
    """
    if filler is None:
        return question()
    asked = _Asked(run, question)
    clock = run.channel.clock
    thread = clock.spawn(asked.work, f"{run.channel.name} host")
    try:
        wait: float | None = filler.after
        while not clock.wait(asked.is_done, wait):
            run.speak(run.spoken(filler.say), NO_KEY)
            wait = filler.every
    finally:
        clock.join(thread)
    return asked.answer()


class _Asked(Generic[T]):
    def __init__(self, run: Run, question: Callable[[], T]) -> None:
        self._clock = run.channel.clock
        self._question = question
        self._is_done = False
        self._told: list[T] = []
        self._error: BaseException | None = None

    def work(self) -> None:
        try:
            self._told.append(self._question())
        except BaseException as error:  # raised again where it was asked
            self._error = error
        self._is_done = True
        self._clock.notify()

    def is_done(self) -> bool:
        return self._is_done

    def answer(self) -> T:
        if self._error is not None:
            raise self._error
        return self._told[0]
