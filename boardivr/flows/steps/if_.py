"""``if``: branch on a condition."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from boardivr.flows.evaluate import holds
from boardivr.flows.expressions import Expression
from boardivr.flows.parts import Branch, Next, Step
from boardivr.flows.run import Run


@dataclass(frozen=True, kw_only=True)
class If(Step):
    """``- if: $bal.amount < 0`` with ``then`` and maybe ``else``: a target, or steps."""

    kind: ClassVar[str] = "if"
    main: ClassVar[str] = "if"

    condition: Expression = field(metadata={"key": "if"})
    then: Branch
    otherwise: Branch | None = field(default=None, metadata={"key": "else"})

    def goes_on(self) -> bool:
        return self.otherwise is None

    def perform(self, run: Run) -> Next | None:
        is_so = holds(self.condition, run.scope())
        run.note(holds=is_so)
        branch = self.then if is_so else self.otherwise
        return branch.next() if branch else None
