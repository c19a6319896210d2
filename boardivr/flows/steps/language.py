"""``language``: go on in another language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.evaluate import evaluate
from boardivr.flows.expressions import Expression
from boardivr.flows.model import Flow
from boardivr.flows.parts import Step
from boardivr.flows.run import Run
from boardivr.flows.values import FlowFault
from boardivr.yamlread import Mark, Name, Node, Problem, Reader, near


@dataclass(frozen=True)
class Tag:
    """A language by its tag, or by a variable that holds one."""

    name: Name | None
    variable: Expression | None = None

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Tag:
        if reader.text(node, "a language").startswith("$"):
            return cls(None, Expression.from_node(reader, node))
        return cls(Name.from_node(reader, node))


@dataclass(frozen=True, kw_only=True)
class Language(Step):
    """``- language: en``"""

    kind: ClassVar[str] = "language"
    main: ClassVar[str] = "language"

    language: Tag

    def check(self, flow: Flow) -> Iterator[Problem]:
        name = self.language.name
        if name is not None and name not in flow.language.all:
            message = f"the flow has no language {str(name)!r}"
            at, hint = name.at, near(name, flow.language.all)
            yield Problem(at=at, code="unknown-language", message=message, hint=hint)

    def perform(self, run: Run) -> None:
        tag: object = self.language.name
        if self.language.variable is not None:
            tag = evaluate(self.language.variable, run.scope())
        if tag not in run.flow.language.all:
            raise FlowFault(f"{self.at or Mark('', 1, 1)}: the flow has no such language")
        run.language = str(tag)
        run.note(language=run.language)
