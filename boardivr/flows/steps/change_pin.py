"""``change_pin``: give the customer a new PIN."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.evaluate import evaluate
from boardivr.flows.expressions import Expression
from boardivr.flows.model import Flow
from boardivr.flows.parts import Branch, Next, Step
from boardivr.flows.run import Run
from boardivr.flows.values import FlowFault, Secret
from boardivr.yamlread import Problem

DIGITS = range(4, 13)


@dataclass(frozen=True, kw_only=True)
class ChangePin(Step):
    """``- change_pin: $new_pin``

    :param on_refused: it can't be a PIN, or anyone would guess it
    """

    kind: ClassVar[str] = "change_pin"
    main: ClassVar[str] = "pin"

    pin: Expression
    on_refused: Branch

    def check(self, flow: Flow) -> Iterator[Problem]:
        if flow.customer is None and self.at:
            message = "a PIN is changed, but the flow doesn't say whose"
            hint = "add 'customer: {from: [$card]}'"
            yield Problem(at=self.at, code="no-customer", message=message, hint=hint)

    def perform(self, run: Run) -> Next | None:
        pin = evaluate(self.pin, run.scope())
        if not isinstance(pin, Secret):
            raise FlowFault(f"{self.pin.at}: a PIN that was taken without 'secret: yes'")
        if is_easy(pin.reveal()):
            run.note(refused=True)
            return self.on_refused.next()
        run.set_pin(pin.reveal())
        return None


def is_easy(pin: str) -> bool:
    """Return whether a PIN is too short or too long, one digit again and again, or a run."""
    if not (pin.isascii() and pin.isdigit() and len(pin) in DIGITS):
        return True
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(pin)}
    return steps in ({0}, {1}, {9})
