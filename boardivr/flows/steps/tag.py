"""``tag``: a business reason, carried to the call's record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.evaluate import evaluate
from boardivr.flows.expressions import Given
from boardivr.flows.parts import Step
from boardivr.flows.run import Run
from boardivr.flows.values import FlowFault, Secret, shown
from boardivr.yamlread import Name


@dataclass(frozen=True, kw_only=True)
class Tag(Step):
    """``- tag: {business: "balance"}``"""

    kind: ClassVar[str] = "tag"
    main: ClassVar[str] = "values"
    takes_mapping: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("values",)

    values: dict[Name, Given]

    def perform(self, run: Run) -> None:
        for name, expression in self.values.items():
            value = evaluate(expression, run.scope())
            if isinstance(value, Secret):
                raise FlowFault(f"{expression.at}: a secret can't be a tag")
            run.services.tracer.tag(name, shown(value))
            run.note(**{name: value})
