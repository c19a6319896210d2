"""``jump_on_key``: ask for one key and branch on it (用户跳转)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from boardivr.flows.asking import Tries
from boardivr.flows.model import Flow
from boardivr.flows.parts import Branch, Interrupt, Next, Retry, Say, Step
from boardivr.flows.run import Run
from boardivr.yamlread import Keys, Mark, Problem


@dataclass(frozen=True, kw_only=True)
class JumpOnKey(Step):
    """``- jump_on_key: {say: yes_or_no, map: {"1": confirmed, "2": main}}``

    For a few fixed keys; choices that depend on the customer are a menu's.
    """

    kind: ClassVar[str] = "jump_on_key"
    takes_input: ClassVar[bool] = True
    leaves: ClassVar[bool] = True

    map: dict[Keys, Branch]
    say: Say | None = None
    interrupt: Interrupt | None = None
    typeahead: Literal["keep", "drop"] | None = None
    no_input: Retry | None = None
    no_match: Retry | None = None

    def check(self, flow: Flow) -> Iterator[Problem]:
        for keys in self.map:
            if len(keys) != 1:
                message = f"expected one key, found {str(keys)!r}"
                yield Problem(at=keys.at, code="value", message=message)
        if not self.map:
            at = self.at or Mark("", 1, 1)
            yield Problem(at=at, code="no-exit", message="there is no key to press")

    def perform(self, run: Run) -> Next | None:
        tries = Tries(run, self.no_input, self.no_match)
        branches = {str(key): branch for key, branch in self.map.items()}
        while True:
            digits = run.collect(
                run.spoken(self.say),
                most=1,
                silence=tries.silence,
                between=tries.between,
                interrupt=self.interrupt,
                typeahead=self.typeahead,
            )
            if digits is not None and digits.keys in branches:
                run.note(heard=digits.keys)
                return branches[digits.keys].next()
            leave = tries.was_silent() if digits is None else tries.did_not_fit()
            if leave is not None:
                return leave
