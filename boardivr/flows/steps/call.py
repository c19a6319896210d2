"""``call``: run a section or menu and come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.parts import Step, Target, Visit
from boardivr.flows.run import Run


@dataclass(frozen=True, kw_only=True)
class Call(Step):
    """``- call: identify``"""

    kind: ClassVar[str] = "call"
    main: ClassVar[str] = "target"

    target: Target

    def perform(self, run: Run) -> Visit:
        run.note(to=self.target)
        return Visit(self.target)
