"""``goto``: leave this section for another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.parts import Go, Step, Target
from boardivr.flows.run import Run


@dataclass(frozen=True, kw_only=True)
class Goto(Step):
    """``- goto: main``: what is still open is returned to, anything else takes this one's place."""

    kind: ClassVar[str] = "goto"
    main: ClassVar[str] = "target"
    leaves: ClassVar[bool] = True

    target: Target

    def perform(self, run: Run) -> Go:
        run.note(to=self.target)
        return Go(self.target)
