"""``set``: give variables values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.evaluate import evaluate
from boardivr.flows.expressions import Given
from boardivr.flows.parts import Step
from boardivr.flows.run import Run
from boardivr.yamlread import Name


@dataclass(frozen=True, kw_only=True)
class Set(Step):
    """``- set: {count: $count + 1, kind: "saving"}``: quoted is text, else an expression."""

    kind: ClassVar[str] = "set"
    main: ClassVar[str] = "values"
    takes_mapping: ClassVar[bool] = True

    values: dict[Name, Given]

    def sets(self) -> tuple[Name, ...]:
        return tuple(self.values)

    def perform(self, run: Run) -> None:
        for name, expression in self.values.items():
            value = evaluate(expression, run.scope())
            run.set(name, value)
            run.note(**{name: value})
