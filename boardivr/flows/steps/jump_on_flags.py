"""``jump_on_flags``: branch on the customer's function bits (位图跳转)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from boardivr.flows.evaluate import evaluate
from boardivr.flows.expressions import Given
from boardivr.flows.parts import Branch, Next, Step
from boardivr.flows.run import Run
from boardivr.flows.values import FlowFault, Held, is_rows, kind_of


@dataclass(frozen=True, kw_only=True)
class JumpOnFlags(Step):
    """``- jump_on_flags: {map: {vip: vip_desk, company: company_main}}``

    :param flags: the flags that are set: a list, words in a text, or a number whose bits
        are named "0", "1" …; left out, the functions that the customer has opened
    :param map: by flag, where to go; the first that is set wins
    :param otherwise: where to go if none is; else the next step
    """

    kind: ClassVar[str] = "jump_on_flags"

    map: dict[str, Branch]
    flags: Given | None = None
    otherwise: Branch | None = None

    def goes_on(self) -> bool:
        return self.otherwise is None

    def perform(self, run: Run) -> Next | None:
        flags = self._flags(run)
        for name, branch in self.map.items():
            if name in flags:
                run.note(flag=name)
                return branch.next()
        run.note(flag="none")
        return self.otherwise.next() if self.otherwise else None

    def _flags(self, run: Run) -> frozenset[str]:
        if self.flags is None:
            return run.customer.functions if run.customer else frozenset()
        return flags_in(evaluate(self.flags, run.scope()))


def flags_in(value: Held) -> frozenset[str]:
    """Return the names of the flags that a value sets.

    :raises FlowFault: it is no list, text or whole number
    """
    if value is None:
        return frozenset()
    if isinstance(value, str):
        return frozenset(re.findall(r"[\w-]+", value))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        bits = int(value)
        if bits == value and 0 <= bits < 1 << 64:
            return frozenset(str(bit) for bit in range(64) if bits >> bit & 1)
    if is_rows(value):
        return frozenset(map(str, value))  # type: ignore[arg-type]
    raise FlowFault(f"flags are a list, words or a whole number, found {kind_of(value)}")
