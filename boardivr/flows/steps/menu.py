"""``menu``: offer a menu; comes back when the caller leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.model import Flow
from boardivr.flows.parts import Step, Target, Visit
from boardivr.flows.run import Run
from boardivr.yamlread import Problem, near


@dataclass(frozen=True, kw_only=True)
class MenuStep(Step):
    """``- menu: main``"""

    kind: ClassVar[str] = "menu"
    main: ClassVar[str] = "menu"
    takes_input: ClassVar[bool] = True

    menu: Target

    def check(self, flow: Flow) -> Iterator[Problem]:
        if self.menu not in flow.menus and self.menu in flow.steps:
            message = f"{str(self.menu)!r} is a section, not a menu"
            hint = near(self.menu, flow.menus)
            yield Problem(at=self.menu.at, code="unknown-target", message=message, hint=hint)

    def perform(self, run: Run) -> Visit:
        return Visit(self.menu)
