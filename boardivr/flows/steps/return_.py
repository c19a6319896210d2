"""``return``: leave this section for where it was called from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.parts import Go, Step
from boardivr.flows.run import Run


@dataclass(frozen=True, kw_only=True)
class Return(Step):
    """``- return``"""

    kind: ClassVar[str] = "return"
    leaves: ClassVar[bool] = True

    def perform(self, run: Run) -> Go:
        return Go("return")
