"""``for_each``: do steps for every row of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from boardivr.flows.evaluate import evaluate
from boardivr.flows.expressions import Expression
from boardivr.flows.parts import Block, Step
from boardivr.flows.run import Run
from boardivr.flows.values import FlowFault, is_rows, kind_of
from boardivr.yamlread import Name

MOST_ROWS = 20


@dataclass(frozen=True, kw_only=True)
class ForEach(Step):
    """``- for_each: account``, ``in: $accounts``, ``do: [steps]``

    :param most: rows after which it stops: nobody listens to more
    """

    kind: ClassVar[str] = "for_each"
    main: ClassVar[str] = "name"

    name: Name
    rows: Expression = field(metadata={"key": "in"})
    do: tuple[Step, ...]
    most: int = MOST_ROWS

    def perform(self, run: Run) -> Block:
        rows = evaluate(self.rows, run.scope())
        if not is_rows(rows):
            raise FlowFault(f"{self.rows.at}: expected a list, found {kind_of(rows)}")
        run.note(rows=len(rows))  # type: ignore[arg-type]
        return Block(self.do, self.name, list(rows)[: self.most])  # type: ignore[arg-type]
