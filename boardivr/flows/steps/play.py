"""``play``: say prompts and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from boardivr.flows.parts import Interrupt, Say, Step
from boardivr.flows.run import Run


@dataclass(frozen=True, kw_only=True)
class Play(Step):
    """``- play: [your_balance_is, {money: $bal.amount}]``

    :param interrupt: which keys cut it short
    :param typeahead: ``drop`` forgets keys pressed before it, so that it is heard
    """

    kind: ClassVar[str] = "play"
    main: ClassVar[str] = "say"
    takes_mapping: ClassVar[bool] = True

    say: Say
    interrupt: Interrupt | None = None
    typeahead: Literal["keep", "drop"] | None = None

    def perform(self, run: Run) -> None:
        words = run.spoken(self.say)
        if (self.typeahead or run.flow.defaults.typeahead) == "drop":
            run.channel.clear_digits()
        run.speak(words, self.interrupt)
