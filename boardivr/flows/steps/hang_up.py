"""``hang_up``: end the call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.parts import HangUp, Step
from boardivr.flows.run import Run
from boardivr.yamlread import Name


@dataclass(frozen=True, kw_only=True)
class HangUpStep(Step):
    """``- hang_up`` or ``- hang_up: locked``

    :param reason: kept in the call's record
    """

    kind: ClassVar[str] = "hang_up"
    main: ClassVar[str] = "reason"
    leaves: ClassVar[bool] = True

    reason: Name | None = None

    def perform(self, run: Run) -> HangUp:
        return HangUp(self.reason or "hang_up")
