"""``open_function`` and ``close_function``: add and drop functions by phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.parts import Step
from boardivr.flows.run import Run
from boardivr.yamlread import Name


@dataclass(frozen=True, kw_only=True)
class OpenFunction(Step):
    """``- open_function: forex``: it is in the customer's menus from now on."""

    kind: ClassVar[str] = "open_function"
    main: ClassVar[str] = "function"

    function: Name

    def perform(self, run: Run) -> None:
        run.set_open(self.function, True)
        run.note(function=self.function)


@dataclass(frozen=True, kw_only=True)
class CloseFunction(Step):
    """``- close_function: forex``: it is in his menus no more."""

    kind: ClassVar[str] = "close_function"
    main: ClassVar[str] = "function"

    function: Name

    def perform(self, run: Run) -> None:
        run.set_open(self.function, False)
        run.note(function=self.function)
