"""``log``: a line in the operator's log."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import ClassVar

from boardivr.flows.evaluate import evaluate
from boardivr.flows.expressions import Given
from boardivr.flows.parts import Step
from boardivr.flows.run import Run
from boardivr.flows.values import shown
from boardivr.yamlread import Name

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Log(Step):
    """``- log: "loss reported"`` with ``values: {card: last($card, 4)}``"""

    kind: ClassVar[str] = "log"
    main: ClassVar[str] = "text"
    shows: ClassVar[tuple[str, ...]] = ("values",)

    text: str
    values: dict[Name, Given] = field(default_factory=dict)

    def perform(self, run: Run) -> None:
        values = {name: shown(evaluate(v, run.scope())) for name, v in self.values.items()}
        told = "".join(f" {name}={value}" for name, value in values.items())
        log.info("%s: %s%s", run.channel.name, self.text, told)
        run.note(text=self.text, **values)
