"""``play``: say prompts and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.parts import Say
from boardivr.flows.playing import Playing
from boardivr.flows.run import Run


@dataclass(frozen=True, kw_only=True)
class Play(Playing):
    """``- play: [your_balance_is, {money: $bal.amount}]``"""

    kind: ClassVar[str] = "play"
    main: ClassVar[str] = "say"
    takes_mapping: ClassVar[bool] = True

    say: Say

    def perform(self, run: Run) -> None:
        words = run.spoken(self.say)
        self.drop_keys(run)
        if self.start is None and self.keys is None:
            run.speak(words, self.interrupt)
            return
        clips = run.clips(words)
        run.note_said(words)
        self.play(run, clips)
