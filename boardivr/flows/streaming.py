"""Playing what is still being spoken: the first sentence plays while the next is made.

A thread of the board's clock makes what isn't there yet, in order; the channel plays
what is ready, several plays in a row. A key between two of them ends it like one in the
middle: the channel plays nothing while a key that may interrupt is in its buffer. Where a
sentence isn't there in time, the caller hears that he is to wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from boardivr.flows.parts import Interrupt
from boardivr.hal import Clip, Reason
from boardivr.prompts.later import Later, Sound

if TYPE_CHECKING:
    from boardivr.flows.run import Run

PATIENCE = 0.3  # seconds of silence until the caller is told to wait


def play(
    run: Run,
    sounds: Sequence[Sound],
    filler: Sequence[Clip],
    interrupt: Interrupt | None,
    is_heard: bool = False,
) -> Reason:
    """Play sounds in order, those too that aren't there yet.

    :param filler: what is played, once, while the caller would hear nothing
    :param is_heard: speech ends it, too
    :raises PromptError: what a sound raised that couldn't be made
    :raises Stopped: somebody stopped the channel
    """
    if not any(isinstance(sound, Later) for sound in sounds):
        return run.play([sound for sound in sounds if isinstance(sound, Clip)], interrupt, is_heard)
    making = _Making(run, sounds, is_heard)
    try:
        return making.play(list(filler), interrupt)
    finally:
        making.is_over = True


class _Making:
    """Sounds that are made in a thread of their own."""

    def __init__(self, run: Run, sounds: Sequence[Sound], is_heard: bool) -> None:
        self.is_over = False
        self._is_heard = is_heard
        self._run = run
        self._clock = run.channel.clock
        self._sounds = sounds
        self._made: list[Clip] = []
        self._played = 0
        self._error: BaseException | None = None
        # Not joined: the caller needn't wait for a sentence that he doesn't want to hear.
        self._clock.spawn(self._make, f"{run.channel.name} speech")

    def _make(self) -> None:
        try:
            for sound in self._sounds:
                if self.is_over:
                    return
                self._made.append(sound.make() if isinstance(sound, Later) else sound)
                self._clock.notify()
        except BaseException as error:  # raised again where it is played
            self._error = error
            self._clock.notify()

    def play(self, filler: list[Clip], interrupt: Interrupt | None) -> Reason:
        """Play all that is made, as it comes."""
        reason = Reason.END_OF_DATA
        while self._played < len(self._sounds) and reason == Reason.END_OF_DATA:
            if not self._clock.wait(self._has_more, PATIENCE):
                reason = self._run.play(filler, interrupt, self._is_heard)
                filler = []  # it's said once
                continue
            if not (clips := self._made[self._played :]):
                assert self._error is not None
                raise self._error
            self._played += len(clips)
            reason = self._run.play(clips, interrupt, self._is_heard)
        return reason

    def _has_more(self) -> bool:
        return len(self._made) > self._played or self._error is not None
